import { assertEquals } from "@std/assert";
import { MetadataCache } from "../../../../client/metadata_cache.ts";
import { isSameSnapshot, topicSnapshot } from "../../../../client/consumer/group/topic_snapshot.ts";
import { metadataAnswer } from "../../../support/metadata_answer.ts";

function cacheOf(
  topics: Readonly<Record<string, readonly (readonly number[])[]>>,
  racks: readonly (string | null)[] = ["a", "b", "c"],
): MetadataCache {
  const cache = new MetadataCache();
  cache.update(metadataAnswer(topics, racks));
  return cache;
}

Deno.test("a snapshot has the topics that exist, with the racks of their replicas", () => {
  const cache = cacheOf({ t: [[0, 1], [2]], other: [[0]] });
  const { topics } = topicSnapshot(cache, ["t", "missing"]);
  assertEquals([...topics], [["t", [
    { partition: 0, racks: ["a", "b"] },
    { partition: 1, racks: ["c"] },
  ]]]);
});

Deno.test("replicas whose racks are not known are passed over", () => {
  const cache = cacheOf({ t: [[0, 1]] }, ["a", null]);
  assertEquals(topicSnapshot(cache, ["t"]).topics.get("t"), [{ partition: 0, racks: ["a"] }]);
});

Deno.test("more partitions, or another topic, make another snapshot; a newer version alone does not", () => {
  const cache = cacheOf({ t: [[0], [1]] });
  const before = topicSnapshot(cache, ["t"]);
  cache.update(metadataAnswer({ t: [[0], [1]] }, ["a", "b"]));
  assertEquals(isSameSnapshot(before, topicSnapshot(cache, ["t"]), true), true);
  cache.update(metadataAnswer({ t: [[0], [1], [0]] }, ["a", "b"]));
  assertEquals(isSameSnapshot(before, topicSnapshot(cache, ["t"]), true), false);
  cache.update(metadataAnswer({ u: [[0], [1]] }, ["a", "b"]));
  assertEquals(isSameSnapshot(before, topicSnapshot(cache, ["t", "u"]), true), false);
});

Deno.test("other racks make another snapshot only where racks matter", () => {
  const cache = cacheOf({ t: [[0]] });
  const before = topicSnapshot(cache, ["t"]);
  cache.update(metadataAnswer({ t: [[1]] }, ["a", "b"]));
  const after = topicSnapshot(cache, ["t"]);
  assertEquals(isSameSnapshot(before, after, true), false);
  assertEquals(isSameSnapshot(before, after, false), true);
});
