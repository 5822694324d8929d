import { assertEquals } from "@std/assert";
import { TransactionsSeen } from "../../../../storage/cli/log/transactions_seen.ts";
import { buildEndTransactionMarker } from "../../../../storage/record/control_record.ts";
import { RecordBatch } from "../../../../storage/record/record_batch.ts";
import { textBatch } from "../cli_support.ts";

function data(seen: TransactionsSeen, offset: number, producerId: number, isTransactional = true) {
  const batch = new RecordBatch(
    textBatch(offset, ["v"], { producerId, producerEpoch: 0, baseSequence: 0, isTransactional }),
  );
  return seen.batch(batch, offset, offset);
}

function marker(
  seen: TransactionsSeen,
  offset: number,
  producerId: number,
  type: "ABORT" | "COMMIT",
) {
  const bytes = buildEndTransactionMarker({
    offset,
    timestamp: 0,
    producerId,
    producerEpoch: 0,
    type,
    coordinatorEpoch: 0,
  });
  return seen.batch(new RecordBatch(bytes), offset, offset);
}

Deno.test("an abort tells where its transaction began, and what is stable then", () => {
  const seen = new TransactionsSeen(0);
  data(seen, 0, 9, false);
  data(seen, 1, 5);
  data(seen, 2, 6);
  data(seen, 3, 5);
  assertEquals(seen.firstOpenOffset, 1);
  assertEquals(marker(seen, 4, 6, "ABORT"), {
    producerId: 6,
    firstOffset: 2,
    lastOffset: 4,
    lastStableOffset: 1,
  });
  assertEquals(marker(seen, 5, 5, "COMMIT"), undefined);
  assertEquals(seen.firstOpenOffset, undefined);
  data(seen, 6, 5);
  assertEquals(marker(seen, 7, 5, "ABORT")?.lastStableOffset, 8);
});

Deno.test("behind a gap, or in a log that begins later, what began before is not known", () => {
  for (const seen of [new TransactionsSeen(3), new TransactionsSeen(0)]) {
    data(seen, 3, 5);
    assertEquals(marker(seen, 4, 5, "ABORT"), {
      producerId: 5,
      firstOffset: undefined,
      lastOffset: 4,
      lastStableOffset: undefined,
    });
  }
});
