import { assertEquals } from "@std/assert";
import { BatchCompletion } from "../../../client/producer/batch_completion.ts";
import { plainAnswer } from "../../../client/producer/produce_outcome.ts";
import type { ProducerBatch } from "../../../client/producer/producer_batch.ts";
import { noTotals } from "../../../client/producer/producer_metrics.ts";
import { silentLogger } from "../../../storage/env.ts";
import {
  accumulatorOf,
  ackInto,
  bytes,
  type Heard,
  managerOf,
  settingsOf,
  topicOf,
} from "../../support/producer_parts.ts";

const topic = topicOf("orders", [1]);

/** A batch of some values that a broker was sent, and what completes it. */
function sent(values: readonly string[], configs: Readonly<Record<string, unknown>> = {}) {
  const settings = settingsOf(configs);
  const { accumulator } = accumulatorOf(configs);
  const transactions = settings.isIdempotent ? managerOf(null) : undefined;
  const totals = noTotals();
  const heard: Heard[] = [];
  for (const value of values) {
    accumulator.append(topic, 0, 1000, null, bytes(value), undefined, ackInto(heard));
  }
  const queue = accumulator.topic("orders").queue(0);
  const batch = queue.batches[0] as ProducerBatch;
  accumulator.takeFirst(queue);
  if (transactions !== undefined) {
    transactions.sequences.producer = { producerId: 1, epoch: 0 };
    transactions.sequences.assign(batch);
  }
  batch.isInFlight = true;
  const completion = new BatchCompletion({
    settings,
    accumulator,
    transactions,
    totals,
    logger: silentLogger,
  });
  return { accumulator, transactions, totals, heard, queue, batch, completion };
}

Deno.test("a batch that is written leaves nothing behind", () => {
  const { batch, completion, heard, accumulator, transactions } = sent(["a", "b"]);
  completion.answered(batch, { ...plainAnswer("NONE"), baseOffset: 7 }, 0);
  assertEquals([heard, accumulator.hasIncomplete], [[7, 8], false]);
  assertEquals(transactions!.sequences.of("orders-0").afterLastAcked, 2);
  assertEquals(accumulator.pool.availableBytes, accumulator.pool.totalBytes);
});

Deno.test("a batch that is tried again is back in its queue", () => {
  const { batch, completion, heard, queue, totals } = sent(["a", "b"]);
  queue.isMuted = true;
  completion.answered(batch, plainAnswer("NOT_LEADER_OR_FOLLOWER"), 50);
  assertEquals([heard, queue.batches, totals.retried], [[], [batch], 2]);
  assertEquals([batch.isInFlight, queue.isMuted, batch.attempts], [false, false, 1]);
});

Deno.test("the parts of a batch that is too large are in its place, in order", () => {
  const values = Array.from({ length: 6 }, () => "x".repeat(30));
  const { batch, completion, queue, totals, accumulator, heard } = sent(values, { batchSize: 300 });
  const free = accumulator.pool.availableBytes;
  completion.answered(batch, plainAnswer("MESSAGE_TOO_LARGE"), 0);
  completion.answered(queue.batches.shift()!, plainAnswer("MESSAGE_TOO_LARGE"), 0);
  assertEquals(queue.batches.map(({ baseSequence, count }) => [baseSequence, count]), [[0, 2], [
    2,
    2,
  ], [4, 2]]);
  assertEquals([totals.splits, heard, accumulator.hasIncomplete], [2, [], true]);
  assertEquals(accumulator.pool.availableBytes, free + 300);
  for (const part of [...queue.batches]) {
    completion.answered(part, { ...plainAnswer("NONE"), baseOffset: part.baseSequence }, 0);
  }
  assertEquals([heard, accumulator.hasIncomplete], [[0, 1, 2, 3, 4, 5], false]);
});

Deno.test("a batch that is refused is told, and its numbers are free", () => {
  const { batch, completion, heard, totals, transactions } = sent(["a"]);
  completion.answered(batch, plainAnswer("INVALID_RECORD", "bad"), 0);
  assertEquals([heard, totals.failed], [["bad"], 1]);
  assertEquals(transactions!.sequences.needsNewEpoch, true);
});

Deno.test("after the last retry nobody knows whether the numbers are free", () => {
  const { batch, completion, heard, transactions } = sent(["a"], { retries: 1 });
  batch.attempts = 1;
  completion.answered(batch, plainAnswer("NOT_LEADER_OR_FOLLOWER"), 0);
  assertEquals([heard.length, transactions!.sequences.needsNewEpoch], [1, false]);
});

Deno.test("a batch whose answer is lost when its time is over may have been written: those behind it keep their numbers", () => {
  const { batch, completion, heard, transactions } = sent(["a"]);
  const { sequences } = transactions!;
  completion.answered(batch, plainAnswer("NETWORK_EXCEPTION"), 120_000);
  assertEquals([heard.length, sequences.needsNewEpoch], [1, false]);
  // A new epoch follows when all that was sent has ended.
  assertEquals([sequences.resolve(), sequences.needsNewEpoch], ["lost", true]);
});

Deno.test("a batch that comes too late is given up; what was sent may still have been written", () => {
  const { batch, completion, heard, transactions } = sent(["a", "b"]);
  batch.attempts = 1;
  completion.expired([batch], 120_000);
  assertEquals(
    heard[0],
    "Expiring 2 record(s) for orders-0:120000 ms has passed since batch creation. " +
      "The request has not been sent, or no server response has been received yet.",
  );
  assertEquals(transactions!.sequences.resolve(), "lost");
});

Deno.test("an answer to a batch that was given up changes nothing but what is known of numbers", () => {
  const { batch, completion, heard, accumulator, transactions } = sent(["a"]);
  completion.expired([batch], 120_000);
  const free = accumulator.pool.availableBytes;
  completion.answered(batch, { ...plainAnswer("NONE"), baseOffset: 3 }, 120_001);
  completion.answered(batch, plainAnswer("NOT_LEADER_OR_FOLLOWER"), 120_001);
  assertEquals([heard.length, accumulator.pool.availableBytes], [1, free]);
  assertEquals(transactions!.sequences.of("orders-0").afterLastAcked, 1);
});
