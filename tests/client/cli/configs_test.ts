import { startTools } from "../../support/cli.ts";

const STEPS =
  `topic-describe-none topic-alter topic-describe-after-alter topic-describe-all-after-alter
  topic-alter-many topic-describe-after-many topic-add-and-delete topic-delete topic-delete-not-set topic-delete-unknown
  topic-describe-after-delete topic-bad-key topic-bad-value-type topic-bad-value-range topic-bad-value-negative
  topic-bad-value-enum topic-bad-value-bool topic-bad-value-codec topic-local-retention-over-retention topic-no-equals
  topic-missing topic-describe-missing topics-describe-every topic-add-config-file topic-describe-after-file
  broker-describe-none broker-alter broker-alter-default broker-describe broker-describe-default broker-describe-every
  topic-inherits-broker-default broker-alter-read-only broker-alter-read-only-2 broker-bad-key broker-bad-value
  broker-bad-value-range broker-threads-too-many broker-not-a-number broker-delete broker-delete-default
  broker-describe-after-delete bad-entity-type no-action describe-and-alter alter-nothing no-server help`
    .split(/\s+/);

Deno.test("configs: what Apache Kafka's tool prints", async (t) => {
  await using tools = await startTools();
  tools.writeFile("add.properties", "retention.ms=7200000\nmax.message.bytes=1500000\n");
  for (const topic of ["create", "create-with-config", "create-dotted-name", "alter-partitions"]) {
    await tools.replay(`topics-${topic}`);
  }
  await t.step("topic-configs", () => tools.replay("topic-configs"));
  for (const step of STEPS) await t.step(step, () => tools.replay(`configs-${step}`));
});
