import { assertEquals } from "@std/assert";
import {
  ALTER_CONFIG_OP,
  type ConfigOp,
  incrementalAlterConfigs,
  legacyAlterConfigs,
} from "../../../cluster/controller/config_changes.ts";
import { metadataRecord } from "../../../cluster/controller/metadata_records.ts";
import { apply, brokerRecord, clusterOf } from "../../support/controller.ts";
import { TestController } from "./controller_support.ts";

const TOPIC = { type: 2, name: "t" };
const { SET, DELETE, APPEND, SUBTRACT } = ALTER_CONFIG_OP;

function clusterWithTopic() {
  return clusterOf(
    brokerRecord(1),
    metadataRecord("TopicRecord", 0, { name: "t", topicId: "TOPICxxxxxxxxxxxxxxxxA" }),
  );
}

function op(operation: number, name: string, value: string | null = null): ConfigOp {
  return { operation, name, value };
}

function alter(context: ReturnType<typeof clusterWithTopic>, resource = TOPIC, ...ops: ConfigOp[]) {
  return apply(context, incrementalAlterConfigs(context, [{ resource, ops }]))[0]!;
}

Deno.test("configs are set, changed and taken away one by one", () => {
  const context = clusterWithTopic();
  const configs = () => Object.fromEntries(context.image.configs.of(2, "t"));
  alter(context, TOPIC, op(SET, "retention.ms", "1"), op(SET, "segment.ms", "2"));
  assertEquals(configs(), { "retention.ms": "1", "segment.ms": "2" });
  alter(context, TOPIC, op(SET, "retention.ms", "3"), op(DELETE, "segment.ms"));
  assertEquals(configs(), { "retention.ms": "3" });
  assertEquals(alter(context, TOPIC, op(DELETE, "max.message.bytes")).error, "NONE");
});

Deno.test("lists are appended to and taken from, beginning with the default", () => {
  const context = clusterWithTopic();
  const policy = () => context.image.configs.of(2, "t").get("cleanup.policy");
  alter(context, TOPIC, op(APPEND, "cleanup.policy", "compact,delete"));
  assertEquals(policy(), "delete,compact");
  alter(context, TOPIC, op(SUBTRACT, "cleanup.policy", "delete"));
  assertEquals(policy(), "compact");
  assertEquals(alter(context, TOPIC, op(APPEND, "retention.ms", "1")), {
    error: "INVALID_CONFIG",
    message: "Can't APPEND to key retention.ms because its type is not LIST.",
  });
});

Deno.test("a change that is refused changes nothing of its resource, and nothing of others", () => {
  const context = clusterWithTopic();
  const results = apply(
    context,
    incrementalAlterConfigs(context, [
      { resource: TOPIC, ops: [op(SET, "retention.ms", "1"), op(SET, "segment.ms", "x")] },
      { resource: { type: 2, name: "none" }, ops: [op(SET, "retention.ms", "1")] },
      { resource: { type: 4, name: "" }, ops: [op(SET, "x", "1")] },
    ]),
  );
  assertEquals(results.map(({ error, message }) => [error, message]), [
    ["INVALID_CONFIG", "Invalid value x for configuration segment.ms: Not a number of type LONG"],
    ["UNKNOWN_TOPIC_OR_PARTITION", "The topic 'none' does not exist."],
    ["NONE", null],
  ]);
  assertEquals(context.image.configs.of(2, "t").size, 0);
  assertEquals(context.image.configs.of(4, "").get("x"), "1");
});

Deno.test("the old way replaces all configs", () => {
  const context = clusterWithTopic();
  alter(context, TOPIC, op(SET, "retention.ms", "1"), op(SET, "segment.ms", "2"));
  const change = { resource: TOPIC, ops: [op(SET, "segment.ms", "9")] };
  apply(context, legacyAlterConfigs(context, [change]));
  assertEquals([...context.image.configs.of(2, "t")], [["segment.ms", "9"]]);
});

Deno.test("what does not change is not written, but for brokers, who are told again", () => {
  const context = clusterWithTopic();
  const set = [op(SET, "retention.ms", "1")];
  alter(context, TOPIC, ...set);
  const again = incrementalAlterConfigs(context, [{ resource: TOPIC, ops: set }]);
  assertEquals(again.records, []);
  const broker = { type: 4, name: "1" };
  apply(context, incrementalAlterConfigs(context, [{ resource: broker, ops: set }]));
  assertEquals(
    incrementalAlterConfigs(context, [{ resource: broker, ops: set }]).records.length,
    1,
  );
});

Deno.test("a value that does not fit into a record is refused", () => {
  const context = clusterWithTopic();
  const result = alter(context, TOPIC, op(SET, "cleanup.policy", "x".repeat(40_000)));
  assertEquals(result.error, "INVALID_CONFIG");
  assertEquals(
    result.message,
    "The configuration value cannot be added because it exceeds the maximum value size of 32767 bytes.",
  );
});

/** What Apache Kafka's tool was told. */
function golden(name: string): string {
  const file = new URL(`../../fixtures/cli/${name}.txt`, import.meta.url);
  return Deno.readTextFileSync(file).split("\n").find((line) => line.startsWith("Caused by: "))!
    .replace(/^Caused by: [\w.]+: /, "");
}

function controllerWithTopic(elr = 1): TestController {
  const controller = new TestController({ elr });
  controller.addTopic("multipart-topic");
  return controller;
}

function change(controller: TestController, type: number, name: string, ...ops: ConfigOp[]) {
  const { records, response: [result] } = controller.decide((context) =>
    incrementalAlterConfigs(context, [{ resource: { type, name }, ops }])
  );
  return { records, ...result! };
}

Deno.test("what Apache Kafka's tool was told by Apache Kafka is told here in the same words", () => {
  const controller = controllerWithTopic();
  const topic = (name: string, value: string) =>
    change(controller, 2, "multipart-topic", op(SET, name, value));
  const broker = (name: string, value: string) => change(controller, 4, "1", op(SET, name, value));
  for (
    const [file, { error, message }, expected] of [
      ["configs-topic-bad-key", topic("no.such.config", "1"), "INVALID_CONFIG"],
      ["configs-topic-bad-value-bool", topic("preallocate", "maybe"), "INVALID_CONFIG"],
      ["configs-topic-bad-value-codec", topic("compression.type", "rar"), "INVALID_CONFIG"],
      ["configs-topic-bad-value-enum", topic("cleanup.policy", "shred"), "INVALID_CONFIG"],
      ["configs-topic-bad-value-negative", topic("segment.bytes", "-1"), "INVALID_CONFIG"],
      [
        "configs-topic-bad-value-range",
        topic("min.cleanable.dirty.ratio", "1.5"),
        "INVALID_CONFIG",
      ],
      ["configs-topic-bad-value-type", topic("retention.ms", "soon"), "INVALID_CONFIG"],
      [
        "configs-topic-missing",
        change(controller, 2, "no-such-topic", op(SET, "retention.ms", "1")),
        "UNKNOWN_TOPIC_OR_PARTITION",
      ],
      ["configs-broker-alter-read-only", broker("broker.rack", "r1"), "INVALID_REQUEST"],
      ["configs-broker-bad-value", broker("log.cleaner.threads", "many"), "INVALID_REQUEST"],
      ["configs-broker-bad-value-range", broker("log.cleaner.threads", "-1"), "INVALID_REQUEST"],
    ] as const
  ) {
    assertEquals([error, message], [expected, golden(file)], file);
  }
});

Deno.test("with eligible leaders, min.insync.replicas is no single broker's, and always said for the cluster", () => {
  const controller = controllerWithTopic();
  const name = "min.insync.replicas";
  assertEquals(
    change(controller, 4, "1", op(SET, name, "2")).message,
    `Broker-level ${name} cannot be altered while ELR is enabled.`,
  );
  assertEquals(
    change(controller, 4, "", op(DELETE, name)).message,
    `Cluster-level ${name} cannot be removed while ELR is enabled.`,
  );
  assertEquals(change(controllerWithTopic(0), 4, "1", op(SET, name, "2")).error, "NONE");
  assertEquals(change(controllerWithTopic(0), 4, "", op(DELETE, name)).error, "NONE");
});

Deno.test("who is eligible is found out anew when min.insync.replicas changes, of a topic or of all", () => {
  const records = (type: number, name: string, elr: number) =>
    change(controllerWithTopic(elr), type, name, op(SET, "min.insync.replicas", "2")).records
      .filter((record) => record.type === "ClearElrRecord").map(({ data }) => data);
  assertEquals(records(2, "multipart-topic", 1), [{ topicName: "multipart-topic" }]);
  assertEquals(records(4, "", 1), [{ topicName: "" }]);
  assertEquals(records(2, "multipart-topic", 0), []);
});

Deno.test("directories can be cordoned from metadata.version 4.3 on", () => {
  const old = new TestController({ metadataVersion: 29 });
  const name = "cordoned.log.dirs";
  assertEquals(
    change(old, 4, "1", op(SET, name, "./data")).message,
    `The ${name} configuration value cannot be set because it requires metadata.version >= 4.3-IV0`,
  );
});

Deno.test("configs of groups and of metrics of clients are kept, when they can be", () => {
  const controller = controllerWithTopic();
  assertEquals(
    change(controller, 32, "g", op(SET, "consumer.session.timeout.ms", "50000")).error,
    "NONE",
  );
  assertEquals(change(controller, 16, "m", op(APPEND, "metrics", "a.b,c")).error, "NONE");
  assertEquals([...controller.image.configs.of(32, "g")], [[
    "consumer.session.timeout.ms",
    "50000",
  ]]);
  assertEquals([...controller.image.configs.of(16, "m")], [["metrics", "a.b,c"]]);
  assertEquals(
    change(controller, 32, "g", op(SET, "nope", "1")).message,
    "Unknown group config name: nope",
  );
  assertEquals(change(controller, 16, "m", op(SET, "interval.ms", "1")).error, "INVALID_REQUEST");
  assertEquals(
    change(controller, 32, "", op(SET, "consumer.session.timeout.ms", "50000")).error,
    "INVALID_REQUEST",
  );
});

Deno.test("an operation that there is not is refused", () => {
  assertEquals(change(controllerWithTopic(), 2, "multipart-topic", op(7, "retention.ms", "1")), {
    records: [],
    error: "INVALID_REQUEST",
    message: "Unknown operations type 7",
  });
});

Deno.test("subtracting takes one of several away, appending never makes two", () => {
  const controller = controllerWithTopic();
  const name = "leader.replication.throttled.replicas";
  controller.setConfig(2, "multipart-topic", name, "0:1,0:2,0:1");
  change(controller, 2, "multipart-topic", op(SUBTRACT, name, "0:1,9:9"));
  assertEquals(controller.image.configs.of(2, "multipart-topic").get(name), "0:2,0:1");
  change(controller, 2, "multipart-topic", op(APPEND, name, "0:1,0:3,0:3"));
  assertEquals(controller.image.configs.of(2, "multipart-topic").get(name), "0:2,0:1,0:3");
});
