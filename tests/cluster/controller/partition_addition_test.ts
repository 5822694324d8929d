import { assertEquals } from "@std/assert";
import { errorName } from "../../../client/protocol/error_codes.ts";
import type { CreatePartitionsTopic } from "../../../client/protocol/messages/create_partitions.ts";
import { createPartitions } from "../../../cluster/controller/partition_addition.ts";
import { createTopics } from "../../../cluster/controller/topic_creation.ts";
import { metadataRecord } from "../../../cluster/controller/metadata_records.ts";
import { apply, brokerRecord, clusterOf } from "../../support/controller.ts";
import { TestController } from "./controller_support.ts";

function clusterWithTopic() {
  const context = clusterOf(brokerRecord(1));
  const wanted = { numPartitions: 3, replicationFactor: 1, assignments: [], configs: [] };
  const topics = [{ name: "t", ...wanted }];
  apply(context, createTopics(context, { topics, timeoutMs: 0, validateOnly: false }));
  return context;
}

function add(context: ReturnType<typeof clusterWithTopic>, ...topics: CreatePartitionsTopic[]) {
  return apply(context, createPartitions(context, { topics, timeoutMs: 0, validateOnly: false }));
}

Deno.test("new partitions come behind those there are", () => {
  const context = clusterWithTopic();
  assertEquals(add(context, { name: "t", count: 5, assignments: null })[0]!.errorCode, 0);
  const { partitions } = context.image.topics.byName.get("t")!;
  assertEquals([...partitions.keys()], [0, 1, 2, 3, 4]);
  add(context, { name: "t", count: 6, assignments: [{ brokerIds: [1] }] });
  assertEquals(partitions.get(5)!.leader, 1);
});

Deno.test("what is no increase is refused in Kafka's words", () => {
  const context = clusterWithTopic();
  const cases: [CreatePartitionsTopic, string, string][] = [
    [
      { name: "t", count: 2, assignments: null },
      "INVALID_PARTITIONS",
      "The topic t currently has 3 partition(s); 2 would not be an increase.",
    ],
    [
      { name: "t", count: 3, assignments: null },
      "INVALID_PARTITIONS",
      "Topic already has 3 partition(s).",
    ],
    [
      { name: "none", count: 3, assignments: null },
      "UNKNOWN_TOPIC_OR_PARTITION",
      "This server does not host this topic-partition.",
    ],
    [
      { name: "t", count: 5, assignments: [{ brokerIds: [1] }] },
      "INVALID_REPLICA_ASSIGNMENT",
      "Attempted to add 2 additional partition(s), but only 1 assignment(s) were specified.",
    ],
    [
      { name: "t", count: 4, assignments: [{ brokerIds: [] }] },
      "INVALID_REPLICA_ASSIGNMENT",
      "The manual partition assignment includes an empty replica list.",
    ],
  ];
  for (const [wanted, error, message] of cases) {
    const [result] = add(context, wanted);
    assertEquals([errorName(result!.errorCode), result!.errorMessage], [error, message]);
  }
  const twice = { name: "t", count: 9, assignments: null };
  assertEquals(errorName(add(context, twice, twice)[0]!.errorCode), "INVALID_REQUEST");
  assertEquals(context.image.topics.byName.get("t")!.partitions.size, 3);
});

Deno.test("what Apache Kafka's tool was told by Apache Kafka is told here in the same words", () => {
  const controller = new TestController();
  controller.addTopic("multipart-topic", [{}, {}, {}, {}]);
  const file = new URL("../../fixtures/cli/topics-alter-partitions-fewer.txt", import.meta.url);
  const { response: [result] } = controller.decide((context) =>
    createPartitions(context, {
      topics: [{ name: "multipart-topic", count: 2, assignments: null }],
      timeoutMs: 0,
      validateOnly: false,
    })
  );
  assertEquals(
    `Error while executing topic command : ${result!.errorMessage}`,
    Deno.readTextFileSync(file).split("\n")[1],
  );
});

Deno.test("a topic that is named twice, and one that nobody can hold, are refused; a request that only asks changes nothing", () => {
  const controller = new TestController();
  controller.addTopic("t");
  const ask = (validateOnly: boolean, ...counts: number[]) =>
    controller.decide((context) =>
      createPartitions(context, {
        topics: counts.map((count) => ({ name: "t", count, assignments: null })),
        timeoutMs: 0,
        validateOnly,
      })
    );
  assertEquals(ask(false, 2, 3).response, [{
    name: "t",
    errorCode: 42,
    errorMessage: "Duplicate topic name.",
  }]);
  assertEquals(ask(true, 2), {
    records: [],
    response: [{ name: "t", errorCode: 0, errorMessage: null }],
  });
  controller.replay(
    metadataRecord("BrokerRegistrationChangeRecord", 0, { brokerId: 1, fenced: 1 }),
  );
  const { response: [result] } = ask(false, 2);
  assertEquals(errorName(result!.errorCode), "INVALID_REPLICATION_FACTOR");
  assertEquals(
    result!.errorMessage,
    "All brokers are currently fenced, or have all their log directories cordoned.",
  );
});
