import { startTools } from "../../support/cli.ts";

Deno.test("leader-election: what Apache Kafka's tool prints", async (t) => {
  await using tools = await startTools();
  await tools.replay("topics-create");
  for (const step of ["all", "one", "missing"]) {
    await t.step(step, () => tools.replay(`leader-election-${step}`));
  }
});
