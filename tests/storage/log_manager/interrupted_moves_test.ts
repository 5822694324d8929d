import { assert, assertEquals, assertRejects } from "@std/assert";
import { LogUnavailableError } from "../../../storage/errors.ts";
import { copyToFutureLog } from "../../../storage/log_manager/log_copy.ts";
import { markReplaced, REPLACED_LOG_FILE } from "../../../storage/log_manager/replaced_log.ts";
import { append, checkpoint, faultyEnv, openManager, tp } from "../../support/log_manager.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { batchOf, contentOf } from "../../support/partition_log.ts";

/** A log on /disk1 with ten records that are flushed and ten that are not, and its copy, flushed, on /disk2. */
async function beingMoved() {
  const env = faultyEnv();
  const manager = await openManager(env);
  manager.maybeUpdatePreferredLogDir(tp(0), "/disk1");
  const log = manager.getOrCreateLog(tp(0));
  append(log, 10);
  await log.flush(true);
  append(log, 10);
  manager.maybeUpdatePreferredLogDir(tp(0), "/disk2");
  const copy = manager.getOrCreateLog(tp(0), { isFuture: true });
  await copyToFutureLog(log, copy, { clock: env.clock });
  await copy.flush(true);
  manager.checkpointLogRecoveryOffsets();
  return { env, manager, log };
}

Deno.test("after a power cut a copy does not hold what its log has lost", async () => {
  const { env } = await beingMoved();
  let lost = 0;
  for (let seed = 0; seed < 12; seed++) {
    const left = manualEnv({ fileSystem: env.fileSystem.afterCrash({ seed }) });
    const manager = await openManager(left);
    const log = manager.getLog(tp(0))!;
    const copy = manager.getLog(tp(0), true)!;
    assertEquals(copy.logEndOffset, 10);
    assertEquals(checkpoint(left.fileSystem, "/disk2", "recovery-point"), { "kafka-0": 10 });
    if (log.logEndOffset < 20) lost++;
    // What is new gets the offsets of what was lost, in the same epoch.
    for (let i = 0; i < 15; i++) log.appendAsLeader(batchOf([`new ${i}`]), 0);
    const expected = contentOf(log);
    assertEquals(contentOf(await manager.moveLog(tp(0), "/disk2")), expected);
    await manager.shutdown();
  }
  assert(lost > 0);
});

Deno.test("after a clean stop a copy stays as it is", async () => {
  const { env, manager } = await beingMoved();
  await manager.shutdown();
  const again = await openManager(manualEnv({ fileSystem: env.fileSystem }));
  assertEquals(again.getLog(tp(0), true)!.logEndOffset, 20);
  await again.shutdown();
});

Deno.test("a log that was marked as replaced, and was not, stays without the mark", async () => {
  const { env, log } = await beingMoved();
  markReplaced(env.fileSystem, log.directory);
  const left = env.fileSystem.processKill();
  const manager = await openManager(manualEnv({ fileSystem: left }));
  assertEquals(manager.getLog(tp(0))!.directory, "/disk1/kafka-0");
  assertEquals(left.stat(`/disk1/kafka-0/${REPLACED_LOG_FILE}`), undefined);
  await manager.shutdown();
});

Deno.test("a log without a record, left by a disk that failed, gives way to the partition in the next directory", async () => {
  for (const withRecords of [true, false]) {
    const env = faultyEnv();
    const manager = await openManager(env);
    env.fileSystem.inject({
      code: "EIO",
      kinds: ["create", "remove"],
      times: Infinity,
      path: /^\/disk1\/kafka-0/,
    });
    manager.maybeUpdatePreferredLogDir(tp(1), "/disk2");
    manager.getOrCreateLog(tp(1));
    const log = manager.getOrCreateLog(tp(0));
    assertEquals(log.directory, "/disk2/kafka-0");
    if (withRecords) append(log, 3);
    await manager.shutdown();
    env.fileSystem.heal();
    assertEquals(env.fileSystem.stat("/disk1/kafka-0")?.isDirectory, true);
    const again = await openManager(manualEnv({ fileSystem: env.fileSystem }));
    assertEquals(again.getLog(tp(0))!.logEndOffset, withRecords ? 3 : 0);
    assertEquals(again.logsToBeDeleted.length, 1);
    await again.shutdown();
  }
});

Deno.test("an empty log of another topic of that name gives way to nothing", async () => {
  const env = manualEnv();
  for (
    const [dir, topicId] of [["/disk1", "XTsQBJTrTdSlzFydwBqhVQ"], [
      "/disk2",
      "YTsQBJTrTdSlzFydwBqhVQ",
    ]] as const
  ) {
    await using manager = await openManager(env, { logDirs: [dir] });
    manager.getOrCreateLog(tp(0), { topicId });
  }
  await assertRejects(() => openManager(env), LogUnavailableError, "Duplicate log directories");
});
