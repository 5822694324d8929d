import { assert, assertEquals, assertThrows } from "@std/assert";
import { CorruptRecordError } from "../../../../storage/errors.ts";
import { readWholeFile } from "../../../../storage/file/file_system.ts";
import { buildBatch } from "../../../../storage/record/record_batch_builder.ts";
import { manualEnv } from "../../../support/manual_env.ts";
import {
  appendAll,
  batchOf,
  batchOfSize,
  closedLog,
  contentOf,
  damage,
  killedLog,
  nameOf,
  offsetsOf,
  openLog,
  pathOf,
  reopenUnclean,
  restoreDirectory,
  SMALL,
  snapshotDirectory,
  TEN,
} from "../../../support/partition_log.ts";

Deno.test("after a kill everything behind the recovery point is re-checked, nothing is lost", () => {
  const env = manualEnv();
  killedLog(env);
  const log = reopenUnclean(env, SMALL);
  assertEquals([offsetsOf(log), log.recoveryPoint], [TEN, 0]);
  assertEquals(env.logger.matching("Recovering unflushed segment").length, 4);
});

Deno.test("segments below the recovery point are left alone", () => {
  const env = manualEnv();
  killedLog(env);
  damage(env, 0, 90);
  const log = reopenUnclean(env, SMALL, { recoveryPoint: 7 });
  assertEquals(log.logEndOffset, 10);
  assertEquals(
    env.logger.matching("Recovering unflushed segment").map((line) => line.fields.baseOffset),
    [6, 9],
  );
});

Deno.test("a recovery point beyond the end is brought back to it", () => {
  const env = manualEnv();
  killedLog(env);
  const log = reopenUnclean(env, SMALL, { recoveryPoint: 5000 });
  assertEquals([log.logEndOffset, log.recoveryPoint], [10, 10]);
});

Deno.test("at the first corrupt batch the log is cut, and later segments go", () => {
  for (const [segment, batch] of [[0, 1], [3, 0], [6, 2], [9, 0]] as const) {
    const env = manualEnv();
    killedLog(env);
    damage(env, segment, batch * 100 + 90);
    const log = reopenUnclean(env, SMALL);
    const end = segment + batch;
    assertEquals(offsetsOf(log), TEN.slice(0, end));
    assertEquals(log.logEndOffset, end);
    const [line] = env.logger.matching("Corruption found in segment", "warn");
    const { baseOffset, position, truncatedBytes, nextOffset, deletedBytes } = line!.fields;
    const size = segment === 9 ? 100 : 300;
    assertEquals([baseOffset, position, truncatedBytes], [
      segment,
      batch * 100,
      size - batch * 100,
    ]);
    assertEquals([nextOffset, deletedBytes], [end, Math.max(0, 1000 - (segment * 100 + size))]);
    log.appendAsLeader(batchOf(["again"]), 1);
    assertEquals(contentOf(log, end), [`${end}=again`]);
    log.close();
    assertEquals(openLog(env, SMALL).logEndOffset, end + 1);
  }
});

Deno.test("a log cut at any byte opens with a prefix of its batches", () => {
  const env = manualEnv();
  killedLog(env, {});
  const files = snapshotDirectory(env.fileSystem);
  const data = files.get(nameOf(0, "log"))!;
  for (let size = 0; size <= data.length; size += 7) {
    restoreDirectory(env.fileSystem, new Map(files).set(nameOf(0, "log"), data.slice(0, size)));
    const log = reopenUnclean(env);
    assertEquals(offsetsOf(log), TEN.slice(0, Math.floor(size / 100)));
    log.closeHandlers();
  }
});

Deno.test("garbage in any place of the data opens with a prefix of the batches", () => {
  const env = manualEnv({ seed: 3 });
  killedLog(env, {});
  const files = snapshotDirectory(env.fileSystem);
  const data = files.get(nameOf(0, "log"))!;
  for (let round = 0; round < 60; round++) {
    const bytes = data.slice();
    const at = env.random.below(bytes.length);
    bytes.set(env.random.bytes(Math.min(env.random.below(40) + 1, bytes.length - at)), at);
    restoreDirectory(env.fileSystem, new Map(files).set(nameOf(0, "log"), bytes));
    const log = reopenUnclean(env);
    const offsets = offsetsOf(log);
    assertEquals(offsets, TEN.slice(0, offsets.length));
    assert(offsets.length >= Math.floor(at / 100));
    log.closeHandlers();
  }
});

Deno.test("a log whose end is below its checkpointed start is started there", () => {
  const env = manualEnv();
  closedLog(env);
  for (const clean of [true, false]) {
    const log = openLog(env, SMALL, { logStartOffset: 25, hadCleanShutdown: clean });
    assertEquals([log.logStartOffset, log.logEndOffset, log.size], [25, 25, 0]);
    log.appendAsLeader(batchOf(["v"]), 0);
    log.truncateFullyAndStartAt(0);
    for (let i = 0; i < 10; i++) log.appendAsLeader(batchOfSize(100), 0);
    log.close();
  }
});

Deno.test("an open log whose active segment is empty is recovered as such", () => {
  const env = manualEnv();
  const log = openLog(env);
  appendAll(log, [["a"], ["b"]]);
  log.roll();
  const files = snapshotDirectory(env.fileSystem);
  log.closeHandlers();
  restoreDirectory(env.fileSystem, files);
  const again = reopenUnclean(env);
  assertEquals([again.logEndOffset, again.segments.baseOffsets], [2, [0, 2]]);
  assertEquals(contentOf(again), ["0=a", "1=b"]);
});

Deno.test("a preallocated segment that was not trimmed ends at its last batch", () => {
  const env = manualEnv();
  const configs = { "preallocate": "true", "internal.segment.bytes": "1000" };
  const log = openLog(env, configs);
  appendAll(log, [["a"], ["b"]]);
  assertEquals(readWholeFile(env.fileSystem, pathOf(0, "log")).length, 1000);
  const files = snapshotDirectory(env.fileSystem);
  log.closeHandlers();
  restoreDirectory(env.fileSystem, files);
  const again = reopenUnclean(env, configs);
  assertEquals(contentOf(again), ["0=a", "1=b"]);
  again.close();
  assert(readWholeFile(env.fileSystem, pathOf(0, "log")).length < 1000);
});

Deno.test("a batch whose offset was lost to compaction is no corruption", () => {
  const env = manualEnv();
  const log = openLog(env);
  const compacted = buildBatch([{ offset: 3, timestamp: 1 }, { offset: 9, timestamp: 1 }], {
    baseOffset: 0,
    partitionLeaderEpoch: 0,
  });
  log.appendAsFollower(compacted, 0);
  log.appendAsFollower(batchOf(["z"], { baseOffset: 40, partitionLeaderEpoch: 0 }), 0);
  const files = snapshotDirectory(env.fileSystem);
  log.closeHandlers();
  restoreDirectory(env.fileSystem, files);
  const again = reopenUnclean(env);
  assertEquals([offsetsOf(again), again.logEndOffset], [[3, 9, 40], 41]);
});

Deno.test("damage below the recovery point empties no segment behind it", () => {
  const env = manualEnv();
  const log = openLog(env, SMALL);
  for (let i = 0; i < 10; i++) {
    const producer = { producerId: 1, producerEpoch: 0, baseSequence: i };
    log.appendAsLeader(batchOfSize(100, producer), 0);
  }
  const files = snapshotDirectory(env.fileSystem);
  log.closeHandlers();
  // Without snapshots the producer state is made of all that is there.
  for (const name of files.keys()) if (name.endsWith(".snapshot")) files.delete(name);
  restoreDirectory(env.fileSystem, files);
  damage(env, 0, 108);
  const before = snapshotDirectory(env.fileSystem);
  assertThrows(() => reopenUnclean(env, SMALL, { recoveryPoint: 6 }), CorruptRecordError);
  for (const base of [6, 9]) {
    assertEquals(
      readWholeFile(env.fileSystem, pathOf(base, "log")),
      before.get(nameOf(base, "log")),
    );
  }
});

Deno.test("after a kill the last five batches of a producer are known again, though snapshots hold one", () => {
  const env = manualEnv();
  const log = openLog(env);
  const batch = (i: number) =>
    batchOf([`${i}`], { producerId: 1, producerEpoch: 0, baseSequence: i });
  for (let i = 0; i < 8; i++) log.appendAsLeader(batch(i), 0);
  const files = snapshotDirectory(env.fileSystem);
  log.closeHandlers();
  restoreDirectory(env.fileSystem, files);
  // The second time there is a snapshot at the end.
  for (let start = 0; start < 2; start++) {
    const again = reopenUnclean(env);
    for (const i of [3, 4, 5, 6, 7]) again.appendAsLeader(batch(i), 0);
    assertEquals(again.logEndOffset, 8);
    again.closeHandlers();
  }
});
