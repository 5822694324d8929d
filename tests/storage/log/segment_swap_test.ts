import { assert, assertEquals } from "@std/assert";
import { LogDirError } from "../../../storage/errors.ts";
import type { PartitionLog } from "../../../storage/log/partition_log.ts";
import { createNewCleanedSegment } from "../../../storage/log/segment_split.ts";
import type { Segment } from "../../../storage/segment/segment.ts";
import { LimitedFileSystem } from "../../support/limited_file_system.ts";
import { type ManualEnv, manualEnv } from "../../support/manual_env.ts";
import {
  closedLog,
  filesIn,
  LOG_DIRECTORY,
  offsetsOf,
  openLog,
  restoreDirectory,
  SMALL,
  snapshotDirectory,
  snapshotsIn,
  TEN,
} from "../../support/partition_log.ts";

const COMPACTED = [0, 1, 2, 4, 7, 9];

/** Makes, from segments 3 and 6, one or two with every other record, named `.cleaned`. */
function cleanedSegments(env: ManualEnv, log: PartitionLog, two: boolean): Segment[] {
  const state = { env, directory: LOG_DIRECTORY, config: log.config };
  const segments: Segment[] = [];
  for (const offset of [4, 7]) {
    const source = log.segments.floorSegment(offset)!;
    if (two || segments.length === 0) {
      segments.push(createNewCleanedSegment(state, source.baseOffset));
    }
    const found = source.translateOffset(offset)!;
    const bytes = new Uint8Array(found.size);
    source.readInto(found.position, bytes, 0, found.size);
    segments.at(-1)!.append(offset, bytes);
  }
  for (const segment of segments) {
    segment.onBecomeInactiveSegment();
    segment.flushSync();
  }
  return segments;
}

for (const two of [false, true]) {
  Deno.test(`a swap to ${two ? "two segments" : "one segment"} that is cut off at any rename ends in the old or the new records`, () => {
    let [sawOld, sawNew] = [0, 0];
    for (let allowed = 0;; allowed++) {
      const fileSystem = new LimitedFileSystem();
      const env = manualEnv({ fileSystem });
      closedLog(env);
      const log = openLog(env, SMALL);
      const cleaned = cleanedSegments(env, log, two);
      fileSystem.remaining = allowed;
      let finished = true;
      try {
        log.replaceSegments(cleaned, log.segments.values(3, 9));
      } catch (error) {
        if (!(error instanceof LogDirError)) throw error;
        finished = false;
      }
      fileSystem.remaining = Infinity;
      const files = snapshotDirectory(fileSystem);
      log.closeHandlers();
      for (const clean of [true, false]) {
        restoreDirectory(fileSystem, files);
        const reopened = openLog(env, SMALL, { hadCleanShutdown: clean });
        const offsets = offsetsOf(reopened);
        if (offsets.length === COMPACTED.length) sawNew++;
        else sawOld++;
        assertEquals(offsets, offsets.length === COMPACTED.length ? COMPACTED : TEN);
        if (finished) assertEquals(offsets, COMPACTED);
        assertEquals(reopened.logEndOffset, 10);
        assertEquals(
          filesIn(fileSystem).filter((name) => /cleaned|swap|deleted/.test(name)),
          [],
        );
        reopened.closeHandlers();
      }
      if (finished) break;
    }
    assert(sawOld > 2 && sawNew > 2, `old ${sawOld}, new ${sawNew}`);
  });
}

Deno.test("a finished swap shows the new records at once, and takes snapshots along", () => {
  const env = manualEnv();
  closedLog(env);
  const log = openLog(env, SMALL);
  log.replaceSegments(cleanedSegments(env, log, false), log.segments.values(3, 9));
  assertEquals([offsetsOf(log), log.segments.baseOffsets], [COMPACTED, [0, 3, 9]]);
  log.deletePendingFiles(Infinity);
  assertEquals(snapshotsIn(env), [3, 9, 10]);
  assertEquals(filesIn(env.fileSystem).filter((name) => /cleaned|swap|deleted/.test(name)), []);
  log.updateHighWatermark(10);
  assertEquals(log.read(5, { maxBytes: 1, isolation: "high_watermark" }).bytes()[7], 7);
});

Deno.test("old segments that have gone meanwhile are no hindrance to a swap", () => {
  const env = manualEnv();
  closedLog(env);
  const log = openLog(env, { ...SMALL, "retention.bytes": "700" });
  const cleaned = cleanedSegments(env, log, false);
  const old = log.segments.values(0, 9);
  log.updateHighWatermark(10);
  log.deleteOldSegments();
  assertEquals(log.segments.baseOffsets, [3, 6, 9]);
  log.replaceSegments(cleaned, old);
  assertEquals(offsetsOf(log), [4, 7, 9]);
});
