import { assertEquals, assertThrows } from "@std/assert";
import { FlushBarrier } from "../../../client/producer/flush_barrier.ts";
import type { ProducerBatch } from "../../../client/producer/producer_batch.ts";
import type { RecordAccumulator } from "../../../client/producer/record_accumulator.ts";
import { silentLogger } from "../../../storage/env.ts";
import { InvalidRecordError } from "../../../storage/errors.ts";
import {
  accumulatorOf,
  ackInto,
  bytes,
  type Heard,
  topicOf,
} from "../../support/producer_parts.ts";

const topic = topicOf("orders", [1, 1, 1]);

function append(
  accumulator: RecordAccumulator,
  value: string,
  partition = 0,
  heard: Heard[] = [],
): string {
  return accumulator.append(topic, partition, 1000, null, bytes(value), undefined, ackInto(heard));
}

Deno.test("records of a partition share a batch until it is full", () => {
  const { accumulator } = accumulatorOf({ batchSize: 200 });
  const value = "x".repeat(50);
  assertEquals(
    [1, 2, 3].map(() => append(accumulator, value)),
    ["new-batch", "appended", "full"],
  );
  const { batches } = accumulator.topic("orders").queue(0);
  assertEquals(batches.map(({ count, isFull }) => [count, isFull]), [[2, true], [1, false]]);
  assertEquals(append(accumulator, value, 2), "new-batch");
  assertEquals([...accumulator.active].map(({ name }) => name), ["orders-0", "orders-2"]);
});

Deno.test("memory is taken by the batch, and given back with it", () => {
  const { accumulator } = accumulatorOf({ batchSize: 200, bufferMemory: 500 });
  append(accumulator, "a", 0);
  append(accumulator, "a", 1);
  assertEquals(accumulator.pool.availableBytes, 100);
  assertEquals(append(accumulator, "a", 2), "no-memory");
  assertEquals(append(accumulator, "b", 0), "appended");
  const [batch] = accumulator.topic("orders").queue(0).batches;
  accumulator.complete(batch!);
  accumulator.complete(batch!);
  assertEquals(accumulator.pool.availableBytes, 300);
  assertEquals(append(accumulator, "a", 2), "new-batch");
});

Deno.test("a record larger than a batch has one of its own", () => {
  const { accumulator } = accumulatorOf({ batchSize: 100 });
  assertEquals(append(accumulator, "x".repeat(300)), "new-batch");
  assertEquals(accumulator.pool.availableBytes, 33_554_432 - (61 + 21 + 1 + 302 + 1));
  assertEquals(append(accumulator, "a".repeat(30)), "full");
});

Deno.test("a record that is refused takes no memory", () => {
  const { accumulator } = accumulatorOf();
  assertThrows(
    () => accumulator.append(topic, 0, -5, null, null, undefined, ackInto([])),
    InvalidRecordError,
  );
  assertEquals([accumulator.pool.availableBytes, accumulator.hasIncomplete], [33_554_432, false]);
});

Deno.test("what compresses well takes memory for what it is before", () => {
  const { accumulator } = accumulatorOf({
    compressionType: "lz4",
    batchSize: 1000,
    bufferMemory: 5000,
  });
  const { ratio } = accumulator.topic("orders");
  for (let i = 0; i < 200; i++) ratio.observe(0.1);
  for (let i = 0; i < 25; i++) {
    assertEquals(append(accumulator, "x".repeat(90)) !== "no-memory", true);
  }
  const [batch] = accumulator.topic("orders").queue(0).batches;
  assertEquals([batch!.count, batch!.reservedBytes], [25, 3000]);
  while (append(accumulator, "x".repeat(90)) === "appended");
  assertEquals([accumulator.pool.availableBytes, batch!.isFull], [0, true]);
  accumulator.complete(batch!);
  assertEquals(accumulator.pool.availableBytes, 5000);
});

Deno.test("batches expire by age, in their queues or not", () => {
  const { accumulator, env } = accumulatorOf({ deliveryTimeoutMs: 40_000 });
  append(accumulator, "a", 0);
  env.clock.advance(0);
  const [first] = accumulator.topic("orders").queue(0).batches;
  assertEquals(accumulator.nextExpiryMs, 40_000);
  assertEquals(accumulator.expired(39_999), []);
  assertEquals(accumulator.expired(40_000), [first!]);
  assertEquals(accumulator.active.size, 0);
  accumulator.complete(first!);
  assertEquals([accumulator.nextExpiryMs, accumulator.hasIncomplete], [Infinity, false]);
});

Deno.test("batches that come back go to the front, and wait longer each time", () => {
  const { accumulator } = accumulatorOf({ batchSize: 100, enableIdempotence: false });
  append(accumulator, "x".repeat(50));
  append(accumulator, "x".repeat(50));
  const queue = accumulator.topic("orders").queue(0);
  const batch = queue.batches.shift()!;
  for (const [attempts, wait] of [[1, 100], [2, 200], [3, 400]] as const) {
    accumulator.reenqueue(batch, 1000);
    assertEquals([queue.batches[0], batch.attempts, batch.retryAtMs], [
      batch,
      attempts,
      1000 + wait,
    ]);
    queue.batches.shift();
  }
});

Deno.test("giving up tells everybody, and leaves nothing", () => {
  const { accumulator } = accumulatorOf();
  const heard: Heard[] = [];
  append(accumulator, "a", 0, heard);
  append(accumulator, "b", 1, heard);
  accumulator.abortAll(new Error("over"));
  assertEquals(heard, ["over", "over"]);
  assertEquals([accumulator.active.size, accumulator.hasIncomplete], [0, false]);
  assertEquals(accumulator.pool.availableBytes, 33_554_432);
});

Deno.test("what has a number is not given up with what was never sent", () => {
  const { accumulator } = accumulatorOf();
  const heard: Heard[] = [];
  append(accumulator, "sent", 0, heard);
  append(accumulator, "not", 1, heard);
  const [sent] = accumulator.topic("orders").queue(0).batches as [ProducerBatch];
  sent.setProducerState({ producerId: 1, epoch: 0 }, 0, true);
  accumulator.abortUndrained(new Error("aborted"));
  assertEquals([heard, sent.end], [["aborted"], undefined]);
});

Deno.test("a flush waits for the batches that there are, and for no other", async () => {
  const { accumulator } = accumulatorOf();
  append(accumulator, "a", 0);
  const barrier = new FlushBarrier();
  accumulator.addBarrier(barrier);
  append(accumulator, "b", 1);
  const done = barrier.wait();
  const [batch] = accumulator.topic("orders").queue(0).batches;
  batch!.succeed(0, -1, silentLogger);
  accumulator.complete(batch!);
  await done;
});

Deno.test("full batches that wait are many when they are more than a request", async () => {
  const { accumulator } = accumulatorOf({ batchSize: 1024, maxRequestSize: 4096 });
  const { backlog } = accumulator;
  const record = "x".repeat(900);
  for (let i = 0; i < 5; i++) append(accumulator, record);
  // One of another partition is not full.
  append(accumulator, record, 1);
  assertEquals(backlog.isLong, false);
  append(accumulator, record);
  assertEquals(backlog.isLong, true);
  const queue = accumulator.topic("orders").queue(0);
  const batch = queue.batches[0]!;
  accumulator.takeFirst(queue);
  accumulator.putBack(batch, false);
  assertEquals(backlog.isLong, true);
  const short = backlog.whenShort();
  accumulator.takeFirst(queue);
  assertEquals(backlog.isLong, false);
  accumulator.abortAll(new Error("enough"));
  await short;
  await backlog.whenShort();
});

Deno.test("a queue that was served goes to the end of the line", () => {
  const { accumulator } = accumulatorOf({ batchSize: 100 });
  for (const partition of [0, 0, 1, 2]) append(accumulator, "x".repeat(50), partition);
  const queue = accumulator.topic("orders").queue(0);
  accumulator.takeFirst(queue);
  assertEquals([...accumulator.active].map(({ partition }) => partition), [1, 2, 0]);
  accumulator.takeFirst(queue);
  assertEquals([...accumulator.active].map(({ partition }) => partition), [1, 2]);
});
