import { assertEquals, assertThrows } from "@std/assert";
import { errorName, KafkaError } from "../../../client/protocol/error_codes.ts";
import { metadataRecord } from "../../../cluster/controller/metadata_records.ts";
import { deleteTopics } from "../../../cluster/controller/topic_deletion.ts";
import { ZERO_UUID } from "../../../storage/bytes/uuid.ts";
import { apply, brokerRecord, clusterOf } from "../../support/controller.ts";

const idOf = (name: string) => name.padEnd(21, "x") + "A";

function clusterWith(...names: string[]) {
  return clusterOf(
    brokerRecord(1),
    ...names.map((name) => metadataRecord("TopicRecord", 0, { name, topicId: idOf(name) })),
  );
}

Deno.test("topics are deleted by name and by id, with their configs", () => {
  const context = clusterWith("a", "b", "c");
  context.image.replay(
    metadataRecord("ConfigRecord", 0, {
      resourceType: 2,
      resourceName: "a",
      name: "x",
      value: "1",
    }),
  );
  const results = apply(
    context,
    deleteTopics(context, {
      topicNames: [],
      topics: [{ name: "a", topicId: ZERO_UUID }, { name: null, topicId: idOf("b") }],
      timeoutMs: 0,
    }),
  );
  assertEquals(results.map(({ name, errorCode }) => [name, errorCode]), [["a", 0], ["b", 0]]);
  assertEquals([...context.image.topics.byName.keys()], ["c"]);
  assertEquals(context.image.configs.of(2, "a").size, 0);
});

Deno.test("what is not there, told twice, or told in two ways is refused", () => {
  const context = clusterWith("a", "b");
  const results = apply(
    context,
    deleteTopics(context, {
      topicNames: ["none", "a", "a"],
      topics: [
        { name: null, topicId: idOf("none") },
        { name: "b", topicId: idOf("b") },
        { name: null, topicId: ZERO_UUID },
      ],
      timeoutMs: 0,
    }),
  );
  const told = results.map(({ errorCode, errorMessage }) =>
    `${errorName(errorCode)}: ${errorMessage}`
  );
  assertEquals(told.sort(), [
    "INVALID_REQUEST: Duplicate topic name.",
    "INVALID_REQUEST: Neither topic name nor id were specified.",
    "INVALID_REQUEST: You may not specify both topic name and topic id.",
    "UNKNOWN_TOPIC_ID: This server does not host this topic ID.",
    "UNKNOWN_TOPIC_OR_PARTITION: This server does not host this topic-partition.",
  ]);
  assertEquals(context.image.topics.byName.size, 2);
});

Deno.test("a topic that is told by name and by id is told twice, and stays", () => {
  const context = clusterWith("a", "b");
  const results = apply(
    context,
    deleteTopics(context, {
      topicNames: [],
      topics: [
        { name: "a", topicId: ZERO_UUID },
        { name: null, topicId: idOf("a") },
        { name: null, topicId: idOf("b") },
        { name: null, topicId: idOf("b") },
        { name: "b", topicId: ZERO_UUID },
      ],
      timeoutMs: 0,
    }),
  );
  assertEquals(results.map(({ name, topicId, errorMessage }) => [name, topicId, errorMessage]), [
    ["a", idOf("a"), "The provided topic name maps to an ID that was already supplied."],
    ["b", idOf("b"), "The provided topic name maps to an ID that was already supplied."],
    [null, idOf("b"), "Duplicate topic id."],
  ]);
  assertEquals(context.image.topics.byName.size, 2);
});

Deno.test("one record a topic is written, and no more than fit into a request", () => {
  const names = Array.from({ length: 10_001 }, (_, i) => `t${i}`);
  const context = clusterWith(...names);
  const request = (topicNames: string[]) => ({ topicNames, topics: [], timeoutMs: 0 });
  assertEquals(deleteTopics(context, request(names.slice(0, 10_000))).records.length, 10_000);
  const error = assertThrows(() => deleteTopics(context, request(names)), KafkaError);
  assertEquals(error.code, "POLICY_VIOLATION");
});
