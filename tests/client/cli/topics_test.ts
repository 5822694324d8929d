import { startTools } from "../../support/cli.ts";

const STEPS = `create create-exists create-if-not-exists create-with-config create-assignment
  create-bad-config-key create-bad-config-value create-bad-config-policy create-bad-segment create-bad-replication
  create-bad-partitions create-bad-name create-dotted-name create-underscore-name create-long-name list
  list-exclude-internal list-pattern describe-one describe-all describe-missing describe-overrides
  describe-under-replicated alter-partitions alter-partitions-fewer alter-missing delete delete-missing no-action
  no-server unknown-option help version`.split(/\s+/);

Deno.test("topics: what Apache Kafka's tool prints", async (t) => {
  await using tools = await startTools();
  for (const step of STEPS) await t.step(step, () => tools.replay(`topics-${step}`));
});
