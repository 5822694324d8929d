import { assertEquals } from "@std/assert";
import type { OffsetAndMetadata } from "../../../../cluster/coordinator/offsets/offset_and_metadata.ts";
import { OffsetTable } from "../../../../cluster/coordinator/offsets/offset_table.ts";

const at = (recordOffset: number) => ({ recordOffset }) as OffsetAndMetadata;

Deno.test("an offset is found under its three keys, the last that was put there", () => {
  const table = new OffsetTable();
  table.put("g", "t", 0, at(1));
  table.put("g", "t", 0, at(2));
  table.put("g", "t", 1, at(3));
  table.put("h", "t", 0, at(4));
  assertEquals(table.get("g", "t", 0), at(2));
  assertEquals([table.get("g", "t", 2), table.get("g", "u", 0), table.get("i", "t", 0)], [
    undefined,
    undefined,
    undefined,
  ]);
  assertEquals([table.size, [...table.groupIds]], [3, ["g", "h"]]);
  const seen: number[] = [];
  table.forEach((_group, _topic, _partition, { recordOffset }) => seen.push(recordOffset));
  assertEquals(seen, [2, 3, 4]);
});

Deno.test("what is empty is not kept", () => {
  const table = new OffsetTable();
  table.put("g", "t", 0, at(1));
  table.remove("g", "t", 1);
  table.remove("g", "u", 0);
  assertEquals(table.size, 1);
  table.remove("g", "t", 0);
  assertEquals([table.size, [...table.groupIds], table.group("g")], [0, [], undefined]);
});
