import { assert, assertEquals, assertThrows } from "@std/assert";
import { configRules } from "../../../cluster/config/config_rules.ts";
import { CONFIG_RESOURCE_TYPE } from "../../../cluster/controller/configs_image.ts";
import { goldenConfigs } from "./golden_configs.ts";
import { onlyNode, type Texts, texts } from "./broker_properties.ts";

const { BROKER, BROKER_LOGGER, CLIENT_METRICS, GROUP, TOPIC } = CONFIG_RESOURCE_TYPE;
const none = new Map<string, string>();

/** What was told of an alteration that Apache Kafka's broker refused, of the file that has the tool's output. */
async function goldenRefusal(file: string): Promise<string> {
  const text = await Deno.readTextFile(new URL(`../../fixtures/cli/${file}`, import.meta.url));
  return /^Caused by: org\.apache\.kafka\.common\.errors\.\w+: (.*)$/m.exec(text)![1]!;
}

const refused = (type: number, name: string, configs: Texts, message: string) => {
  const { message: told } = assertThrows(
    () => configRules(onlyNode()).validate({ type, name }, texts(configs), none),
    Error,
  );
  assertEquals(told, message);
};

Deno.test("topics' configs are refused in the words of Apache Kafka", async () => {
  const cases: readonly (readonly [string, Texts])[] = [
    ["configs-topic-bad-key.txt", { "no.such.config": "1" }],
    ["configs-topic-bad-value-bool.txt", { "preallocate": "maybe" }],
    ["configs-topic-bad-value-codec.txt", { "compression.type": "rar" }],
    ["configs-topic-bad-value-enum.txt", { "cleanup.policy": "shred" }],
    ["configs-topic-bad-value-negative.txt", { "segment.bytes": "-1" }],
    ["configs-topic-bad-value-range.txt", { "min.cleanable.dirty.ratio": "1.5" }],
    ["configs-topic-bad-value-type.txt", { "retention.ms": "soon" }],
  ];
  for (const [file, configs] of cases) refused(TOPIC, "t", configs, await goldenRefusal(file));
});

Deno.test("brokers' configs are refused in the words of Apache Kafka", async () => {
  const cases: readonly (readonly [string, Texts])[] = [
    ["configs-broker-alter-read-only.txt", { "broker.rack": "r1" }],
    ["configs-broker-alter-read-only-2.txt", { "auto.create.topics.enable": "false" }],
    ["configs-broker-bad-value-range.txt", { "log.cleaner.threads": "-1" }],
    ["configs-broker-bad-value.txt", { "log.cleaner.threads": "many" }],
    ["configs-broker-threads-too-many.txt", { "num.io.threads": "100" }],
  ];
  for (const [file, configs] of cases) refused(BROKER, "1", configs, await goldenRefusal(file));
});

Deno.test("names of resources are checked", () => {
  refused(TOPIC, "", {}, "Default topic resources are not allowed.");
  refused(BROKER, "abc", {}, "Unable to parse broker name as a base 10 number.");
  refused(BROKER, "-1", {}, "Invalid negative broker ID.");
  refused(GROUP, "", {}, "Default group resources are not allowed.");
  refused(CLIENT_METRICS, "", {}, "Subscription name can't be empty");
  refused(BROKER_LOGGER, "1", {}, "Unknown resource type 8");
});

Deno.test("groups and subscriptions to metrics have configs", () => {
  const rules = configRules(onlyNode());
  rules.validate(
    { type: GROUP, name: "g" },
    texts({ "consumer.session.timeout.ms": "46000" }),
    none,
  );
  rules.validate({ type: CLIENT_METRICS, name: "s" }, texts({ "interval.ms": "1000" }), none);
  refused(GROUP, "g", { "no.such": "1" }, "Unknown group config name: no.such");
});

Deno.test("a topic has no remote tier while there is none, whatever the broker says", () => {
  const rules = configRules(onlyNode({ "remote.log.storage.system.enable": "true" }));
  assertThrows(
    () =>
      rules.validate({ type: TOPIC, name: "t" }, texts({ "remote.storage.enable": "true" }), none),
    Error,
    "Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote log storage.",
  );
});

Deno.test("what was there and cannot be does not stand in the way of a change", () => {
  const rules = configRules(onlyNode());
  const existing = texts({ "broker.rack": "r1" });
  rules.validate(
    { type: BROKER, name: "1" },
    texts({ "broker.rack": "r1", "max.connections": "5" }),
    existing,
  );
  // Another broker checks its own.
  rules.validate({ type: BROKER, name: "2" }, texts({ "num.io.threads": "100" }), none);
});

Deno.test("lists can be appended to", () => {
  const { isList } = configRules(onlyNode());
  assert(isList({ type: TOPIC, name: "t" }, "cleanup.policy"));
  assert(!isList({ type: TOPIC, name: "t" }, "retention.ms"));
  assert(isList({ type: BROKER, name: "" }, "log.cleanup.policy"));
  assert(isList({ type: CLIENT_METRICS, name: "s" }, "metrics"));
  assert(!isList({ type: GROUP, name: "g" }, "no.such"));
});

Deno.test("defaults are told with and without the properties of the start", () => {
  const config = onlyNode({ "min.insync.replicas": "2", "num.partitions": "4" });
  config.applyDynamic(none, texts({ "min.insync.replicas": "3" }));
  const rules = configRules(config);
  assertEquals([rules.defaultNumPartitions, rules.defaultReplicationFactor], [4, 1]);
  assertEquals(rules.staticText("min.insync.replicas"), "2");
  assertEquals(rules.staticText("unclean.leader.election.enable"), "false");
  assertEquals(rules.defaultText({ type: TOPIC, name: "t" }, "cleanup.policy"), "delete");
  assertEquals(rules.defaultText({ type: BROKER, name: "" }, "min.insync.replicas"), "1");
  assertEquals(rules.defaultText({ type: CLIENT_METRICS, name: "s" }, "metrics"), "");
  assertEquals(
    rules.defaultText({ type: GROUP, name: "g" }, "consumer.session.timeout.ms"),
    "45000",
  );
  assertEquals(rules.defaultText({ type: GROUP, name: "g" }, "no.such"), null);
});

Deno.test("a new topic is told all its configs, with where they come from", async () => {
  const config = onlyNode({ "log.retention.hours": "2" });
  config.applyDynamic(
    texts({ "log.segment.bytes": "2000000" }),
    texts({ "compression.type": "zstd" }),
  );
  const effective = configRules(config).effectiveTopicConfigs(
    texts({ "cleanup.policy": "compact" }),
  );
  assertEquals(
    effective.map(({ name }) => name),
    (await goldenConfigs("topic-configs.txt")).map(({ name }) => name),
  );
  const told = (name: string) => {
    const { value, configSource } = effective.find((each) => each.name === name)!;
    return [value, configSource];
  };
  assertEquals(told("cleanup.policy"), ["compact", 1]);
  assertEquals(told("segment.bytes"), ["2000000", 2]);
  assertEquals(told("compression.type"), ["zstd", 3]);
  assertEquals(told("retention.ms"), ["7200000", 4]);
  assertEquals(told("segment.ms"), ["604800000", 5]);
});
