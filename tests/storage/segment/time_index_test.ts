import { assert, assertEquals, assertThrows } from "@std/assert";
import { CorruptRecordError, StorageError } from "../../../storage/errors.ts";
import { SegmentOffsetOverflowError } from "../../../storage/segment/segment_offset_overflow_error.ts";
import { TimeIndex } from "../../../storage/segment/time_index.ts";
import type { TimestampOffset } from "../../../storage/segment/timestamp_offset.ts";
import { type ManualEnv, manualEnv, SeededRandom } from "../../support/manual_env.ts";
import { fileBytes, writeFile } from "../../support/segments.ts";

const path = "/00000000000000000045.timeindex";

function open(env: ManualEnv, maxEntries = 30): TimeIndex {
  return new TimeIndex({
    fileSystem: env.fileSystem,
    path,
    baseOffset: 45,
    maxIndexSize: maxEntries * 12,
  });
}

function entry(timestamp: number, offset: number): TimestampOffset {
  return { timestamp, offset };
}

/** Entries 10 apart, each 10 offsets on. */
function fill(index: TimeIndex, entries: number): void {
  for (let i = 1; i <= entries; i++) index.maybeAppend(i * 10, 45 + i * 10);
}

Deno.test("a lookup gives the last entry that is not newer, or no timestamp at the base offset", () => {
  const index = open(manualEnv());
  assertEquals(index.lookup(100), entry(-1, 45));
  fill(index, 29);
  assertEquals(index.lookup(9), entry(-1, 45));
  assertEquals(index.lookup(10), entry(10, 55));
  assertEquals(index.lookup(19), entry(10, 55));
  assertEquals(index.lookup(20), entry(20, 65));
  assertEquals(index.lookup(1e15), entry(290, 335));
});

Deno.test("entries are found by number, and there are no others", () => {
  const index = open(manualEnv());
  fill(index, 4);
  assertEquals(index.entry(0), entry(10, 55));
  assertEquals(index.entry(3), entry(40, 85));
  assertThrows(() => index.entry(4), StorageError);
});

Deno.test("timestamps of eight bytes and offsets of 31 bits are kept", () => {
  const env = manualEnv();
  const index = open(env);
  index.maybeAppend(Number.MAX_SAFE_INTEGER, 45 + 0x7fff_ffff);
  index.close();
  assertEquals(
    fileBytes(env, path),
    Uint8Array.of(0, 0x1f, 255, 255, 255, 255, 255, 255, 0x7f, 255, 255, 255),
  );
  assertEquals(open(env).lastEntry, entry(Number.MAX_SAFE_INTEGER, 45 + 0x7fff_ffff));
  assertThrows(() => open(manualEnv()).maybeAppend(1, 44), SegmentOffsetOverflowError);
});

Deno.test("truncation drops the entries at and above the offset", () => {
  const env = manualEnv();
  const index = open(env);
  index.truncate();
  fill(index, 29);
  index.truncateTo(400);
  assertEquals(index.entries, 29);
  index.truncateTo(336);
  assertEquals(index.entries, 29);
  index.truncateTo(335);
  assertEquals(index.lastEntry, entry(280, 325));
  index.truncateTo(20 + 65);
  assertEquals([index.entries, index.lastEntry], [3, entry(30, 75)]);
  assertEquals(fileBytes(env, path).length, 36);
  index.truncate();
  assertEquals([index.entries, index.lastEntry], [0, entry(-1, 45)]);
});

Deno.test("an append needs a newer timestamp, and neither part may go back", () => {
  const index = open(manualEnv());
  fill(index, 4);
  index.maybeAppend(40, 85); // the same again, as a roll and a close both add it
  index.maybeAppend(40, 1000); // no newer
  assertEquals(index.entries, 4);
  assertThrows(() => index.maybeAppend(10_000, 84), StorageError, "before the last one");
  assertThrows(() => index.maybeAppend(39, 1000), StorageError, "before the last one");
  index.maybeAppend(41, 85);
  assertEquals(index.lastEntry, entry(41, 85));
  const empty = open(manualEnv());
  empty.maybeAppend(-1, 45); // messages without timestamps
  assertEquals(empty.entries, 0);
});

Deno.test("a full index keeps one slot for the entry of the roll", () => {
  const index = open(manualEnv());
  for (let i = 1; i < 30; i++) {
    assert(!index.isFull, `at ${i}`);
    index.maybeAppend(i, 45 + i);
  }
  assert(index.isFull);
  assertThrows(() => index.maybeAppend(100, 100), StorageError, "full");
  index.maybeAppend(100, 100, true);
  assertEquals([index.entries, index.lastEntry], [30, entry(100, 100)]);
});

Deno.test("the last entry can be told without reading the others", () => {
  const env = manualEnv();
  assertEquals(open(env).lastEntryInFile(), undefined);
  const index = open(env);
  fill(index, 20);
  assertEquals(index.lastEntryInFile(), undefined, "what is in memory counts");
  index.close();
  const again = open(env);
  assertEquals(again.lastEntryInFile(), entry(200, 245));
  assert(!again.isLoaded);
  const padded = new Uint8Array(360);
  padded.set(fileBytes(env, path));
  writeFile(env, path, padded);
  assertEquals(open(env).lastEntryInFile(), undefined);
  assertEquals(open(env).lastEntry, entry(200, 245));
  writeFile(env, path, new Uint8Array(13).fill(1));
  assertEquals(open(env).lastEntryInFile(), undefined);
  writeFile(env, path, new Uint8Array(12).fill(255));
  assertEquals(open(env).lastEntryInFile(), undefined);
});

Deno.test("an entry for timestamp 0 at the base offset is not taken for padding", () => {
  const env = manualEnv();
  const index = open(env);
  index.maybeAppend(0, 45);
  index.close();
  assertEquals(open(env).lastEntry, entry(0, 45));
  assertEquals(open(env).entries, 1);
});

Deno.test("sanity: odd lengths, timestamps or offsets that go back, and unsafe numbers are told", () => {
  const env = manualEnv();
  const bad = (bytes: Uint8Array, what: string) => {
    writeFile(env, path, bytes);
    assertThrows(() => open(env).sanityCheck(), CorruptRecordError, what);
  };
  const entries = (...pairs: [bigint, number][]) => {
    const view = new DataView(new ArrayBuffer(pairs.length * 12));
    pairs.forEach(([timestamp, offset], i) => {
      view.setBigInt64(i * 12, timestamp);
      view.setInt32(i * 12 + 8, offset);
    });
    return new Uint8Array(view.buffer);
  };
  bad(new Uint8Array(13).fill(1), "multiple of 12: 13");
  bad(entries([10n, 5], [9n, 6]), "entry: 1");
  bad(entries([10n, 5], [10n, 6]), "entry: 1");
  bad(entries([10n, 5], [11n, 4]), "entry: 1");
  bad(entries([10n, -1]), "entry: 0");
  bad(entries([-5n, 3]), "entry: 0");
  bad(entries([1n << 60n, 3]), "safe integer");
  writeFile(env, path, entries([0n, 1], [1n, 1], [2n, 7]));
  open(env).sanityCheck();
});

Deno.test("any bytes make an index that answers, or a typed error", () => {
  const random = new SeededRandom(8);
  for (let round = 0; round < 300; round++) {
    const env = manualEnv();
    writeFile(env, path, random.bytes(random.below(200)));
    const index = open(env);
    try {
      index.sanityCheck();
    } catch (error) {
      assert(error instanceof CorruptRecordError);
    }
    index.lastEntryInFile();
    index.lookup(random.below(1000));
    index.truncateTo(random.below(1000));
    index.close();
  }
});

Deno.test("lookups and truncation agree with a plain list, over random histories", () => {
  for (let seed = 1; seed <= 40; seed++) {
    const env = manualEnv({ seed });
    const random = env.random;
    let index = open(env, 4000);
    let model: TimestampOffset[] = [];
    for (let step = 0; step < 200; step++) {
      const action = random.below(20);
      if (action < 15) {
        for (let n = random.below(40); n > 0 && !index.isFull; n--) {
          const last = model.at(-1) ?? entry(-1, 45);
          const next = entry(
            last.timestamp + random.below(4) * 1e9,
            last.offset + random.below(20),
          );
          index.maybeAppend(next.timestamp, next.offset);
          if (next.timestamp > last.timestamp) model.push(next);
        }
      } else if (action === 15) {
        const offset = 45 + random.below(60_000);
        index.truncateTo(offset);
        model = model.filter((each) => each.offset < offset);
      } else if (action === 16) {
        index.close();
        index = open(env, 4000);
      } else if (action === 17) index.release();
      for (let n = 0; n < 5; n++) {
        const target = random.below(9000) * 1e9 - 1;
        const expected = model.filter((each) => each.timestamp <= target).at(-1) ?? entry(-1, 45);
        assertEquals(index.lookup(target), expected, `seed ${seed}`);
      }
      assertEquals(index.lastEntry, model.at(-1) ?? entry(-1, 45));
    }
  }
});
