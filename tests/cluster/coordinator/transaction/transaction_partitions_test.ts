import { assert, assertEquals } from "@std/assert";
import {
  includesPartition,
  listPartitions,
  NO_PARTITIONS,
  withoutPartitions,
  withPartitions,
} from "../../../../cluster/coordinator/transaction/transaction_partitions.ts";

const of = (...names: string[]) =>
  names.map((name) => ({ topic: name.slice(0, -1), partition: Number(name.slice(-1)) }));
const names = (partitions: typeof NO_PARTITIONS) =>
  listPartitions(partitions).map(({ topic, partition }) => topic + partition);

Deno.test("partitions are added once, and what they are added to stays as it was", () => {
  const first = withPartitions(NO_PARTITIONS, of("a0", "b1"));
  const second = withPartitions(first, of("a1", "a0", "a1", "c3"));
  assertEquals(names(first), ["a0", "b1"]);
  assertEquals(names(second), ["a0", "a1", "b1", "c3"]);
  assertEquals(NO_PARTITIONS.size, 0);
});

Deno.test("partitions are taken away, and topics without any with them", () => {
  const all = withPartitions(NO_PARTITIONS, of("a0", "a1", "b1"));
  assertEquals(names(withoutPartitions(all, of("a1", "b1", "d0"))), ["a0"]);
  assertEquals(withoutPartitions(all, of("a0", "a1", "b1")).size, 0);
  assertEquals(names(all), ["a0", "a1", "b1"]);
});

Deno.test("a partition is among them by topic and number", () => {
  const all = withPartitions(NO_PARTITIONS, of("a0", "b1"));
  assert(includesPartition(all, { topic: "b", partition: 1 }));
  assert(!includesPartition(all, { topic: "b", partition: 0 }));
  assert(!includesPartition(all, { topic: "c", partition: 0 }));
});
