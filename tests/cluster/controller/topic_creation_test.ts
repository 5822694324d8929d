import { assert, assertEquals, assertThrows } from "@std/assert";
import { errorName, KafkaError } from "../../../client/protocol/error_codes.ts";
import type { CreatableTopic } from "../../../client/protocol/messages/create_topics.ts";
import type { ControllerContext } from "../../../cluster/controller/decision.ts";
import { createTopics } from "../../../cluster/controller/topic_creation.ts";
import {
  decodeMetadataRecord,
  type MetadataRecord,
} from "../../../cluster/controller/metadata_records.ts";
import { apply, brokerRecord, clusterOf } from "../../support/controller.ts";
import { kafkasBatches, rulesOf, shown, TestController } from "./controller_support.ts";

function topic(name: string, partial: Partial<CreatableTopic> = {}): CreatableTopic {
  return {
    name,
    numPartitions: -1,
    replicationFactor: -1,
    assignments: [],
    configs: [],
    ...partial,
  };
}

function create(context: ControllerContext, ...topics: CreatableTopic[]) {
  return apply(context, createTopics(context, { topics, timeoutMs: 0, validateOnly: false }));
}

/** The error of one topic, with its text. */
function refusal(context: ControllerContext, wanted: CreatableTopic): [string, string | null] {
  const { errorCode, errorMessage } = create(context, wanted)[0]!;
  return [errorName(errorCode), errorMessage];
}

Deno.test("a topic has the defaults, an id, and the broker's only directory", () => {
  const context = clusterOf(brokerRecord(1));
  const [result] = create(context, topic("events"));
  assertEquals([result!.errorCode, result!.numPartitions, result!.replicationFactor], [0, 3, 1]);
  assertEquals(result!.configs![0]!.value, "delete");
  const made = context.image.topics.byName.get("events")!;
  assertEquals(made.id, result!.topicId);
  assertEquals([...made.partitions.keys()], [0, 1, 2]);
  const { replicas, isr, leader, leaderEpoch, partitionEpoch, directories } = made.partitions.get(
    0,
  )!;
  assertEquals([replicas, isr, leader, leaderEpoch, partitionEpoch], [[1], [1], 1, 0, 0]);
  assertEquals(directories, ["DIRECTORYxxxxxxxxxxxxA"]);
});

Deno.test("configs are set with the topic, and a bad one keeps it from being made", () => {
  const context = clusterOf(brokerRecord(1));
  create(context, topic("a", { configs: [{ name: "retention.ms", value: "5" }] }));
  assertEquals([...context.image.configs.of(2, "a")], [["retention.ms", "5"]]);
  assertEquals(
    refusal(context, topic("b", { configs: [{ name: "retention.ms", value: "soon" }] })),
    [
      "INVALID_CONFIG",
      "Invalid value soon for configuration retention.ms: Not a number of type LONG",
    ],
  );
  assertEquals(
    refusal(context, topic("b", { configs: [{ name: "no.such.config", value: "1" }] })),
    ["INVALID_CONFIG", "Unknown topic config name: no.such.config"],
  );
  assertEquals(
    refusal(context, topic("b", { configs: [{ name: "retention.ms", value: null }] })),
    ["INVALID_CONFIG", "Null value not supported for topic configs: retention.ms"],
  );
  assert(!context.image.topics.byName.has("b"));
});

Deno.test("what cannot be made is refused in Kafka's words", () => {
  const context = clusterOf(brokerRecord(1));
  create(context, topic("dotted.name"), topic("there"));
  const cases: [CreatableTopic, string, string][] = [
    [topic("there"), "TOPIC_ALREADY_EXISTS", "Topic 'there' already exists."],
    [
      topic("dotted_name"),
      "INVALID_TOPIC_EXCEPTION",
      "Topic 'dotted_name' collides with existing topic: dotted.name",
    ],
    [topic(".."), "INVALID_TOPIC_EXCEPTION", "Topic name is invalid: '..' is not allowed"],
    [
      topic("a", { replicationFactor: 0 }),
      "INVALID_REPLICATION_FACTOR",
      "Replication factor must be larger than 0, or -1 to use the default value.",
    ],
    [
      topic("a", { numPartitions: 0 }),
      "INVALID_PARTITIONS",
      "Number of partitions was set to an invalid non-positive value.",
    ],
    [
      topic("a", { replicationFactor: 3 }),
      "INVALID_REPLICATION_FACTOR",
      "Unable to replicate the partition 3 time(s): The target replication factor of 3 cannot be " +
      "reached because only 1 broker(s) are registered or some brokers have all their log directories cordoned.",
    ],
    [
      topic("a", { assignments: [{ partitionIndex: 0, brokerIds: [1] }], numPartitions: 1 }),
      "INVALID_REQUEST",
      "A manual partition assignment was specified, but numPartitions was not set to -1.",
    ],
    [
      topic("a", { assignments: [{ partitionIndex: 0, brokerIds: [7] }] }),
      "INVALID_REPLICA_ASSIGNMENT",
      "The manual partition assignment includes broker 7, but no such broker is registered.",
    ],
    [
      topic("a", { assignments: [{ partitionIndex: 0, brokerIds: [1, 1] }] }),
      "INVALID_REPLICA_ASSIGNMENT",
      "The manual partition assignment includes the broker 1 more than once.",
    ],
    [
      topic("a", { assignments: [{ partitionIndex: 1, brokerIds: [1] }] }),
      "INVALID_REPLICA_ASSIGNMENT",
      "partitions should be a consecutive 0-based integer sequence",
    ],
  ];
  for (const [wanted, error, message] of cases) {
    assertEquals(refusal(context, wanted), [error, message]);
  }
  assertEquals(context.image.topics.byName.size, 2);
});

Deno.test("topics stand for themselves: one that is refused does not keep others from being made", () => {
  const context = clusterOf(brokerRecord(1));
  const results = create(context, topic("a"), topic(""), topic("b"), topic("c"), topic("c"));
  assertEquals(results.map(({ name, errorCode }) => [name, errorName(errorCode)]), [
    ["a", "NONE"],
    ["", "INVALID_TOPIC_EXCEPTION"],
    ["b", "NONE"],
    ["c", "INVALID_REQUEST"],
  ]);
  assertEquals([...context.image.topics.byName.keys()], ["a", "b"]);
});

Deno.test("a request that only asks changes nothing", () => {
  const context = clusterOf(brokerRecord(1));
  const { records, response } = createTopics(context, {
    topics: [topic("a")],
    timeoutMs: 0,
    validateOnly: true,
  });
  assertEquals([records.length, response[0]!.errorCode], [0, 0]);
});

Deno.test("brokers that are down get replicas, and do not lead", () => {
  const context = clusterOf(brokerRecord(1, { fenced: true }), brokerRecord(2));
  create(context, topic("a", { numPartitions: 4, replicationFactor: 2 }));
  for (
    const { replicas, isr, leader } of context.image.topics.byName.get("a")!.partitions.values()
  ) {
    assertEquals([replicas, isr, leader], [[2, 1], [2], 2]);
  }
});

Deno.test("a request for too many partitions is refused whole", () => {
  const context = clusterOf(brokerRecord(1));
  assertThrows(() => create(context, topic("a", { numPartitions: 10_001 })), KafkaError);
});

/** The file of a golden output, of which the second line is what the tool was told. */
function golden(name: string): string {
  const file = new URL(`../../fixtures/cli/${name}.txt`, import.meta.url);
  return Deno.readTextFileSync(file).split("\n")
    .find((line) => line.startsWith("Error while executing topic command : "))!
    .slice("Error while executing topic command : ".length);
}

Deno.test("what Apache Kafka's tool was told by Apache Kafka is told here in the same words", () => {
  const controller = new TestController({ rules: rulesOf() });
  const told = (wanted: CreatableTopic) => refusal(controller, wanted)[1];
  create(controller, topic("multipart-topic"), topic("metrics.dotted"));
  const long = "x".repeat(250);
  const config = (name: string, value: string) => ({ configs: [{ name, value }] });
  assertEquals(
    told(topic("nope", { replicationFactor: 3 })),
    golden("topics-create-bad-replication"),
  );
  assertEquals(told(topic("bad name!")), golden("topics-create-bad-name"));
  assertEquals(told(topic(long)), golden("topics-create-long-name"));
  assertEquals(told(topic("multipart-topic")), golden("topics-create-exists"));
  assertEquals(told(topic("metrics_dotted")), golden("topics-create-underscore-name"));
  assertEquals(
    told(topic("n", config("no.such.config", "1"))),
    golden("topics-create-bad-config-key"),
  );
  assertEquals(
    told(topic("n", config("retention.ms", "soon"))),
    golden("topics-create-bad-config-value"),
  );
  assertEquals(
    told(topic("n", config("cleanup.policy", "shred"))),
    golden("topics-create-bad-config-policy"),
  );
  assertEquals(
    told(topic("n", config("segment.bytes", "16384"))),
    golden("topics-create-bad-segment"),
  );
});

Deno.test("the records of a new topic are Kafka's: topic, configs, cleared eligible leaders, partitions", () => {
  const kafkas = kafkasBatches().find(({ baseOffset }) => baseOffset === 97)!.records
    .map(decodeMetadataRecord);
  assertEquals(kafkas[0]!.type === "TopicRecord" && kafkas[0].data.name, "__transaction_state");
  const controller = new TestController();
  const configs = kafkas.flatMap(({ type, data }) =>
    type === "ConfigRecord" ? [{ name: data.name, value: data.value }] : []
  );
  const { records } = controller.decide((context) =>
    createTopics(context, {
      topics: [topic("__transaction_state", { numPartitions: 2, configs })],
      timeoutMs: 0,
      validateOnly: false,
    })
  );
  // Ids are made here and there.
  const { topicId } = records[0]!.data as { topicId: string };
  const kafkasId = (kafkas[0]!.data as { topicId: string }).topicId;
  const text = (record: MetadataRecord) =>
    shown(record).replace(topicId, "ID").replace(kafkasId, "ID")
      .replace(/directories=\["[^"]*"\]/, "directories");
  assertEquals(records.map(text), kafkas.map(text));
});

Deno.test("a directory of an old metadata.version is written as before", () => {
  const controller = new TestController({ metadataVersion: 8, elr: 0 });
  const { records } = controller.decide((context) =>
    createTopics(context, { topics: [topic("t")], timeoutMs: 0, validateOnly: false })
  );
  assertEquals(records.map(({ type, version }) => `${type} ${version}`), [
    "TopicRecord 0",
    "PartitionRecord 0",
  ]);
  assertEquals(controller.partition("t").directories, ["AAAAAAAAAAAAAAAAAAAAAA"]);
});

Deno.test("the log of the metadata itself is no topic to make", () => {
  assertEquals(refusal(new TestController(), topic("__cluster_metadata")), [
    "INVALID_REQUEST",
    "Creation of internal topic __cluster_metadata is prohibited.",
  ]);
});

Deno.test("a request that would write too many records is refused whole", () => {
  const configs = Array.from(
    { length: 3 },
    (_, i) => ({ name: ["retention.ms", "segment.ms", "flush.ms"][i]!, value: "1" }),
  );
  const topics = Array.from(
    { length: 2000 },
    (_, i) => topic(`t${i}`, { numPartitions: 2, configs }),
  );
  const error = assertThrows(() => create(new TestController(), ...topics), KafkaError);
  assertEquals([error.code, error.message], [
    "POLICY_VIOLATION",
    "Unable to perform excessively large batch operation.",
  ]);
});

Deno.test("all configs of a new topic are told, with where they come from", () => {
  const [result] = create(
    new TestController(),
    topic("t", { configs: [{ name: "retention.ms", value: "5" }] }),
  );
  const told = new Map(
    result!.configs!.map(({ name, value, configSource }) => [name, [value, configSource]]),
  );
  assertEquals(told.get("retention.ms"), ["5", 1]);
  assertEquals(told.get("cleanup.policy"), ["delete", 5]);
  assertEquals([...told.keys()], [...told.keys()].sort());
  assertEquals(told.size > 30, true);
});

Deno.test("a name that differs only by what an id may be is another topic", () => {
  const controller = new TestController();
  create(controller, topic("a"), topic("A"));
  assertEquals([...controller.image.topics.byName.keys()], ["a", "A"]);
});
