import { assertEquals } from "@std/assert";
import { HashedPartitions, inHashOrder } from "../../../../client/consumer/assignors/hash_order.ts";

Deno.test("texts come by bucket, and in one bucket as they came", () => {
  // 112 % 16 is 0, and 97 % 16 is 1; "Aa" and "BB" have one hash.
  assertEquals(inHashOrder(["b", "a", "p"]), ["p", "a", "b"]);
  assertEquals(inHashOrder(["BB", "Aa"]), ["BB", "Aa"]);
  assertEquals(inHashOrder(["Aa", "BB"]), ["Aa", "BB"]);
});

Deno.test("a table has twice the buckets with its thirteenth entry", () => {
  const twelve = [..."qrstuvwxyzab"];
  assertEquals(inHashOrder(twelve).join(""), "qarbstuvwxyz");
  assertEquals(inHashOrder([...twelve, "c"]).join(""), "abcqrstuvwxyz");
});

Deno.test("long texts have Java's hash, which overflows, and whose upper half counts as well", () => {
  const words = ["polygenelubricants", "consumer-1", "group-coordinator", "consumer-12", "k"];
  assertEquals(inHashOrder(words), [
    "polygenelubricants",
    "k",
    "consumer-1",
    "consumer-12",
    "group-coordinator",
  ]);
});

Deno.test("the first of some partitions is that of the first bucket", () => {
  const partitions = new HashedPartitions("t");
  assertEquals(partitions.first(), undefined);
  for (const partition of [1, 2, 3]) partitions.add(partition);
  // 31 * (31 + partition) + 116 is in bucket 4, 3 and 2 of 16.
  assertEquals(partitions.first(), 3);
  partitions.delete(3);
  assertEquals([partitions.first(), partitions.size], [2, 2]);
});

Deno.test("a table that has been large stays so", () => {
  const grown = new HashedPartitions("t");
  for (let partition = 0; partition < 13; partition++) grown.add(partition);
  for (let partition = 0; partition < 13; partition++) {
    if (partition !== 2 && partition !== 6) grown.delete(partition);
  }
  const fresh = new HashedPartitions("t");
  for (const partition of [2, 6]) fresh.add(partition);
  assertEquals([grown.first(), fresh.first()], [6, 2]);
});
