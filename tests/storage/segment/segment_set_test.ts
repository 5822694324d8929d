import { assert, assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { StorageError } from "../../../storage/errors.ts";
import type { Segment } from "../../../storage/segment/segment.ts";
import { SegmentSet } from "../../../storage/segment/segment_set.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { append, openSegment } from "../../support/segments.ts";

const env = manualEnv();
const cache = new Map<number, Segment>();

function segment(baseOffset: number): Segment {
  let one = cache.get(baseOffset);
  if (one === undefined) cache.set(baseOffset, one = openSegment(env, { baseOffset }));
  return one;
}

function set(...baseOffsets: number[]): SegmentSet {
  const segments = new SegmentSet({ topic: "topic", partition: 0 });
  for (const baseOffset of baseOffsets) segments.add(segment(baseOffset));
  return segments;
}

const bases = (segments: readonly Segment[]) => segments.map((each) => each.baseOffset);

Deno.test("segments are added, replaced, found and removed by base offset, and kept in order", () => {
  const segments = set();
  assert(segments.isEmpty);
  assertEquals([segments.numberOfSegments, segments.sizeInBytes], [0, 0]);
  assertEquals(segments.add(segment(20)), undefined);
  assertEquals(segments.add(segment(0)), undefined);
  assertEquals(segments.add(segment(10)), undefined);
  assertEquals(segments.baseOffsets, [0, 10, 20]);
  const other = openSegment(env, { baseOffset: 10, fileSuffix: ".swap" });
  assertStrictEquals(segments.add(other), segment(10));
  assertStrictEquals(segments.get(10), other);
  assert(segments.contains(10) && !segments.contains(11));
  segments.remove(10);
  segments.remove(11);
  assertEquals([segments.baseOffsets, segments.get(10)], [[0, 20], undefined]);
  segments.clear();
  assert(segments.isEmpty);
});

Deno.test("first, last and active segment; none has none", () => {
  const empty = set();
  assertEquals([empty.firstSegment, empty.lastSegment], [undefined, undefined]);
  assertEquals(empty.firstSegmentBaseOffset, undefined);
  assertThrows(() => empty.activeSegment, StorageError, "topic-0");
  const segments = set(5, 10, 15);
  assertStrictEquals(segments.firstSegment, segment(5));
  assertStrictEquals(segments.lastSegment, segment(15));
  assertStrictEquals(segments.activeSegment, segment(15));
  assertEquals(segments.firstSegmentBaseOffset, 5);
});

Deno.test("a range starts with the segment that holds its first offset and ends before its limit", () => {
  const segments = set(1, 2, 3, 5);
  assertEquals(bases(segments.values()), [1, 2, 3, 5]);
  assertEquals(bases(segments.values(2, 3)), [2]);
  assertEquals(bases(segments.values(2, 4)), [2, 3]);
  assertEquals(bases(segments.values(4, 5)), [3]);
  assertEquals(bases(segments.values(4)), [3, 5]);
  assertEquals(bases(segments.values(0, 3)), [1, 2]);
  assertEquals(bases(segments.values(9, 100)), [5]);
  assertEquals(bases(segments.values(3, 3)), []);
  assertEquals(bases(segments.values(2, Infinity)), [2, 3, 5]);
  assertThrows(() => segments.values(3, 2), StorageError, "limit offset: 2");
  assertEquals(bases(segments.nonActiveLogSegmentsFrom(2)), [2, 3]);
  assertEquals(bases(segments.nonActiveLogSegmentsFrom(5)), []);
  assertEquals(bases(segments.nonActiveLogSegmentsFrom(6)), []);
  assertEquals(bases(segments.filter((each) => each.baseOffset % 2 === 1)), [1, 3, 5]);
});

Deno.test("a list of segments is not disturbed by what happens to the set", () => {
  const segments = set(1, 2, 3);
  for (const each of segments.values()) segments.remove(each.baseOffset);
  assert(segments.isEmpty);
});

Deno.test("the nearest segments below and above an offset", () => {
  const segments = set(1, 3, 5);
  const base = (one: Segment | undefined) => one?.baseOffset;
  assertEquals([0, 1, 2, 3, 6].map((n) => base(segments.floorSegment(n))), [undefined, 1, 1, 3, 5]);
  assertEquals([1, 2, 3, 6].map((n) => base(segments.lowerSegment(n))), [undefined, 1, 1, 5]);
  assertEquals([0, 1, 2, 5].map((n) => base(segments.higherSegment(n))), [1, 3, 3, undefined]);
  assertEquals(bases(segments.higherSegments(0)), [1, 3, 5]);
  assertEquals(bases(segments.higherSegments(1)), [3, 5]);
  assertEquals(bases(segments.higherSegments(4)), [5]);
  assertEquals(bases(segments.higherSegments(5)), []);
  assertEquals(base(set().floorSegment(3)), undefined);
});

Deno.test("sizes add up beyond 2 GiB", () => {
  const segments = new SegmentSet({ topic: "topic", partition: 0 });
  for (let i = 0; i < 3; i++) {
    segments.add({ baseOffset: i, size: 0x7fff_ffff } as unknown as Segment);
  }
  assertEquals(segments.sizeInBytes, 3 * 0x7fff_ffff);
});

Deno.test("closing goes on after a failure and tells it at the end", () => {
  const closed: number[] = [];
  const segments = new SegmentSet({ topic: "topic", partition: 0 });
  for (let i = 0; i < 3; i++) {
    const close = () => {
      closed.push(i);
      if (i === 1) throw new Error("disk");
    };
    segments.add({ baseOffset: i, close } as unknown as Segment);
  }
  assertThrows(() => segments.close(), Error, "disk");
  assertEquals(closed, [0, 1, 2]);
});

Deno.test("all segments follow their directory", () => {
  const world = manualEnv();
  const segments = new SegmentSet({ topic: "topic", partition: 0 });
  for (const baseOffset of [0, 10]) {
    const one = openSegment(world, { baseOffset });
    append(one, baseOffset, ["a", "b"]);
    segments.add(one);
  }
  world.fileSystem.rename("/log/topic-0", "/log/topic-0.id-delete");
  segments.updateParentDir("/log/topic-0.id-delete");
  for (const one of segments.values()) append(one, one.baseOffset + 2, ["c"]);
  segments.close();
  assertEquals(world.fileSystem.list("/log/topic-0.id-delete").length, 6);
  segments.closeHandlers();
});
