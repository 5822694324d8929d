import { startTools } from "../../support/cli.ts";

Deno.test("metadata-quorum: what Apache Kafka's tool prints", async () => {
  await using tools = await startTools();
  await tools.replay("metadata-quorum-status");
  await tools.replay("metadata-quorum-replication");
});
