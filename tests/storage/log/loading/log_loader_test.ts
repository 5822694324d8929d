import { assertEquals } from "@std/assert";
import { readWholeFile } from "../../../../storage/file/file_system.ts";
import { manualEnv } from "../../../support/manual_env.ts";
import {
  batchOfSize,
  bytesOf,
  closedLog,
  damage,
  filesIn,
  killedLog,
  LOG_DIRECTORY,
  nameOf,
  offsetsOf,
  openLog,
  pathOf,
  reopenUnclean,
  restoreDirectory,
  SMALL,
  snapshotDirectory,
  TEN,
  writeWholeFile,
} from "../../../support/partition_log.ts";

Deno.test("after a clean stop no data is read but at the end", () => {
  const env = manualEnv();
  closedLog(env);
  damage(env, 3, 90);
  assertEquals(openLog(env, SMALL).logEndOffset, 10);
});

Deno.test("indexes that are missing or damaged are made anew, clean stop or not", () => {
  for (const clean of [true, false]) {
    const env = manualEnv();
    closedLog(env, { "index.interval.bytes": "0" });
    const good = snapshotDirectory(env.fileSystem);
    const harms: ((suffix: string) => void)[] = [
      (suffix) => env.fileSystem.remove(pathOf(0, suffix)),
      (suffix) => writeWholeFile(env.fileSystem, pathOf(0, suffix), bytesOf("no index at all")),
      (suffix) => writeWholeFile(env.fileSystem, pathOf(0, suffix), new Uint8Array()),
      (suffix) => writeWholeFile(env.fileSystem, pathOf(0, suffix), new Uint8Array(24).fill(0xff)),
    ];
    for (const harm of harms) {
      for (const suffixes of [["index"], ["timeindex"], ["index", "timeindex"]]) {
        restoreDirectory(env.fileSystem, good);
        for (const suffix of suffixes) harm(suffix);
        const options = { hadCleanShutdown: clean };
        const log = openLog(env, { "index.interval.bytes": "0" }, options);
        assertEquals(offsetsOf(log), TEN);
        assertEquals(log.fetchOffsetByTimestamp(1)!.offset, 0);
        log.close();
        if (!clean) {
          for (const suffix of ["index", "timeindex"]) {
            assertEquals(
              readWholeFile(env.fileSystem, pathOf(0, suffix)),
              good.get(nameOf(0, suffix)),
            );
          }
        }
      }
    }
  }
});

Deno.test("an index that a power cut has taken alone is there again before anyone asks for it", () => {
  for (const suffix of ["index", "timeindex"]) {
    const env = manualEnv();
    closedLog(env);
    const good = readWholeFile(env.fileSystem, pathOf(0, suffix));
    env.fileSystem.remove(pathOf(0, suffix));
    const log = openLog(env, SMALL, {
      hadCleanShutdown: false,
      recoveryPoint: 10,
    });
    log.close();
    assertEquals(readWholeFile(env.fileSystem, pathOf(0, suffix)), good);
  }
});

Deno.test("a damaged transaction index is made anew even after a clean stop", () => {
  const env = manualEnv();
  closedLog(env);
  writeWholeFile(env.fileSystem, pathOf(3, "txnindex"), bytesOf("nonsense"));
  const log = openLog(env, SMALL);
  assertEquals(log.collectAbortedTransactions(0, 10), []);
  assertEquals(offsetsOf(log), TEN);
});

Deno.test("an index without data goes", () => {
  const env = manualEnv();
  closedLog(env);
  for (const suffix of ["index", "timeindex", "txnindex"]) {
    writeWholeFile(env.fileSystem, pathOf(77, suffix), new Uint8Array(24));
  }
  const log = openLog(env, SMALL);
  assertEquals(filesIn(env.fileSystem).filter((name) => name.includes("77")), []);
  assertEquals(env.logger.matching("orphaned index file").length, 3);
  assertEquals(offsetsOf(log), TEN);
});

Deno.test("files that are none of the log's are left alone", () => {
  const env = manualEnv();
  closedLog(env);
  for (const name of ["notes.txt", "quorum-state", "00000000000000000010-0000000001.checkpoint"]) {
    writeWholeFile(env.fileSystem, `${LOG_DIRECTORY}/${name}`, bytesOf("x"));
  }
  env.fileSystem.makeDirectory(`${LOG_DIRECTORY}/sub.log`);
  assertEquals(offsetsOf(openLog(env, SMALL)), TEN);
  assertEquals(
    filesIn(env.fileSystem).filter((name) => /txt|quorum|checkpoint|sub/.test(name)).length,
    5,
  );
});

Deno.test("the log start offset is at least the first segment's", () => {
  const env = manualEnv();
  closedLog(env);
  for (const suffix of ["log", "index", "timeindex"]) env.fileSystem.remove(pathOf(0, suffix));
  assertEquals(openLog(env, SMALL, { logStartOffset: 1 }).logStartOffset, 3);
});

Deno.test("leader epochs beyond either end are dropped at load, and found again in the records", () => {
  const env = manualEnv();
  const log = openLog(env, SMALL);
  for (let epoch = 1; epoch <= 5; epoch++) log.appendAsLeader(batchOfSize(100), epoch);
  log.assignEpochStartOffset(9, 5);
  const files = snapshotDirectory(env.fileSystem);
  log.closeHandlers();
  restoreDirectory(env.fileSystem, files);
  const again = reopenUnclean(env, SMALL, { logStartOffset: 2 });
  assertEquals(again.leaderEpochCache.epochEntries.map((entry) => entry.epoch), [3, 4, 5]);
  again.closeHandlers();
  restoreDirectory(env.fileSystem, files);
  env.fileSystem.remove(`${LOG_DIRECTORY}/leader-epoch-checkpoint`);
  assertEquals(
    reopenUnclean(env, SMALL).leaderEpochCache.epochEntries.map((entry) => entry.startOffset),
    [0, 1, 2, 3, 4],
  );
});

Deno.test("a log in a directory that is on its way out loads without recovery", () => {
  const env = manualEnv();
  killedLog(env);
  damage(env, 0, 90);
  env.fileSystem.rename(LOG_DIRECTORY, "/data/events-0.abc-delete");
  const log = reopenUnclean(env, SMALL, { directory: "/data/events-0.abc-delete" });
  assertEquals(log.segments.numberOfSegments, 4);
  log.delete();
  assertEquals(filesIn(env.fileSystem, "/data"), []);
});
