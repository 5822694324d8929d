import { assert, assertEquals } from "@std/assert";
import { type ManualEnv, manualEnv } from "../../support/manual_env.ts";
import {
  append,
  batch,
  fileBytes,
  join,
  offsetsOf,
  openSegment,
  readBytes,
  writeFile,
} from "../../support/segments.ts";
import type { Segment } from "../../../storage/segment/segment.ts";

const log = "/log/topic-0/00000000000000000000";

function entries(segment: Segment): { offsets: number[][]; times: number[][] } {
  const { offsetIndex, timeIndex } = segment;
  return {
    offsets: Array.from({ length: offsetIndex.entries }, (_, n) => {
      const { offset, position } = offsetIndex.entry(n);
      return [offset, position];
    }),
    times: Array.from({ length: timeIndex.entries }, (_, n) => {
      const { timestamp, offset } = timeIndex.entry(n);
      return [timestamp, offset];
    }),
  };
}

/** A closed segment of 50 batches with an entry every other batch, and what its indexes hold. */
function closedSegment(env: ManualEnv): Uint8Array[] {
  const segment = openSegment(env, { indexInterval: 100 });
  for (let i = 0; i < 50; i++) append(segment, i * 2, ["one", "two"]);
  segment.close();
  return [".index", ".timeindex"].map((suffix) => fileBytes(env, log + suffix));
}

Deno.test("an entry is due when more than the interval was appended since the last, and tells the batch's own place", () => {
  const env = manualEnv();
  const size = batch(0, ["a"]).length;
  const segment = openSegment(env, { indexInterval: 2 * size });
  for (let i = 0; i < 8; i++) append(segment, i, ["a"]);
  assertEquals(entries(segment), {
    offsets: [[3, 3 * size], [6, 6 * size]],
    times: [[30, 3], [60, 6]],
  });
});

Deno.test("batches that come in one append are indexed one by one", () => {
  const env = manualEnv();
  const segment = openSegment(env, { indexInterval: 1 });
  segment.append(1, join(batch(0, ["value1"]), batch(1, ["value1"])));
  append(segment, 2, ["value1"]);
  const size = batch(0, ["value1"]).length;
  assertEquals(entries(segment), {
    offsets: [[1, size], [2, 2 * size]],
    times: [[10, 1], [20, 2]],
  });
});

Deno.test("a timestamp that goes back leaves the largest so far in the time index", () => {
  const env = manualEnv();
  const segment = openSegment(env, { indexInterval: 1 });
  const at = (offset: number, maxTimestamp: number) => batch(offset, ["value1"], { maxTimestamp });
  segment.append(2, join(at(0, 1), at(1, 0), at(2, 2)));
  const size = at(0, 1).length;
  assertEquals(entries(segment), { offsets: [[1, size], [2, 2 * size]], times: [[1, 0], [2, 2]] });
  assertEquals(segment.maxTimestampAndOffsetSoFar, { timestamp: 2, offset: 2 });
});

Deno.test("a full index takes no more entries, and reads go on from its last", () => {
  const env = manualEnv();
  const segment = openSegment(env, { maxIndexSize: 36 });
  const all = Array.from({ length: 20 }, (_, i) => batch(i, ["value"]));
  segment.append(19, join(...all));
  assertEquals([segment.offsetIndex.entries, segment.timeIndex.entries], [4, 2]);
  assert(segment.offsetIndex.isFull && segment.timeIndex.isFull);
  for (let i = 0; i < 20; i++) assertEquals(readBytes(segment, i, all[i]!.length), all[i]);
  segment.onBecomeInactiveSegment();
  assertEquals(segment.timeIndex.lastEntry, { timestamp: 190, offset: 19 });
});

Deno.test("an opened segment reads an index when it is needed, not before", () => {
  const env = manualEnv();
  closedSegment(env);
  const touched: string[] = [];
  const fileSystem = new Proxy(env.fileSystem, {
    get(target, name) {
      const value = Reflect.get(target, name, target) as (...args: unknown[]) => unknown;
      return (path: string, ...rest: unknown[]) => {
        touched.push(`${String(name)} ${path.slice(path.indexOf("."))}`);
        return value.call(target, path, ...rest);
      };
    },
  });
  env.fileSystem.makeDirectory("/log/topic-0");
  const world = { ...env, fileSystem, clock: env.clock, random: env.random, logger: env.logger };
  touched.length = 0;
  const segment = openSegment(world as unknown as ManualEnv, { indexInterval: 100 });
  assertEquals(touched.filter((call) => !call.startsWith("makeDirectory")), ["stat .log"]);
  assertEquals(segment.maxTimestampSoFar, 990);
  assert(!touched.some((call) => call.endsWith(" .index")));
  readBytes(segment, 40, 10);
  assert(touched.some((call) => call.endsWith(" .index")));
  touched.length = 0;
  segment.close();
  assertEquals(touched, [], "a segment that was only read is closed without touching it");
});

Deno.test("a missing or damaged index is made anew when it is needed, and told", () => {
  const wrongs: [string, (bytes: Uint8Array) => Uint8Array | undefined][] = [
    [".index", () => undefined],
    [".timeindex", () => undefined],
    [".index", () => new TextEncoder().encode("not an index at")],
    [".timeindex", (bytes) => bytes.map((byte) => byte ^ 0x55)],
    [".index", (bytes) => bytes.map((byte) => byte ^ 0x55)],
    [".index", (bytes) => join(bytes, Uint8Array.of(0, 0, 0, 120, 0, 1, 0, 0))],
    [".index", (bytes) => join(bytes, Uint8Array.of(0, 0, 1, 0, 0, 0, 15, 0))],
    [".timeindex", (bytes) => join(bytes, Uint8Array.of(0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 1, 0))],
  ];
  for (const [suffix, wrong] of wrongs) {
    const env = manualEnv();
    const good = closedSegment(env);
    const bytes = wrong(fileBytes(env, log + suffix));
    if (bytes === undefined) env.fileSystem.remove(log + suffix);
    else writeFile(env, log + suffix, bytes);
    const segment = openSegment(env, { indexInterval: 100 });
    for (let i = 0; i < 100; i++) assertEquals(segment.read(i, 1)?.offset, i - i % 2);
    assertEquals(segment.findOffsetByTimestamp(500)?.offset, 50);
    assertEquals(env.logger.matching("Rebuilding the indexes", "warn").length, 1, suffix);
    segment.close();
    assertEquals([".index", ".timeindex"].map((each) => fileBytes(env, log + each)), good, suffix);
  }
});

Deno.test("an index that cannot be trusted over damaged data reaches up to the damage", () => {
  const env = manualEnv();
  closedSegment(env);
  const data = fileBytes(env, `${log}.log`);
  const size = data.length / 50;
  data[30 * size + 16] = 9;
  writeFile(env, `${log}.log`, data);
  env.fileSystem.remove(`${log}.index`);
  const segment = openSegment(env, { indexInterval: 100 });
  assertEquals(segment.read(59, 1)?.offset, 58);
  assertEquals(env.logger.matching("damaged batch", "warn").length, 1);
});

Deno.test("a read-only segment with a bad index is served from memory, its files stay", () => {
  const env = manualEnv();
  closedSegment(env);
  writeFile(env, `${log}.index`, new Uint8Array(15));
  const segment = openSegment(env, { indexInterval: 100, readOnly: true });
  assertEquals(segment.read(77, 1)?.offset, 76);
  assertEquals(offsetsOf(segment).length, 50);
  segment.close();
  assertEquals(fileBytes(env, `${log}.index`), new Uint8Array(15));
});

Deno.test("memory is given back when asked, and the segment goes on", () => {
  const env = manualEnv();
  const segment = openSegment(env);
  for (let i = 0; i < 10; i++) append(segment, i, ["a"]);
  segment.release();
  assert(!segment.offsetIndex.isLoaded && !segment.timeIndex.isLoaded);
  append(segment, 10, ["a"]);
  assertEquals(segment.read(10, 1)?.offset, 10);
  assertEquals(entries(segment).offsets.length, 10);
});

Deno.test("of batches with the same timestamp the first counts", () => {
  const env = manualEnv();
  const segment = openSegment(env, { indexInterval: 1 });
  for (let i = 0; i < 4; i++) append(segment, i, ["a"], { maxTimestamp: 5 });
  assertEquals(segment.maxTimestampAndOffsetSoFar, { timestamp: 5, offset: 0 });
  assertEquals(entries(segment).times, [[5, 0]]);
});

Deno.test("indexes are made up to a batch whose offsets go back", () => {
  const env = manualEnv();
  closedSegment(env);
  const bytes = fileBytes(env, log + ".log");
  const size = bytes.length / 50;
  bytes[30 * size + 7] = 0; // offset 60 becomes 0
  writeFile(env, log + ".log", bytes);
  for (const suffix of [".index", ".timeindex"]) env.fileSystem.remove(log + suffix);
  const segment = openSegment(env, { indexInterval: 100 });
  const { offsets } = entries(segment);
  assertEquals(offsets.at(-1), [57, 28 * size]);
});
