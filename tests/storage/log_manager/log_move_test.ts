import { assert, assertEquals, assertRejects, assertStrictEquals, assertThrows } from "@std/assert";
import { LogDirError, LogUnavailableError } from "../../../storage/errors.ts";
import type { LogManager } from "../../../storage/log_manager.ts";
import { copyToFutureLog } from "../../../storage/log_manager/log_copy.ts";
import { REPLACED_LOG_FILE } from "../../../storage/log_manager/replaced_log.ts";
import {
  append,
  checkpoint,
  DIRS,
  faultyEnv,
  NAME,
  offsetsOf,
  openManager,
  tp,
} from "../../support/log_manager.ts";
import type { FaultyFileSystem } from "../../support/faulty_file_system.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { batchOf } from "../../support/partition_log.ts";

Deno.test("a log is moved to another directory while it is written to", async () => {
  const env = manualEnv();
  await using manager = await openManager(env);
  manager.updateTopicConfig(NAME, { "internal.segment.bytes": "1000" });
  const log = manager.getOrCreateLog(tp(0));
  const [from, to] = log.directory.startsWith("/disk1") ? DIRS : [...DIRS].reverse();
  append(log, 100);
  log.deleteRecords(17);
  const writes = { left: 5 };
  const clock = env.clock;
  const sleep = clock.sleep.bind(clock);
  clock.sleep = (ms, signal) => {
    if (ms === 0 && writes.left-- > 0) append(log, 2);
    return sleep(ms, signal);
  };
  const moved = await manager.moveLog(tp(0), to!);
  assertStrictEquals(manager.getLog(tp(0)), moved);
  assertEquals(manager.getLog(tp(0), true), undefined);
  assertEquals(moved.directory, `${to}/kafka-0`);
  assertEquals(moved.logEndOffset, log.logEndOffset);
  assert(moved.logEndOffset > 100, String(moved.logEndOffset));
  assertEquals([moved.logStartOffset, moved.highWatermark], [17, log.highWatermark]);
  assertEquals(offsetsOf(moved), offsetsOf(log).filter((offset) => offset >= 17));
  assert(log.directory.endsWith("-delete") && log.directory.startsWith(from!));
  // The source log stays readable for who is still at it.
  assertEquals(log.isClosed, false);
  manager.checkpointLogRecoveryOffsets();
  assertEquals(checkpoint(env.fileSystem, from!, "recovery-point"), {});
  assertStrictEquals(await manager.moveLog(tp(0), to!), moved);
});

Deno.test("a move that was aborted goes on later, also after a restart, and follows truncation", async () => {
  const env = manualEnv();
  let to: string;
  {
    await using manager = await openManager(env);
    const log = manager.getOrCreateLog(tp(0));
    to = log.directory.startsWith("/disk1") ? "/disk2" : "/disk1";
    append(log, 50);
    manager.maybeUpdatePreferredLogDir(tp(0), to);
    const future = manager.getOrCreateLog(tp(0), { isFuture: true });
    assert(/kafka-0\.[0-9a-f]{32}-future$/.test(future.directory));
    assert(future.isFuture);
    const abort = new AbortController();
    abort.abort(new Error("not now"));
    await assertRejects(
      () => manager.moveLog(tp(0), to, { signal: abort.signal }),
      Error,
      "not now",
    );
    future.appendAsFollower(batchOf(["x", "y"], { partitionLeaderEpoch: 0 }), 0);
  }
  await using manager = await openManager(env);
  const log = manager.getLog(tp(0))!;
  assertEquals(manager.getLog(tp(0), true)!.logEndOffset, 2);
  log.truncateTo(1);
  log.appendAsLeader(batchOf(["other"]), 3);
  log.updateHighWatermark(2);
  const moved = await manager.moveLog(tp(0), to);
  assertEquals(moved.logEndOffset, 2);
  assertEquals(moved.leaderEpochCache.latestEpoch, 3);
});

Deno.test("a future log needs a preferred directory that is not the current one", async () => {
  const env = manualEnv();
  await using manager = await openManager(env);
  const log = manager.getOrCreateLog(tp(0));
  assertThrows(
    () => manager.getOrCreateLog(tp(0), { isFuture: true }),
    LogUnavailableError,
    "preferred log directory",
  );
  const home = log.directory.slice(0, 6);
  manager.maybeUpdatePreferredLogDir(tp(0), home);
  assertThrows(() => manager.getOrCreateLog(tp(0), { isFuture: true }), LogUnavailableError);
  await assertRejects(
    () => manager.moveLog(tp(5), home),
    LogUnavailableError,
    "No such log",
  );
});

/** A log of 20 flushed records, and its copy, whose records are not flushed yet. */
async function copied(env: ReturnType<typeof faultyEnv>): Promise<LogManager> {
  const manager = await openManager(env);
  manager.maybeUpdatePreferredLogDir(tp(0), "/disk1");
  const log = manager.getOrCreateLog(tp(0));
  append(log, 20);
  await log.flush(true);
  manager.maybeUpdatePreferredLogDir(tp(0), "/disk2");
  const future = manager.getOrCreateLog(tp(0), { isFuture: true });
  await copyToFutureLog(log, future, { clock: env.clock });
  return manager;
}

async function reopened(fileSystem: FaultyFileSystem): Promise<LogManager> {
  return await openManager(manualEnv({ fileSystem }));
}

Deno.test("what was flushed before a move survives a power cut after it", async () => {
  const env = faultyEnv();
  const manager = await copied(env);
  manager.replaceCurrentWithFutureLog(tp(0));
  const { recoveryPoint, directory } = manager.getLog(tp(0))!;
  assertEquals(directory, "/disk2/kafka-0");
  assert(recoveryPoint >= 20, `recovery point: ${recoveryPoint}`);
  for (let seed = 0; seed < 10; seed++) {
    await using again = await reopened(env.fileSystem.afterCrash({ seed }));
    assert(again.getLog(tp(0))!.logEndOffset >= 20);
  }
});

Deno.test("a crash at any step of a move leaves one log with all that was flushed", async () => {
  const clean = faultyEnv();
  (await copied(clean)).replaceCurrentWithFutureLog(tp(0));
  const { history } = clean.fileSystem;
  const renames = history.filter(({ kind, path }) => kind === "rename" && !path.endsWith(".tmp"))
    .map(({ number }) => number);
  const first = renames.find((number) => history[number - 1]!.path.endsWith("-future"))!;
  for (let operation = first - 4; operation < first + 12; operation++) {
    const env = faultyEnv();
    env.fileSystem.crashAt(operation);
    try {
      (await copied(env)).replaceCurrentWithFutureLog(tp(0));
    } catch {
      assert(env.fileSystem.crashed);
    }
    for (let seed = 0; seed < 4; seed++) {
      const left = seed === 3 ? env.fileSystem.processKill() : env.fileSystem.afterCrash({ seed });
      await using manager = await reopened(left);
      const log = manager.getLog(tp(0))!;
      assert(log.logEndOffset >= 20, `operation ${operation}: ends at ${log.logEndOffset}`);
      const other = log.directory.startsWith("/disk1") ? "/disk2/kafka-0" : "/disk1/kafka-0";
      assertEquals(left.stat(other), undefined);
      assertEquals(left.stat(`${log.directory}/${REPLACED_LOG_FILE}`), undefined);
    }
  }
});

Deno.test("a log whose copy could not take its place is not marked as replaced", async () => {
  const env = faultyEnv();
  env.fileSystem.inject({ code: "EIO", kinds: ["rename"], path: /-future$/ });
  const manager = await copied(env);
  assertThrows(() => manager.replaceCurrentWithFutureLog(tp(0)), LogDirError);
  const log = manager.getLog(tp(0))!;
  assertEquals(log.directory, "/disk1/kafka-0");
  assertEquals(env.fileSystem.stat(`${log.directory}/${REPLACED_LOG_FILE}`), undefined);
  append(log);
  assertEquals(manager.offlineLogDirs, ["/disk2"]);
  await manager.shutdown();
});
