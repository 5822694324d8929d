import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { cleanLog } from "../../../storage/cleaner/clean_log.ts";
import { parseCleanerConfig } from "../../../storage/cleaner/cleaner_config.ts";
import { Cleaner } from "../../../storage/cleaner/cleaner.ts";
import { OffsetMap } from "../../../storage/cleaner/offset_map.ts";
import { Throttler } from "../../../storage/cleaner/throttler.ts";
import { CorruptRecordError, LogDirError } from "../../../storage/errors.ts";
import {
  logFileName,
  offsetIndexFileName,
  timeIndexFileName,
} from "../../../storage/file/file_names.ts";
import { readWholeFile } from "../../../storage/file/file_system.ts";
import type { PartitionLog } from "../../../storage/log/partition_log.ts";
import { buildBatch } from "../../../storage/record/record_batch_builder.ts";
import {
  append,
  cleanFrom,
  cleanTwice,
  DAY_MS,
  end,
  entriesIn,
  keyed,
  keysIn,
  lastOffsetsIn,
  lastSequencesIn,
  mapBatches,
  offsetsIn,
  openCompactedLog,
  producer,
  rollAndCommit,
  testCleaner,
  transactional,
} from "../../support/compacted_log.ts";
import { FaultyFileSystem } from "../../support/faulty_file_system.ts";
import { manualEnv } from "../../support/manual_env.ts";
import {
  bytesOf,
  filesIn,
  LOG_DIRECTORY,
  logConfig,
  reopenUnclean,
  restoreDirectory,
  snapshotDirectory,
  writeWholeFile,
} from "../../support/partition_log.ts";

const NOW = 1_700_000_000_000;

function appendUntilSegments(log: PartitionLog, count: number, keys = Infinity): void {
  while (log.segments.numberOfSegments < count) {
    append(log, log.logEndOffset % keys, log.logEndOffset);
  }
  log.updateHighWatermark(log.logEndOffset);
}

Deno.test("only the latest record of each key stays, and the active segment is left alone", async () => {
  const env = manualEnv();
  const log = openCompactedLog(env);
  appendUntilSegments(log, 4, 5);
  const active = log.activeSegment.baseOffset;
  const activeKeys = log.logEndOffset - active;
  const before = log.size;
  const { endOffset, stats } = await cleanFrom(testCleaner(env), log, 0);
  assertEquals(endOffset, active);
  assertEquals(keysIn(log).length, 5 + activeKeys);
  const latest = new Map<string, string>();
  for (let offset = 0; offset < active; offset++) latest.set(`${offset % 5}`, `${offset}`);
  assertEquals(
    new Set(entriesIn(log).slice(0, 5)),
    new Set([...latest].map(([key, value]) => `${key}=${value}`)),
  );
  assert(log.size < before);
  assertEquals(stats.bytesRead, before - log.activeSegment.size);
  assertEquals(stats.bytesWritten, log.size - log.activeSegment.size);
  assertEquals(stats.messagesRead, active);
  assertEquals(stats.messagesWritten, 5);
  log.close();
});

Deno.test("segments that became small are merged, up to the size of a segment", async () => {
  const env = manualEnv();
  const log = openCompactedLog(env);
  appendUntilSegments(log, 12, 3);
  const cleaner = testCleaner(env);
  const { endOffset } = await cleanFrom(cleaner, log, 0);
  await cleanFrom(cleaner, log, endOffset);
  assertEquals(log.segments.numberOfSegments, 2);
  assertEquals(filesIn(env.fileSystem).filter((name) => name.endsWith(".log")).length, 2);
  log.close();
});

Deno.test("a preallocated segment is as small as its data after cleaning", async () => {
  const env = manualEnv();
  const log = openCompactedLog(env, { preallocate: "true" });
  for (const key of [0, 1, 0, 1, 0]) append(log, key, key);
  rollAndCommit(log);
  await cleanFrom(testCleaner(env, 2), log, 2);
  const first = log.segments.firstSegment!;
  const path = `${LOG_DIRECTORY}/${logFileName(first.baseOffset)}`;
  assertEquals(env.fileSystem.stat(path)!.size, first.size);
  assert(first.size < 1024);
  log.close();
});

Deno.test("batches sent again are known as duplicates after cleaning and reopening", async () => {
  const env = manualEnv();
  const configs = { "internal.segment.bytes": "2048" };
  let log = openCompactedLog(env, configs);
  producer(log, 1)([1, 2, 3]);
  producer(log, 2)([3, 1, 4]);
  producer(log, 3)([1, 4]);
  rollAndCommit(log);
  await cleanFrom(testCleaner(env), log, 0);
  assertEquals(lastOffsetsIn(log), [2, 5, 7]);
  assertEquals(lastSequencesIn(log), { 1: 2, 2: 2, 3: 1 });
  assertEquals(keysIn(log), ["2", "3", "1", "4"]);
  assertEquals(offsetsIn(log), [1, 3, 6, 7]);

  const reload = () => {
    log.close();
    log = openCompactedLog(env, configs, { hadCleanShutdown: true });
  };
  reload();
  let info = producer(log, 1)([1, 2, 3]);
  assertEquals([info.firstOffset, info.lastOffset], [0, 2]);
  info = producer(log, 3)([1, 4]);
  assertEquals([info.firstOffset, info.lastOffset], [6, 7]);
  info = producer(log, 2)([3, 1, 4]);
  assertEquals([info.firstOffset, info.lastOffset], [3, 5]);

  producer(log, 4)([2]);
  rollAndCommit(log);
  await cleanFrom(testCleaner(env), log, 0);
  assertEquals(lastSequencesIn(log), { 1: 2, 2: 2, 3: 1, 4: 0 });
  assertEquals(lastOffsetsIn(log), [2, 5, 7, 8]);
  assertEquals(keysIn(log), ["3", "1", "4", "2"]);
  assertEquals(offsetsIn(log), [3, 6, 7, 8]);
  reload();
  info = producer(log, 1)([1, 2, 3]);
  assertEquals([info.firstOffset, info.lastOffset], [0, 2]);
  log.close();
});

Deno.test("the same holds when the log is recovered from its segments alone", async () => {
  const env = manualEnv();
  const log = openCompactedLog(env, { "internal.segment.bytes": "2048" });
  producer(log, 1)([1, 2, 3]);
  producer(log, 2)([3, 1, 2]);
  rollAndCommit(log);
  await cleanFrom(testCleaner(env), log, 0);
  assertEquals(lastOffsetsIn(log), [2, 5]);
  await log.flush(true);
  const files = snapshotDirectory(env.fileSystem);
  for (const name of [...files.keys()]) if (name.endsWith(".snapshot")) files.delete(name);
  log.close();
  restoreDirectory(env.fileSystem, files);
  const recovered = reopenUnclean(env, { "cleanup.policy": "compact" });
  const info = producer(recovered, 1)([1, 2, 3]);
  assertEquals([info.firstOffset, info.lastOffset], [0, 2]);
  recovered.close();
});

Deno.test("a segment that takes several passes keeps its aborted transactions until their data is gone", async () => {
  const env = manualEnv({ now: NOW });
  const log = openCompactedLog(env, { "delete.retention.ms": "50000" });
  const one = transactional(log, 1);
  const two = transactional(log, 2);
  one([1, 2]);
  two([2, 3]);
  one([3, 4]);
  end(log, 1, "COMMIT");
  end(log, 2, "COMMIT");
  one([2, 3]);
  end(log, 1, "ABORT");
  two([4, 5]);
  one([5, 6]);
  end(log, 1, "COMMIT");
  end(log, 2, "ABORT");
  two([6, 7]);
  end(log, 2, "COMMIT");
  rollAndCommit(log);
  assertEquals(log.logEndOffset, 20);
  const aborted = () =>
    log.collectAbortedTransactions(0, log.logEndOffset).map((txn) => [
      txn.producerId,
      txn.firstOffset,
      txn.lastOffset,
      txn.lastStableOffset,
    ]);
  const expected = [[1, 8, 10, 11], [2, 11, 16, 17]];
  assertEquals(aborted(), expected);

  const baseOffsets = () => mapBatches(log, (batch) => batch.baseOffset);
  // Four slots, filled up to 75 %: as Kafka's test with its map of four slots that is filled to its load factor.
  const cleaner = testCleaner(env, 4);
  let dirty = (await cleanFrom(cleaner, log, 0, { now: NOW })).endOffset;
  assertEquals(dirty, 4);
  assertEquals(baseOffsets(), [0, 2, 4, 6, 7, 10, 13, 15, 16, 17, 19]);
  assertEquals(offsetsIn(log), [0, 2, 3, 4, 5, 6, 7, 10, 13, 14, 15, 16, 17, 18, 19]);
  assertEquals(aborted(), expected);

  dirty = (await cleanFrom(cleaner, log, dirty, { now: NOW })).endOffset;
  assertEquals(dirty, 14);
  assertEquals(baseOffsets(), [0, 2, 4, 6, 7, 10, 13, 15, 16, 17, 19]);
  assertEquals(offsetsIn(log), [0, 2, 4, 5, 6, 7, 10, 13, 14, 15, 16, 17, 18, 19]);
  assertEquals(aborted(), []);

  dirty = (await cleanFrom(cleaner, log, dirty, { now: NOW + 50_000 })).endOffset;
  assertEquals(dirty, 20);
  assertEquals(baseOffsets(), [0, 2, 4, 6, 7, 13, 15, 17, 19]);
  assertEquals(offsetsIn(log), [0, 2, 4, 5, 6, 7, 13, 15, 17, 18, 19]);
  assertEquals(aborted(), []);
  assert(
    [...log.activeProducers.values()].every((each) => each.currentTxnFirstOffset === undefined),
  );
  log.close();
});

Deno.test("records of aborted transactions neither stay nor push others out", async () => {
  const env = manualEnv();
  const log = openCompactedLog(env, { "internal.segment.bytes": "2048" });
  const one = transactional(log, 1);
  const two = transactional(log, 2);
  one([1, 2]);
  two([2, 3]);
  one([3, 4]);
  end(log, 1, "ABORT");
  end(log, 2, "COMMIT");
  one([2]);
  end(log, 1, "COMMIT");
  const aborted = log.collectAbortedTransactions(0, log.logEndOffset);
  rollAndCommit(log);
  await cleanFrom(testCleaner(env), log, 0);
  assertEquals(keysIn(log), ["3", "2"]);
  assertEquals(offsetsIn(log), [3, 6, 7, 8, 9]);
  assertEquals(log.collectAbortedTransactions(0, log.logEndOffset), aborted);
  log.close();
});

Deno.test("transactions that span segments are cleaned once they are decided", async () => {
  const env = manualEnv();
  const log = openCompactedLog(env);
  const one = transactional(log, 1);
  const two = transactional(log, 2);
  const three = transactional(log, 3);
  one([1, 2]);
  three([2, 3]);
  two([3, 4]);
  log.roll();
  two([5, 6]);
  three([6, 7]);
  one([7, 8]);
  end(log, 2, "ABORT");
  three([8, 9]);
  end(log, 3, "COMMIT");
  one([9, 10]);
  end(log, 1, "ABORT");
  log.updateHighWatermark(log.logEndOffset);
  const cleaner = testCleaner(env);
  const { endOffset } = await cleanFrom(cleaner, log, 0);
  assertEquals(keysIn(log), ["2", "3", "5", "6", "6", "7", "7", "8", "8", "9", "9", "10"]);
  log.roll();
  two([11]);
  one([12]);
  log.updateHighWatermark(log.logEndOffset);
  await cleanFrom(cleaner, log, endOffset);
  assertEquals(keysIn(log), ["2", "3", "6", "7", "8", "9", "11", "12"]);
  log.close();
});

Deno.test("a commit marker goes a retention time after the last batch of its transaction", async () => {
  const env = manualEnv();
  const log = openCompactedLog(env, { "internal.segment.bytes": "256" });
  const send = transactional(log, 1);
  send([1]);
  send([2, 3]);
  end(log, 1, "COMMIT");
  send([2]);
  end(log, 1, "COMMIT");
  rollAndCommit(log);
  const cleaner = testCleaner(env);
  let dirty = (await cleanFrom(cleaner, log, 0, { now: NOW })).endOffset;
  assertEquals(keysIn(log), ["1", "3", "2"]);
  assertEquals(offsetsIn(log), [0, 2, 3, 4, 5]);

  send([1, 3]);
  end(log, 1, "COMMIT");
  rollAndCommit(log);
  dirty = (await cleanFrom(cleaner, log, dirty, { now: NOW })).endOffset;
  assertEquals(keysIn(log), ["2", "1", "3"]);
  assertEquals(offsetsIn(log), [3, 4, 5, 6, 7, 8]);
  dirty = (await cleanFrom(cleaner, log, dirty, { now: NOW })).endOffset;
  assertEquals(offsetsIn(log), [3, 4, 5, 6, 7, 8]);
  await cleanFrom(cleaner, log, dirty, { now: NOW + DAY_MS });
  assertEquals(keysIn(log), ["2", "1", "3"]);
  assertEquals(offsetsIn(log), [4, 5, 6, 7, 8]);
  log.close();
});

Deno.test("cleaning goes on behind a read that ends with batches that are dropped unseen", async () => {
  const env = manualEnv();
  const log = openCompactedLog(env, { "internal.segment.bytes": "1000" });
  const send = transactional(log, 1);
  send([1]);
  end(log, 1, "ABORT");
  send([2]);
  send([2]);
  end(log, 1, "COMMIT");
  rollAndCommit(log);
  const cleaner = testCleaner(env, 1000, { ioBufferSize: 100 });
  await cleanFrom(cleaner, log, 0, { now: NOW });
  assertEquals(keysIn(log), ["2"]);
  assertEquals(offsetsIn(log), [1, 3, 4]);
  await cleanTwice(cleaner, log, 0, NOW);
  assertEquals(offsetsIn(log), [3, 4]);
  log.close();
});

Deno.test("a marker stays while an empty batch of its transaction holds the producer's sequence", async () => {
  const env = manualEnv();
  const log = openCompactedLog(env, { "internal.segment.bytes": "256" });
  const one = transactional(log, 1);
  const two = transactional(log, 2);
  one([2, 3]);
  log.roll();
  two([2, 3]);
  end(log, 2, "COMMIT");
  log.roll();
  append(log, 2, 2);
  append(log, 3, 3);
  end(log, 1, "COMMIT");
  rollAndCommit(log);
  const cleaner = testCleaner(env);
  let dirty = (await cleanFrom(cleaner, log, 0, { now: NOW })).endOffset;
  for (let pass = 0; pass < 2; pass++) {
    assertEquals(keysIn(log), ["2", "3"]);
    assertEquals(offsetsIn(log), [4, 5, 6, 7]);
    assertEquals(lastOffsetsIn(log), [1, 3, 4, 5, 6, 7]);
    dirty = (await cleanFrom(cleaner, log, dirty, { now: NOW })).endOffset;
  }
  two([1]);
  end(log, 2, "COMMIT");
  rollAndCommit(log);
  dirty = (await cleanFrom(cleaner, log, dirty, { now: NOW })).endOffset;
  assertEquals(keysIn(log), ["2", "3", "1"]);
  assertEquals(lastOffsetsIn(log), [1, 4, 5, 6, 7, 8, 9]);
  await cleanTwice(cleaner, log, dirty, NOW);
  assertEquals(offsetsIn(log), [5, 6, 7, 8, 9]);
  assertEquals(lastOffsetsIn(log), [1, 5, 6, 7, 8, 9]);
  log.close();
});

Deno.test("a marker is emptied, but kept, when it alone tells a producer's epoch", async () => {
  const env = manualEnv();
  const log = openCompactedLog(env, { "internal.segment.bytes": "256" });
  end(log, 1, "COMMIT");
  append(log, 2, 2);
  append(log, 3, 3);
  rollAndCommit(log);
  const cleaner = testCleaner(env);
  const dirty = await cleanTwice(cleaner, log, 0, NOW);
  for (let pass = 0; pass < 2; pass++) {
    assertEquals(keysIn(log), ["2", "3"]);
    assertEquals(offsetsIn(log), [1, 2]);
    assertEquals(lastOffsetsIn(log), [0, 1, 2]);
    await cleanFrom(cleaner, log, dirty, { now: NOW + 3 * DAY_MS });
  }
  log.close();
});

for (const type of ["COMMIT", "ABORT"] as const) {
  Deno.test(`a transaction with its ${type} marker in the next segment keeps what its producer needs`, async () => {
    const env = manualEnv();
    const log = openCompactedLog(env, { "internal.segment.bytes": "128" });
    transactional(log, 1)([1]);
    log.roll();
    end(log, 1, type);
    rollAndCommit(log);
    const cleaner = testCleaner(env);
    for (const now of [NOW, NOW + DAY_MS + 1, NOW + 3 * DAY_MS]) {
      await cleanFrom(cleaner, log, 0, { now });
      assertEquals(offsetsIn(log), type === "COMMIT" ? [0, 1] : [1]);
      assertEquals(lastOffsetsIn(log), [0, 1]);
    }
    log.close();
  });
}

Deno.test("an abort marker goes a retention time after its data", async () => {
  const env = manualEnv();
  const log = openCompactedLog(env, { "internal.segment.bytes": "256" });
  const send = transactional(log, 1);
  send([1]);
  send([2, 3]);
  end(log, 1, "ABORT");
  send([3]);
  end(log, 1, "COMMIT");
  rollAndCommit(log);
  const cleaner = testCleaner(env);
  const { endOffset } = await cleanFrom(cleaner, log, 0, { now: NOW });
  assertEquals(keysIn(log), ["3"]);
  assertEquals(offsetsIn(log), [3, 4, 5]);
  await cleanTwice(cleaner, log, endOffset, NOW);
  assertEquals(keysIn(log), ["3"]);
  assertEquals(offsetsIn(log), [4, 5]);
  log.close();
});

Deno.test("empty batches and markers go even when the producer began its sequences again", async () => {
  const env = manualEnv();
  const log = openCompactedLog(env, { "internal.segment.bytes": "2048" });
  for (const key of [1, 2]) {
    const records = keyed([[key, key]], {
      producerId: 1,
      producerEpoch: 0,
      baseSequence: 0,
      isTransactional: true,
    });
    log.appendAsLeader(records, 0, { origin: "replication" });
    end(log, 1, "COMMIT");
  }
  append(log, 1, 1);
  append(log, 2, 1);
  rollAndCommit(log);
  const cleaner = testCleaner(env);
  await cleanFrom(cleaner, log, 0, { now: NOW });
  assertEquals(offsetsIn(log), [1, 3, 4, 5]);
  assertEquals(lastOffsetsIn(log), [1, 2, 3, 4, 5]);
  await cleanTwice(cleaner, log, 0, NOW);
  assertEquals(offsetsIn(log), [3, 4, 5]);
  assertEquals(lastOffsetsIn(log), [2, 3, 4, 5]);
  log.close();
});

Deno.test("an abort marker stays while an empty batch of its transaction does", async () => {
  const env = manualEnv();
  const log = openCompactedLog(env, { "internal.segment.bytes": "256" });
  const send = transactional(log, 1);
  send([2, 3]);
  end(log, 1, "ABORT");
  rollAndCommit(log);
  const cleaner = testCleaner(env);
  const aborted = () => log.collectAbortedTransactions(0, 100).map((txn) => txn.firstOffset);
  let dirty = (await cleanFrom(cleaner, log, 0, { now: NOW })).endOffset;
  assertEquals(aborted(), [0]);
  assertEquals([keysIn(log), offsetsIn(log), lastOffsetsIn(log)], [[], [2], [1, 2]]);
  dirty = await cleanTwice(cleaner, log, dirty, NOW);
  assertEquals(aborted(), [0]);
  assertEquals([offsetsIn(log), lastOffsetsIn(log)], [[2], [1, 2]]);
  send([1]);
  rollAndCommit(log);
  // The open transaction holds the last stable offset back; this test is about the part below it.
  dirty = (await cleanFrom(cleaner, log, dirty, { now: NOW })).endOffset;
  assertEquals(aborted(), [0]);
  assertEquals([keysIn(log), offsetsIn(log), lastOffsetsIn(log)], [["1"], [2, 3], [2, 3]]);
  await cleanTwice(cleaner, log, dirty, NOW);
  assertEquals([keysIn(log), offsetsIn(log), lastOffsetsIn(log)], [["1"], [3], [3]]);
  assertEquals(aborted(), []);
  log.close();
});

Deno.test("batches larger than the buffers, and than max.message.bytes of now, are cleaned", async () => {
  const env = manualEnv();
  const configs = { "internal.segment.bytes": String(1 << 20), "max.message.bytes": "400000" };
  const log = openCompactedLog(env, configs);
  for (const key of [1, 2, 1, 3]) append(log, key, "x".repeat(200_000) + key);
  append(log, 2, "small");
  rollAndCommit(log);
  log.updateConfig(logConfig({ "cleanup.policy": "compact", "max.message.bytes": "1000" }));
  await cleanFrom(testCleaner(env, 1000, { ioBufferSize: 1024 }), log, 0);
  assertEquals(keysIn(log), ["1", "3", "2"]);
  log.close();
});

Deno.test("a damaged batch is an error, and nothing is dropped on its account", async () => {
  for (
    const damage of [
      (bytes: Uint8Array) => bytes[16] = 0xff, // magic
      (bytes: Uint8Array) => bytes[90]! ^= 1, // a record
      (bytes: Uint8Array) => bytes[9] = 0xff, // size beyond the segment
    ]
  ) {
    const env = manualEnv();
    const log = openCompactedLog(env, { "internal.segment.bytes": "65536" });
    for (const key of [1, 2, 1, 2]) append(log, key, "value".repeat(20));
    rollAndCommit(log);
    const path = `${LOG_DIRECTORY}/${logFileName(0)}`;
    const bytes = readWholeFile(env.fileSystem, path);
    damage(bytes);
    writeWholeFile(env.fileSystem, path, bytes);
    await assertRejects(() => cleanFrom(testCleaner(env), log, 0), CorruptRecordError);
    assertEquals(readWholeFile(env.fileSystem, path), bytes);
    assertEquals(filesIn(env.fileSystem).filter((name) => name.endsWith(".cleaned")), []);
    log.closeHandlers();
  }
});

Deno.test("a damaged batch in the clean section keeps its damage when it stays whole, and is an error otherwise", async () => {
  const env = manualEnv();
  const log = openCompactedLog(env, { "internal.segment.bytes": "65536" });
  append(log, 1, "value");
  append(log, 2, "value");
  rollAndCommit(log);
  const cleaner = testCleaner(env);
  let dirty = (await cleanFrom(cleaner, log, 0)).endOffset;
  const path = `${LOG_DIRECTORY}/${logFileName(0)}`;
  const bytes = readWholeFile(env.fileSystem, path);
  bytes[bytes.length - 3]! ^= 1;
  writeWholeFile(env.fileSystem, path, bytes);

  append(log, 3, "value");
  rollAndCommit(log);
  dirty = (await cleanFrom(cleaner, log, dirty)).endOffset;
  assertEquals(mapBatches(log, (batch) => batch.isValid), [true, false, true]);

  append(log, 2, "newer");
  rollAndCommit(log);
  await assertRejects(() => cleanFrom(cleaner, log, dirty), CorruptRecordError);
  assertEquals(mapBatches(log, (batch) => batch.isValid), [true, false, true, true]);
  log.close();
});

Deno.test("a file that has become shorter is the disk's error", async () => {
  const env = manualEnv();
  const log = openCompactedLog(env);
  append(log, 1, "value".repeat(20));
  append(log, 2, "value".repeat(20));
  rollAndCommit(log);
  const file = env.fileSystem.open(`${LOG_DIRECTORY}/${logFileName(0)}`);
  file.truncate(file.size() - 10);
  file.close();
  await assertRejects(() => cleanFrom(testCleaner(env), log, 0), LogDirError, "it ends at");
  log.closeHandlers();
});

Deno.test("a tombstone takes the older records of its key with it, and goes when its time has come", async () => {
  const env = manualEnv({ now: NOW });
  const log = openCompactedLog(env, { "internal.segment.bytes": "100000" });
  append(log, "a", 1);
  append(log, "b", 1);
  append(log, "a", null);
  append(log, "c", 1);
  rollAndCommit(log);
  const cleaner = testCleaner(env);
  let dirty = (await cleanFrom(cleaner, log, 0, { now: NOW })).endOffset;
  assertEquals(entriesIn(log), ["b=1", "a=null", "c=1"]);
  assertEquals(mapBatches(log, (batch) => batch.deleteHorizonMs), [
    undefined,
    NOW + DAY_MS,
    undefined,
  ]);
  append(log, "d", 1);
  rollAndCommit(log);
  dirty = (await cleanFrom(cleaner, log, dirty, { now: NOW + DAY_MS - 1 })).endOffset;
  assertEquals(entriesIn(log), ["b=1", "a=null", "c=1", "d=1"]);
  assertEquals(mapBatches(log, (batch) => batch.deleteHorizonMs)[1], NOW + DAY_MS);
  // With nothing dirty, too.
  const { endOffset } = await cleanFrom(cleaner, log, dirty, { now: NOW + DAY_MS });
  assertEquals(endOffset, dirty);
  assertEquals(entriesIn(log), ["b=1", "c=1", "d=1"]);
  log.close();
});

Deno.test("a tombstone's own timestamp does not matter for how long it stays", async () => {
  const env = manualEnv({ now: NOW });
  const log = openCompactedLog(env, {
    "message.timestamp.after.max.ms": "9223372036854775807",
  });
  append(log, "0", "0", NOW + DAY_MS + 10_000);
  rollAndCommit(log);
  const cleaner = testCleaner(env);
  await cleanFrom(cleaner, log, 0, { now: NOW });
  append(log, "0", null, NOW - DAY_MS - 10_000);
  rollAndCommit(log);
  await cleanFrom(cleaner, log, 1, { now: NOW });
  assertEquals(lastOffsetsIn(log)[0], 1);
  append(log, "1", "1", NOW);
  rollAndCommit(log);
  await cleanFrom(cleaner, log, 2, { now: NOW });
  assertEquals(lastOffsetsIn(log)[0], 1);
  assertEquals(
    mapBatches(log, (batch) => [...batch.records()][0]?.timestamp)[0],
    NOW - DAY_MS - 10_000,
  );
  log.close();
});

Deno.test("figures of a cleaning count what was read and kept", async () => {
  const env = manualEnv();
  const log = openCompactedLog(env);
  for (const key of [0, 1, 0, 1, 0]) append(log, key, key);
  rollAndCommit(log);
  const size = log.size;
  const { endOffset, stats } = await cleanFrom(testCleaner(env, 4), log, 2);
  assertEquals(endOffset, 5);
  assertEquals(stats.messagesRead, 5);
  assertEquals(stats.bytesRead, size);
  assertEquals(stats.messagesWritten, 2);
  assertEquals(stats.bytesWritten, log.size);
  assertEquals(stats.invalidMessagesRead, 0);
  assertEquals(stats.mapMessagesRead, 5);
  assert(stats.endTime >= stats.startTime);
  assertEquals(stats.bufferUtilization, 0.5);
  log.close();
});

Deno.test("each producer's last sequence survives, in an empty batch if need be", async () => {
  const env = manualEnv();
  const log = openCompactedLog(env);
  append(log, 0, 0);
  const one = producer(log, 1), two = producer(log, 2), three = producer(log, 3);
  one([0]);
  two([0]);
  three([0]);
  two([1]);
  rollAndCommit(log);
  await cleanFrom(testCleaner(env, 10), log, 0);
  assertEquals(lastOffsetsIn(log), [1, 3, 4]);
  assertEquals(lastSequencesIn(log), { 1: 0, 2: 1, 3: 0 });
  assertEquals(keysIn(log), ["0", "1"]);
  assertEquals(offsetsIn(log), [3, 4]);
  log.close();
});

Deno.test("a producer's last sequence survives an abort, until the producer goes on", async () => {
  const env = manualEnv();
  const log = openCompactedLog(env);
  const send = transactional(log, 1);
  send([1]);
  send([2, 3]);
  end(log, 1, "ABORT");
  rollAndCommit(log);
  const cleaner = testCleaner(env, 10);
  await cleanFrom(cleaner, log, 0);
  assertEquals(lastOffsetsIn(log), [2, 3]);
  assertEquals(lastSequencesIn(log), { 1: 2 });
  assertEquals([keysIn(log), offsetsIn(log)], [[], [3]]);
  send([1, 5]);
  rollAndCommit(log);
  await cleanFrom(cleaner, log, 0);
  assertEquals(lastOffsetsIn(log), [3, 5]);
  assertEquals(lastSequencesIn(log), { 1: 4 });
  assertEquals([keysIn(log), offsetsIn(log)], [["1", "5"], [3, 4, 5]]);
  log.close();
});

Deno.test("a record whose key has the bytes of a marker's key has nothing to do with markers", async () => {
  const env = manualEnv();
  const log = openCompactedLog(env);
  transactional(log, 1)([1]);
  end(log, 1, "COMMIT");
  const records = buildBatch([{
    key: Uint8Array.of(0, 0, 0, 1),
    value: bytesOf("foo"),
    timestamp: NOW,
  }], { producerId: 2, producerEpoch: 0, baseSequence: 0, isTransactional: true });
  log.appendAsLeader(records, 0);
  end(log, 2, "COMMIT");
  rollAndCommit(log);
  await cleanFrom(testCleaner(env, 10), log, 0);
  assertEquals(lastOffsetsIn(log), [0, 1, 2, 3]);
  assertEquals(offsetsIn(log), [0, 1, 2, 3]);
  log.close();
});

Deno.test("when the map is full the rest of the segment waits for the next pass", async () => {
  const env = manualEnv();
  const log = openCompactedLog(env);
  for (const key of [0, 1, 0, 1, 0]) append(log, key, key);
  rollAndCommit(log);
  // Two slots at a load of 75 % take one key.
  const cleaner = testCleaner(env, 2);
  assertEquals((await cleanFrom(cleaner, log, 2)).endOffset, 3);
  assertEquals([keysIn(log), offsetsIn(log)], [["1", "0", "1", "0"], [1, 2, 3, 4]]);
  await cleanFrom(cleaner, log, 3);
  assertEquals([keysIn(log), offsetsIn(log)], [["0", "1", "0"], [2, 3, 4]]);
  await cleanFrom(cleaner, log, 4);
  assertEquals([keysIn(log), offsetsIn(log)], [["1", "0"], [3, 4]]);
  log.close();
});

Deno.test("segments that cannot be cleaned yet stay as they are", async () => {
  const env = manualEnv();
  const log = openCompactedLog(env);
  appendUntilSegments(log, 3, 5);
  const bound = log.logEndOffset + 1;
  appendUntilSegments(log, 6, 5);
  const sizes = () => log.segments.values().map((segment) => segment.size);
  const before = sizes();
  await cleanFrom(testCleaner(env), log, 0, { upTo: bound });
  const after = sizes();
  assertEquals(after.slice(-4), before.slice(-4));
  assert(after.slice(0, -4).reduce((a, b) => a + b, 0) < before[0]! + before[1]!);
  log.close();
});

Deno.test("records without a key are dropped and counted", async () => {
  const env = manualEnv();
  const log = openCompactedLog(env, { "cleanup.policy": "delete" });
  for (let i = 0; i < 5; i++) append(log, null, i);
  append(log, "a", 1);
  rollAndCommit(log);
  const { stats } = await cleanFrom(testCleaner(env), log, 0);
  assertEquals(entriesIn(log), ["a=1"]);
  assertEquals(stats.invalidMessagesRead, 5);
  log.close();
});

Deno.test("the last batch of the cleaned section stays, empty, so that the log does not seem to end earlier", async () => {
  const env = manualEnv();
  const log = openCompactedLog(env);
  append(log, "a", 1);
  append(log, "b", null);
  log.updateConfig(logConfig({ "cleanup.policy": "delete" }));
  append(log, null, "no key");
  rollAndCommit(log);
  await cleanFrom(testCleaner(env), log, 0);
  assertEquals(lastOffsetsIn(log), [0, 1, 2]);
  assertEquals(mapBatches(log, (batch) => batch.count), [1, 1, 0]);
  log.close();
});

Deno.test("cleaning goes beyond offsets that are missing at the end of segments", async () => {
  const env = manualEnv();
  const log = openCompactedLog(env, { "internal.segment.bytes": "1000000" });
  const write = (from: number, to: number) => {
    for (let baseOffset = from; baseOffset < to; baseOffset++) {
      const records = keyed([[baseOffset, "v"]], { baseOffset, partitionLeaderEpoch: 0 });
      log.appendAsFollower(records, 0);
    }
  };
  write(0, 10);
  log.roll(15);
  write(15, 25);
  log.roll(30);
  write(30, 31);
  log.updateHighWatermark(log.logEndOffset);
  const { endOffset } = await cleanFrom(testCleaner(env), log, 0);
  assertEquals(endOffset, 30);
  log.close();
});

Deno.test("an aborted cleaning leaves the log as it was, and no file behind", async () => {
  const env = manualEnv();
  const log = openCompactedLog(env);
  appendUntilSegments(log, 4, 5);
  const before = snapshotDirectory(env.fileSystem);
  const reason = new DOMException("enough", "AbortError");
  const controller = new AbortController();
  const cleaner = testCleaner(env, 1000, { sliceMs: 0, ioBufferSize: 256 });
  const cleaning = cleanFrom(cleaner, log, 0, { signal: controller.signal });
  // sleep(0) of the manual clock gives way to promises only: some slices pass, then the abort comes.
  for (let i = 0; i < 40; i++) await Promise.resolve();
  controller.abort(reason);
  await assertRejects(() => cleaning, DOMException, "enough");
  assertEquals(snapshotDirectory(env.fileSystem), before);

  await assertRejects(
    () => cleanFrom(cleaner, log, 0, { signal: AbortSignal.abort(reason) }),
    DOMException,
  );
  await cleanFrom(cleaner, log, 0);
  assertEquals(new Set(keysIn(log)).size, 5);
  log.close();
});

Deno.test("a log that changes under the cleaner, at whatever moment, is left as it is", async () => {
  const changes: [string, (log: PartitionLog) => void][] = [
    ["truncated", (log) => log.truncateTo(log.segments.values()[1]!.baseOffset + 1)],
    ["last dirty segment truncated", (log) => log.truncateTo(log.activeSegment.baseOffset - 1)],
    ["truncated fully", (log) => log.truncateFullyAndStartAt(100)],
    ["old segments deleted", (log) => {
      log.maybeIncrementLogStartOffset(log.activeSegment.baseOffset, "leader offset incremented");
      log.deleteOldSegments();
    }],
    ["renamed", (log) => log.renameDir("events-0.deadbeef-delete", true)],
  ];
  for (const [what, change] of changes) {
    for (let turns = 1, swapped = false; !swapped; turns++) {
      const env = manualEnv();
      const log = openCompactedLog(env);
      appendUntilSegments(log, 4, 5);
      // All segments go into one: nothing is swapped before the end.
      log.updateConfig(logConfig({ "cleanup.policy": "compact" }));
      const cleaner = testCleaner(env, 1000, { sliceMs: 0, ioBufferSize: 1024 });
      const cleaning = cleanFrom(cleaner, log, 0);
      for (let i = 0; i < turns; i++) await Promise.resolve();
      swapped = log.segments.numberOfSegments < 4;
      if (swapped) {
        await cleaning;
      } else {
        change(log);
        const expected = entriesIn(log);
        await assertRejects(() => cleaning, DOMException, "changed", `${what} after ${turns}`);
        assertEquals(entriesIn(log), expected);
        const leftovers = filesIn(env.fileSystem, log.directory)
          .filter((name) => name.endsWith(".cleaned") || name.endsWith(".swap"));
        assertEquals(leftovers, []);
      }
      log.close();
      assert(turns < 10_000);
    }
  }
});

Deno.test("appends, rolls and reads go on while a log is cleaned", async () => {
  const env = manualEnv();
  const log = openCompactedLog(env);
  appendUntilSegments(log, 6, 5);
  const cleaner = testCleaner(env, 1000, { sliceMs: 0, ioBufferSize: 256 });
  let done = false;
  const cleaning = cleanFrom(cleaner, log, 0).finally(() => done = true);
  let turns = 0;
  while (!done) {
    append(log, `new-${turns}`, turns);
    if (turns % 10 === 9) log.roll();
    assert(entriesIn(log).length > 0);
    turns++;
    await Promise.resolve();
  }
  await cleaning;
  assert(turns > 20, `turns: ${turns}`);
  const keys = keysIn(log);
  for (let i = 0; i < turns; i++) assert(keys.includes(`new-${i}`), `new-${i}`);
  assertEquals(new Set(keys.filter((key) => !key.startsWith("new"))).size, 5);
  log.close();
});

Deno.test("a cleaned segment has the time of the last one that went into it", async () => {
  const env = manualEnv({ now: NOW });
  const log = openCompactedLog(env);
  appendUntilSegments(log, 2, 5);
  await env.clock.advance(5_000);
  appendUntilSegments(log, 3, 5);
  const times = log.segments.values().map((segment) => segment.lastModified);
  await env.clock.advance(60_000);
  await cleanFrom(testCleaner(env), log, 0);
  const cleaned = log.segments.firstSegment!;
  assert(times.slice(0, 2).includes(cleaned.lastModified), `${cleaned.lastModified} of ${times}`);
  log.close();
});

Deno.test("a segment with offsets beyond its indexes is split first, and cleaned then", async () => {
  const env = manualEnv();
  const configs = { "internal.segment.bytes": "100000", "index.interval.bytes": "1" };
  openCompactedLog(env, configs).close();
  // What cleaners before Kafka 2.0 could leave behind: offsets more than 2^31 - 1 apart in one file.
  const parts = [0, 1, 2 ** 31 + 5, 2 ** 31 + 6].map((offset, i) =>
    keyed([[`k${i % 2}`, i]], { baseOffset: offset, partitionLeaderEpoch: 0 })
  );
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  const active = keyed([["z", 1]], { baseOffset: 2 ** 31 + 100, partitionLeaderEpoch: 0 });
  restoreDirectory(
    env.fileSystem,
    new Map([
      [logFileName(0), bytes],
      [logFileName(2 ** 31 + 100), active],
      // With indexes in place nothing is looked at when the log is opened.
      ...[0, 2 ** 31 + 100].flatMap((base) => [
        [offsetIndexFileName(base), new Uint8Array(0)] as const,
        [timeIndexFileName(base), new Uint8Array(0)] as const,
      ]),
    ]),
  );
  const log = openCompactedLog(env, configs, { recoveryPoint: 2 ** 40 });
  log.updateHighWatermark(log.logEndOffset);
  const cleaner = testCleaner(env);
  assertEquals(log.segments.values().map((segment) => segment.hasOverflow()), [true, false]);
  await assertRejects(() => cleanFrom(cleaner, log, 0), DOMException, "split");
  assertEquals(log.segments.numberOfSegments, 3);
  assert(log.segments.values().every((segment) => !segment.hasOverflow()));
  assertEquals(entriesIn(log), ["k0=0", "k1=1", "k0=2", "k1=3", "z=1"]);
  await cleanFrom(cleaner, log, 0);
  assertEquals(entriesIn(log), ["k0=2", "k1=3", "z=1"]);
  log.close();
});

Deno.test("a crash at any name of the swap ends in the old or the new segments", async () => {
  const env = manualEnv();
  const log = openCompactedLog(env, { "internal.segment.bytes": "300" });
  appendUntilSegments(log, 5, 5);
  // All segments go into one.
  log.updateConfig(logConfig({ "cleanup.policy": "compact" }));
  const before = snapshotDirectory(env.fileSystem);
  const oldKeys = keysIn(log);
  await cleanFrom(testCleaner(env), log, 0);
  const newKeys = keysIn(log);
  const after = snapshotDirectory(env.fileSystem);
  log.close();
  assert(newKeys.length < oldKeys.length);

  const cleaned = [...after].filter(([name]) => /^0{20}\.(log|index|timeindex)$/.test(name));
  const withSuffix = (suffix: string, from = cleaned) =>
    from.map(([name, bytes]) => [name + suffix, bytes] as const);
  const deleted = [...before]
    .filter(([name]) => /\.(log|index|timeindex)$/.test(name))
    .filter(([name]) => !after.has(name) || cleaned.some(([same]) => same === name));
  const live = [...after].filter(([name]) => !name.endsWith(".deleted"));
  const base = live.filter(([name]) => !cleaned.some(([same]) => same === name));
  const reopen = (files: Iterable<readonly [string, Uint8Array]>): string[] => {
    restoreDirectory(env.fileSystem, new Map(files));
    const reopened = reopenUnclean(env, { "cleanup.policy": "compact" });
    const keys = keysIn(reopened);
    const leftovers = filesIn(env.fileSystem).filter((name) => /cleaned|swap|deleted/.test(name));
    reopened.close();
    assertEquals(leftovers, []);
    return keys;
  };
  // 1. All of .cleaned is written.
  assertEquals(reopen([...before, ...withSuffix(".cleaned")]), oldKeys);
  // 2. Some of its files are .swap: the data file goes first, an index is missing then, or still .cleaned.
  assertEquals(
    reopen([
      ...before,
      ...withSuffix(".swap", cleaned.slice(0, 1)),
      ...withSuffix(".cleaned", cleaned.slice(1)),
    ]),
    oldKeys,
  );
  // 3. All are .swap; the old ones are still there.
  assertEquals(reopen([...before, ...withSuffix(".swap")]), newKeys);
  // 4. The old ones are .deleted.
  assertEquals(
    reopen([...base, ...withSuffix(".swap"), ...withSuffix(".deleted", deleted)]),
    newKeys,
  );
  // 5. Some have lost .swap.
  assertEquals(
    reopen([
      ...base,
      ...cleaned.slice(0, 1),
      ...withSuffix(".swap", cleaned.slice(1)),
      ...withSuffix(".deleted", deleted),
    ]),
    newKeys,
  );
  // 6. Done, but for the .deleted ones.
  assertEquals(reopen([...live, ...withSuffix(".deleted", deleted)]), newKeys);
});

Deno.test("compressed batches keep their codec, whole or not", async () => {
  for (const type of ["gzip", "snappy", "lz4", "zstd"] as const) {
    const env = manualEnv();
    const log = openCompactedLog(env, { "internal.segment.bytes": "100000" });
    const options = { compression: { type } };
    log.appendAsLeader(keyed([["a", 1], ["b", 1], ["c", 1]], options), 0);
    log.appendAsLeader(keyed([["b", 2], ["d", 2]], options), 0);
    rollAndCommit(log);
    await cleanFrom(testCleaner(env), log, 0);
    assertEquals(entriesIn(log), ["a=1", "c=1", "b=2", "d=2"]);
    assertEquals(mapBatches(log, (batch) => batch.compressionType), [type, type]);
    assertEquals(mapBatches(log, (batch) => batch.isValid), [true, true]);
    assertEquals(lastOffsetsIn(log), [2, 4]);
    log.close();
  }
});

Deno.test("message sets of magic 0 and 1 are cleaned into batches of magic 2", async () => {
  const env = manualEnv();
  const bytes = Deno.readFileSync(new URL("../../fixtures/legacy/messages.log", import.meta.url));
  restoreDirectory(env.fileSystem, new Map([[logFileName(0), bytes]]));
  const log = openCompactedLog(env, { "internal.segment.bytes": "1000000" });
  const latest = new Map<string, string>();
  for (const entry of entriesIn(log)) {
    const [key, value] = entry.split("=") as [string, string];
    if (key === "null") continue;
    latest.delete(key);
    latest.set(key, value);
  }
  assert(latest.size > 0);
  rollAndCommit(log);
  await cleanFrom(testCleaner(env), log, 0);
  assertEquals(entriesIn(log), [...latest].map(([key, value]) => `${key}=${value}`));
  assertEquals(new Set(mapBatches(log, (batch) => batch.magic)), new Set([2]));
  assert(mapBatches(log, (batch) => batch.isValid).every((valid) => valid));
  log.close();
});

Deno.test("a map without room for a key is refused", () => {
  const env = manualEnv();
  assertThrows(
    () =>
      new Cleaner({
        env,
        id: 0,
        offsetMap: new OffsetMap(24, env.random),
        ioBufferSize: 1024,
        dupBufferLoadFactor: 0.9,
        throttler: new Throttler(env.clock, Infinity),
      }),
    Error,
    "offset map is too small",
  );
});

Deno.test("no record goes on account of a later one, or of a marker, that a power cut may take", async () => {
  const fileSystem = new FaultyFileSystem();
  const env = manualEnv({ fileSystem });
  const log = openCompactedLog(env);
  for (const directory of ["/", "/data"]) fileSystem.flushDirectory(directory);
  const send = transactional(log, 1);
  append(log, "k", "old");
  await log.flush(true);
  log.roll();
  send(["k"]);
  log.roll();
  // The marker is in the active segment, behind the cleaned section.
  end(log, 1, "COMMIT");
  log.updateHighWatermark(log.logEndOffset);
  assert(log.recoveryPoint < 2, `recovery point: ${log.recoveryPoint}`);
  await cleanFrom(testCleaner(env), log, 0);
  assertEquals(entriesIn(log), ["k=k"]);
  for (let seed = 0; seed < 10; seed++) {
    const left = manualEnv({ fileSystem: fileSystem.afterCrash({ seed }) });
    const reopened = reopenUnclean(left, { "cleanup.policy": "compact" });
    reopened.updateHighWatermark(reopened.logEndOffset);
    assertEquals(entriesIn(reopened), ["k=k"]);
    assertEquals(reopened.lastStableOffset, 3);
  }
});

Deno.test("a segment with an open transaction is left alone, also when the log starts in it", async () => {
  const env = manualEnv();
  const log = openCompactedLog(env);
  append(log, "a", 1);
  append(log, "a", 2);
  transactional(log, 1)(["open"]);
  transactional(log, 2)(["aborted"]);
  end(log, 2, "ABORT");
  rollAndCommit(log);
  log.deleteRecords(1);
  assertEquals(log.lastStableOffset, 2);
  const before = mapBatches(log, (batch) => batch.checksum);
  const { endOffset } = await cleanLog(env, log, {
    config: parseCleanerConfig({ "log.cleaner.dedupe.buffer.size": "10000" }),
  });
  assertEquals(endOffset, 1);
  assertEquals(mapBatches(log, (batch) => batch.checksum), before);
  log.close();
});
