import { assert, assertEquals, assertThrows } from "@std/assert";
import { BrokerConfig } from "../../../cluster/config/broker_config.ts";
import { InvalidConfigError } from "../../../storage/errors.ts";
import { COMBINED, ONLY_NODE, onlyNode, texts } from "./broker_properties.ts";

const none = new Map<string, string>();

Deno.test("values are typed, and overrides go over properties", () => {
  const config = BrokerConfig.parse(COMBINED, { "num.partitions": "3", "broker.rack": "r1" });
  assertEquals(config.nodeId, 1);
  assertEquals(config.processRoles, ["broker", "controller"]);
  assertEquals(config.int("num.partitions"), 3);
  assertEquals(config.long("log.flush.interval.messages"), Number.MAX_SAFE_INTEGER);
  assertEquals(config.double("log.cleaner.min.cleanable.ratio"), 0.5);
  assertEquals(config.boolean("delete.topic.enable"), true);
  assertEquals(config.string("broker.rack"), "r1");
  assertEquals(config.list("log.cleanup.policy"), ["delete"]);
  assertEquals([config.isSet("broker.rack"), config.isSet("log.retention.ms")], [true, false]);
  assertEquals(config.logDirs, ["/tmp/kafka-logs"]);
  assertEquals(config.controllerListenerNames, ["CONTROLLER"]);
  assertEquals(config.controllerQuorumVoters, new Map([[1, { host: "localhost", port: 9093 }]]));
  assertEquals(config.listeners.map(({ port }) => port), [9092]);
  assertEquals(config.controllerListeners.map(({ port }) => port), [9093]);
  assertEquals(config.advertisedListeners, config.listeners);
  assertEquals(config.advertisedControllerListeners, config.controllerListeners);
  assertEquals(config.interBrokerListenerName, "PLAINTEXT");
});

Deno.test("node.id and broker.id are one", () => {
  const { "node.id": _node, "broker.id": _broker, ...rest } = ONLY_NODE;
  assertEquals(BrokerConfig.parse({ ...rest, "broker.id": "7" }).nodeId, 7);
  assertEquals(BrokerConfig.parse({ ...rest, "node.id": "7" }).int("broker.id"), 7);
  assertThrows(
    () => BrokerConfig.parse(rest),
    InvalidConfigError,
    'Missing required configuration "node.id" which has no default value.',
  );
});

Deno.test("a bad value is told with its name, the value and what is allowed", () => {
  assertThrows(
    () => onlyNode({ "num.io.threads": "abc" }),
    InvalidConfigError,
    "Invalid value abc for configuration num.io.threads: Not a number of type INT",
  );
  assertThrows(
    () => onlyNode({ "fetch.max.bytes": "10" }),
    InvalidConfigError,
    "Invalid value 10 for configuration fetch.max.bytes: Value must be at least 1024",
  );
});

Deno.test("a listener that is to be protected is refused rather than left open", () => {
  assertThrows(
    () => onlyNode({ "listeners": "SSL://localhost:1", "security.inter.broker.protocol": "SSL" }),
    InvalidConfigError,
    "listener SSL can only be PLAINTEXT",
  );
});

Deno.test("the operator is told of what was set and does nothing", () => {
  const config = onlyNode({
    "no.such.config": "1",
    "num.partitions": "2",
    "quota.window.num": "3",
  });
  assertEquals(config.warnings, [
    "The configuration 'no.such.config' was supplied but isn't a known config.",
    "The configuration 'quota.window.num' has no effect yet: it waits for client quotas.",
  ]);
});

Deno.test("what is set for the broker beats what is set for all, that beats the properties, and those the default", () => {
  const config = onlyNode({ "log.segment.bytes": "2000000" });
  const read = () => config.int("log.segment.bytes");
  assertEquals(onlyNode().int("log.segment.bytes"), 1073741824);
  assertEquals(read(), 2000000);
  config.applyDynamic(none, texts({ "log.segment.bytes": "3000000" }));
  assertEquals(read(), 3000000);
  config.applyDynamic(
    texts({ "log.segment.bytes": "4000000" }),
    texts({ "log.segment.bytes": "3000000" }),
  );
  assertEquals(read(), 4000000);
  config.applyDynamic(none, none);
  assertEquals(read(), 2000000);
});

Deno.test("those who follow a config are told when it has changed, and only then", () => {
  const config = onlyNode();
  const told: number[] = [];
  const stop = config.subscribe(
    ["max.connections", "num.io.threads"],
    () => told.push(config.int("max.connections")),
  );
  config.applyDynamic(none, texts({ "max.connections": "5" }));
  config.applyDynamic(none, texts({ "max.connections": "5", "log.retention.ms": "9" }));
  config.applyDynamic(none, texts({ "max.connections": "6" }));
  assertEquals(told, [5, 6]);
  stop();
  config.applyDynamic(none, none);
  assertEquals(told, [5, 6]);
});

Deno.test("a change of a synonym, and of a listener's config, is told", () => {
  const config = onlyNode({ "log.retention.hours": "1" });
  let told = 0;
  config.subscribe(["log.retention.hours"], () => told++);
  config.subscribe(["max.connections"], () => told++);
  config.applyDynamic(none, texts({ "log.retention.ms": "5" }));
  assertEquals(told, 1);
  config.applyDynamic(none, texts({ "listener.name.plaintext.max.connections": "5" }));
  assertEquals(told, 3);
  assertEquals(config.listenerInt("PLAINTEXT", "max.connections"), 5);
  assertEquals(config.listenerInt("OTHER", "max.connections"), undefined);
});

Deno.test("the engine gets what was set, with dynamic configs in the place of their synonyms", () => {
  const config = onlyNode({ "log.retention.hours": "1", "num.io.threads": "9" });
  assertEquals(config.engineProperties(), {
    "log.dirs": "./data",
    "log.retention.hours": "1",
  });
  config.applyDynamic(none, texts({ "log.retention.ms": "5", "log.cleaner.threads": "2" }));
  assertEquals(config.engineProperties(), {
    "log.cleaner.threads": "2",
    "log.dirs": "./data",
    "log.retention.ms": "5",
  });
});

Deno.test("dynamic configs that cannot be together change nothing", () => {
  const config = onlyNode();
  const problems = config.applyDynamic(none, texts({ "max.connections.per.ip": "0" }));
  assertEquals(config.int("max.connections.per.ip"), 2147483647);
  assert(problems[0]!.startsWith("Dynamic configs could not be applied: requirement failed:"));
});

Deno.test("a change is checked against what is in force", () => {
  const config = onlyNode();
  config.applyDynamic(texts({ "num.io.threads": "16" }), none);
  config.validateDynamic(texts({ "num.io.threads": "32" }), true);
  assertThrows(
    () => config.validateDynamic(texts({ "num.io.threads": "64" }), true),
    InvalidConfigError,
    "double the current value 16",
  );
  // What is set for this broker goes before the default of all.
  config.validateDynamic(texts({ "num.io.threads": "64" }), false);
});

Deno.test("what was set is known layer by layer", () => {
  const config = onlyNode({ "num.partitions": "2" });
  config.applyDynamic(texts({ "max.connections": "1" }), texts({ "max.connections": "2" }));
  assertEquals(config.textIn("broker", "max.connections"), "1");
  assertEquals(config.textIn("default", "max.connections"), "2");
  assertEquals(config.textIn("static", "num.partitions"), "2");
  assertEquals(config.layer("static").has("max.connections"), false);
  assertEquals(config.values.number("max.connections"), 1);
  assertEquals(
    onlyNode({ "max.connections.per.ip.overrides": "a:1" }).maxConnectionsPerIpOverrides,
    new Map([["a", 1]]),
  );
});
