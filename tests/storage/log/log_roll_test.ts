import { assert, assertEquals } from "@std/assert";
import { manualEnv } from "../../support/manual_env.ts";
import {
  appendAll,
  batchOf,
  batchOfSize,
  contentOf,
  filesIn,
  LOG_DIRECTORY,
  openLog,
  writeWholeFile,
} from "../../support/partition_log.ts";

const SMALL_SEGMENTS = { "internal.segment.bytes": "300" };

function tenBatches(configs: Record<string, string> = SMALL_SEGMENTS, env = manualEnv()) {
  const log = openLog(env, configs);
  for (let i = 0; i < 10; i++) log.appendAsLeader(batchOfSize(100), 0);
  return log;
}

Deno.test("a roll seals the active segment and starts an empty one", () => {
  const env = manualEnv();
  const log = openLog(env);
  appendAll(log, [["a"], ["b"]]);
  const segment = log.roll();
  assertEquals([segment.baseOffset, segment.size, log.logEndOffset], [2, 0, 2]);
  assertEquals(log.segments.numberOfSegments, 2);
  assertEquals(log.segments.firstSegment!.timeIndex.entries, 1);
  assert(filesIn(env.fileSystem).includes("00000000000000000002.snapshot"));
  assertEquals(log.flushDueOffset, 2);
});

Deno.test("an empty active segment is made anew by a roll", () => {
  const env = manualEnv();
  const log = openLog(env);
  log.roll();
  log.roll();
  assertEquals([log.segments.baseOffsets, log.logEndOffset], [[0], 0]);
  assertEquals(env.logger.matching("made anew").length, 2);
  log.appendAsLeader(batchOf(["v"]), 0);
  log.deletePendingFiles(Infinity);
  assertEquals(contentOf(log), ["0=v"]);
});

Deno.test("a roll may skip offsets, but never goes back", () => {
  const log = openLog(manualEnv(), {}, { logStartOffset: 5 });
  log.appendAsLeader(batchOf(["a"]), 0);
  assertEquals(log.roll(3).baseOffset, 6);
  assertEquals(log.roll(10).baseOffset, 10);
  log.appendAsFollower(batchOf(["v"], { baseOffset: 10, partitionLeaderEpoch: 0 }), 0);
  log.truncateTo(10);
  log.roll(10);
  assertEquals(log.segments.baseOffsets, [5, 6, 10]);
});

Deno.test("files that lie where a roll wants to write go first", () => {
  const env = manualEnv();
  const log = openLog(env);
  appendAll(log, [["a"], ["b"]]);
  for (const suffix of ["log", "index", "timeindex", "txnindex"]) {
    writeWholeFile(
      env.fileSystem,
      `${LOG_DIRECTORY}/00000000000000000002.${suffix}`,
      new Uint8Array(100),
    );
  }
  log.roll();
  assertEquals(log.activeSegment.size, 0);
  assertEquals(env.logger.matching("already exists; deleting it first").length, 4);
  appendAll(log, [["c"]]);
  assertEquals(contentOf(log), ["0=a", "1=b", "2=c"]);
});

Deno.test("segments roll by size", () => {
  const log = tenBatches();
  assertEquals(log.segments.values().map((segment) => segment.size), [300, 300, 300, 100]);
});

Deno.test("segments roll by the time between their records", () => {
  const log = openLog(manualEnv({ now: 1_000_000 }), { "segment.ms": "1000" });
  const append = (timestamp: number) => log.appendAsLeader(batchOf(["v"], { timestamp }), 0);
  append(5_000);
  append(6_000);
  assertEquals(log.segments.numberOfSegments, 1);
  append(6_001);
  assertEquals(log.segments.baseOffsets, [0, 2]);
  append(1);
  assertEquals(log.segments.numberOfSegments, 2);
});

Deno.test("segments whose records have no time roll by the clock", () => {
  const env = manualEnv({ now: 1_000_000 });
  const log = openLog(env, { "segment.ms": "1000" });
  log.appendAsLeader(batchOf(["v"], { timestamp: -1 }), 0);
  env.clock.set(1_001_000);
  log.appendAsLeader(batchOf(["v"], { timestamp: -1 }), 0);
  assertEquals(log.segments.numberOfSegments, 1);
  env.clock.set(1_001_001);
  log.appendAsLeader(batchOf(["v"], { timestamp: -1 }), 0);
  assertEquals(log.segments.numberOfSegments, 2);
});

Deno.test("an empty segment does not roll by time", () => {
  const env = manualEnv();
  const log = openLog(env, { "segment.ms": "1000" });
  env.clock.set(env.clock.now() + 100_000);
  log.appendAsLeader(batchOf(["v"]), 0);
  assertEquals(log.segments.numberOfSegments, 1);
});

Deno.test("jitter makes a segment roll earlier, by a share of its time", () => {
  let rolledAt = 0;
  const log = openLog(manualEnv({ seed: 7 }), {
    "segment.ms": "1000",
    "segment.jitter.ms": "600",
  });
  for (let timestamp = 1; log.segments.numberOfSegments === 1; timestamp += 10) {
    log.appendAsLeader(batchOf(["v"], { timestamp }), 0);
    rolledAt = timestamp;
  }
  assert(rolledAt > 400 && rolledAt <= 1010, `rolled at ${rolledAt}`);
});

Deno.test("a segment rolls when the next offset does not fit its indexes", () => {
  const log = openLog(manualEnv());
  log.appendAsFollower(batchOf(["a"], { baseOffset: 0, partitionLeaderEpoch: 0 }), 0);
  const far = 2 ** 31 + 5;
  log.appendAsFollower(batchOf(["b"], { baseOffset: far, partitionLeaderEpoch: 0 }), 0);
  assertEquals(log.segments.baseOffsets, [0, far]);
  assertEquals(contentOf(log), ["0=a", `${far}=b`]);
});

Deno.test("a segment rolls when an index is full", () => {
  const log = openLog(manualEnv(), { "segment.index.bytes": "24", "index.interval.bytes": "0" });
  for (let i = 0; i < 8; i++) log.appendAsLeader(batchOf(["v"], { timestamp: 100 + i }), 0);
  assert(log.segments.numberOfSegments > 2);
  assertEquals(contentOf(log).length, 8);
});
