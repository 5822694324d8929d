import { assertEquals } from "@std/assert";
import { copyToFutureLog } from "../../../storage/log_manager/log_copy.ts";
import { append, checkpoint, openManager, tp } from "../../support/log_manager.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { batchOf, contentOf } from "../../support/partition_log.ts";

Deno.test("truncation writes the recovery points of the directories it touched", async () => {
  const env = manualEnv();
  await using manager = await openManager(env);
  for (const partition of [0, 1]) {
    const log = manager.getOrCreateLog(tp(partition));
    append(log, 10);
    await log.flush();
  }
  manager.truncateTo([[tp(0), 4], [tp(7), 1]]);
  const dir = manager.getLog(tp(0))!.directory.slice(0, 6);
  assertEquals(checkpoint(env.fileSystem, dir, "recovery-point"), { "kafka-0": 4 });
  manager.truncateFullyAndStartAt(tp(0), 100);
  assertEquals(manager.getLog(tp(0))!.logEndOffset, 100);
  assertEquals(
    checkpoint(env.fileSystem, dir, "recovery-point")["kafka-0"],
    manager.getLog(tp(0))!.recoveryPoint,
  );
});

Deno.test("a copy on its way to another directory is truncated together with its log", async () => {
  const env = manualEnv();
  await using manager = await openManager(env);
  manager.maybeUpdatePreferredLogDir(tp(0), "/disk1");
  const log = manager.getOrCreateLog(tp(0));
  append(log, 20);
  manager.maybeUpdatePreferredLogDir(tp(0), "/disk2");
  const copy = manager.getOrCreateLog(tp(0), { isFuture: true });
  await copyToFutureLog(log, copy, { clock: env.clock });
  await copy.flush();
  manager.truncateTo([[tp(0), 12]]);
  // Grown again in the same epoch, the log hides that the copy holds something else.
  for (let i = 0; i < 10; i++) log.appendAsLeader(batchOf([`new ${i}`]), 0);
  assertEquals(copy.logEndOffset, 12);
  assertEquals(checkpoint(env.fileSystem, "/disk2", "recovery-point"), { "kafka-0": 12 });
  await copyToFutureLog(log, copy, { clock: env.clock });
  assertEquals(contentOf(copy), contentOf(log));
  manager.truncateFullyAndStartAt(tp(0), 15);
  assertEquals([copy.logStartOffset, copy.logEndOffset], [15, 15]);
});
