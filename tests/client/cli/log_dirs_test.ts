import { startTools } from "../../support/cli.ts";

Deno.test("log-dirs: what Apache Kafka's tool prints", async () => {
  await using tools = await startTools();
  await tools.replay("topics-create");
  await tools.replay("topics-alter-partitions");
  await tools.replay("log-dirs-describe");
});
