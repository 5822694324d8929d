import { assertEquals } from "@std/assert";
import { PartitionQueue } from "../../../client/producer/partition_queue.ts";
import { batchOf } from "../../support/producer_parts.ts";

const producer = { producerId: 1, epoch: 0 };

Deno.test("a batch that comes back goes where its number belongs, before those without", () => {
  const queue = new PartitionQueue("orders", 0);
  const fresh = batchOf(["x"], { queue });
  queue.batches.push(fresh);
  for (const baseSequence of [4, 0, 2]) {
    queue.insertInOrder(batchOf(["v"], { queue, producer, baseSequence }));
  }
  assertEquals(queue.batches.map((batch) => batch.baseSequence), [0, 2, 4, -1]);
  queue.remove(fresh);
  queue.remove(fresh);
  assertEquals(queue.batches.length, 3);
  queue.addFirst(fresh);
  assertEquals(queue.batches[0], fresh);
});

Deno.test("a queue is full when its last batch is, or when there is none", () => {
  const queue = new PartitionQueue("orders", 3);
  assertEquals([queue.allFull, queue.name], [true, "orders-3"]);
  const batch = batchOf(["v"], { queue });
  queue.batches.push(batch);
  assertEquals(queue.allFull, false);
  batch.close();
  assertEquals(queue.allFull, true);
});
