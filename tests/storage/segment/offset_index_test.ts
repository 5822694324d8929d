import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { CorruptRecordError, StorageError } from "../../../storage/errors.ts";
import { OffsetIndex } from "../../../storage/segment/offset_index.ts";
import { SegmentOffsetOverflowError } from "../../../storage/segment/segment_offset_overflow_error.ts";
import type { OffsetPosition } from "../../../storage/segment/timestamp_offset.ts";
import { type ManualEnv, manualEnv, SeededRandom } from "../../support/manual_env.ts";
import { fileBytes, writeFile } from "../../support/segments.ts";

const path = "/00000000000000000045.index";

function open(env: ManualEnv, options: { maxEntries?: number; baseOffset?: number } = {}) {
  const { maxEntries = 30, baseOffset = 45 } = options;
  return new OffsetIndex({
    fileSystem: env.fileSystem,
    path,
    baseOffset,
    maxIndexSize: maxEntries * 8,
  });
}

function entry(offset: number, position: number): OffsetPosition {
  return { offset, position };
}

Deno.test("a lookup in an empty index, or below its first entry, gives the base offset at position 0", () => {
  const index = open(manualEnv());
  assertEquals(index.lookup(60), entry(45, 0));
  assertEquals(index.lookup(45), entry(45, 0));
  index.append(50, 1000);
  assertEquals(index.lookup(49), entry(45, 0));
  assertEquals(index.lookup(-1), entry(45, 0));
  assertEquals(index.lookupPosition(49), 0);
});

Deno.test("a lookup gives the entry at or before the offset", () => {
  const index = open(manualEnv());
  index.append(50, 1000);
  index.append(60, 2000);
  assertEquals(index.lookup(50), entry(50, 1000));
  assertEquals(index.lookup(59), entry(50, 1000));
  assertEquals(index.lookup(60), entry(60, 2000));
  assertEquals(index.lookup(Number.MAX_SAFE_INTEGER), entry(60, 2000));
  assertEquals(index.lookupPosition(Number.MAX_SAFE_INTEGER), 2000);
});

Deno.test("entries are found by number, and there are no others", () => {
  const index = open(manualEnv());
  for (let i = 0; i < 4; i++) index.append(50 + i, 100 * i + 1);
  assertEquals(index.entry(0), entry(50, 1));
  assertEquals(index.entry(3), entry(53, 301));
  assertThrows(() => index.entry(4), StorageError, "entry 4");
  assertThrows(() => index.entry(-1), StorageError);
});

Deno.test("an append to a full index fails", () => {
  const index = open(manualEnv(), { maxEntries: 5 });
  for (let i = 1; i <= 5; i++) {
    assertEquals(index.isFull, false);
    index.append(45 + i, i);
  }
  assert(index.isFull);
  assertThrows(() => index.append(60, 60), StorageError, "full");
});

Deno.test("an append at or below the last offset fails", () => {
  const index = open(manualEnv());
  index.append(51, 0);
  assertThrows(() => index.append(50, 1), StorageError, "no larger");
  assertThrows(() => index.append(51, 1), StorageError, "no larger");
  assertEquals(index.entries, 1);
});

Deno.test("offsets are stored as 31 bits above the base offset", () => {
  const index = open(manualEnv());
  assert(index.canAppendOffset(45));
  assert(index.canAppendOffset(45 + 0x7fff_ffff));
  assert(!index.canAppendOffset(44));
  assert(!index.canAppendOffset(45 + 0x8000_0000));
  const error = assertThrows(
    () => index.append(45 + 0x8000_0000, 1),
    SegmentOffsetOverflowError,
  );
  assertEquals([error.baseOffset, error.offset], [45, 45 + 0x8000_0000]);
  index.append(45 + 0x7fff_ffff, 0x7fff_ffff);
  assertEquals(index.lookup(Infinity), entry(45 + 0x7fff_ffff, 0x7fff_ffff));
});

Deno.test("the upper bound of a fetch is the first entry at or behind its end", () => {
  const index = open(manualEnv(), { baseOffset: 0 });
  assertEquals(index.fetchUpperBoundOffset(0, 5), undefined);
  const first = entry(0, 0);
  const second = entry(1, 10);
  const third = entry(2, 23);
  const fourth = entry(3, 37);
  for (const each of [first, second, third, fourth]) index.append(each.offset, each.position);
  assertEquals(index.fetchUpperBoundOffset(first.position, 5), second);
  assertEquals(index.fetchUpperBoundOffset(first.position, 10), second);
  assertEquals(index.fetchUpperBoundOffset(first.position, 23), third);
  assertEquals(index.fetchUpperBoundOffset(first.position, 22), third);
  assertEquals(index.fetchUpperBoundOffset(second.position, 24), fourth);
  assertEquals(index.fetchUpperBoundOffset(fourth.position, 1), undefined);
  assertEquals(index.fetchUpperBoundOffset(0, 200), undefined);
});

Deno.test("a closed index opens again with the same entries and grows on", () => {
  const env = manualEnv();
  const index = open(env);
  index.append(51, 1000);
  index.append(52, 2000);
  index.close();
  index.close();
  assertEquals(fileBytes(env, path).length, 16);
  const again = open(env);
  assertEquals(again.entries, 2);
  assertEquals(again.lastOffset, 52);
  assertEquals(again.lookup(51), entry(51, 1000));
  assertThrows(() => again.append(52, 3000), StorageError);
  again.append(53, 3000);
  again.close();
  assertEquals(open(env).lookup(53), entry(53, 3000));
});

Deno.test("truncation drops the entries at and above the offset", () => {
  const env = manualEnv();
  const index = open(env, { baseOffset: 0 });
  index.truncate();
  for (let i = 1; i < 10; i++) index.append(i, i);
  index.writeOut();
  index.truncateTo(12); // above all: nothing happens
  assertEquals([index.entries, index.lastOffset], [9, 9]);
  index.append(10, 10);
  index.truncateTo(10); // exactly the last
  assertEquals(index.lookup(10), entry(9, 9));
  assertEquals(index.lastOffset, 9);
  index.append(11, 11);
  index.truncateTo(10); // between two
  assertEquals(index.lastOffset, 9);
  index.truncateTo(5);
  assertEquals([index.entries, index.lastOffset], [4, 4]);
  assertEquals(fileBytes(env, path).length, 32, "the file must not reach beyond the data");
  index.append(5, 5);
  index.truncate();
  assertEquals([index.entries, index.lastOffset], [0, 0]);
  index.append(3, 3);
  index.close();
  assertEquals(fileBytes(env, path), Uint8Array.of(0, 0, 0, 3, 0, 0, 0, 3));
});

Deno.test("sanity: an index whose last offset is the base offset is fine", () => {
  const env = manualEnv();
  const index = open(env);
  index.append(45, 0);
  index.sanityCheck();
  index.close();
  const again = open(env);
  again.sanityCheck();
  assertEquals(again.entries, 1);
});

Deno.test("sanity: an odd length, entries that go back and negative ones are told", () => {
  const env = manualEnv();
  const bad = (bytes: Uint8Array, what: string) => {
    writeFile(env, path, bytes);
    assertThrows(() => open(env).sanityCheck(), CorruptRecordError, what);
  };
  bad(new TextEncoder().encode("not an index at"), "multiple of 8: 15");
  bad(Uint8Array.of(0, 0, 0, 5, 0, 0, 0, 9, 0, 0, 0, 5, 0, 0, 0, 10), "entry: 1");
  bad(Uint8Array.of(0, 0, 0, 5, 0, 0, 0, 9, 0, 0, 0, 6, 0, 0, 0, 9), "entry: 1");
  bad(Uint8Array.of(0x80, 0, 0, 5, 0, 0, 0, 9), "entry: 0");
  bad(Uint8Array.of(0, 0, 0, 5, 0x80, 0, 0, 9), "entry: 0");
  const odd = open(env);
  writeFile(env, path, new Uint8Array(15).fill(1));
  assertEquals(odd.entries, 1, "what is whole can still be looked at");
});

Deno.test("zeros that Kafka preallocated behind the entries are no entries", () => {
  const env = manualEnv();
  const padded = new Uint8Array(240);
  padded.set([0, 0, 0, 5, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 0]);
  writeFile(env, path, padded);
  const index = open(env);
  index.sanityCheck();
  assertEquals([index.entries, index.lastOffset, index.length], [2, 45 + 256, 240]);
  assertEquals(index.lookup(10_000), entry(45 + 256, 512));
  index.close();
  assertEquals(fileBytes(env, path), padded, "reading changes nothing");
  const grown = open(env);
  grown.append(45 + 257, 1024);
  grown.close();
  assertEquals(fileBytes(env, path).length, 24);
  assertEquals(open(env).lastOffset, 45 + 257);
  writeFile(env, path, new Uint8Array(240));
  assertEquals(open(env).entries, 0);
});

Deno.test("any bytes make an index that answers, or a typed error", () => {
  const random = new SeededRandom(7);
  for (let round = 0; round < 300; round++) {
    const env = manualEnv();
    writeFile(env, path, random.bytes(random.below(200)));
    const index = open(env);
    try {
      index.sanityCheck();
    } catch (error) {
      assert(error instanceof CorruptRecordError);
    }
    index.lookup(random.below(1000));
    index.fetchUpperBoundOffset(random.below(1000), 10);
    index.truncateTo(random.below(1000));
    index.close();
  }
});

Deno.test("a file longer than an index may be is refused unread", () => {
  const env = manualEnv();
  const file = env.fileSystem.open(path, { create: true, preallocate: 10 * 1024 * 1024 + 8 });
  file.close();
  const error = assertThrows(() => open(env).lookup(50), CorruptRecordError);
  assertStringIncludes(error.message, "10485768");
  new OffsetIndex({
    fileSystem: env.fileSystem,
    path,
    baseOffset: 45,
    maxIndexSize: 11 * 1024 * 1024,
  }).sanityCheck();
});

Deno.test("lookups, upper bounds and truncation agree with a plain list, over random histories", () => {
  for (let seed = 1; seed <= 40; seed++) {
    const env = manualEnv({ seed });
    const random = env.random;
    const baseOffset = random.below(1_000_000);
    let index = open(env, { maxEntries: 5000, baseOffset });
    let model: OffsetPosition[] = [];
    const check = () => {
      const target = baseOffset - 5 + random.below(60_000);
      const expected = model.filter((each) => each.offset <= target).at(-1) ?? entry(baseOffset, 0);
      assertEquals(index.lookup(target), expected, `seed ${seed}`);
      assertEquals(index.lookupPosition(target), expected.position);
      const position = random.below(600_000);
      assertEquals(
        index.fetchUpperBoundOffset(position, 100),
        model.find((each) => each.position >= position + 100),
        `seed ${seed}`,
      );
      assertEquals(index.lastOffset, model.at(-1)?.offset ?? baseOffset);
    };
    for (let step = 0; step < 200; step++) {
      const action = random.below(20);
      if (action < 15) {
        for (let n = random.below(40); n > 0 && !index.isFull; n--) {
          const last = model.at(-1) ?? entry(baseOffset, 0);
          const next = entry(
            last.offset + 1 + random.below(20),
            last.position + 1 + random.below(200),
          );
          index.append(next.offset, next.position);
          model.push(next);
        }
      } else if (action === 15) {
        const offset = baseOffset + random.below(60_000);
        index.truncateTo(offset);
        model = model.filter((each) => each.offset < offset);
      } else if (action === 16) {
        index.close();
        index = open(env, { maxEntries: 5000, baseOffset });
      } else if (action === 17) index.release();
      else if (action === 18) index.flushSync();
      for (let n = 0; n < 5; n++) check();
    }
  }
});
