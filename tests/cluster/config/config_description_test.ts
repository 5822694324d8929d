import { assert, assertEquals } from "@std/assert";
import { BrokerConfig } from "../../../cluster/config/broker_config.ts";
import {
  describeBrokerConfigs,
  describeClientMetricsConfigs,
  describeClusterDefaults,
  describeGroupConfigs,
  describeTopicConfigs,
} from "../../../cluster/config/config_description.ts";
import { quickStartProperties } from "../../../cluster/config/quick_start.ts";
import { asGolden, filledIn, GOLDEN_PROPERTIES, goldenConfigs } from "./golden_configs.ts";

/** The broker whose configs were printed: `min.insync.replicas` was set for all brokers when it was formatted. */
function goldenBroker(more: Readonly<Record<string, string>> = {}): BrokerConfig {
  const config = BrokerConfig.parse(GOLDEN_PROPERTIES);
  config.applyDynamic(
    new Map(),
    new Map(Object.entries({ "min.insync.replicas": "1", ...more })),
  );
  return config;
}

Deno.test("a broker's configs are described as Apache Kafka describes them", async () => {
  const golden = (await goldenConfigs("broker-configs.txt")).map(filledIn);
  const described = describeBrokerConfigs(goldenBroker());
  assertEquals(described.map(asGolden), golden);
  assert(golden.length > 300);
});

Deno.test("a topic's configs are described as Apache Kafka describes them", async () => {
  const described = describeTopicConfigs(goldenBroker(), new Map());
  assertEquals(described.map(asGolden), await goldenConfigs("topic-configs.txt"));
});

Deno.test("a topic's own configs come first, and the default of all brokers before the table's", async () => {
  const described = describeTopicConfigs(
    goldenBroker({ "log.retention.ms": "123456789" }),
    new Map(Object.entries({
      "cleanup.policy": "compact,delete",
      "local.retention.ms": "99999999999999",
      "max.message.bytes": "1500000",
      "min.cleanable.dirty.ratio": "0.1",
      "retention.ms": "7200000",
      "segment.ms": "60000",
    })),
  );
  assertEquals(
    described.map(asGolden),
    await goldenConfigs("configs-topic-inherits-broker-default.txt"),
  );
});

Deno.test("what was set for all brokers is told without what a start would give", async () => {
  const config = goldenBroker({ "log.retention.ms": "123456789" });
  assertEquals(
    describeClusterDefaults(config).map(asGolden),
    await goldenConfigs("configs-broker-describe-default.txt"),
  );
});

Deno.test("what was set for one broker is told before the rest", async () => {
  const config = goldenBroker();
  config.applyDynamic(new Map([["log.cleaner.threads", "2"]]), new Map());
  const described = describeBrokerConfigs(config).filter(({ configSource }) => configSource === 2);
  assertEquals(described.map(asGolden), await goldenConfigs("configs-broker-describe.txt"));
});

Deno.test("the value of a config that nobody knows is a secret", async () => {
  const config = goldenBroker();
  config.applyDynamic(new Map([["no.such.config", "1"]]), new Map());
  const described = describeBrokerConfigs(config).filter(({ configSource }) => configSource === 2);
  assertEquals(
    described.map(asGolden),
    await goldenConfigs("configs-broker-describe-after-delete.txt"),
  );
});

Deno.test("passwords are told nowhere", () => {
  const config = BrokerConfig.parse({
    ...quickStartProperties(),
    "ssl.keystore.password": "hush",
    "listener.name.plaintext.ssl.key.password": "hush",
    "password.encoder.secret": "hush",
  });
  const described = describeBrokerConfigs(config);
  assert(described.some(({ name }) => name === "ssl.keystore.password"));
  assert(!JSON.stringify(described).includes("hush"));
});

Deno.test("a listener's config falls back on that of all listeners", () => {
  const config = BrokerConfig.parse({
    ...quickStartProperties(),
    "listener.name.plaintext.max.connections": "7",
    "max.connections": "9",
  });
  const described = describeBrokerConfigs(config)
    .find(({ name }) => name === "listener.name.plaintext.max.connections")!;
  assertEquals(asGolden(described), {
    name: "listener.name.plaintext.max.connections",
    value: "7",
    sensitive: false,
    synonyms: [
      "STATIC_BROKER_CONFIG:listener.name.plaintext.max.connections=7",
      "STATIC_BROKER_CONFIG:max.connections=9",
      "DEFAULT_CONFIG:max.connections=2147483647",
    ],
  });
  assertEquals(described.configType, 3);
});

Deno.test("only what can be changed while the broker runs is not read-only, and all that is shown is documented", () => {
  const described = describeBrokerConfigs(goldenBroker());
  const readOnly = new Map(described.map(({ name, readOnly }) => [name, readOnly]));
  assertEquals(readOnly.get("num.io.threads"), false);
  assertEquals(readOnly.get("listeners"), false);
  assertEquals(readOnly.get("num.partitions"), true);
  for (const { name, documentation } of described) assert(documentation, name);
});

Deno.test("the documentation of a config that does nothing says so", () => {
  const broker = new Map(
    describeBrokerConfigs(goldenBroker()).map(({ name, documentation }) => [name, documentation]),
  );
  assert(broker.get("num.network.threads")!.endsWith(
    " It has no effect here: one event loop serves all connections.",
  ));
  assert(broker.get("ssl.key.password")!.endsWith(" It has no effect yet: it waits for TLS."));
  assert(!broker.get("num.partitions")!.includes("no effect"));
  const topic = new Map(
    describeTopicConfigs(goldenBroker(), new Map())
      .map(({ name, documentation }) => [name, documentation]),
  );
  assert(topic.get("remote.log.copy.disable")!.endsWith("it waits for tiered storage."));
  assert(!topic.get("retention.ms")!.includes("no effect"));
});

Deno.test("a group's configs have the broker's for defaults", () => {
  const config = BrokerConfig.parse({
    ...quickStartProperties(),
    "group.consumer.session.timeout.ms": "50000",
  });
  const described = describeGroupConfigs(
    config,
    new Map([["consumer.heartbeat.interval.ms", "6000"]]),
  );
  const byName = new Map(described.map((each) => [each.name, asGolden(each)]));
  assertEquals(byName.get("consumer.session.timeout.ms")?.synonyms, [
    "STATIC_BROKER_CONFIG:group.consumer.session.timeout.ms=50000",
    "DEFAULT_CONFIG:group.consumer.session.timeout.ms=45000",
  ]);
  assertEquals(byName.get("consumer.session.timeout.ms")?.value, "50000");
  assertEquals(byName.get("consumer.heartbeat.interval.ms")?.synonyms, [
    "DYNAMIC_GROUP_CONFIG:consumer.heartbeat.interval.ms=6000",
    "DEFAULT_CONFIG:group.consumer.heartbeat.interval.ms=5000",
  ]);
  assertEquals(byName.get("share.auto.offset.reset")?.synonyms, [
    "DEFAULT_CONFIG:share.auto.offset.reset=latest",
  ]);
  assertEquals(described.length, 17);
});

Deno.test("a subscription to metrics tells its defaults without a synonym", () => {
  const described = describeClientMetricsConfigs(new Map([["metrics", "a, b"]]));
  assertEquals(described.map(asGolden), [
    { name: "interval.ms", value: "300000", sensitive: false, synonyms: [] },
    { name: "match", value: "", sensitive: false, synonyms: [] },
    {
      name: "metrics",
      value: "a,b",
      sensitive: false,
      synonyms: ["DYNAMIC_CLIENT_METRICS_CONFIG:metrics=a,b"],
    },
  ]);
});
