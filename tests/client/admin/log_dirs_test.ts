import { assertEquals } from "@std/assert";
import { replicaText } from "../../../client/admin/log_dirs.ts";
import { Producer } from "../../../client/producer/producer.ts";
import { errorCode, type KafkaError } from "../../../client/protocol/error_codes.ts";
import { alterReplicaLogDirs } from "../../../client/protocol/messages/alter_replica_log_dirs.ts";
import { describeLogDirs } from "../../../client/protocol/messages/describe_log_dirs.ts";
import { adminWorld, scriptedAdmin } from "../../support/admin.ts";
import { ScriptedNodes } from "../../support/scripted_nodes.ts";

const p0 = { topic: "orders", partition: 0 };
const on = (brokerId: number, partition = 0) => ({ topic: "orders", partition, brokerId });

Deno.test("directories tell their replicas, and replicas their directories", async () => {
  await using world = await adminWorld();
  const { admin, broker: { bootstrapServers }, transport } = world;
  (await admin.createTopics([{ name: "orders" }])).all();
  await using producer = new Producer({ bootstrapServers, transport });
  await producer.send({ topic: "orders", partition: 0, value: "x" });
  const described = await admin.describeLogDirs([1]);
  const [[path, dir]] = [...described.get(1)] as [[string, ReturnType<typeof dirOf>]];
  function dirOf() {
    return described.get(1).get("")!;
  }
  assertEquals([dir.error, dir.isCordoned], [null, false]);
  const replica = dir.replicaInfos.get(p0)!;
  assertEquals([replica.size > 0, replica.offsetLag, replica.isFuture], [true, 0, false]);
  const replicas = await admin.describeReplicaLogDirs([on(1), on(1, 7)]);
  assertEquals(replicas.get(on(1)), {
    currentReplicaLogDir: path,
    currentReplicaOffsetLag: 0,
    futureReplicaLogDir: null,
    futureReplicaOffsetLag: -1,
  });
  assertEquals(replicas.get(on(1, 7)).currentReplicaLogDir, null);
});

Deno.test("each broker is asked, and one that is not there takes only its own along", async () => {
  await using nodes = await ScriptedNodes.start(1, 2);
  nodes.on(describeLogDirs, (_request, { node }) => ({
    results: node === 1
      ? [{ logDir: "/d", errorCode: errorCode("KAFKA_STORAGE_ERROR"), topics: [], totalBytes: 9 }]
      : [],
  }));
  await using admin = scriptedAdmin(nodes);
  const described = await admin.describeLogDirs([1, 2, 3], { timeoutMs: 100 });
  const dir = described.get(1).get("/d")!;
  assertEquals([dir.error?.code, dir.totalBytes, dir.usableBytes], [
    "KAFKA_STORAGE_ERROR",
    9,
    null,
  ]);
  assertEquals((described.error(2) as KafkaError).code, "CLUSTER_AUTHORIZATION_FAILED");
  assertEquals(
    described.error(3)?.message,
    "Timed out waiting for a node assignment. Call: describeLogDirs",
  );
});

Deno.test("a replica that is on its way tells from where and to where; a directory that is gone tells nothing", async () => {
  await using nodes = await ScriptedNodes.start(1);
  const dir = (logDir: string, isFutureKey: boolean, offsetLag: number) => ({
    logDir,
    topics: [{
      name: "orders",
      partitions: [{ partitionIndex: 0, partitionSize: 1, offsetLag, isFutureKey }],
    }],
  });
  nodes.on(describeLogDirs, () => ({
    results: [
      { logDir: "/gone", errorCode: errorCode("KAFKA_STORAGE_ERROR"), topics: [] },
      dir("/old", false, 0),
      dir("/new", true, 5),
    ],
  }));
  await using admin = scriptedAdmin(nodes);
  assertEquals((await admin.describeReplicaLogDirs([on(1)])).get(on(1)), {
    currentReplicaLogDir: "/old",
    currentReplicaOffsetLag: 0,
    futureReplicaLogDir: "/new",
    futureReplicaOffsetLag: 5,
  });
  nodes.on(describeLogDirs, () => ({
    results: [{ logDir: "/d", errorCode: errorCode("INVALID_REQUEST"), topics: [] }],
  }));
  assertEquals(
    (await admin.describeReplicaLogDirs([on(1)])).error(on(1))?.message,
    "The error INVALID_REQUEST for log directory /d in the response from broker 1 is illegal",
  );
});

Deno.test("replicas are moved by their brokers, each with its own error", async () => {
  await using nodes = await ScriptedNodes.start(1, 2);
  nodes.on(alterReplicaLogDirs, ({ dirs }, { node }) => ({
    results: dirs.flatMap(({ topics }) => topics).map(({ name, partitions }) => ({
      topicName: name,
      partitions: partitions.filter((partition) => partition < 2).map((partitionIndex) => ({
        partitionIndex,
        errorCode: node === 2 ? errorCode("LOG_DIR_NOT_FOUND") : 0,
      })),
    })),
  }));
  await using admin = scriptedAdmin(nodes);
  const results = await admin.alterReplicaLogDirs([
    [on(1, 0), "/a"],
    [on(1, 1), "/b"],
    [on(1, 2), "/a"],
    [on(2, 0), "/a"],
  ]);
  assertEquals([results.error(on(1, 0)), results.error(on(1, 1))], [undefined, undefined]);
  assertEquals(
    results.error(on(1, 2))?.message,
    "The response from broker 1 did not contain a result for replica orders-2-1",
  );
  assertEquals((results.error(on(2, 0)) as KafkaError).code, "LOG_DIR_NOT_FOUND");
  const [first] = nodes.of(alterReplicaLogDirs).filter(({ node }) => node === 1);
  assertEquals(first!.request.dirs.map(({ path, topics }) => [path, topics[0]!.partitions]), [
    ["/a", [0, 2]],
    ["/b", [1]],
  ]);
  assertEquals(replicaText(on(1)), "orders-0-1");
});
