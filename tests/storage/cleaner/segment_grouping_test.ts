import { assert, assertEquals } from "@std/assert";
import { groupSegmentsBySize } from "../../../storage/cleaner/segment_grouping.ts";

const MAX = 2 ** 31 - 1;

function segment(baseOffset: number, size = 100, indexSize = 16, timeIndexSize = 24) {
  return {
    baseOffset,
    size,
    offsetIndex: { sizeInBytes: indexSize },
    timeIndex: { sizeInBytes: timeIndexSize },
  };
}

function group(
  segments: ReturnType<typeof segment>[],
  maxSize = MAX,
  maxIndexSize = MAX,
  firstUncleanable = 1000,
): number[][] {
  return groupSegmentsBySize(segments, maxSize, maxIndexSize, firstUncleanable)
    .map((each) => each.map((one) => one.baseOffset));
}

const ten = Array.from({ length: 10 }, (_, i) => segment(i * 10));

Deno.test("without limits all segments go into one", () => {
  assertEquals(group(ten), [ten.map((each) => each.baseOffset)]);
  assertEquals(group([]), []);
});

Deno.test("data, offset indexes and time indexes bound a group, each for itself", () => {
  assertEquals(group(ten, 1).length, 10);
  assertEquals(group(ten, MAX, 1).length, 10);
  assertEquals(group(ten, 301).map((each) => each.length), [3, 3, 3, 1]);
  assertEquals(group(ten, 300).map((each) => each.length), [3, 3, 3, 1]);
  // Time indexes are the larger ones here.
  assertEquals(group(ten, MAX, 24 * 4).map((each) => each.length), [4, 4, 2]);
  const sparse = ten.map((each) => segment(each.baseOffset, 100, 40, 0));
  assertEquals(group(sparse, MAX, 80).map((each) => each.length), [2, 2, 2, 2, 2]);
});

Deno.test("the offsets of a group fit into the indexes of one segment", () => {
  // The last offset of a segment is taken to be the one before the next, or before the uncleanable part.
  assertEquals(group([segment(0), segment(100)], MAX, MAX, MAX + 1), [[0, 100]]);
  assertEquals(group([segment(0), segment(100)], MAX, MAX, MAX + 2), [[0], [100]]);
  const spread = [segment(0), segment(2 ** 30), segment(2 ** 31), segment(2 ** 31 + 10)];
  assertEquals(group(spread, MAX, MAX, 2 ** 31 + 20), [[0, 2 ** 30], [2 ** 31, 2 ** 31 + 10]]);
});

Deno.test("a segment without data fits any range of offsets", () => {
  const segments = [segment(0, 0), segment(2 ** 31, 0), segment(2 ** 32, 0), segment(2 ** 33)];
  assertEquals(group(segments, MAX, MAX, 2 ** 33 + 10), [[0, 2 ** 31, 2 ** 32], [2 ** 33]]);
});

Deno.test("segments stay in order and none is lost", () => {
  const segments = Array.from({ length: 50 }, (_, i) => segment(i * 7, 10 + (i * 37) % 90));
  const groups = group(segments, 200);
  assertEquals(groups.flat(), segments.map((each) => each.baseOffset));
  assert(groups.every((each) => each.length > 0));
});
