import { assert, assertEquals, assertThrows } from "@std/assert";
import { CorruptRecordError, LogUnavailableError, StorageError } from "../../../storage/errors.ts";
import { DiskFileSystem } from "../../../storage/file/disk_file_system.ts";
import { MemoryFileSystem } from "../../../storage/file/memory_file_system.ts";
import { parseLogConfig } from "../../../storage/log/config/log_config.ts";
import { FileRecords } from "../../../storage/segment/file_records.ts";
import { NO_FIRST_BATCH_TIMESTAMP, Segment } from "../../../storage/segment/segment.ts";
import { SegmentOffsetOverflowError } from "../../../storage/segment/segment_offset_overflow_error.ts";
import { type ManualEnv, manualEnv } from "../../support/manual_env.ts";
import {
  append,
  batch,
  DIRECTORY,
  fileBytes,
  join,
  legacyMessage,
  offsetsOf,
  openSegment,
  readBytes,
  recover,
} from "../../support/segments.ts";

Deno.test("nothing is read from an empty segment", () => {
  assertEquals(openSegment(manualEnv(), { baseOffset: 40 }).read(40, 300), undefined);
});

Deno.test("a read before the first offset gives all from the first batch on", () => {
  const segment = openSegment(manualEnv(), { baseOffset: 40 });
  const bytes = append(segment, 50, ["hello", "there", "little", "bee"]);
  assertEquals(readBytes(segment, 41, 300), bytes);
});

Deno.test("a read from the middle of a batch gives the batch", () => {
  const segment = openSegment(manualEnv(), { baseOffset: 40 });
  const bytes = append(segment, 50, ["hello", "there", "little", "bee"]);
  assertEquals(segment.read(52, 300), {
    offset: 50,
    position: 0,
    size: bytes.length,
    firstEntryIncomplete: false,
  });
});

Deno.test("a read behind the last offset gives nothing", () => {
  const segment = openSegment(manualEnv(), { baseOffset: 40 });
  append(segment, 50, ["hello", "there"]);
  assertEquals(segment.read(52, 200), undefined);
});

Deno.test("a read from a gap gives what comes behind it", () => {
  const segment = openSegment(manualEnv(), { baseOffset: 40 });
  append(segment, 50, ["hello", "there"]);
  const behind = append(segment, 60, ["alpha", "beta"]);
  assertEquals(readBytes(segment, 55, 200), behind);
});

Deno.test("a read keeps to its limits, but takes the first batch whole when asked to", () => {
  const segment = openSegment(manualEnv());
  const first = append(segment, 0, ["first"]);
  const second = append(segment, 1, ["second"]);
  const all = join(first, second);
  assertEquals(readBytes(segment, 0, 1 << 20), all);
  assertEquals(readBytes(segment, 0, first.length + 7), all.subarray(0, first.length + 7));
  assertEquals(readBytes(segment, 0, 1 << 20, first.length), first, "up to maxPosition");
  assertEquals(segment.read(1, 1 << 20, first.length)?.size, 0);
  assertEquals(segment.read(1, 1 << 20, 5)?.size, 0);
  assertEquals(segment.read(0, 5), { offset: 0, position: 0, size: 5, firstEntryIncomplete: true });
  assertEquals(readBytes(segment, 0, 5, undefined, true), first);
  assertEquals(segment.read(0, 0, undefined, true)?.firstEntryIncomplete, false);
  assertEquals(segment.read(0, 0)?.size, 0);
  assertEquals(segment.read(0, -5)?.size, 0);
  assertEquals(segment.read(0, 5, 3, true)?.size, 3);
});

Deno.test("an append of batches from the middle of a buffer takes those alone", () => {
  const segment = openSegment(manualEnv());
  const bytes = batch(0, ["a"]);
  segment.append(0, join(new Uint8Array(9), bytes, new Uint8Array(9)), 9, 9 + bytes.length);
  segment.append(0, bytes, 4, 4); // nothing
  assertEquals(readBytes(segment, 0), bytes);
  assertThrows(
    () => segment.append(1, batch(1, ["torn"]).subarray(0, 70)),
    CorruptRecordError,
    "within a batch",
  );
});

Deno.test("truncation cuts whole batches, and the reads and appends go on from there", () => {
  const segment = openSegment(manualEnv(), { baseOffset: 40 });
  let offset = 40;
  for (let i = 0; i < 30; i++) {
    const first = append(segment, offset, ["hello"]);
    append(segment, offset + 1, ["hello"]);
    segment.truncateTo(offset + 1);
    assertEquals(readBytes(segment, offset), first);
    assertEquals(segment.read(offset + 1, 1), undefined);
    assertEquals(segment.readNextOffset(), offset + 1);
    offset += 1;
  }
});

Deno.test("truncation to an offset inside a batch removes the batch", () => {
  const segment = openSegment(manualEnv());
  const first = append(segment, 0, ["a", "b"]);
  const second = append(segment, 2, ["c", "d", "e"]);
  assertEquals(segment.truncateTo(3), second.length);
  assertEquals(offsetsOf(segment), [[0, 1]]);
  assertEquals(segment.truncateTo(2), 0);
  assertEquals(segment.truncateTo(1), first.length);
  assertEquals([segment.size, segment.readNextOffset()], [0, 0]);
});

Deno.test("truncation to an offset in a gap removes what lies behind it", () => {
  const segment = openSegment(manualEnv(), { baseOffset: 40 });
  append(segment, 40, ["first message"]);
  append(segment, 43, ["message after gap"]);
  segment.truncateTo(41);
  assertEquals(offsetsOf(segment), [[40, 40]]);
});

Deno.test("truncation of an empty segment keeps it usable, and starts its age anew", () => {
  const env = manualEnv();
  const segment = openSegment(env);
  append(segment, 0, ["a"], { maxTimestamp: -1 });
  env.clock.set(env.clock.now() + 500);
  assertEquals(segment.timeWaitedForRoll(env.clock.now(), -1), 500);
  segment.truncateTo(0);
  assertEquals(segment.timeWaitedForRoll(env.clock.now(), -1), 0);
  segment.truncateTo(0);
  assertEquals([segment.offsetIndex.entries, segment.timeIndex.entries], [0, 0]);
  assert(!segment.offsetIndex.isFull && !segment.timeIndex.isFull);
  append(segment, 1, ["b", "c"]);
  assertEquals(segment.readNextOffset(), 3);
});

Deno.test("the largest timestamp and the next offset are found again after each truncation", () => {
  const env = manualEnv();
  const size = batch(0, ["msg00"]).length;
  const segment = openSegment(env, { baseOffset: 40, indexInterval: 2 * size - 1 });
  let offset = 40;
  for (let i = 0; i < 30; i++) append(segment, offset++, ["msg00"]);
  assertEquals(segment.largestTimestamp, (offset - 1) * 10);
  assertEquals(segment.offsetOfMaxTimestampSoFar, offset - 1);
  const again = (where: Segment) => {
    for (let to = offset - 1; to > 40; to -= 2) {
      where.truncateTo(to);
      assertEquals([where.largestTimestamp, where.offsetOfMaxTimestampSoFar], [
        (to - 1) * 10,
        to - 1,
      ]);
      assertEquals(where.readNextOffset(), to);
    }
    where.truncateTo(40);
    assertEquals(where.largestRecordTimestamp, undefined);
    assertEquals(where.largestTimestamp, where.lastModified);
  };
  segment.onBecomeInactiveSegment();
  again(segment);
});

Deno.test("truncation drops the aborts behind it", () => {
  const segment = openSegment(manualEnv());
  for (let i = 0; i < 4; i++) append(segment, i, ["x"]);
  const completed = { producerId: 1, firstOffset: 0, lastOffset: 1, isAborted: true };
  segment.updateTxnIndex(completed, 2);
  segment.updateTxnIndex({ ...completed, lastOffset: 3 }, 4);
  segment.updateTxnIndex({ ...completed, lastOffset: 3, isAborted: false }, 4);
  assertEquals(segment.collectAbortedTxns(0, 10).abortedTransactions.length, 2);
  segment.truncateTo(3);
  assertEquals(segment.collectAbortedTxns(0, 10), {
    abortedTransactions: [{ producerId: 1, firstOffset: 0, lastOffset: 1, lastStableOffset: 2 }],
    isComplete: false,
  });
});

Deno.test("offsets are found by timestamp, indexed or not", () => {
  const size = batch(0, ["msg00"]).length;
  const segment = openSegment(manualEnv(), { baseOffset: 40, indexInterval: size * 2 - 1 });
  for (let i = 40; i < 50; i++) append(segment, i, [`msg${i}`]);
  assertEquals(segment.largestTimestamp, 490);
  const at = (timestamp: number, from?: number) =>
    segment.findOffsetByTimestamp(timestamp, from)?.offset;
  assertEquals([at(420), at(421), at(430), at(431)], [42, 43, 43, 44]);
  assertEquals(at(491), undefined);
  assertEquals([at(401), at(399)], [41, 40]);
  assertEquals([at(0, 45), at(480, 45), at(480, 50)], [45, 48, undefined]);
});

Deno.test("the next offset is that behind the last batch", () => {
  const segment = openSegment(manualEnv(), { baseOffset: 40 });
  assertEquals(segment.readNextOffset(), 40);
  append(segment, 50, ["hello", "there", "you"]);
  assertEquals(segment.readNextOffset(), 53);
});

Deno.test("an offset that cannot be stored relative to the base offset is refused before anything is written", () => {
  const segment = openSegment(manualEnv(), { baseOffset: 100 });
  for (const offset of [99, 100 + 2 ** 31]) {
    const error = assertThrows(
      () => segment.append(offset, batch(offset, ["x"])),
      SegmentOffsetOverflowError,
    );
    assertEquals([error.baseOffset, error.offset], [100, offset]);
  }
  assertEquals(segment.size, 0);
  append(segment, 100 + 2 ** 31 - 1, ["x"]);
  assert(!segment.hasOverflow());
});

Deno.test("batches are taken over from a file up to one that does not fit", () => {
  const env = manualEnv();
  const source = FileRecords.open(env.fileSystem, "/source.log");
  for (const bytes of [batch(0, ["x".repeat(1024)]), batch(500, ["y".repeat((1 << 20) + 1)])]) {
    source.append(bytes, 0, bytes.length);
  }
  const fits = source.sizeInBytes;
  const far = batch(2 ** 31 + 4, ["z".repeat(1024)]);
  source.append(far, 0, far.length);
  const first = openSegment(env);
  assertEquals(first.appendFromFile(source), fits);
  assertEquals(first.size, fits);
  const second = openSegment(env, { baseOffset: 2 ** 31 - 1 });
  assertEquals(second.appendFromFile(source, fits), far.length);
  assertEquals(readBytes(second, 2 ** 31), far);
});

Deno.test("a segment whose offsets overflow is told as such", () => {
  const env = manualEnv();
  openSegment(env).close();
  const log = FileRecords.open(env.fileSystem, `${DIRECTORY}/00000000000000000000.log`);
  const bytes = join(batch(0, ["a"]), batch(2 ** 31, ["b"]));
  log.append(bytes, 0, bytes.length);
  log.close();
  assert(openSegment(env).hasOverflow());
});

Deno.test("a segment rolls by size, age, full indexes, and an offset that it cannot hold", () => {
  const env = manualEnv();
  const segment = openSegment(env, { maxIndexSize: 48, rollJitterMs: 100 });
  const params = {
    maxSegmentMs: 1000,
    maxSegmentBytes: 1000,
    maxTimestampInMessages: 500,
    maxOffsetInMessages: 10,
    messagesSize: 100,
    now: env.clock.now(),
  };
  assert(
    !segment.shouldRoll({ ...params, maxTimestampInMessages: 1e15 }),
    "an empty one by age never",
  );
  assert(segment.shouldRoll({ ...params, messagesSize: 1001 }));
  append(segment, 5, ["a"]); // timestamp 50
  const { size } = segment;
  assert(!segment.shouldRoll({ ...params, messagesSize: 1000 - size }));
  assert(segment.shouldRoll({ ...params, messagesSize: 1001 - size }));
  assert(!segment.shouldRoll({ ...params, maxTimestampInMessages: 950 }), "the jitter counts");
  assert(segment.shouldRoll({ ...params, maxTimestampInMessages: 951 }));
  assert(
    !segment.shouldRoll({ ...params, now: env.clock.now() + 1e9 }),
    "record time, not the clock's",
  );
  assert(!segment.shouldRoll({ ...params, maxOffsetInMessages: 0x7fff_ffff }));
  assert(segment.shouldRoll({ ...params, maxOffsetInMessages: 0x8000_0000 }));
  for (let i = 6; i < 9; i++) append(segment, i, ["a"]);
  assertEquals(segment.timeIndex.entries, 3);
  assert(segment.shouldRoll({ ...params, maxSegmentBytes: 1e9 }), "the time index is full");
});

Deno.test("without timestamps a segment ages by the clock", () => {
  const env = manualEnv();
  const segment = openSegment(env);
  segment.append(0, legacyMessage(0, 0, 0, "old"));
  assertEquals(segment.getFirstBatchTimestamp(), NO_FIRST_BATCH_TIMESTAMP);
  env.clock.set(env.clock.now() + 77);
  assertEquals(segment.timeWaitedForRoll(env.clock.now(), 12_345), 77);
  assertEquals(segment.largestRecordTimestamp, undefined);
});

Deno.test("the first batch's timestamp is its largest", () => {
  const segment = openSegment(manualEnv(), { baseOffset: 1 });
  assertEquals(segment.getFirstBatchTimestamp(), NO_FIRST_BATCH_TIMESTAMP);
  append(segment, 1, ["one"], { maxTimestamp: 1000 });
  assertEquals(segment.getFirstBatchTimestamp(), 1000);
  assertEquals(segment.timeWaitedForRoll(0, 1500), 500);
});

Deno.test("names change for all files at once, and those that are not there yet come later", () => {
  const env = manualEnv();
  const names = () => env.fileSystem.list(DIRECTORY).map(({ name }) => name);
  const segment = openSegment(env, { baseOffset: 40 });
  assertEquals(names(), ["00000000000000000040.log"]);
  segment.changeFileSuffixes("", ".deleted");
  assertEquals(names(), ["00000000000000000040.log.deleted"]);
  assert(segment.hasSuffix(".deleted") && !segment.hasSuffix(".swap"));
  append(segment, 40, ["a"]);
  segment.updateTxnIndex({ producerId: 1, firstOffset: 0, lastOffset: 40, isAborted: true }, 41);
  segment.onBecomeInactiveSegment();
  segment.changeFileSuffixes(".deleted", "");
  assertEquals(names().map((name) => name.slice(20)), [
    ".index",
    ".log",
    ".timeindex",
    ".txnindex",
  ]);
  assertThrows(() => segment.changeFileSuffixes(".swap", ""), StorageError, ".swap");
  segment.deleteIfExists();
  assertEquals(names(), []);
  assert(segment.deleted);
  segment.deleteIfExists();
  assertThrows(() => segment.read(40, 1), LogUnavailableError);
});

Deno.test("files of a segment that is not open can be removed by its base offset", () => {
  const env = manualEnv();
  for (const fileSuffix of ["", ".cleaned"]) {
    const segment = openSegment(env, { fileSuffix });
    append(segment, 0, ["a"]);
    segment.close();
  }
  Segment.deleteIfExists(env, DIRECTORY, 0, ".cleaned");
  const names = env.fileSystem.list(DIRECTORY).map(({ name }) => name.slice(20));
  assertEquals(names, [".index", ".log", ".timeindex"]);
});

Deno.test("a preallocated file is trimmed when the segment is closed, and when it becomes inactive", () => {
  const size = 1 << 22;
  for (const end of ["close", "onBecomeInactiveSegment"] as const) {
    const env = manualEnv();
    const segment = openSegment(env, { preallocate: true, segmentSize: size });
    append(segment, 50, ["hello", "there"]);
    const second = append(segment, 60, ["alpha", "beta"]);
    assertEquals(readBytes(segment, 55), second);
    assertEquals(env.fileSystem.stat(segment.log.path)?.size, size);
    const real = segment.size;
    segment[end]();
    assertEquals(env.fileSystem.stat(segment.log.path)?.size, real);
    const again = openSegment(env, { preallocate: true, segmentSize: size });
    assertEquals([again.size, readBytes(again, 55)], [real, second]);
  }
});

Deno.test("a closed segment opens again with all it had, and its indexes have Kafka's last entry", () => {
  const env = manualEnv();
  const segment = openSegment(env, { indexInterval: 1000 });
  for (let i = 0; i < 5; i++) append(segment, i, ["a"]);
  assertEquals(segment.timeIndex.entries, 0);
  segment.close();
  segment.close();
  assertThrows(() => append(segment, 5, ["a"]), LogUnavailableError);
  const again = openSegment(env, { indexInterval: 1000 });
  assertEquals(again.timeIndex.lastEntry, { timestamp: 40, offset: 4 });
  assertEquals(again.maxTimestampAndOffsetSoFar, { timestamp: 40, offset: 4 });
  assertEquals([again.readNextOffset(), offsetsOf(again).length], [5, 5]);
});

Deno.test("sanity: missing index files and nonsense in the transaction index are told", () => {
  const env = manualEnv();
  const segment = openSegment(env, { baseOffset: 7 });
  segment.sanityCheck();
  append(segment, 7, ["a"]);
  segment.updateTxnIndex({ producerId: 1, firstOffset: 0, lastOffset: 7, isAborted: true }, 8);
  segment.close();
  openSegment(env, { baseOffset: 7 }).sanityCheck();
  env.fileSystem.rename(
    `${DIRECTORY}/00000000000000000007.txnindex`,
    `${DIRECTORY}/00000000000000000008.txnindex`,
  );
  openSegment(env, { baseOffset: 8 }).close();
  assertThrows(
    () => openSegment(env, { baseOffset: 8 }).sanityCheck(),
    CorruptRecordError,
    "start offset 8",
  );
  for (const suffix of [".timeindex", ".index"]) {
    env.fileSystem.remove(`${DIRECTORY}/00000000000000000007${suffix}`);
    assertThrows(
      () => openSegment(env, { baseOffset: 7 }).sanityCheck(),
      CorruptRecordError,
      suffix,
    );
  }
});

Deno.test("the time of the last write is the data file's and can be set", () => {
  const env = manualEnv();
  const segment = openSegment(env);
  append(segment, 0, ["a"], { maxTimestamp: -1 });
  segment.setLastModified(123_000);
  assertEquals([segment.lastModified, segment.largestTimestamp], [123_000, 123_000]);
  assertEquals(env.fileSystem.stat(segment.offsetIndexFile)?.modifiedMs, 123_000);
});

Deno.test("an upper bound comes from the index, or not at all", () => {
  const segment = openSegment(manualEnv());
  const bytes = append(segment, 0, ["a"]);
  for (let i = 1; i < 4; i++) append(segment, i, ["a"]);
  const bound = (position: number, size: number) =>
    segment.fetchUpperBoundOffset({ offset: 0, position }, size);
  assertEquals(bound(0, bytes.length), 1);
  assertEquals(bound(0, bytes.length + 1), 2);
  assertEquals(bound(bytes.length, 3 * bytes.length), undefined);
});

/** Counts the flushes of each file. */
class FlushCounting extends MemoryFileSystem {
  readonly flushes: string[] = [];
  override open(...args: Parameters<MemoryFileSystem["open"]>) {
    const file = super.open(...args);
    const flush = file.flush.bind(file);
    const flushSync = file.flushSync.bind(file);
    const note = () => this.flushes.push(file.path.slice(file.path.indexOf(".")));
    file.flush = () => (note(), flush());
    file.flushSync = () => (note(), flushSync());
    return file;
  }
}

function counting(): { env: ManualEnv<FlushCounting>; flushes: () => string[] } {
  const env = manualEnv({ fileSystem: new FlushCounting() });
  return { env, flushes: () => env.fileSystem.flushes.splice(0) };
}

Deno.test("a flush of the active segment waits for its data alone, and only for new data", async () => {
  const { env, flushes } = counting();
  const segment = openSegment(env);
  append(segment, 0, ["a"]);
  append(segment, 1, ["a"]);
  await segment.flush();
  assertEquals(flushes(), [".log"]);
  assertEquals(env.fileSystem.stat(segment.offsetIndexFile)?.size, 8, "the index is written out");
  await segment.flush();
  assertEquals(flushes(), []);
  append(segment, 2, ["a"]);
  segment.onBecomeInactiveSegment();
  assertEquals(flushes(), [], "the flush of the roll comes later");
  await segment.flush();
  assertEquals(flushes(), [".log", ".index", ".timeindex"]);
  await segment.flush();
  segment.close();
  assertEquals(flushes(), []);
});

Deno.test("a segment whose data was flushed whole has its indexes flushed when it becomes inactive", async () => {
  const { env, flushes } = counting();
  const segment = openSegment(env);
  append(segment, 0, ["a"]);
  segment.updateTxnIndex({ producerId: 1, firstOffset: 0, lastOffset: 0, isAborted: true }, 1);
  await segment.flush();
  flushes();
  segment.onBecomeInactiveSegment();
  // The offset index has no entry: there is nothing in it that could be lost.
  assertEquals(flushes(), [".timeindex", ".txnindex"]);
});

Deno.test("a recovered segment, which may not be the last, is flushed with its indexes until it takes appends", async () => {
  const { env, flushes } = counting();
  const segment = openSegment(env);
  append(segment, 0, ["a"]);
  segment.closeHandlers(); // the process dies
  const again = openSegment(env);
  recover(again);
  await again.flush();
  assertEquals(flushes(), [".log", ".timeindex"]);
  append(again, 1, ["a"]);
  await again.flush();
  assertEquals(flushes(), [".log"]);
});

Deno.test("a segment that was made and never written to leaves its empty files, and flushes none", async () => {
  const { env, flushes } = counting();
  const segment = openSegment(env);
  await segment.flush();
  segment.close();
  assertEquals(flushes(), []);
  for (const path of [segment.log.path, segment.offsetIndexFile, segment.timeIndexFile]) {
    assertEquals(env.fileSystem.stat(path)?.size, 0, path);
  }
});

Deno.test("a close flushes what was written, and nothing of a segment that was only read", () => {
  const { env, flushes } = counting();
  const segment = openSegment(env);
  append(segment, 0, ["a"]);
  segment.close();
  assertEquals(flushes(), [".log", ".timeindex"]);
  const again = openSegment(env);
  again.read(0, 10);
  again.findOffsetByTimestamp(0);
  again.close();
  assertEquals(flushes(), []);
});

Deno.test("data cut during a flush is flushed again", async () => {
  const { env, flushes } = counting();
  const segment = openSegment(env);
  const bytes = append(segment, 0, ["a"]);
  append(segment, 1, ["a"]);
  const flush = segment.flush();
  segment.truncateTo(1);
  segment.append(1, batch(1, ["b"]));
  await flush;
  flushes();
  await segment.flush();
  assertEquals(flushes(), [".log"]);
  assertEquals(readBytes(segment, 0), join(bytes, batch(1, ["b"])));
});

Deno.test("segments on disk and in memory behave the same, over random histories against a plain model", async () => {
  const root = await Deno.makeTempDir();
  try {
    for (let seed = 1; seed <= 12; seed++) {
      for (const fileSystem of [new MemoryFileSystem(), new DiskFileSystem({ maxOpenFiles: 2 })]) {
        const env = manualEnv({ seed, fileSystem });
        await history(env, `${root}/${seed}`);
        if (fileSystem instanceof DiskFileSystem) fileSystem.remove(`${root}/${seed}`);
      }
    }
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

interface Stored {
  readonly base: number;
  readonly last: number;
  readonly timestamp: number;
  readonly bytes: Uint8Array;
}

async function history(env: ManualEnv<MemoryFileSystem | DiskFileSystem>, directory: string) {
  const { random } = env;
  const options = { directory, indexInterval: 60 + random.below(400), maxIndexSize: 4096 };
  let segment = openSegment(env, options);
  let model: Stored[] = [];
  let next = 0;
  for (let step = 0; step < 150; step++) {
    const action = random.below(12);
    if (action < 7) {
      const added: Stored[] = [];
      for (let n = 1 + random.below(3); n > 0; n--) {
        const values = Array.from(
          { length: 1 + random.below(4) },
          () => "v".repeat(random.below(60)),
        );
        const base = next + random.below(3);
        const timestamp = random.below(5000);
        const bytes = batch(base, values, { maxTimestamp: timestamp });
        added.push({ base, last: base + values.length - 1, timestamp, bytes });
        next = base + values.length;
      }
      segment.append(next - 1, join(...added.map((each) => each.bytes)));
      model.push(...added);
    } else if (action === 7) {
      const offset = random.below(next + 2);
      segment.truncateTo(offset);
      model = model.slice(0, model.findIndex((each) => each.last >= offset) >>> 0);
      next = (model.at(-1)?.last ?? -1) + 1;
    } else if (action === 8) {
      segment.close();
      segment = openSegment(env, options);
    } else if (action === 9) await segment.flush();
    else if (action === 10) segment.release();
    else {
      // The process dies: the indexes' pending entries are lost, and recovery makes them anew.
      segment.closeHandlers();
      segment = openSegment(env, options);
      const work = segment.recover({
        prepareUpdate: () => ({ append: () => undefined }),
        update() {},
        lastStableOffset: () => 0,
        completeTxn() {},
        updateMapEndOffset() {},
      });
      while (!work.next().done);
    }
    assertEquals(segment.size, model.reduce((size, each) => size + each.bytes.length, 0));
    assertEquals(segment.readNextOffset(), next);
    const target = random.below(next + 3);
    const found = model.findIndex((each) => each.last >= target);
    const maxSize = 1 + random.below(300);
    const expected = found < 0
      ? undefined
      : join(...model.slice(found).map((each) => each.bytes)).subarray(0, maxSize);
    assertEquals(readBytes(segment, target, maxSize), expected);
    const largest = Math.max(-1, ...model.map((each) => each.timestamp));
    assertEquals(segment.maxTimestampSoFar, largest);
    assertEquals(
      segment.offsetOfMaxTimestampSoFar,
      model.find((each) => each.timestamp === largest)?.last ?? 0,
    );
  }
  assertEquals(
    fileBytes(env, segment.log.path).subarray(0, segment.size),
    join(...model.map((each) => each.bytes)),
  );
  segment.close();
}

Deno.test("a log's config is a segment's config", () => {
  const env = manualEnv();
  env.fileSystem.makeDirectory(DIRECTORY);
  const config = parseLogConfig({ "index.interval.bytes": "1", "segment.index.bytes": "16" });
  const segment = Segment.open({ env, directory: DIRECTORY, baseOffset: 0, config });
  for (let i = 0; i < 3; i++) append(segment, i, ["a"]);
  assert(segment.offsetIndex.isFull);
});

Deno.test("offsets are found among batches of any size, indexed or not", () => {
  const env = manualEnv();
  const segment = openSegment(env, { indexInterval: 4096, maxIndexSize: 1 << 16 });
  const sizes = [5000, 200, 9000, 50_000, 100, 3000, 20_000, 40_000, 10, 10, 9000, 9000, 30_000, 1];
  const stored: { base: number; last: number; bytes: Uint8Array }[] = [];
  let next = 0;
  for (let round = 0; round < 4; round++) {
    for (const size of sizes) {
      const base = next + env.random.below(2) * 3;
      const values = ["x".repeat(size >> 1), "y".repeat(size >> 1)];
      stored.push({ base, last: base + 1, bytes: append(segment, base, values) });
      next = base + 2;
    }
  }
  let indexed = 0;
  for (let offset = 0; offset < next; offset++) {
    const expected = stored.find((each) => each.last >= offset)!;
    const found = segment.read(offset, 1, undefined, true)!;
    assertEquals([found.offset, found.size], [expected.base, expected.bytes.length], `${offset}`);
    assertEquals(readBytes(segment, offset, 1, undefined, true), expected.bytes);
    assertEquals(
      segment.findOffsetByTimestamp(offset * 10)?.offset,
      Math.max(offset, expected.base),
    );
    if (segment.offsetIndex.lookup(offset).offset === offset) indexed++;
  }
  assert(indexed < stored.length - 4, "some batches have no entry");
  assertEquals(segment.read(next, 1), undefined);
});
