import { assertEquals } from "@std/assert";
import { append, checkpoint, openManager, tp } from "../../support/log_manager.ts";
import { manualEnv } from "../../support/manual_env.ts";

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
