import { assert, assertEquals, assertThrows } from "@std/assert";
import { BYTES_PER_ENTRY, OffsetMap } from "../../../storage/cleaner/offset_map.ts";
import { SeededRandom } from "../../support/manual_env.ts";
import { bytesOf } from "../../support/partition_log.ts";

function mapOf(slots: number, seed = 1): OffsetMap {
  return new OffsetMap(slots * BYTES_PER_ENTRY, new SeededRandom(seed));
}

function put(map: OffsetMap, key: string | number, offset: number): void {
  const bytes = bytesOf(String(key));
  map.put(bytes, 0, bytes.length, offset);
}

function get(map: OffsetMap, key: string | number): number {
  const bytes = bytesOf(String(key));
  return map.get(bytes, 0, bytes.length);
}

for (
  const [items, slots] of [[10, 20], [100, 200], [1000, 2000], [5000, 5001], [60_000, 80_000], [
    400_000,
    450_000,
  ]] as const
) {
  Deno.test(`${items} keys in ${slots} slots are found with their latest offsets`, () => {
    const map = mapOf(slots);
    for (let i = 0; i < items; i++) put(map, i, i);
    assertEquals(map.size, items);
    for (let i = 0; i < items; i += 3) put(map, i, i + items);
    assertEquals(map.size, items);
    for (let i = 0; i < items; i++) assert(get(map, i) === (i % 3 === 0 ? i + items : i));
    assertEquals(get(map, "none"), -1);
    assertEquals(map.utilization, items / slots);
  });
}

Deno.test("the map has room for a 24th of its memory", () => {
  assertEquals(new OffsetMap(1000, new SeededRandom(1)).slots, 41);
  assertEquals(BYTES_PER_ENTRY, 24);
});

Deno.test("an empty key, a long key and keys in the middle of bytes are keys like others", () => {
  const map = mapOf(100);
  const bytes = bytesOf("abcabc");
  map.put(bytes, 0, 0, 1);
  map.put(bytes, 0, 3, 2);
  assertEquals(map.get(bytes, 6, 0), 1);
  assertEquals(map.get(bytes, 3, 3), 2);
  const long = new Uint8Array(100_000).fill(7);
  map.put(long, 0, long.length, 0);
  assertEquals(map.get(long, 0, long.length), 0);
  assertEquals(map.get(long, 0, long.length - 1), -1);
});

Deno.test("clearing forgets everything, also in steps", () => {
  const map = mapOf(1_000_000);
  for (let i = 0; i < 300_000; i++) put(map, i, i);
  map.clear();
  assertEquals([map.size, map.latestOffset, map.utilization], [0, -1, 0]);
  for (let i = 0; i < 10_000; i += 100) assertEquals(get(map, i), -1);
  for (let i = 0; i < 300_000; i++) put(map, i, i + 1);
  let steps = 1;
  while (!map.eraseSome()) steps++;
  assert(steps > 1);
  map.clear();
  for (let i = 0; i < 300_000; i += 1000) {
    assertEquals(get(map, i), -1);
    put(map, i, 5);
    assertEquals(get(map, i), 5);
  }
});

Deno.test("a full map finds its keys and no others, and takes no more", () => {
  const map = mapOf(4096);
  for (let i = 0; i < 4096; i++) put(map, i, i);
  for (let i = 0; i < 4096; i++) assertEquals(get(map, i), i);
  assertEquals(get(map, 4096), -1);
  assertEquals(map.utilization, 1);
  assertThrows(() => put(map, 4096, 1), Error, "full offset map");
  put(map, 1, 77);
  assertEquals(get(map, 1), 77);
});

Deno.test("the latest offset is that of the last put or note", () => {
  const map = mapOf(10);
  assertEquals(map.latestOffset, -1);
  put(map, "a", 5);
  assertEquals(map.latestOffset, 5);
  put(map, "b", 3);
  assertEquals(map.latestOffset, 3);
  map.updateLatestOffset(66);
  assertEquals([map.latestOffset, map.size, get(map, "a")], [66, 2, 5]);
  map.clear();
  assertEquals(map.latestOffset, -1);
});

Deno.test("offsets of 2^52 keep every bit, and offset 0 is an offset", () => {
  const map = mapOf(10);
  put(map, "a", 2 ** 52 + 1);
  put(map, "b", 0);
  assertEquals([get(map, "a"), get(map, "b")], [2 ** 52 + 1, 0]);
});

Deno.test("few expected keys use few slots, of which there are enough", () => {
  const map = mapOf(1_000_000);
  map.clear(1000);
  assert(map.capacity < 2000);
  for (let i = 0; i < 1000; i++) put(map, i, i);
  for (let i = 0; i < 1000; i++) assertEquals(get(map, i), i);
  assertEquals(map.utilization, 0.001);
  map.clear();
  assertEquals(map.capacity, 1_000_000);
});

Deno.test("many keys that are prepared at once are put and found like single ones", () => {
  const random = new SeededRandom(9);
  const map = mapOf(200_000);
  const bytes = random.bytes(100_000);
  const starts = new Int32Array(3000);
  const lengths = new Int32Array(3000);
  const expected = new Map<string, number>();
  for (let round = 0; round < 40; round++) {
    for (let i = 0; i < 3000; i++) {
      starts[i] = random.below(99_000);
      lengths[i] = random.chance(0.01) ? -1 : random.below(12);
    }
    map.prepare(bytes, starts, lengths, 3000);
    for (let i = 0; i < 3000; i++) {
      if (lengths[i]! < 0) continue;
      const key = bytes.subarray(starts[i]!, starts[i]! + lengths[i]!).toHex();
      assertEquals(map.getNth(i), expected.get(key) ?? -1);
      const offset = round * 3000 + i;
      map.putNth(i, offset);
      expected.set(key, offset);
    }
  }
  assertEquals(map.size, expected.size);
  for (const [key, offset] of expected) {
    const raw = Uint8Array.fromHex(key);
    assertEquals(map.get(raw, 0, raw.length), offset);
  }
});
