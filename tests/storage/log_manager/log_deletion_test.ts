import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import {
  append,
  checkpoint,
  faultyEnv,
  offsetsOf,
  openManager,
  tp,
} from "../../support/log_manager.ts";
import { manualEnv } from "../../support/manual_env.ts";

Deno.test("a partition is deleted by renaming its directory, whose files go later", async () => {
  const env = manualEnv();
  await using manager = await openManager(env, { logDirs: ["/disk1"] });
  const log = manager.getOrCreateLog(tp(0));
  append(log, 3);
  manager.checkpointLogRecoveryOffsets();
  assertStrictEquals(manager.asyncDelete(tp(0)), log);
  assertEquals(manager.getLog(tp(0)), undefined);
  assertEquals(checkpoint(env.fileSystem, "/disk1", "recovery-point"), {});
  const [directory] = manager.logsToBeDeleted;
  assert(/^\/disk1\/kafka-0\.[0-9a-f]{32}-delete$/.test(directory!), directory);
  // Who has the log still reads it: its files have moved with the directory.
  assertEquals(offsetsOf(log), [0, 1, 2]);
  assertEquals(log.directory, directory);
  const again = manager.getOrCreateLog(tp(0));
  assertEquals(again.logEndOffset, 0);
  assertEquals(manager.deleteLogs(), 60_000);
  await env.clock.advance(59_999);
  assertEquals(manager.deleteLogs(), 1);
  await env.clock.advance(1);
  manager.deleteLogs();
  assertEquals(env.fileSystem.stat(directory!), undefined);
  assertEquals(manager.logsToBeDeleted, []);
  assertEquals(manager.asyncDelete(tp(9)), undefined);
});

Deno.test("with a delay of 0 a deleted partition goes at the next turn of the loop", async () => {
  const env = manualEnv();
  await using manager = await openManager(env, {
    logDirs: ["/disk1"],
    background: true,
    properties: { "log.segment.delete.delay.ms": "0", "log.initial.task.delay.ms": "0" },
  });
  manager.getOrCreateLog(tp(0));
  manager.asyncDelete(tp(0));
  const [directory] = manager.logsToBeDeleted;
  await env.clock.advance(2);
  assertEquals(env.fileSystem.stat(directory!), undefined);
});

Deno.test("a topic with a name of 253 characters can be made and deleted", async () => {
  const env = manualEnv();
  await using manager = await openManager(env);
  const long = tp(0, "x".repeat(253));
  manager.getOrCreateLog(long);
  manager.asyncDelete(long);
  const name = manager.logsToBeDeleted[0]!.split("/").at(-1)!;
  assert(name.length <= 255 && name.endsWith("-delete"), name);
});

Deno.test("several partitions are deleted with their future logs, one failure does not stop the others", async () => {
  const env = manualEnv();
  await using manager = await openManager(env);
  for (let partition = 0; partition < 3; partition++) manager.getOrCreateLog(tp(partition));
  const target = manager.getLog(tp(0))!.directory.startsWith("/disk1") ? "/disk2" : "/disk1";
  manager.maybeUpdatePreferredLogDir(tp(0), target);
  manager.getOrCreateLog(tp(0), { isFuture: true });
  const errors: unknown[] = [];
  manager.asyncDeleteAll([tp(0), tp(1), tp(7)], false, (_, error) => errors.push(error));
  assertEquals(errors, []);
  assertEquals(manager.allLogs.map((log) => log.topicPartition.partition), [2]);
  assertEquals(manager.logsToBeDeleted.length, 3);
});

Deno.test("many are deleted with one flush of their directory and one writing of its checkpoints, when all are asked for", async () => {
  const env = faultyEnv();
  await using manager = await openManager(env, { logDirs: ["/disk1"] });
  for (let i = 0; i < 5; i++) append(manager.getOrCreateLog(tp(i)), 1);
  for (const log of manager.allLogs) await log.flush();
  manager.checkpointLogRecoveryOffsets();
  const from = env.fileSystem.operations;
  for (let i = 0; i < 4; i++) manager.asyncDelete(tp(i), { checkpoint: false });
  const kinds = () => env.fileSystem.history.slice(from).map(({ kind }) => kind);
  assertEquals(kinds(), ["rename", "rename", "rename", "rename"]);
  assertEquals(Object.keys(checkpoint(env.fileSystem, "/disk1", "recovery-point")).length, 5);
  manager.settleDeletions();
  // The directory itself, and the recovery points. No log has a start to note, and that has not changed.
  assertEquals(kinds().filter((kind) => kind === "flushDirectory").length, 3);
  assertEquals(checkpoint(env.fileSystem, "/disk1", "recovery-point"), { "kafka-4": 1 });
  for (let seed = 0; seed < 10; seed++) {
    const names = env.fileSystem.afterCrash({ seed }).list("/disk1").map(({ name }) => name);
    assertEquals(names.filter((name) => /^kafka-\d$/.test(name)), ["kafka-4"]);
  }
  const { operations } = env.fileSystem;
  manager.settleDeletions();
  assertEquals(env.fileSystem.operations, operations);
});
