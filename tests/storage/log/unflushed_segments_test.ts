import { assertEquals } from "@std/assert";
import { UnflushedSegments } from "../../../storage/log/unflushed_segments.ts";
import { manualEnv } from "../../support/manual_env.ts";
import {
  appendAll,
  batchOf,
  batchOfSize,
  bytesOf,
  contentOf,
  filesIn,
  LOG_DIRECTORY,
  openLog,
  reopenUnclean,
  restoreDirectory,
  snapshotDirectory,
  textOf,
  writeWholeFile,
} from "../../support/partition_log.ts";

const FILE = "unflushed-segments-checkpoint";
const SMALL = { "internal.segment.bytes": "300" };

Deno.test("a roll notes where the sealed segment ends, a clean close needs no note", () => {
  const env = manualEnv();
  const log = openLog(env, SMALL);
  for (let i = 0; i < 7; i++) log.appendAsLeader(batchOfSize(100), 0);
  assertEquals(textOf(snapshotDirectory(env.fileSystem).get(FILE)!), "0\n2\n0 3\n3 6\n");
  log.close();
  assertEquals(filesIn(env.fileSystem).includes(FILE), false);
});

Deno.test("what was flushed is noted no longer at the next roll, and not at all when all was", async () => {
  const env = manualEnv();
  const log = openLog(env, SMALL);
  for (let i = 0; i < 4; i++) log.appendAsLeader(batchOfSize(100), 0);
  await log.flush();
  log.appendAsLeader(batchOfSize(100), 0);
  log.roll();
  assertEquals(textOf(snapshotDirectory(env.fileSystem).get(FILE)!), "0\n1\n3 5\n");
  await log.flush();
  appendAll(log, [["a"]]);
  await log.flush();
  log.roll();
  assertEquals(textOf(snapshotDirectory(env.fileSystem).get(FILE)!), "0\n1\n3 5\n");
});

Deno.test("a segment that lost its end at a batch's bound takes the later ones with it", () => {
  for (const lost of [1, 2, 3]) {
    const env = manualEnv();
    const log = openLog(env, SMALL);
    for (let i = 0; i < 7; i++) log.appendAsLeader(batchOfSize(100), 0);
    const files = snapshotDirectory(env.fileSystem);
    log.closeHandlers();
    const name = "00000000000000000003.log";
    files.set(name, files.get(name)!.slice(0, 300 - 100 * lost));
    restoreDirectory(env.fileSystem, files);
    const again = reopenUnclean(env, SMALL);
    assertEquals(again.logEndOffset, 6 - lost);
    const [line] = env.logger.matching("lost before it was flushed", "warn");
    assertEquals(
      [line!.fields.nextOffset, line!.fields.expectedOffset, line!.fields.deletedSegments],
      [6 - lost, 6, [6]],
    );
  }
});

Deno.test("salvage keeps the segments behind one that lost its end", () => {
  const env = manualEnv();
  const log = openLog(env, SMALL);
  for (let i = 0; i < 7; i++) log.appendAsLeader(batchOfSize(100), 0);
  const files = snapshotDirectory(env.fileSystem);
  log.closeHandlers();
  const name = "00000000000000000000.log";
  files.set(name, files.get(name)!.slice(0, 100));
  restoreDirectory(env.fileSystem, files);
  const again = reopenUnclean(env, SMALL, { recovery: "salvage" });
  assertEquals(contentOf(again).length, 5);
  assertEquals(again.logEndOffset, 7);
});

Deno.test("a gap between segments that nobody noted is a gap that belongs there", () => {
  const env = manualEnv();
  const log = openLog(env, SMALL);
  log.appendAsFollower(batchOf(["a"], { baseOffset: 0, partitionLeaderEpoch: 0 }), 0);
  log.roll(50);
  log.appendAsFollower(batchOf(["b"], { baseOffset: 60, partitionLeaderEpoch: 0 }), 0);
  const files = snapshotDirectory(env.fileSystem);
  log.closeHandlers();
  restoreDirectory(env.fileSystem, files);
  assertEquals(contentOf(reopenUnclean(env, SMALL)), ["0=a", "60=b"]);
});

Deno.test("a truncation makes no later recovery cut what was appended since", () => {
  const env = manualEnv();
  const log = openLog(env, SMALL);
  for (let i = 0; i < 7; i++) log.appendAsLeader(batchOfSize(100), 0);
  log.truncateTo(1);
  for (let i = 0; i < 4; i++) log.appendAsLeader(batchOfSize(100), 0);
  log.truncateTo(4);
  log.truncateTo(3);
  log.roll(10);
  log.appendAsFollower(batchOf(["z"], { baseOffset: 10, partitionLeaderEpoch: 0 }), 0);
  const files = snapshotDirectory(env.fileSystem);
  log.closeHandlers();
  restoreDirectory(env.fileSystem, files);
  const again = reopenUnclean(env, SMALL);
  assertEquals([again.logEndOffset, contentOf(again).length], [11, 4]);
});

Deno.test("a damaged note counts as none", () => {
  const env = manualEnv();
  env.fileSystem.makeDirectory(LOG_DIRECTORY);
  writeWholeFile(env.fileSystem, `${LOG_DIRECTORY}/${FILE}`, bytesOf("0\n1\nx y\n"));
  const unflushed = new UnflushedSegments(env, LOG_DIRECTORY, true);
  assertEquals(unflushed.endOf(0), undefined);
  assertEquals(env.logger.matching("damaged checkpoint").length, 1);
  unflushed.clear();
  assertEquals(filesIn(env.fileSystem), []);
});

Deno.test("notes are read back, and follow the directory", () => {
  const env = manualEnv();
  env.fileSystem.makeDirectory(LOG_DIRECTORY);
  const unflushed = new UnflushedSegments(env, LOG_DIRECTORY, false);
  unflushed.seal(0, 5, 0);
  unflushed.seal(5, 9, 0);
  unflushed.forget([5]);
  unflushed.seal(5, 9, 0);
  const again = new UnflushedSegments(env, LOG_DIRECTORY, true);
  assertEquals([again.endOf(0), again.endOf(5), again.endOf(9)], [5, 9, undefined]);
  env.fileSystem.rename(LOG_DIRECTORY, "/data/moved");
  again.updateDirectory("/data/moved");
  again.forget([0]);
  assertEquals(new UnflushedSegments(env, "/data/moved", true).endOf(0), undefined);
  assertEquals(new UnflushedSegments(env, "/data/moved", true).endOf(5), 9);
});

Deno.test("a segment that was cut is not held to its old end again", async () => {
  const env = manualEnv();
  const log = openLog(env, SMALL);
  for (let i = 0; i < 7; i++) log.appendAsLeader(batchOfSize(100), 0);
  const files = snapshotDirectory(env.fileSystem);
  log.closeHandlers();
  const name = "00000000000000000000.log";
  files.set(name, files.get(name)!.slice(0, 100));
  restoreDirectory(env.fileSystem, files);
  const again = reopenUnclean(env, SMALL);
  assertEquals(again.logEndOffset, 1);
  appendAll(again, [["a"]]);
  await again.flush();
  again.roll();
  appendAll(again, [["b"]]);
  const killed = snapshotDirectory(env.fileSystem);
  again.closeHandlers();
  restoreDirectory(env.fileSystem, killed);
  assertEquals(reopenUnclean(env, SMALL).logEndOffset, 3);
});
