import { assertEquals } from "@std/assert";
import { PartitionQueue } from "../../../client/producer/partition_queue.ts";
import type { ProducerBatch } from "../../../client/producer/producer_batch.ts";
import { SequenceTracker } from "../../../client/producer/sequence_tracker.ts";
import { batchOf } from "../../support/producer_parts.ts";

const queue = new PartitionQueue("orders", 0);
const NAME = "orders-0";

/** A tracker with a producer, whose broker knows it. */
function tracker(isTransactional = false): SequenceTracker {
  const sequences = new SequenceTracker(isTransactional);
  sequences.producer = { producerId: 7, epoch: 0 };
  return sequences;
}

/** Batches of so many records each, numbered. */
function assigned(sequences: SequenceTracker, ...counts: readonly number[]): ProducerBatch[] {
  return counts.map((count) => {
    const batch = batchOf(Array.from({ length: count }, () => "v"), { queue });
    sequences.assign(batch);
    return batch;
  });
}

const numbers = (batches: readonly ProducerBatch[]) =>
  batches.map(({ producerEpoch, baseSequence }) => [producerEpoch, baseSequence]);

Deno.test("batches are numbered one after the other, and keep their numbers", () => {
  const sequences = tracker();
  const batches = assigned(sequences, 3, 2, 4);
  assertEquals(numbers(batches), [[0, 0], [0, 3], [0, 5]]);
  sequences.assign(batches[0]!);
  assertEquals(numbers(batches)[0], [0, 0]);
  assertEquals(sequences.of(NAME).next, 9);
});

Deno.test("without an id nothing is sent", () => {
  const sequences = new SequenceTracker(false);
  assertEquals(sequences.maySend(batchOf(["v"], { queue })), false);
  sequences.producer = { producerId: 1, epoch: 0 };
  assertEquals(sequences.maySend(batchOf(["v"], { queue })), true);
});

Deno.test("until the broker knows the producer one batch goes at a time", () => {
  const sequences = tracker();
  const [first] = assigned(sequences, 2);
  const next = batchOf(["v"], { queue });
  assertEquals(sequences.maySend(next), false);
  sequences.completed(first!, 10);
  assertEquals(sequences.maySend(next), true);
  assigned(sequences, 1);
  assertEquals(sequences.maySend(next), true);
});

Deno.test("no batch is sent that would have a broker forget one that is not answered yet", () => {
  const sequences = tracker();
  sequences.completed(assigned(sequences, 1)[0]!, 0);
  const [first, second] = assigned(sequences, 1, 1);
  const next = batchOf(["v"], { queue });
  for (let i = 0; i < 3; i++) {
    assertEquals(sequences.maySend(next), true);
    // These go to the next leader, which has answered.
    sequences.completed(assigned(sequences, 1)[0]!, 3 + i);
  }
  assertEquals(sequences.maySend(next), false);
  sequences.completed(first!, 1);
  assertEquals(sequences.maySend(next), true);
  sequences.completed(second!, 2);
  assertEquals(sequences.of(NAME).span, 0);
});

Deno.test("what is sent again goes in order, one batch at a time", () => {
  const sequences = tracker();
  const [first, second] = assigned(sequences, 2, 2);
  assertEquals([sequences.maySend(first!), sequences.maySend(second!)], [true, false]);
  sequences.completed(first!, 0);
  assertEquals(sequences.maySend(second!), true);
});

Deno.test("after a gap an idempotent producer numbers what is on its way from 0 in a new epoch", () => {
  const sequences = tracker();
  const [first, second, third] = assigned(sequences, 2, 3, 1);
  sequences.completed(first!, 0);
  assertEquals(sequences.canRetry(second!, "OUT_OF_ORDER_SEQUENCE_NUMBER", -1), true);
  assertEquals(sequences.needsNewEpoch, true);
  sequences.takeNewEpoch();
  assertEquals(numbers([second!, third!]), [[1, 0], [1, 3]]);
  assertEquals([second!.sequenceWasReset, sequences.needsNewEpoch], [true, false]);
  assertEquals(numbers(assigned(sequences, 1)), [[1, 4]]);
});

Deno.test("a batch behind one that failed is sent again without a new epoch", () => {
  const sequences = tracker();
  const [, second] = assigned(sequences, 2, 3);
  assertEquals(sequences.canRetry(second!, "OUT_OF_ORDER_SEQUENCE_NUMBER", -1), true);
  assertEquals(sequences.needsNewEpoch, false);
});

Deno.test("in a transaction a gap is no reason to send again", () => {
  const sequences = tracker(true);
  const [first] = assigned(sequences, 2);
  assertEquals(sequences.canRetry(first!, "OUT_OF_ORDER_SEQUENCE_NUMBER", -1), false);
});

Deno.test("after the last epoch a new id is needed, and batches on their way get it", () => {
  const sequences = tracker();
  sequences.producer = { producerId: 7, epoch: 0x7fff };
  const [first] = assigned(sequences, 2);
  sequences.requestNewEpoch(NAME);
  sequences.takeNewEpoch();
  assertEquals([sequences.producer.producerId, first!.producerId], [-1, 7]);
  sequences.producer = { producerId: 8, epoch: 0 };
  assertEquals([first!.producerId, first!.producerEpoch, first!.baseSequence], [8, 0, 0]);
});

Deno.test("new batches of a new epoch wait for those of the old one", () => {
  const sequences = tracker();
  const [first] = assigned(sequences, 2);
  sequences.completed(first!, 0);
  const [second] = assigned(sequences, 1);
  sequences.requestNewEpoch("other-0");
  sequences.takeNewEpoch();
  const next = batchOf(["v"], { queue });
  assertEquals(sequences.maySend(next), false);
  sequences.completed(second!, 2);
  assertEquals(sequences.maySend(next), true);
  sequences.assign(next);
  assertEquals(numbers([next]), [[1, 0]]);
});

Deno.test("a producer that the broker has forgotten: what to do depends on what was deleted", () => {
  const sequences = tracker();
  const [first, second] = assigned(sequences, 2, 2);
  sequences.completed(first!, 10);
  assertEquals(sequences.canRetry(second!, "UNKNOWN_PRODUCER_ID", -1), true);
  assertEquals(sequences.needsNewEpoch, false, "the start of the log is not known");
  assertEquals(sequences.canRetry(second!, "UNKNOWN_PRODUCER_ID", 12), true);
  assertEquals(sequences.needsNewEpoch, true);

  const transactional = tracker(true);
  const [one, two] = assigned(transactional, 2, 2);
  transactional.completed(one!, 10);
  assertEquals(transactional.canRetry(two!, "UNKNOWN_PRODUCER_ID", 5), false);
  assertEquals(transactional.canRetry(two!, "UNKNOWN_PRODUCER_ID", 12), true);
  assertEquals([two!.baseSequence, two!.producerEpoch], [0, 0]);
  assertEquals(transactional.canRetry(two!, "UNKNOWN_PRODUCER_ID", 5), true, "was renumbered");
});

Deno.test("after a batch that was given up unanswered nothing new is sent until it is clear what came of it", () => {
  const sequences = tracker();
  const [first, second] = assigned(sequences, 2, 2);
  sequences.completed(first!, 0);
  const [third] = assigned(sequences, 1);
  sequences.removed(second!);
  sequences.markUnresolved(second!);
  const next = batchOf(["v"], { queue });
  assertEquals([sequences.maySend(next), sequences.resolve()], [false, "nothing"]);
  sequences.completed(third!, 4);
  assertEquals(sequences.resolve(), "resolved");
  assertEquals(sequences.maySend(next), true);
});

Deno.test("when all batches were given up unanswered the next one has a new epoch", () => {
  const sequences = tracker();
  const [first] = assigned(sequences, 2);
  sequences.removed(first!);
  sequences.markUnresolved(first!);
  assertEquals([sequences.resolve(), sequences.needsNewEpoch], ["lost", true]);
  sequences.takeNewEpoch();
  assertEquals(numbers(assigned(sequences, 1)), [[1, 0]]);
});

Deno.test("a batch that is refused for good leaves its numbers to those behind it in a transaction", () => {
  const sequences = tracker(true);
  const [first, second, third] = assigned(sequences, 2, 3, 1);
  sequences.removed(first!);
  sequences.failed(first!, "INVALID_RECORD", true);
  assertEquals(numbers([second!, third!]), [[0, 0], [0, 3]]);
  assertEquals(sequences.of(NAME).next, 4);
});

Deno.test("without transactions a batch that is refused for good means a new epoch", () => {
  const sequences = tracker();
  const [first, second] = assigned(sequences, 2, 3);
  sequences.removed(first!);
  sequences.failed(first!, "INVALID_RECORD", true);
  sequences.takeNewEpoch();
  assertEquals(numbers([second!]), [[1, 0]]);
  const certain = tracker();
  const [only] = assigned(certain, 1);
  certain.failed(only!, "REQUEST_TIMED_OUT", false);
  assertEquals(certain.needsNewEpoch, false, "it may have been written");
});

Deno.test("the parts of a batch that was split share its numbers", () => {
  const sequences = tracker();
  const [first, second] = assigned(sequences, 5, 2);
  const parts = [batchOf(["a", "b"], { queue }), batchOf(["c", "d", "e"], { queue })];
  sequences.replace(first!, parts);
  assertEquals(numbers(sequences.of(NAME).inFlight), [[0, 0], [0, 2], [0, 5]]);
  assertEquals(sequences.of(NAME).inFlight[2], second);
});
