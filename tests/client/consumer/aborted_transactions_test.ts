import { assertEquals } from "@std/assert";
import { AbortedTransactions } from "../../../client/consumer/aborted_transactions.ts";
import { buildEndTransactionMarker } from "../../../storage/record/control_record.ts";
import { RecordBatch } from "../../../storage/record/record_batch.ts";
import { batchOfRecords } from "../../support/consumer_world.ts";

function data(baseOffset: number, producerId: number, isTransactional = true): RecordBatch {
  return new RecordBatch(batchOfRecords(["v"], {
    baseOffset,
    producerId,
    producerEpoch: 0,
    baseSequence: 0,
    isTransactional,
  }));
}

function marker(type: "ABORT" | "COMMIT", offset: number, producerId: number): RecordBatch {
  const options = { producerEpoch: 0, coordinatorEpoch: 0, timestamp: 1 };
  return new RecordBatch(buildEndTransactionMarker({ type, offset, producerId, ...options }));
}

Deno.test("a producer's batches are hidden from where its aborted transaction begins to the marker", () => {
  const aborted = new AbortedTransactions([{ producerId: 1, firstOffset: 2 }]);
  assertEquals(aborted.hides(data(0, 1)), false);
  assertEquals(aborted.hides(data(2, 1)), true);
  assertEquals(aborted.hides(data(3, 2)), false);
  assertEquals(aborted.hides(data(4, 1)), true);
  assertEquals(aborted.hides(marker("ABORT", 5, 1)), false);
  assertEquals(aborted.hides(data(6, 1)), false);
});

Deno.test("transactions of a producer one after the other are told apart, in whatever order they come", () => {
  const aborted = new AbortedTransactions([
    { producerId: 1, firstOffset: 10 },
    { producerId: 1, firstOffset: 0 },
  ]);
  assertEquals(aborted.hides(data(0, 1)), true);
  assertEquals(aborted.hides(marker("ABORT", 1, 1)), false);
  assertEquals(aborted.hides(data(2, 1)), false);
  assertEquals(aborted.hides(marker("COMMIT", 3, 1)), false);
  assertEquals(aborted.hides(data(10, 1)), true);
});

Deno.test("what belongs to no transaction, or to none that was aborted, is shown", () => {
  const aborted = new AbortedTransactions([{ producerId: 1, firstOffset: 0 }]);
  assertEquals(aborted.hides(data(0, 1, false)), false);
  assertEquals(aborted.hides(new RecordBatch(batchOfRecords(["v"]))), false);
  assertEquals(new AbortedTransactions(null).hides(data(0, 1)), false);
});
