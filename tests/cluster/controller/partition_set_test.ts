import { assertEquals } from "@std/assert";
import { PartitionSet } from "../../../cluster/controller/partition_set.ts";

Deno.test("partitions are in once, and none are left of a topic whose last one goes", () => {
  const set = new PartitionSet();
  set.add("a", 1);
  set.add("b", 0);
  set.add("a", 1);
  assertEquals([...set], [["a", 1], ["b", 0]]);
  set.delete("a", 1);
  set.delete("a", 7);
  set.delete("c", 0);
  assertEquals([[...set], set.isEmpty], [[["b", 0]], false]);
  set.delete("b", 0);
  assertEquals([[...set], set.isEmpty], [[], true]);
});
