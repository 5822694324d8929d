import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { LogUnavailableError } from "../../../storage/errors.ts";
import { CleanShutdownFile } from "../../../storage/file/clean_shutdown_file.ts";
import type { LoadLogsProgress } from "../../../storage/log_manager.ts";
import { append, DIRS, faultyEnv, isClean, openManager, tp } from "../../support/log_manager.ts";
import { manualEnv } from "../../support/manual_env.ts";

Deno.test("after an unclean stop the logs are recovered, in slices, all directories in turn", async () => {
  const env = manualEnv();
  const first = await openManager(env);
  for (let partition = 0; partition < 6; partition++) {
    append(first.getOrCreateLog(tp(partition)), 20);
  }
  await first.shutdown();
  for (const dir of DIRS) {
    new CleanShutdownFile(env.fileSystem, dir).delete();
    env.fileSystem.remove(`${dir}/recovery-point-offset-checkpoint`);
  }
  const progress: LoadLogsProgress[] = [];
  await using manager = await openManager(env, { onProgress: (step) => progress.push(step) });
  assertEquals(manager.allLogs.map((log) => log.logEndOffset), [20, 20, 20, 20, 20, 20]);
  assertEquals(progress.filter(({ done }) => done).length, 6);
  assert(progress.some(({ bytes }) => bytes > 0));
  const order = progress.map(({ directory }) => directory);
  assert(order.indexOf("/disk2") < order.lastIndexOf("/disk1"), "directories take turns");
  const last = progress.at(-1)!;
  assertEquals([last.remainingLogs, last.totalLogs], [0, 3]);
  assertEquals(env.logger.matching("Recovering logs").length, 2);
});

Deno.test("an opening that is aborted leaves no mark of a clean stop behind, and no lock", async () => {
  const env = manualEnv();
  const first = await openManager(env);
  for (let partition = 0; partition < 4; partition++) {
    append(first.getOrCreateLog(tp(partition)), 20);
  }
  await first.shutdown();
  for (const dir of DIRS) new CleanShutdownFile(env.fileSystem, dir).delete();
  const abort = new AbortController();
  await assertRejects(
    () =>
      openManager(env, {
        onProgress: () => {
          throw new Error("stop it");
        },
        signal: abort.signal,
      }),
    Error,
    "stop it",
  );
  assert(DIRS.every((dir) => !isClean(env.fileSystem, dir)));
  await using manager = await openManager(env);
  assertEquals(manager.allLogs.length, 4);
});

Deno.test("a log whose name was not flushed when its process was killed keeps what is flushed later", async () => {
  for (let seed = 0; seed < 10; seed++) {
    const env = faultyEnv();
    const first = await openManager(env, { logDirs: ["/disk1"] });
    append(first.getOrCreateLog(tp(0)), 3);
    const killed = { ...env, fileSystem: env.fileSystem.processKill({ seed }) };
    const second = await openManager(killed, { logDirs: ["/disk1"] });
    const log = second.getLog(tp(0))!;
    append(log, 2);
    await log.flush();
    const cut = { ...env, fileSystem: killed.fileSystem.afterCrash({ seed }) };
    await using third = await openManager(cut, { logDirs: ["/disk1"] });
    assertEquals(third.getLog(tp(0))?.logEndOffset, 5, `seed ${seed}`);
  }
});

Deno.test("a directory left half deleted by the last run goes in this one", async () => {
  const env = manualEnv();
  const first = await openManager(env, { logDirs: ["/disk1"] });
  append(first.getOrCreateLog(tp(0)));
  first.asyncDelete(tp(0));
  await first.shutdown();
  await using manager = await openManager(env, { logDirs: ["/disk1"] });
  assertEquals(manager.getLog(tp(0)), undefined);
  assertEquals(manager.logsToBeDeleted.length, 1);
  await env.clock.advance(60_000);
  manager.deleteLogs();
  assertEquals(env.fileSystem.list("/disk1").filter(({ isDirectory }) => isDirectory), []);
});

Deno.test("a stray log is put aside, at the start or later, and kept", async () => {
  const env = manualEnv();
  const first = await openManager(env, { logDirs: ["/disk1"] });
  for (let partition = 0; partition < 3; partition++) append(first.getOrCreateLog(tp(partition)));
  first.asyncDelete(tp(2), { isStray: true });
  await first.shutdown();
  await using manager = await openManager(env, {
    logDirs: ["/disk1"],
    isStray: (log) => log.topicPartition.partition === 1,
  });
  assertEquals(manager.allLogs.map((log) => log.topicPartition.partition), [0]);
  assertEquals(manager.strayLogs.length, 2);
  for (const directory of manager.strayLogs) {
    assert(/kafka-[12]\.[0-9a-f]{32}-stray$/.test(directory), directory);
    assert(env.fileSystem.stat(directory) !== undefined);
  }
  assertEquals(manager.logsToBeDeleted, []);
});

Deno.test("what is no log of ours in a log directory is passed over", async () => {
  const env = manualEnv();
  for (const name of ["remote-log-index-cache", "__cluster_metadata-0"]) {
    env.fileSystem.makeDirectory(`/disk1/${name}`);
  }
  env.fileSystem.open("/disk1/bootstrap.checkpoint", { create: true }).close();
  await using manager = await openManager(env);
  assertEquals(manager.allLogs, []);
});

Deno.test("a partition that is in two directories is refused, with both named", async () => {
  const env = manualEnv();
  for (const dir of DIRS) {
    await using manager = await openManager(env, { logDirs: [dir] });
    append(manager.getOrCreateLog(tp(0)));
  }
  const error = await assertRejects(() => openManager(env), LogUnavailableError);
  assertStringIncludes(error.message, "/disk1/kafka-0");
  assertStringIncludes(error.message, "/disk2/kafka-0");
});

Deno.test("a directory that fails while it is loaded goes offline, the others are loaded", async () => {
  const env = faultyEnv();
  const first = await openManager(env);
  for (let partition = 0; partition < 4; partition++) {
    append(first.getOrCreateLog(tp(partition)), 3);
  }
  await first.shutdown();
  for (const dir of DIRS) new CleanShutdownFile(env.fileSystem, dir).delete();
  env.fileSystem.inject({ code: "EIO", kinds: ["read"], path: /^\/disk1\/.*\.log$/, times: 100 });
  const manager = await openManager(env);
  assertEquals(manager.offlineLogDirs, ["/disk1"]);
  assertEquals(manager.allLogs.length, 2);
  assert(manager.allLogs.every((log) => log.logEndOffset === 3));
  await manager.shutdown();
});
