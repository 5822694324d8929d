import { assertEquals } from "@std/assert";
import { CleanedTransactionMetadata } from "../../../storage/cleaner/cleaned_transaction_metadata.ts";
import { RecordBatch } from "../../../storage/record/record_batch.ts";
import type { AbortedTxn, TransactionIndex } from "../../../storage/segment/transaction_index.ts";
import { keyed } from "../../support/compacted_log.ts";
import { endMarker } from "../../support/partition_log.ts";

function data(producerId: number, baseOffset: number, isTransactional = true): RecordBatch {
  return new RecordBatch(keyed([["k", "v"]], {
    baseOffset,
    producerId,
    producerEpoch: 0,
    baseSequence: 0,
    isTransactional,
  }));
}

function marker(producerId: number, offset: number, type: "COMMIT" | "ABORT"): RecordBatch {
  return new RecordBatch(endMarker(producerId, 0, type, { offset }));
}

function aborted(producerId: number, firstOffset: number, lastOffset: number): AbortedTxn {
  return { producerId, firstOffset, lastOffset, lastStableOffset: lastOffset + 1 };
}

function setup() {
  const metadata = new CleanedTransactionMetadata();
  const listed: AbortedTxn[] = [];
  metadata.setCleanedIndex({
    append: (txn: AbortedTxn) => listed.push(txn),
  } as unknown as TransactionIndex);
  return { metadata, listed };
}

Deno.test("batches of an aborted transaction go, and its marker is listed while there were any", () => {
  const { metadata, listed } = setup();
  metadata.addAbortedTransactions([aborted(2, 4, 9), aborted(1, 1, 6)]);
  assertEquals(metadata.onBatchRead(data(1, 0, false)), false);
  assertEquals(metadata.onBatchRead(data(1, 1)), true);
  assertEquals(metadata.onBatchRead(data(2, 3)), false);
  assertEquals(metadata.onBatchRead(data(2, 4)), true);
  assertEquals(metadata.onControlBatchRead(marker(1, 6, "ABORT")), false);
  assertEquals(listed, [aborted(1, 1, 6)]);
  assertEquals(metadata.onControlBatchRead(marker(2, 9, "ABORT")), false);
  assertEquals(metadata.onBatchRead(data(1, 10)), false);
});

Deno.test("a marker may go when no batch of its transaction was met", () => {
  const { metadata, listed } = setup();
  metadata.addAbortedTransactions([aborted(1, 1, 6)]);
  assertEquals(metadata.onControlBatchRead(marker(1, 6, "ABORT")), true);
  assertEquals(metadata.onControlBatchRead(marker(2, 7, "COMMIT")), true);
  assertEquals(metadata.onBatchRead(data(2, 8)), false);
  assertEquals(metadata.onControlBatchRead(marker(2, 9, "COMMIT")), false);
  assertEquals(metadata.onControlBatchRead(marker(2, 10, "COMMIT")), true);
  assertEquals(listed, []);
});

Deno.test("a transaction that is announced once for each of its segments counts once", () => {
  const { metadata, listed } = setup();
  metadata.addAbortedTransactions([aborted(1, 1, 20)]);
  assertEquals(metadata.onBatchRead(data(1, 1)), true);
  metadata.addAbortedTransactions([aborted(1, 1, 20), aborted(1, 22, 24)]);
  assertEquals(metadata.onBatchRead(data(1, 15)), true);
  assertEquals(metadata.onControlBatchRead(marker(1, 20, "ABORT")), false);
  assertEquals(metadata.onBatchRead(data(1, 21)), false);
  assertEquals(metadata.onBatchRead(data(1, 22)), true);
  assertEquals(metadata.onControlBatchRead(marker(1, 24, "ABORT")), false);
  assertEquals(listed.length, 2);
});

Deno.test("without an index to write to, decisions are the same", () => {
  const metadata = new CleanedTransactionMetadata();
  metadata.addAbortedTransactions([aborted(1, 1, 3)]);
  assertEquals(metadata.onBatchRead(data(1, 1)), true);
  assertEquals(metadata.onControlBatchRead(marker(1, 3, "ABORT")), false);
});
