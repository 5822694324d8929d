import { assertEquals } from "@std/assert";
import { PartitionQueue } from "../../../client/producer/partition_queue.ts";
import { TransactionPartitions } from "../../../client/producer/transaction_partitions.ts";

Deno.test("a partition is asked for until the coordinator has answered", () => {
  const partitions = new TransactionPartitions();
  const [a, b] = [new PartitionQueue("a", 0), new PartitionQueue("b", 0)];
  partitions.want(a);
  partitions.want(a);
  assertEquals(partitions.take(), [a]);
  partitions.want(a);
  assertEquals(partitions.hasNew, false);
  partitions.want(b);
  assertEquals(partitions.take(), [a, b]);
  partitions.answered([a], true);
  assertEquals([partitions.has("a-0"), partitions.has("b-0"), partitions.isEmpty], [
    true,
    false,
    false,
  ]);
  partitions.answered([b], false);
  partitions.want(b);
  assertEquals(partitions.hasNew, true);
  partitions.forgetNew();
  assertEquals(partitions.hasNew, false);
  partitions.clear();
  assertEquals([partitions.isEmpty, partitions.take()], [true, []]);
});
