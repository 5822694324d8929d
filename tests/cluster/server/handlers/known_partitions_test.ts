import { assertEquals } from "@std/assert";
import {
  knownPartitions,
  mergedTopics,
} from "../../../../cluster/server/handlers/known_partitions.ts";
import { ZERO_UUID } from "../../../../storage/bytes/uuid.ts";
import { imageOf } from "../../../support/metadata_image.ts";
import { topicIdOf } from "../../../support/replicas.ts";

const image = imageOf({ topics: { a: [{}, {}], b: [{}] } });
const partitions = (...indexes: number[]) => indexes.map((partitionIndex) => ({ partitionIndex }));
const errors = (errorCode: number, ...indexes: number[]) =>
  indexes.map((partitionIndex) => ({ partitionIndex, errorCode }));

Deno.test("by name: partitions that there are, with the topic's id, and errors for the others", () => {
  const found = knownPartitions(image, [
    { name: "a", partitions: partitions(1, 2) },
    { name: "none", partitions: partitions(0) },
    { name: "b", partitions: partitions(5) },
  ], false);
  assertEquals(found.known, [{ name: "a", topicId: topicIdOf("a"), partitions: partitions(1) }]);
  assertEquals(found.unknown, [
    { name: "a", topicId: topicIdOf("a"), partitions: errors(3, 2) },
    { name: "none", topicId: ZERO_UUID, partitions: errors(3, 0) },
    { name: "b", topicId: topicIdOf("b"), partitions: errors(3, 5) },
  ]);
});

Deno.test("by id: a topic that nobody knows has an error of its own", () => {
  const other = topicIdOf("other");
  const found = knownPartitions(image, [
    { name: "", topicId: topicIdOf("b"), partitions: partitions(0) },
    { name: "", topicId: other, partitions: partitions(0) },
  ], true);
  assertEquals(found.known, [{ name: "b", topicId: topicIdOf("b"), partitions: partitions(0) }]);
  assertEquals(found.unknown, [{ name: "", topicId: other, partitions: errors(100, 0) }]);
});

Deno.test("what the coordinator answers joins the errors of its topic", () => {
  const a = { name: "a", topicId: topicIdOf("a") };
  const b = { name: "b", topicId: topicIdOf("b") };
  assertEquals(
    mergedTopics([{ ...a, partitions: errors(3, 2) }], [
      { ...b, partitions: errors(0, 0) },
      { ...a, partitions: errors(0, 1) },
    ]),
    [{ ...a, partitions: [...errors(3, 2), ...errors(0, 1)] }, { ...b, partitions: errors(0, 0) }],
  );
  assertEquals(mergedTopics([], [{ ...b, partitions: errors(0, 0) }]).length, 1);
});
