import { assert, assertEquals } from "@std/assert";
import { DEFAULT_METADATA_LOG_CONFIG } from "../../../cluster/raft/metadata_log_config.ts";
import { RaftLog } from "../../../cluster/raft/raft_log.ts";
import { SnapshotWriter } from "../../../cluster/raft/snapshot_writer.ts";
import type { OffsetAndEpoch } from "../../../cluster/raft/offset_and_epoch.ts";
import { buildBatch } from "../../../storage/record/record_batch_builder.ts";
import { type ManualEnv, manualEnv } from "../../support/manual_env.ts";
import { copyFixture, DIRECTORY, record } from "./raft_support.ts";

function open(env: ManualEnv, config = {}): RaftLog {
  return RaftLog.open({
    env,
    directory: DIRECTORY,
    config: { ...DEFAULT_METADATA_LOG_CONFIG, ...config },
  });
}

function append(log: RaftLog, epoch: number, count = 1): void {
  const records = Array.from({ length: count }, () => ({ value: record("x"), timestamp: 5 }));
  const place = { baseOffset: log.endOffset, partitionLeaderEpoch: epoch };
  log.append(buildBatch(records, place), epoch);
}

function snapshot(env: ManualEnv, log: RaftLog, id: OffsetAndEpoch): void {
  const { directory } = log;
  new SnapshotWriter({ env, directory, id, lastContainedLogTimestamp: 0 }).freezeSync();
  log.snapshots.add(id);
}

Deno.test("Kafka's metadata log is read from end to end, with its epochs and snapshots", () => {
  const env = manualEnv();
  copyFixture(env.fileSystem);
  const log = open(env);
  assertEquals([log.startOffset, log.lastEpoch], [0, 3]);
  assertEquals(log.snapshots.ids.map(({ offset }) => offset), [0, 81, 203, 260]);
  const batches = [...log.batches(0)];
  assertEquals(batches.at(-1)!.nextOffset, log.endOffset);
  assertEquals(new Set(batches.map((batch) => batch.partitionLeaderEpoch)), new Set([1, 2, 3]));
  assert([...log.batches(100, 110)][0]!.baseOffset <= 100);
  log.close();
});

Deno.test("a log that ends before its latest snapshot begins anew behind it", () => {
  const env = manualEnv();
  const log = open(env);
  append(log, 1, 5);
  snapshot(env, log, { offset: 3, epoch: 1 });
  snapshot(env, log, { offset: 9, epoch: 2 });
  log.close();
  const again = open(env);
  assertEquals([again.startOffset, again.endOffset, again.lastEpoch], [9, 9, 2]);
  assertEquals(again.snapshots.ids, [{ offset: 9, epoch: 2 }]);
  append(again, 3);
  assertEquals(again.endOffset, 10);
  again.close();
});

Deno.test("what is below a snapshot goes only when that snapshot is there, committed, and not the log's start", () => {
  const env = manualEnv();
  const log = open(env, { internalSegmentBytes: 100 });
  for (let i = 0; i < 6; i++) append(log, 1);
  log.updateHighWatermark(4);
  for (const offset of [2, 4]) snapshot(env, log, { offset, epoch: 1 });
  assert(!log.deleteBeforeSnapshot({ offset: 3, epoch: 1 }, "test"));
  assert(log.deleteBeforeSnapshot({ offset: 4, epoch: 1 }, "test"));
  assertEquals([log.startOffset, log.snapshots.ids.length], [4, 1]);
  assert(!log.deleteBeforeSnapshot({ offset: 4, epoch: 1 }, "test"));
  const due = log.nextPendingFileDueMs!;
  assertEquals(due, env.clock.now() + 60_000);
  log.deletePendingFiles(due);
  assertEquals(log.nextPendingFileDueMs, undefined);
  log.close();
});

Deno.test("a log that was opened again and is cut off at its snapshot has the snapshot's epoch", () => {
  const env = manualEnv();
  const log = open(env);
  for (let i = 0; i < 6; i++) append(log, 1);
  log.updateHighWatermark(4);
  for (const offset of [2, 4]) snapshot(env, log, { offset, epoch: 1 });
  assert(log.deleteBeforeSnapshot({ offset: 4, epoch: 1 }, "test"));
  log.close();
  const again = open(env);
  again.truncateTo(4);
  // The segment that holds the snapshot's place is whole.
  assertEquals([again.startOffset, again.endOffset, again.lastEpoch], [0, 4, 1]);
  append(again, 2);
  assertEquals([again.endOffset, again.lastEpoch], [5, 2]);
  assertEquals(again.endOffsetForEpoch(1), { offset: 4, epoch: 1 });
  again.close();
});

Deno.test("the newest snapshot stays, however small the limit is", () => {
  const env = manualEnv();
  const log = open(env, { internalSegmentBytes: 100, retentionBytes: 0 });
  for (let i = 0; i < 4; i++) append(log, 1);
  log.updateHighWatermark(4);
  assert(!log.clean(env.clock.now()));
  for (const offset of [1, 2, 3]) snapshot(env, log, { offset, epoch: 1 });
  assert(log.clean(env.clock.now()));
  assertEquals(log.snapshots.ids, [{ offset: 3, epoch: 1 }]);
  assertEquals(log.startOffset, 3);
  assert(!log.clean(env.clock.now()));
  log.close();
});
