import { assertEquals } from "@std/assert";
import { describeLogDirs } from "../../../cluster/replication/describe_log_dirs.ts";
import { batchOf } from "../../support/partition_log.ts";
import { openReplicas } from "../../support/replicas.ts";

Deno.test("a copy lags by what it lacks of the log, a log that is not served by what nobody knows", async () => {
  await using replicas = await openReplicas({ logDirs: ["/disk1", "/disk2"] });
  const { env, logManager } = replicas;
  const log = replicas.log();
  log.appendAsLeader(batchOf(["a", "b", "c"]), 0);
  const other = log.directory.startsWith("/disk1") ? "/disk2" : "/disk1";
  logManager.maybeUpdatePreferredLogDir(log.topicPartition, other);
  logManager.getOrCreateLog(log.topicPartition, {
    isNew: true,
    isFuture: true,
    topicId: log.topicId!,
  });
  const describe = (isServed: boolean) =>
    describeLogDirs(
      {
        env: {
          fileSystem: Object.assign(env.fileSystem, {
            space: () => ({ totalBytes: 10, usableBytes: 4 }),
          }),
        },
        logManager,
        servedLog: () => isServed ? log : undefined,
        knowsCordoned: true,
      },
      [other],
      () => true,
    )[0]!;
  const { totalBytes, usableBytes, logs } = describe(true);
  assertEquals([totalBytes, usableBytes], [10, 4]);
  assertEquals(logs.get("t")!.map(({ offsetLag, isFuture }) => [offsetLag, isFuture]), [[3, true]]);
  assertEquals(describe(false).logs.get("t")![0]!.offsetLag, -1);
});

Deno.test("a directory that is not ours is an error of its own", async () => {
  await using replicas = await openReplicas();
  const [described] = describeLogDirs(
    {
      env: replicas.env,
      logManager: replicas.logManager,
      servedLog: () => undefined,
      knowsCordoned: true,
    },
    ["/elsewhere"],
    () => true,
  );
  assertEquals(described!.error, "KAFKA_STORAGE_ERROR");
});
