import { assertEquals } from "@std/assert";
import { OffsetEntries, TimeEntries } from "../../../../storage/cli/dump/index_entries.ts";

function offsetIndex(entries: [number, number][]): Uint8Array {
  const view = new DataView(new ArrayBuffer(entries.length * 8));
  entries.forEach(([offset, position], i) => {
    view.setInt32(i * 8, offset);
    view.setInt32(i * 8 + 4, position);
  });
  return new Uint8Array(view.buffer);
}

Deno.test("entries are relative to the base offset, a torn one at the end does not count", () => {
  const entries = new OffsetEntries(
    new Uint8Array([...offsetIndex([[1, 10], [4, 20]]), 9, 9]),
    100,
  );
  assertEquals([entries.count, entries.offset(1), entries.position(1)], [2, 104, 20]);
});

Deno.test("lookup finds the position of the last entry at or below an offset", () => {
  const list = Array.from({ length: 5000 }, (_, i): [number, number] => [i * 2 + 1, i * 10 + 10]);
  const entries = new OffsetEntries(offsetIndex(list), 0);
  for (const offset of [0, 1, 2, 3, 100, 5001, 8000, 9998, 9999, 20000]) {
    const expected = list.filter(([each]) => each <= offset).at(-1)?.[1] ?? 0;
    assertEquals(entries.lookup(offset), expected, `${offset}`);
  }
  assertEquals(new OffsetEntries(new Uint8Array(0), 0).lookup(5), 0);
});

Deno.test("timestamps are exact, garbage too", () => {
  const view = new DataView(new ArrayBuffer(24));
  view.setBigInt64(0, 1_700_000_000_000n);
  view.setInt32(8, 3);
  view.setBigInt64(12, -5647621460294053555n);
  const entries = new TimeEntries(new Uint8Array(view.buffer), 7);
  assertEquals([entries.timestamp(0), entries.offset(0)], [1_700_000_000_000, 10]);
  assertEquals(entries.timestamp(1), -5647621460294053555n);
});
