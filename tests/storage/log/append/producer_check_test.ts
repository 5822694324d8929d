import { assertEquals, assertInstanceOf, assertThrows } from "@std/assert";
import { LogDirError, ProducerStateError } from "../../../../storage/errors.ts";
import type { PartitionLog } from "../../../../storage/log/partition_log.ts";
import { VerificationGuard } from "../../../../storage/log/producer/verification_state_entry.ts";
import { manualEnv } from "../../../support/manual_env.ts";
import {
  batchOf,
  openLog,
  reopenUnclean,
  restoreDirectory,
  snapshotDirectory,
} from "../../../support/partition_log.ts";
import { TestProducer as Producer } from "../../../support/test_producer.ts";

function codeOf(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    assertInstanceOf(error, ProducerStateError);
    return error.code;
  }
  throw new Error("nothing was thrown");
}

function committed(log: PartitionLog, from = 0) {
  return log.read(from, { maxBytes: 1 << 20, isolation: "txn_committed" });
}

Deno.test("a batch that is sent again is answered with its old offsets and not written", () => {
  const log = openLog(manualEnv());
  const producer = new Producer(log, 1);
  const batches = Array.from({ length: 5 }, () => producer.batch(2, false));
  const answers = batches.map((batch) => log.appendAsLeader(batch.slice(), 0));
  for (const [i, batch] of batches.entries()) {
    const again = log.appendAsLeader(batch, 0);
    assertEquals(again.duplicate, true);
    assertEquals([again.firstOffset, again.lastOffset], [
      answers[i]!.firstOffset,
      answers[i]!.lastOffset,
    ]);
  }
  assertEquals(log.logEndOffset, 10);
});

Deno.test("only the last five batches of a producer are known again", () => {
  const log = openLog(manualEnv());
  const producer = new Producer(log, 1);
  const first = producer.batch(1, false);
  log.appendAsLeader(first.slice(), 0);
  for (let i = 0; i < 5; i++) producer.write(1, false);
  assertEquals(codeOf(() => log.appendAsLeader(first, 0)), "OUT_OF_ORDER_SEQUENCE_NUMBER");
});

Deno.test("sequences must follow each other", () => {
  const log = openLog(manualEnv());
  const producer = new Producer(log, 1);
  producer.write(3, false);
  producer.sequence = 4;
  assertEquals(codeOf(() => producer.write(1, false)), "OUT_OF_ORDER_SEQUENCE_NUMBER");
  assertEquals(log.logEndOffset, 3);
  producer.sequence = 3;
  producer.write(1, false);
});

Deno.test("an older epoch of a producer is fenced off", () => {
  const log = openLog(manualEnv());
  new Producer(log, 1, 3).write(1, false);
  assertEquals(
    codeOf(() => new Producer(log, 1, 2).write(1, false)),
    "INVALID_PRODUCER_EPOCH",
  );
});

Deno.test("a follower takes what the leader took, duplicates and gaps in sequences included", () => {
  const log = openLog(manualEnv());
  for (const [baseOffset, baseSequence] of [[0, 0], [1, 0], [2, 9]] as const) {
    log.appendAsFollower(
      batchOf(["v"], {
        baseOffset,
        baseSequence,
        producerId: 1,
        producerEpoch: 0,
        partitionLeaderEpoch: 0,
      }),
      0,
    );
  }
  assertEquals(log.logEndOffset, 3);
  assertEquals(log.activeProducers.get(1)!.lastSeq, 9);
});

Deno.test("producers expire after a time of silence", () => {
  const env = manualEnv();
  const log = openLog(env, {}, { producerIdExpirationMs: 1000 });
  new Producer(log, 1).write(1, false);
  log.removeExpiredProducers(env.clock.now() + 999);
  assertEquals(log.activeProducers.size, 1);
  log.removeExpiredProducers(env.clock.now() + 1000);
  assertEquals(log.activeProducers.size, 0);
});

Deno.test("without transactions the last stable offset is the high watermark", () => {
  const log = openLog(manualEnv());
  new Producer(log, 1).write(5, false);
  log.updateHighWatermark(3);
  assertEquals([log.firstUnstableOffset, log.lastStableOffset], [undefined, 3]);
});

Deno.test("an open transaction holds the last stable offset until its end is replicated", () => {
  const log = openLog(manualEnv());
  const producer = new Producer(log, 1);
  log.appendAsLeader(batchOf(["before"]), 0);
  producer.write(3);
  log.updateHighWatermark(4);
  assertEquals([log.firstUnstableOffset, log.lastStableOffset], [1, 1]);
  producer.end("COMMIT");
  assertEquals(log.firstUnstableOffset, 1);
  log.updateHighWatermark(4);
  assertEquals(log.lastStableOffset, 1);
  log.updateHighWatermark(5);
  assertEquals([log.firstUnstableOffset, log.lastStableOffset], [undefined, 5]);
});

Deno.test("a follower's transaction index is the leader's", () => {
  const leader = openLog(manualEnv());
  const [a, b] = [new Producer(leader, 1), new Producer(leader, 2)];
  a.write(2);
  b.write(3);
  a.end("ABORT");
  b.end("ABORT");
  const follower = openLog(manualEnv());
  follower.appendAsFollower(
    leader.read(0, { maxBytes: 1 << 20, isolation: "log_end" }).bytes(),
    0,
  );
  assertEquals(
    follower.activeSegment.txnIndex.allAbortedTxns(),
    leader.activeSegment.txnIndex.allAbortedTxns(),
  );
  assertEquals(follower.activeSegment.txnIndex.allAbortedTxns().length, 2);
});

Deno.test("a zombie coordinator is fenced, an empty transaction included", () => {
  const log = openLog(manualEnv());
  const producer = new Producer(log, 1);
  producer.end("ABORT", 5);
  assertEquals(codeOf(() => producer.end("COMMIT", 4)), "TRANSACTION_COORDINATOR_FENCED");
  producer.end("COMMIT", 5);
});

Deno.test("a marker of an older producer epoch is refused", () => {
  const log = openLog(manualEnv());
  new Producer(log, 1, 4).write(1);
  assertEquals(codeOf(() => new Producer(log, 1, 3).end("ABORT")), "INVALID_PRODUCER_EPOCH");
});

Deno.test("the first unstable offset never lies below the log start", () => {
  const log = openLog(manualEnv(), { "internal.segment.bytes": "200" });
  const producer = new Producer(log, 1);
  for (let i = 0; i < 4; i++) producer.write(1);
  log.updateHighWatermark(4);
  log.deleteRecords(2);
  assertEquals([log.firstUnstableOffset, log.lastStableOffset], [2, 2]);
  log.deleteOldSegments();
  assertEquals(log.lastStableOffset, 2);
  producer.end("COMMIT");
  log.updateHighWatermark(5);
  assertEquals([log.firstUnstableOffset, log.lastStableOffset], [undefined, 5]);
});

Deno.test("the offset that the producer state stands at moves with every append", () => {
  const log = openLog(manualEnv());
  log.appendAsLeader(batchOf(["a"]), 0);
  assertEquals(log.producerStateManager.mapEndOffset, 1);
  log.takeProducerSnapshot();
  assertEquals(log.producerStateManager.latestSnapshotOffset, 1);
});

Deno.test("a transaction open at the stop is open after the next start, clean or not", () => {
  for (const clean of [true, false]) {
    const env = manualEnv();
    const log = openLog(env, { "internal.segment.bytes": "300" });
    const producer = new Producer(log, 1);
    for (let i = 0; i < 4; i++) producer.write(1);
    const aborted = new Producer(log, 2);
    aborted.write(1);
    aborted.end("ABORT");
    const killed = snapshotDirectory(env.fileSystem);
    log.close();
    if (!clean) restoreDirectory(env.fileSystem, killed);
    const again = clean ? openLog(env) : reopenUnclean(env);
    assertEquals([again.firstUnstableOffset, again.logEndOffset], [0, 6]);
    assertEquals(again.collectAbortedTransactions(0, 6).map((txn) => txn.producerId), [2]);
    const goOn = new Producer(again, 1);
    goOn.sequence = 4;
    goOn.write(1);
    goOn.end("COMMIT");
    again.updateHighWatermark(again.logEndOffset);
    assertEquals(again.firstUnstableOffset, undefined);
    assertEquals(committed(again).abortedTransactions, []);
    assertEquals(committed(again, 4).abortedTransactions, [{ producerId: 2, firstOffset: 4 }]);
  }
});

Deno.test("a failure of the transaction index leaves the offsets right and the transaction open", () => {
  const env = manualEnv();
  const log = openLog(env);
  const producer = new Producer(log, 1);
  producer.write(2);
  log.activeSegment.txnIndex.append = () => {
    throw new LogDirError("x.txnindex", "Cannot write to file: x.txnindex");
  };
  assertThrows(() => producer.end("ABORT"), LogDirError);
  assertEquals(log.logEndOffset, 3);
  log.updateHighWatermark(3);
  assertEquals(log.lastStableOffset, 0);
  const killed = snapshotDirectory(env.fileSystem);
  log.closeHandlers();
  restoreDirectory(env.fileSystem, killed);
  const again = reopenUnclean(env);
  again.updateHighWatermark(3);
  assertEquals([again.logEndOffset, again.lastStableOffset], [3, 3]);
  assertEquals(again.collectAbortedTransactions(0, 3).length, 1);
});

Deno.test("transactional records need the guard of a verification, once that is turned on", () => {
  const log = openLog(manualEnv(), {}, { transactionVerificationEnabled: true });
  const producer = new Producer(log, 1);
  assertEquals(codeOf(() => log.appendAsLeader(producer.batch(1), 0)), "INVALID_TXN_STATE");
  producer.sequence = 0;
  const guard = log.maybeStartTransactionVerification(1, 0, 0, false);
  assertEquals(log.maybeStartTransactionVerification(1, 0, 0, false), guard);
  log.appendAsLeader(producer.batch(1), 0, { verificationGuard: guard });
  assertEquals(log.maybeStartTransactionVerification(1, 1, 0, false), VerificationGuard.SENTINEL);
  producer.write(1);
  producer.end("COMMIT");
  const next = producer.batch(1);
  assertEquals(
    codeOf(() => log.appendAsLeader(next, 0, { verificationGuard: guard })),
    "INVALID_TXN_STATE",
  );
  assertEquals(log.logEndOffset, 3);
});

Deno.test("verification starts only for an epoch that is not stale", () => {
  const log = openLog(manualEnv());
  new Producer(log, 1, 4).write(1, false);
  assertEquals(
    codeOf(() => log.maybeStartTransactionVerification(1, 0, 3, false)),
    "INVALID_PRODUCER_EPOCH",
  );
});

Deno.test("a stale epoch of a verified producer is told as such, not as a transaction fault", () => {
  const log = openLog(manualEnv(), {}, { transactionVerificationEnabled: true });
  const producer = new Producer(log, 1, 5);
  const guard = log.maybeStartTransactionVerification(1, 0, 5, true);
  log.appendAsLeader(producer.batch(1), 0, { verificationGuard: guard });
  producer.end("ABORT");
  assertEquals(
    codeOf(() => log.appendAsLeader(new Producer(log, 1, 4).batch(1), 0)),
    "INVALID_PRODUCER_EPOCH",
  );
});

Deno.test("several producers of one append are each taken in", () => {
  const log = openLog(manualEnv());
  const parts = [1, 2, 3].map((producerId, i) =>
    batchOf(["v"], {
      producerId,
      producerEpoch: 0,
      baseSequence: 0,
      baseOffset: i,
      partitionLeaderEpoch: 0,
    })
  );
  const records = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    records.set(part, at);
    at += part.length;
  }
  log.appendAsFollower(records, 0);
  assertEquals([...log.activeProducers.keys()], [1, 2, 3]);
});
