import { assertEquals } from "@std/assert";
import { checkReady, drain } from "../../../client/producer/batch_drain.ts";
import type { RecordAccumulator } from "../../../client/producer/record_accumulator.ts";
import {
  accumulatorOf,
  ackInto,
  bytes,
  managerOf,
  metadataOf,
} from "../../support/producer_parts.ts";

const metadata = metadataOf({ orders: [1, 1, 2, -1] });

function append(accumulator: RecordAccumulator, partition: number, size = 10): void {
  const topic = metadata.topic("orders")!;
  accumulator.append(topic, partition, 1000, null, bytes("x".repeat(size)), undefined, ackInto([]));
}

Deno.test("a batch is ready when it has lingered, or is full, or all are wanted", () => {
  const { accumulator } = accumulatorOf({ batchSize: 100 });
  append(accumulator, 0);
  append(accumulator, 2, 50);
  append(accumulator, 2, 50);
  const check = checkReady(accumulator, metadata, 0, 5, false);
  assertEquals([...check.nodes.values()].map(({ nodeId, isReady }) => [nodeId, isReady]), [
    [1, false],
    [2, true],
  ]);
  assertEquals(check.nextCheckMs, 5);
  assertEquals(checkReady(accumulator, metadata, 5, 5, false).nodes.get(1)!.isReady, true);
  assertEquals(checkReady(accumulator, metadata, 0, 5, true).nodes.get(1)!.isReady, true);
});

Deno.test("partitions without a leader are told, and wait", () => {
  const { accumulator } = accumulatorOf();
  append(accumulator, 3);
  const check = checkReady(accumulator, metadata, 100, 5, true);
  assertEquals([[...check.withoutLeader], check.nodes.size], [["orders"], 0]);
});

Deno.test("a batch that failed waits, and says until when", () => {
  const { accumulator } = accumulatorOf();
  append(accumulator, 0);
  const [batch] = accumulator.topic("orders").queue(0).batches;
  batch!.observeLeaderEpoch(1);
  batch!.reenqueued(1000, 100);
  const check = checkReady(accumulator, metadata, 1050, 5, true);
  assertEquals([check.nodes.get(1)!.isReady, check.nextCheckMs], [false, 1100]);
  const node = check.nodes.get(1)!;
  assertEquals(drain(accumulator, node, undefined, 1000, 1050), []);
  assertEquals(drain(accumulator, node, undefined, 1000, 1100), [batch!]);
});

Deno.test("a request has one batch of each partition, and no more bytes than it may", () => {
  const { accumulator } = accumulatorOf({ batchSize: 100 });
  for (const partition of [0, 0, 0, 1, 1]) append(accumulator, partition, 60);
  const next = (maxBytes: number) => {
    const node = checkReady(accumulator, metadata, 0, 0, true).nodes.get(1)!;
    return drain(accumulator, node, undefined, maxBytes, 0).map(({ queue }) => queue.partition);
  };
  assertEquals(next(1000), [0, 1]);
  assertEquals(next(150), [0]);
  // The one that was not served comes first.
  assertEquals(next(150), [1]);
  assertEquals(next(10), [0]);
  assertEquals(accumulator.active.size, 0);
});

Deno.test("a muted partition has nothing to send", () => {
  const { accumulator } = accumulatorOf();
  append(accumulator, 0);
  accumulator.topic("orders").queue(0).isMuted = true;
  const node = checkReady(accumulator, metadata, 100, 0, true).nodes.get(1)!;
  assertEquals([node.isReady, drain(accumulator, node, undefined, 1000, 100)], [false, []]);
});

Deno.test("batches get their numbers as they are taken", () => {
  const { accumulator } = accumulatorOf();
  append(accumulator, 0);
  append(accumulator, 1);
  const transactions = managerOf(null);
  const node = checkReady(accumulator, metadata, 100, 0, true).nodes.get(1)!;
  assertEquals(drain(accumulator, node, transactions, 1000, 100), []);
  transactions.sequences.producer = { producerId: 5, epoch: 2 };
  const drained = drain(accumulator, node, transactions, 1000, 100);
  assertEquals(
    drained.map((batch) => [batch.producerId, batch.producerEpoch, batch.baseSequence]),
    [
      [5, 2, 0],
      [5, 2, 0],
    ],
  );
});
