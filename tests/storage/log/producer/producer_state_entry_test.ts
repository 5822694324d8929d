import { assertEquals, assertStrictEquals } from "@std/assert";
import {
  BatchMetadata,
  ProducerStateEntry,
} from "../../../../storage/log/producer/producer_state_entry.ts";

Deno.test("an unknown producer has no epoch, sequence, offset or transaction", () => {
  const entry = ProducerStateEntry.empty(7);
  assertEquals(
    [
      entry.producerEpoch,
      entry.coordinatorEpoch,
      entry.lastTimestamp,
      entry.firstSeq,
      entry.lastSeq,
    ],
    [-1, -1, -1, -1, -1],
  );
  assertEquals([entry.firstDataOffset, entry.lastDataOffset, entry.lastOffsetDelta], [-1, -1, 0]);
  assertEquals(entry.currentTxnFirstOffset, undefined);
  assertEquals(entry.isEmpty, true);
});

Deno.test("the first sequence of a batch is found across the wrap", () => {
  assertEquals(new BatchMetadata(9, 2020, 20, 0).firstSeq, 2 ** 31 - 11);
  assertEquals(new BatchMetadata(9, 2020, 9, 0).firstSeq, 0);
  assertEquals(new BatchMetadata(9, 2020, 20, 0).firstOffset, 2000);
});

Deno.test("the last five batches are kept and found again by epoch and exact sequences", () => {
  const entry = ProducerStateEntry.empty(7);
  for (let i = 0; i < 6; i++) entry.addBatch(3, i * 10 + 9, i * 10 + 109, 9, i);
  assertEquals(entry.batchMetadata.length, 5);
  assertEquals([entry.firstSeq, entry.lastSeq, entry.firstDataOffset], [10, 59, 110]);
  const sent = (producerEpoch: number, baseSequence: number, lastSequence: number) =>
    entry.findDuplicateBatch({ producerEpoch, baseSequence, lastSequence });
  assertStrictEquals(sent(3, 10, 19), entry.batchMetadata[0]);
  assertStrictEquals(sent(3, 50, 59), entry.batchMetadata[4]);
  assertEquals(sent(3, 0, 9), undefined);
  assertEquals(sent(3, 10, 18), undefined);
  assertEquals(sent(3, 11, 19), undefined);
  assertEquals(sent(4, 10, 19), undefined);
});

Deno.test("a new epoch forgets the batches of the one before", () => {
  const entry = ProducerStateEntry.empty(7);
  entry.addBatch(0, 4, 4, 4, 1);
  entry.addBatch(1, 0, 5, 0, 2);
  assertEquals([entry.firstSeq, entry.lastSeq, entry.producerEpoch], [0, 0, 1]);
});

Deno.test("taking an update over appends its batches and takes its epochs and transaction", () => {
  const entry = ProducerStateEntry.empty(7);
  entry.addBatch(0, 4, 4, 4, 1);
  const update = entry.withoutBatches();
  assertEquals(update.isEmpty, true);
  update.addBatch(0, 6, 6, 1, 2);
  update.beginTransaction(5);
  entry.update(update);
  assertEquals([entry.firstSeq, entry.lastSeq, entry.lastTimestamp], [0, 6, 2]);
  assertEquals(entry.currentTxnFirstOffset, 5);

  const marker = entry.withoutBatches();
  marker.endTransaction(1, 4, 3);
  entry.update(marker);
  assertEquals([entry.producerEpoch, entry.coordinatorEpoch, entry.lastTimestamp], [1, 4, 3]);
  assertEquals([entry.currentTxnFirstOffset, entry.isEmpty], [undefined, true]);
});

Deno.test("batches are taken over from who knows the same last one, and from nobody else", () => {
  const other = ProducerStateEntry.empty(7);
  for (let i = 0; i < 4; i++) other.addBatch(3, i, 100 + i, 0, i);
  const known = (producerEpoch: number, lastSeq: number, lastOffset: number) => {
    const entry = ProducerStateEntry.empty(7);
    entry.addBatch(producerEpoch, lastSeq, lastOffset, 0, 5);
    entry.rememberBatchesOf(other);
    return entry.batchMetadata.map((batch) => batch.lastSeq);
  };
  assertEquals(known(3, 3, 103), [0, 1, 2, 3]);
  assertEquals([known(4, 3, 103), known(3, 2, 103), known(3, 3, 104)], [[3], [2], [3]]);
  const empty = ProducerStateEntry.empty(7);
  empty.rememberBatchesOf(ProducerStateEntry.empty(7));
  assertEquals(empty.isEmpty, true);
});
