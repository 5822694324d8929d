import { assertEquals, assertThrows } from "@std/assert";
import { KafkaError } from "../../../../client/protocol/error_codes.ts";
import { newTransactionMetadata } from "../../../../cluster/coordinator/transaction/transaction_metadata.ts";
import {
  NO_PARTITIONS,
  withPartitions,
} from "../../../../cluster/coordinator/transaction/transaction_partitions.ts";
import {
  completed,
  fenced,
  prepared,
  withNewProducerId,
  withNextEpoch,
  withPartitionsAdded,
} from "../../../../cluster/coordinator/transaction/transaction_transitions.ts";
import { A0, B1, metadataOf } from "../../../support/transactions.ts";

const MAX = 32767;

Deno.test("a new producer has epoch 0, also when it says that it had one", () => {
  const metadata = newTransactionMetadata("t", 5, 1000, 10);
  const first = withNextEpoch(metadata, 2000, undefined, 20);
  assertEquals(
    [first.producerId, first.producerEpoch, first.lastProducerEpoch, first.previousProducerId],
    [5, 0, -1, 5],
  );
  assertEquals([first.timeoutMs, first.lastUpdateTimestamp, first.startTimestamp], [2000, 20, -1]);
  assertEquals(withNextEpoch(metadata, 2000, 3, 20).producerEpoch, 0);
});

Deno.test("a producer gets the next epoch, and whoever has told its own may ask once more", () => {
  const bump = (expected?: number) => withNextEpoch(metadataOf(), 1000, expected, 20);
  assertEquals([bump().producerEpoch, bump().lastProducerEpoch], [6, -1]);
  const known = bump(5);
  assertEquals([known.producerEpoch, known.lastProducerEpoch], [6, 5]);
  const again = withNextEpoch(known, 1000, 5, 30);
  assertEquals([again.producerEpoch, again.lastProducerEpoch], [6, 5]);
});

Deno.test("a producer whose epoch another one has taken over is fenced", () => {
  const metadata = metadataOf({ lastProducerEpoch: 4 });
  for (const epoch of [0, 3, 6, 100]) {
    const error = assertThrows(() => withNextEpoch(metadata, 1000, epoch, 20), KafkaError);
    assertEquals(error.code, "PRODUCER_FENCED");
  }
  assertEquals(withNextEpoch(metadata, 1000, 4, 20).producerEpoch, 5);
});

Deno.test("a repeated request gets the last epoch there is for clients, and nobody the one after it", () => {
  const metadata = metadataOf({ producerEpoch: MAX - 1, lastProducerEpoch: MAX - 2 });
  assertEquals(withNextEpoch(metadata, 1000, MAX - 2, 20).producerEpoch, MAX - 1);
  const beyond = metadataOf({ producerEpoch: MAX });
  assertThrows(() => withNextEpoch(beyond, 1000, undefined, 20), Error, "epoch beyond");
});

Deno.test("a new producer id begins with epoch 0, and remembers the id before", () => {
  const metadata = metadataOf({ producerEpoch: MAX - 1, state: "CompleteAbort" });
  const told = withNewProducerId(metadata, 77, 1000, true, 20);
  assertEquals(
    [told.producerId, told.previousProducerId, told.producerEpoch, told.lastProducerEpoch],
    [77, 9, 0, MAX - 1],
  );
  assertEquals(withNewProducerId(metadata, 77, 1000, false, 20).lastProducerEpoch, -1);
});

Deno.test("a producer id does not change while there is a transaction", () => {
  for (const state of ["Ongoing", "PrepareCommit", "PrepareAbort"] as const) {
    assertThrows(() => withNewProducerId(metadataOf({ state }), 77, 1000, false, 20));
    assertThrows(() => withNextEpoch(metadataOf({ state }), 1000, undefined, 20));
  }
});

Deno.test("the first partitions begin a transaction, and more keep its beginning, also when the clock goes back", () => {
  const begun = withPartitionsAdded(metadataOf({ state: "CompleteCommit" }), [A0], 2, 50);
  assertEquals([begun.state, begun.startTimestamp, begun.lastUpdateTimestamp], ["Ongoing", 50, 50]);
  const more = withPartitionsAdded(begun, [B1, A0], 2, 40);
  assertEquals([more.startTimestamp, more.lastUpdateTimestamp], [50, 40]);
  assertEquals(more.partitions, withPartitions(NO_PARTITIONS, [A0, B1]));
});

Deno.test("in version 2 the epoch grows when the end is decided, and before it does not", () => {
  const ongoing = withPartitionsAdded(metadataOf(), [A0], 2, 50);
  const v2 = prepared(ongoing, "PrepareCommit", 2, -1, 60);
  assertEquals([v2.producerEpoch, v2.lastProducerEpoch, v2.startTimestamp], [6, 5, 50]);
  assertEquals([v2.clientTransactionVersion, v2.partitions], [2, ongoing.partitions]);
  const v0 = prepared(ongoing, "PrepareAbort", 0, -1, 60);
  assertEquals([v0.producerEpoch, v0.lastProducerEpoch], [5, -1]);
  assertEquals(v0.clientTransactionVersion, 0);
});

Deno.test("an abort of nothing begins when it ends", () => {
  for (const state of ["Empty", "CompleteCommit", "CompleteAbort"] as const) {
    const aborting = prepared(metadataOf({ state }), "PrepareAbort", 2, -1, 60);
    assertEquals([aborting.startTimestamp, aborting.producerEpoch], [60, 6]);
  }
  assertThrows(() => prepared(metadataOf(), "PrepareCommit", 2, -1, 60));
});

Deno.test("a transaction that is complete has no partitions and keeps its producer", () => {
  const ongoing = withPartitionsAdded(metadataOf(), [A0], 2, 50);
  const done = completed(prepared(ongoing, "PrepareCommit", 2, -1, 60), 70);
  assertEquals([done.state, done.producerId, done.producerEpoch], ["CompleteCommit", 9, 6]);
  assertEquals([done.partitions.size, done.startTimestamp, done.lastUpdateTimestamp], [0, 50, 70]);
  const aborted = completed(prepared(ongoing, "PrepareAbort", 0, -1, 60), 70);
  assertEquals([aborted.state, aborted.producerEpoch], ["CompleteAbort", 5]);
});

Deno.test("when the epochs are used up the producer has another id once the transaction is complete", () => {
  const ongoing = metadataOf({ state: "Ongoing", producerEpoch: MAX - 1, startTimestamp: 50 });
  const ending = prepared(ongoing, "PrepareAbort", 2, 77, 60);
  assertEquals([ending.producerId, ending.nextProducerId, ending.producerEpoch], [9, 77, MAX]);
  const done = completed(ending, 70);
  assertEquals(
    [done.producerId, done.previousProducerId, done.nextProducerId],
    [77, 9, -1],
  );
  assertEquals([done.producerEpoch, done.lastProducerEpoch], [0, MAX - 1]);
});

Deno.test("the epoch that fences is the next one, and never one beyond the last", () => {
  const ongoing = metadataOf({ state: "Ongoing", lastProducerEpoch: 4 });
  assertEquals([fenced(ongoing).producerEpoch, fenced(ongoing).lastProducerEpoch], [6, -1]);
  const last = metadataOf({ state: "Ongoing", producerEpoch: MAX });
  assertEquals(fenced(last).producerEpoch, MAX);
  assertEquals(prepared(last, "PrepareAbort", 2, 77, 60).producerEpoch, MAX);
});
