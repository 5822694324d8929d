import { assert, assertEquals, assertRejects } from "@std/assert";
import { MemoryTransport } from "../../../client/network/memory_transport.ts";
import { NetworkError } from "../../../client/network/transport.ts";
import { errorName } from "../../../client/protocol/error_codes.ts";
import { createTopics } from "../../../client/protocol/messages/create_topics.ts";
import { produce } from "../../../client/protocol/messages/produce.ts";
import { formatStorageSync } from "../../../cluster/raft/storage_format.ts";
import { Broker } from "../../../cluster/server/broker.ts";
import type { TestClient } from "../../support/test_client.ts";
import { brokerEnv, makeTopic, startBroker, withController } from "../../support/broker.ts";
import { FaultyFileSystem } from "../../support/faulty_file_system.ts";
import { batchOf } from "../../support/partition_log.ts";

async function startOnFaultyDisk(properties: Readonly<Record<string, string>> = {}) {
  const fileSystem = new FaultyFileSystem();
  const env = { ...brokerEnv(), fileSystem };
  return { ...await startBroker(properties, { env }), env, fileSystem };
}

async function send(client: TestClient, topicId: string, index = 0): Promise<string> {
  const { responses } = await client.call(produce, 13, {
    acks: -1,
    timeoutMs: 1000,
    topicData: [{ topicId, partitionData: [{ index, records: batchOf(["a"]) }] }],
  });
  return errorName(responses[0]!.partitionResponses[0]!.errorCode);
}

Deno.test("several voters find each other when all are told of the first one alone", async () => {
  const env = brokerEnv();
  const transport = new MemoryTransport();
  const ids = [1, 2, 3];
  const portOf = (id: number) => 9090 + id;
  const initialControllers = ids.map((nodeId) => ({
    ...{ nodeId, host: "localhost", port: portOf(nodeId) },
    directoryId: `DIRECTORY${nodeId}xxxxxxxxxxxA`,
  }));
  const nodes = await Promise.all(ids.map((nodeId) => {
    formatStorageSync({
      ...{ env, nodeId, initialControllers, clusterId: "MkU3OEVBNTcwNTJENDM2Qg" },
      ...{ directories: [`/node${nodeId}`], metadataLogDirectory: `/node${nodeId}` },
      ...{ controllerListenerName: "CONTROLLER", hasDynamicQuorum: true, allowUnstable: false },
      print: () => {},
    });
    return Broker.start({
      ...{ env, transport },
      properties: {
        ...withController,
        "process.roles": "broker,controller",
        "node.id": `${nodeId}`,
        "log.dirs": `/node${nodeId}`,
        "listeners": `PLAINTEXT://localhost:0,CONTROLLER://localhost:${portOf(nodeId)}`,
        "controller.quorum.bootstrap.servers": `localhost:${portOf(1)}`,
        "controller.quorum.election.timeout.ms": "100",
        "controller.quorum.election.backoff.max.ms": "100",
        "broker.heartbeat.interval.ms": "100",
      },
    });
  }));
  for (const { metadata } of nodes) assert(metadata.cluster.brokers.size > 0);
  await Promise.all(nodes.map((node) => node.halt()));
});

Deno.test("when all log directories have failed the broker stops by itself, and says why", async () => {
  await using started = await startOnFaultyDisk();
  const { broker, client, env, fileSystem } = started;
  const topicId = await makeTopic(client, "t");
  assertEquals(await send(client, topicId), "NONE");
  fileSystem.inject({ code: "EIO", kinds: ["write"], path: /^\/data\/t-0\//, times: Infinity });
  assertEquals(await send(client, topicId), "KAFKA_STORAGE_ERROR");
  const { message } = await broker.failure;
  assertEquals(message, "Shutdown broker because all log dirs in /data have failed");
  assertEquals(env.logger.matching("Shutdown broker because").length, 1);
  assertEquals(await client.receive(), undefined);
  // It did not stop cleanly: the next start has to look at what is there.
  assertEquals(fileSystem.stat("/data/.kafka_cleanshutdown"), undefined);
});

Deno.test("a disk that is gone altogether keeps nothing open, and stopping is no error then", async () => {
  const { broker, client, fileSystem, transport } = await startOnFaultyDisk();
  const topicId = await makeTopic(client, "t");
  const { port } = broker.address;
  fileSystem.inject({ code: "ENOTDIR", path: /^\/data/, times: Infinity });
  assertEquals(await send(client, topicId), "KAFKA_STORAGE_ERROR");
  await broker.failure;
  await broker.shutdown();
  await assertRejects(() => transport.connect({ host: "localhost", port }), NetworkError);
  client[Symbol.dispose]();
});

Deno.test("when the metadata log has failed the broker stops by itself, and says why", async () => {
  await using started = await startOnFaultyDisk({
    "log.dirs": "/data,/more",
    "metadata.log.dir": "/meta",
  });
  const { broker, client, fileSystem } = started;
  fileSystem.inject({ code: "EIO", kinds: ["flush"], path: /^\/meta\//, times: Infinity });
  const asked = client.call(createTopics, 7, {
    topics: [{ name: "t", numPartitions: 1, replicationFactor: 1 }],
    timeoutMs: 1000,
  }).catch(() => undefined);
  const { message } = await broker.failure;
  assertEquals(message, "Shutdown broker because the metadata log dir /meta has failed");
  const answer = await asked;
  assert(answer === undefined || answer.topics[0]!.errorCode !== 0);
});
