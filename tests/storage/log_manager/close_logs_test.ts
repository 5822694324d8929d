import { assert, assertEquals, assertRejects } from "@std/assert";
import { LogUnavailableError } from "../../../storage/errors.ts";
import { CleanShutdownFile } from "../../../storage/file/clean_shutdown_file.ts";
import { LogManager } from "../../../storage/log_manager.ts";
import { MemoryFileSystem } from "../../../storage/file/memory_file_system.ts";
import { append, DIRS, isClean, openManager, tp } from "../../support/log_manager.ts";
import { manualEnv } from "../../support/manual_env.ts";

/** Files whose flush takes a turn of the event loop; tells how many were flushed at once. */
class SlowFileSystem extends MemoryFileSystem {
  most = 0;
  #flushing = 0;

  override open(...options: Parameters<MemoryFileSystem["open"]>) {
    const file = super.open(...options);
    const flush = file.flush.bind(file);
    file.flush = async () => {
      this.most = Math.max(this.most, ++this.#flushing);
      await new Promise<void>((resolve) => setTimeout(resolve));
      await flush();
      this.#flushing--;
    };
    return file;
  }
}

Deno.test("the logs that run are flushed, as many of a directory at once as num.recovery.threads.per.data.dir says", async () => {
  for (const atOnce of [1, 3]) {
    const fileSystem = new SlowFileSystem();
    const env = manualEnv({ fileSystem });
    const manager = await openManager(env, {
      logDirs: ["/disk1"],
      properties: { "num.recovery.threads.per.data.dir": "1" },
    });
    for (let partition = 0; partition < 8; partition++) {
      append(manager.getOrCreateLog(tp(partition)));
    }
    await manager.reconfigure({ "num.recovery.threads.per.data.dir": `${atOnce}` });
    await manager.shutdown();
    assertEquals(fileSystem.most, atOnce);
    assert(isClean(fileSystem, "/disk1"));
  }
});

Deno.test("a log that cannot be closed well keeps its directory, and no other, from being marked clean", async () => {
  const env = manualEnv();
  const manager = await openManager(env);
  const logs = [manager.getOrCreateLog(tp(0)), manager.getOrCreateLog(tp(1))];
  for (const log of logs) append(log, 2);
  const [broken] = logs;
  env.fileSystem.remove(broken!.directory);
  await manager.shutdown(3);
  assertEquals(isClean(env.fileSystem, broken!.directory.slice(0, 6)), false);
  assertEquals(isClean(env.fileSystem, logs[1]!.directory.slice(0, 6)), true);
  // The locks are free all the same.
  for (const dir of DIRS) env.fileSystem.lock(dir).release();
});

Deno.test("a failed opening leaves a clean directory clean", async () => {
  const env = manualEnv();
  const first = await openManager(env, { metaProperties: { create: true, clusterId: "one" } });
  append(first.getOrCreateLog(tp(0)));
  await first.shutdown(7);
  await assertRejects(
    () => openManager(env, { metaProperties: { clusterId: "other" } }),
    LogUnavailableError,
    "Cluster id",
  );
  env.fileSystem.makeDirectory("/disk1/notalog");
  await assertRejects(() => openManager(env), LogUnavailableError, "not in the form of");
  env.fileSystem.remove("/disk1/notalog");
  assert(DIRS.every((dir) => isClean(env.fileSystem, dir)));
  assertEquals(LogManager.readBrokerEpochFromCleanShutdownFiles(env, DIRS), 7);
});

Deno.test("the mark of a clean stop carries the broker epoch when all directories agree", async () => {
  const env = manualEnv();
  const manager = await openManager(env);
  await manager.shutdown(3);
  assertEquals(LogManager.readBrokerEpochFromCleanShutdownFiles(env, DIRS), 3);
  new CleanShutdownFile(env.fileSystem, "/disk1").write(4);
  assertEquals(LogManager.readBrokerEpochFromCleanShutdownFiles(env, DIRS), undefined);
});

Deno.test("a stop without a broker keeps the broker epoch that was found, or Kafka's controller takes the stop for unclean", async () => {
  const env = manualEnv();
  await (await openManager(env)).shutdown(3);
  await (await openManager(env)).shutdown();
  assertEquals(LogManager.readBrokerEpochFromCleanShutdownFiles(env, DIRS), 3);
});
