import { assert, assertEquals } from "@std/assert";
import { errorName } from "../../../../client/protocol/error_codes.ts";
import { describeLogDirsHandler } from "../../../../cluster/server/handlers/describe_log_dirs.ts";
import { LogDirError } from "../../../../storage/errors.ts";
import { MemoryFileSystem } from "../../../../storage/file/memory_file_system.ts";
import { call } from "../../../support/handler_call.ts";
import { manualEnv } from "../../../support/manual_env.ts";
import { batchOf } from "../../../support/partition_log.ts";
import { assigned, openReplicas } from "../../../support/replicas.ts";

async function open() {
  const replicas = await openReplicas({
    logDirs: ["/disk1", "/disk2"],
    topics: { t: [assigned(), assigned()], u: [assigned(), assigned()] },
  });
  const handler = describeLogDirsHandler(replicas);
  const ask = (topics: { topic: string; partitions: number[] }[] | null = null, version = 5) => {
    const response = call(handler, version, { topics });
    assert(typeof response === "object");
    assertEquals(response.errorCode, 0);
    return response.results;
  };
  const named = (results: ReturnType<typeof ask>) =>
    results.flatMap(({ topics }) =>
      topics.flatMap(({ name, partitions }) =>
        partitions.map((one) => `${name}-${one.partitionIndex}`)
      )
    ).sort();
  return {
    ...replicas,
    handler,
    ask,
    named,
    [Symbol.asyncDispose]: () => replicas[Symbol.asyncDispose](),
  };
}

Deno.test("each directory tells the logs in it, with their sizes", async () => {
  await using broker = await open();
  broker.log("t", 1).appendAsLeader(batchOf(["abc"]), 0);
  for (const version of [1, 2, 3, 4, 5]) {
    const results = broker.ask(null, version);
    assertEquals(results.map(({ logDir, errorCode }) => [logDir, errorCode]), [["/disk1", 0], [
      "/disk2",
      0,
    ]]);
    assertEquals(broker.named(results), ["t-0", "t-1", "u-0", "u-1"]);
    for (const { logDir, topics } of results) {
      for (const { name, partitions } of topics) {
        for (const one of partitions) {
          const log = broker.log(name, one.partitionIndex);
          assert(log.directory.startsWith(logDir));
          assertEquals([one.partitionSize, one.offsetLag, one.isFutureKey], [log.size, 0, false]);
        }
      }
    }
    assertEquals(results.map(({ totalBytes, usableBytes }) => [totalBytes, usableBytes]), [
      [-1, -1],
      [-1, -1],
    ]);
  }
});

Deno.test("partitions may be asked for; a directory without any of them has no topics", async () => {
  await using broker = await open();
  const results = broker.ask([{ topic: "t", partitions: [1, 7] }, {
    topic: "none",
    partitions: [0],
  }]);
  assertEquals(broker.named(results), ["t-1"]);
  assertEquals(results.map(({ topics }) => topics.length).sort(), [0, 1]);
  assertEquals(broker.named(broker.ask([])), []);
});

Deno.test("a directory that is offline is a storage error, the others are described", async () => {
  await using broker = await open();
  broker.logManager.handleLogDirFailure("/disk1", new LogDirError("/disk1", "gone"));
  const results = broker.ask();
  assertEquals(results.map(({ errorCode }) => errorName(errorCode)), [
    "KAFKA_STORAGE_ERROR",
    "NONE",
  ]);
  assertEquals([results[0]!.topics, results[0]!.totalBytes], [[], -1]);
});

Deno.test("a cordoned directory says so, where the cluster knows of that", async () => {
  await using broker = await open();
  broker.config.change("cordoned.log.dirs", ["/disk2"]);
  assertEquals(broker.ask().map(({ isCordoned }) => isCordoned), [false, true]);
  broker.metadata.metadataVersion = 29;
  assertEquals(broker.ask().map(({ isCordoned }) => isCordoned), [false, false]);
  broker.metadata.metadataVersion = 30;
  broker.config.change("cordoned.log.dirs", ["*"]);
  assertEquals(broker.ask().map(({ isCordoned }) => isCordoned), [true, true]);
});

Deno.test("a request that fails as a whole has one error", async () => {
  await using broker = await open();
  assertEquals(broker.handler.onError({ topics: null }, "UNKNOWN_SERVER_ERROR"), { errorCode: -1 });
});

Deno.test("directories are told from the root of the file system", async () => {
  const fileSystem = Object.assign(new MemoryFileSystem(), {
    absolutePath: (path: string) => `/home/kafka/${path}`,
  });
  await using replicas = await openReplicas({
    env: manualEnv({ fileSystem }),
    logDirs: ["data", "more"],
    topics: { t: [assigned()] },
  });
  const response = call(describeLogDirsHandler(replicas), 5, { topics: null });
  assert(typeof response === "object");
  assertEquals(response.results.map(({ logDir }) => logDir), [
    "/home/kafka/data",
    "/home/kafka/more",
  ]);
  assertEquals(response.results.flatMap(({ topics }) => topics.map(({ name }) => name)), ["t"]);
});
