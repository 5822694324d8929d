import { assert, assertEquals } from "@std/assert";
import { errorName } from "../../../../client/protocol/error_codes.ts";
import { alterReplicaLogDirsHandler } from "../../../../cluster/server/handlers/alter_replica_log_dirs.ts";
import { LogDirError } from "../../../../storage/errors.ts";
import { MemoryFileSystem } from "../../../../storage/file/memory_file_system.ts";
import { call } from "../../../support/handler_call.ts";
import { offsetsOf } from "../../../support/log_manager.ts";
import { manualEnv } from "../../../support/manual_env.ts";
import { batchOf } from "../../../support/partition_log.ts";
import { assigned, openReplicas } from "../../../support/replicas.ts";

async function open() {
  const assignments: unknown[] = [];
  const replicas = await openReplicas({
    logDirs: ["/disk1", "/disk2", "/disk3"],
    topics: { t: [assigned()], away: [assigned({ replicas: [2], leader: 2 })] },
    manager: {
      directoryEvents: { assigned: (...event) => assignments.push(event) },
    },
  });
  const handler = alterReplicaLogDirsHandler(replicas);
  const alter = (path: string, topic = "t", partition = 0, version = 2) => {
    const response = call(handler, version, {
      dirs: [{ path, topics: [{ name: topic, partitions: [partition] }] }],
    });
    assert(typeof response === "object");
    assertEquals(response.results[0]!.topicName, topic);
    return errorName(response.results[0]!.partitions[0]!.errorCode);
  };
  const settle = () => replicas.env.clock.advance(10);
  return {
    ...replicas,
    handler,
    alter,
    settle,
    assignments,
    [Symbol.asyncDispose]: () => replicas[Symbol.asyncDispose](),
  };
}

Deno.test("a log moves, with what is appended meanwhile, and the metadata is told where it is", async () => {
  await using broker = await open();
  broker.log().appendAsLeader(batchOf(["a", "b"]), 0);
  const from = broker.log().directory;
  const to = ["/disk1", "/disk2", "/disk3"].find((path) => !from.startsWith(path))!;
  broker.assignments.length = 0;
  for (const version of [1, 2]) assertEquals(broker.alter(to, "t", 0, version), "NONE");
  broker.log().appendAsLeader(batchOf(["c"]), 0);
  await broker.settle();
  assertEquals(broker.log().directory, `${to}/t-0`);
  assertEquals(offsetsOf(broker.log()), [0, 1, 2]);
  const { replicaManager, logManager } = broker;
  const partition = replicaManager.getPartition("t", 0);
  assert(typeof partition === "object" && partition.log === broker.log());
  assertEquals(broker.assignments, [[partition.topicId, 0, logManager.directoryId(to)]]);
  assertEquals(broker.alter(to), "NONE", "where it is already");
});

Deno.test("a log that is to go elsewhere goes there, and leaves no copy behind", async () => {
  await using broker = await open();
  const dirs = ["/disk1", "/disk2", "/disk3"].filter((path) =>
    !broker.log().directory.startsWith(path)
  );
  assertEquals([broker.alter(dirs[0]!), broker.alter(dirs[1]!)], ["NONE", "NONE"]);
  await broker.settle();
  assertEquals(broker.log().directory, `${dirs[1]!}/t-0`);
  assertEquals(broker.logManager.getLog({ topic: "t", partition: 0 }, true), undefined);
});

Deno.test("errors: a directory that is none of ours, offline or cordoned, a partition that is not here", async () => {
  await using broker = await open();
  const free = ["/disk1", "/disk2", "/disk3"].filter((path) =>
    !broker.log().directory.startsWith(path)
  );
  assertEquals(broker.alter("/elsewhere"), "LOG_DIR_NOT_FOUND");
  assertEquals(broker.alter("/disk1", "none"), "UNKNOWN_TOPIC_OR_PARTITION");
  assertEquals(broker.alter("/disk1", "away"), "REPLICA_NOT_AVAILABLE");
  assertEquals(broker.alter("/disk1", "x".repeat(240)), "INVALID_TOPIC_EXCEPTION");
  broker.config.change("cordoned.log.dirs", [free[0]!]);
  assertEquals(broker.alter(free[0]!), "INVALID_REPLICA_ASSIGNMENT");
  broker.logManager.handleLogDirFailure(free[1]!, new LogDirError(free[1]!, "gone"));
  assertEquals(broker.alter(free[1]!), "KAFKA_STORAGE_ERROR");
});

Deno.test("a partition that comes later is made in the directory that was asked for", async () => {
  await using broker = await open();
  assertEquals(broker.alter("/disk3", "away"), "REPLICA_NOT_AVAILABLE");
  broker.metadata.set("away", [assigned()]);
  broker.apply("away");
  assertEquals(broker.log("away").directory, "/disk3/away-0");
});

Deno.test("a request that fails as a whole has the error in each partition", async () => {
  await using broker = await open();
  const request = { dirs: [{ path: "/disk1", topics: [{ name: "t", partitions: [0, 4] }] }] };
  assertEquals(broker.handler.onError(request, "UNKNOWN_SERVER_ERROR"), {
    results: [{
      topicName: "t",
      partitions: [{ partitionIndex: 0, errorCode: -1 }, { partitionIndex: 4, errorCode: -1 }],
    }],
  });
});

Deno.test("a directory may be named by the path that clients are told", async () => {
  const fileSystem = Object.assign(new MemoryFileSystem(), {
    absolutePath: (path: string) => path.startsWith("/") ? path : `/home/kafka/${path}`,
  });
  await using replicas = await openReplicas({
    env: manualEnv({ fileSystem }),
    logDirs: ["disk1", "disk2"],
  });
  const other = replicas.log().directory.startsWith("disk1") ? "disk2" : "disk1";
  const alter = (path: string) =>
    replicas.replicaManager.alterReplicaLogDir({ topic: "t", partition: 0 }, path);
  assertEquals(alter(`/home/kafka/${other}`), "NONE");
  await replicas.env.clock.advance(10);
  assertEquals(replicas.log().directory, `${other}/t-0`);
  assertEquals(alter("/home/kafka/other"), "LOG_DIR_NOT_FOUND");
});
