import { assert, assertEquals, assertRejects } from "@std/assert";
import { MemoryTransport } from "../../../../client/network/memory_transport.ts";
import { apiVersions } from "../../../../client/protocol/messages/api_versions.ts";
import { describeCluster } from "../../../../client/protocol/messages/describe_cluster.ts";
import { describeLogDirs } from "../../../../client/protocol/messages/describe_log_dirs.ts";
import { describeQuorum } from "../../../../client/protocol/messages/describe_quorum.ts";
import { metadata } from "../../../../client/protocol/messages/metadata.ts";
import { KafkaError } from "../../../../client/protocol/error_codes.ts";
import { updateFeatures } from "../../../../client/protocol/messages/update_features.ts";
import { Broker } from "../../../../cluster/server/broker.ts";
import { formatStorageSync } from "../../../../cluster/raft/storage_format.ts";
import { LogUnavailableError } from "../../../../storage/errors.ts";
import { makeTopic, withController } from "../../../support/broker.ts";
import { manualEnv } from "../../../support/manual_env.ts";
import { TestClient } from "../../../support/test_client.ts";
import { type RunningBroker, runningBroker } from "./running_broker.ts";

const software = { clientSoftwareName: "test", clientSoftwareVersion: "1" };

/** Where the partitions are. */
async function directories(broker: RunningBroker): Promise<Record<string, string[]>> {
  const { results } = await broker.client.call(describeLogDirs, 4, { topics: null });
  return Object.fromEntries(
    results.map(({ logDir, topics }) => [logDir, topics.map(({ name }) => name).sort()]),
  );
}

/** Starts a node whose properties say all, so that nothing is put beside them. */
async function whole(properties: Readonly<Record<string, string>>) {
  const transport = new MemoryTransport();
  const env = manualEnv();
  const broker = await Broker.start({
    env,
    transport,
    properties: {
      "process.roles": "broker,controller",
      "listeners": "PLAINTEXT://localhost:0",
      ...properties,
    },
  });
  const client = await TestClient.connect(transport, broker.address);
  return {
    env,
    broker,
    client,
    async [Symbol.asyncDispose]() {
      client[Symbol.dispose]();
      await broker.shutdown();
    },
  };
}

async function hasNumber(expected: number, properties: Readonly<Record<string, string>>) {
  await using node = await whole({ "log.dirs": "/data", ...properties });
  const { brokers } = await node.client.call(metadata, 12, { topics: [] });
  assertEquals(brokers.map(({ nodeId }) => nodeId), [expected]);
  assertEquals([...node.broker.metadata.cluster.controllers.keys()], [expected]);
}

Deno.test("node.id: the node has that number, for clients and in the quorum", async () => {
  await hasNumber(7, { "node.id": "7" });
});

Deno.test("broker.id: the node has that number, for clients and in the quorum", async () => {
  await hasNumber(8, { "broker.id": "8" });
});

Deno.test("log.dir: partitions are in that directory when log.dirs does not say otherwise", async () => {
  const places = async (properties: Readonly<Record<string, string>>) => {
    await using node = await whole({ "node.id": "1", "log.dir": "/one", ...properties });
    await makeTopic(node.client, "t");
    return ["/one", "/two"].filter((path) => node.env.fileSystem.stat(`${path}/t-0`) !== undefined);
  };
  assertEquals(await places({}), ["/one"]);
  assertEquals(await places({ "log.dirs": "/two" }), ["/two"]);
});

Deno.test("broker.rack: clients are told where the broker stands", async () => {
  await using broker = await runningBroker({ "broker.rack": "cellar" });
  const { brokers } = await broker.client.call(metadata, 12, { topics: [] });
  assertEquals(brokers.map(({ rack }) => rack), ["cellar"]);
});

Deno.test("controlled.shutdown.enable: the controller is told that the broker stops, so that others lead", async () => {
  for (const enable of [true, false]) {
    const { broker, ...rest } = await runningBroker({ "controlled.shutdown.enable": `${enable}` });
    // One that leads nothing may stop at once.
    await makeTopic(rest.client, "t");
    await rest[Symbol.asyncDispose]();
    const { fenced, inControlledShutdown } = broker.metadata.cluster.brokers.get(1)!;
    assertEquals([fenced, inControlledShutdown], [enable, enable]);
  }
});

Deno.test("controller.listener.names: a listener of that name is for the controller's requests", async () => {
  await using broker = await runningBroker(withController);
  const [plain, controller] = broker.broker.endpoints;
  const apis = async (address: typeof plain) => {
    using client = await TestClient.connect(broker.transport, address!);
    const { apiKeys } = await client.call(apiVersions, 4, software);
    return apiKeys.map(({ apiKey }) => apiKey);
  };
  const produceKey = 0;
  assert((await apis(plain)).includes(produceKey));
  assert(!(await apis(controller)).includes(produceKey));
  using client = await TestClient.connect(broker.transport, controller!);
  const { endpointType, brokers } = await client.call(describeCluster, 2, { endpointType: 2 });
  assertEquals([endpointType, brokers.map(({ port }) => port)], [2, [controller!.port]]);
});

Deno.test("controller.quorum.bootstrap.servers: with it the voters are in the metadata log, and may change", async () => {
  const { "controller.quorum.bootstrap.servers": _, ...rest } = withController;
  for (
    const [properties, level] of [
      [withController, 1],
      [{ ...rest, "controller.quorum.voters": "1@localhost:9093" }, 0],
    ] as const
  ) {
    await using broker = await runningBroker(properties);
    const { finalizedFeatures } = await broker.client.call(apiVersions, 4, software);
    const kraft = finalizedFeatures.find(({ name }) => name === "kraft.version");
    assertEquals(kraft?.maxVersionLevel ?? 0, level);
  }
});

Deno.test("controller.quorum.voters: the quorum is those that are named", async () => {
  const { "controller.quorum.bootstrap.servers": _, ...rest } = withController;
  const named = (voters: string) => runningBroker({ ...rest, "controller.quorum.voters": voters });
  // One among others does not make a cluster of its own.
  await assertRejects(
    () => named("1@localhost:9093,2@localhost:9094"),
    LogUnavailableError,
    "storage format",
  );
  await using broker = await named("1@localhost:9093");
  const { topics } = await broker.client.call(describeQuorum, 2, {
    topics: [{ topicName: "__cluster_metadata", partitions: [{ partitionIndex: 0 }] }],
  });
  const { currentVoters } = topics[0]!.partitions[0]!;
  assertEquals(currentVoters.map(({ replicaId }) => replicaId), [1]);
});

Deno.test("log.dirs: partitions are in those directories, the one with the fewest first", async () => {
  await using broker = await runningBroker({ "log.dirs": "/a,/b" });
  for (const topic of ["t", "u"]) await broker.topic(topic);
  assertEquals(await directories(broker), { "/a": ["t"], "/b": ["u"] });
});

Deno.test("metadata.log.dir: the metadata log is in that directory", async () => {
  await using broker = await runningBroker({ "log.dirs": "/a,/b", "metadata.log.dir": "/b" });
  const { fileSystem } = broker.env;
  assertEquals(
    ["/a", "/b"].map((path) => fileSystem.stat(`${path}/__cluster_metadata-0`) !== undefined),
    [false, true],
  );
});

Deno.test("cordoned.log.dirs: a running broker puts no new partition into the directories that are set now", async () => {
  await using broker = await runningBroker({ "log.dirs": "/a,/b" });
  await broker.setForThis("cordoned.log.dirs", "/a");
  for (const topic of ["t", "u"]) await broker.topic(topic);
  assertEquals(await directories(broker), { "/a": [], "/b": ["t", "u"] });
  await broker.setForThis("cordoned.log.dirs", "");
  for (const topic of ["v", "w"]) await broker.topic(topic);
  assertEquals(await directories(broker), { "/a": ["v", "w"], "/b": ["t", "u"] });
});

Deno.test("unstable.feature.versions.enable: levels that may still change can be used", async () => {
  const raise = async (broker: RunningBroker) => {
    const { errorCode } = await broker.client.call(updateFeatures, 2, {
      timeoutMs: 1000,
      featureUpdates: [{ feature: "metadata.version", maxVersionLevel: 31, upgradeType: 1 }],
    });
    return errorCode === 0;
  };
  const env = manualEnv();
  const plain = await runningBroker({}, { env });
  assertEquals([plain.broker.metadata.metadataVersion, await raise(plain)], [30, false]);
  await plain[Symbol.asyncDispose]();
  await using same = await runningBroker({ "unstable.feature.versions.enable": "true" }, { env });
  assertEquals([same.broker.metadata.metadataVersion, await raise(same)], [30, true]);
  assertEquals(same.broker.metadata.metadataVersion, 31);
  // A new cluster begins with the newest level.
  await using fresh = await runningBroker({ "unstable.feature.versions.enable": "true" });
  assertEquals(fresh.broker.metadata.metadataVersion, 31);
});

Deno.test("server.max.startup.time.ms: a broker that no controller lets begin fails to start after that", async () => {
  const env = manualEnv();
  formatStorageSync({
    ...{
      env,
      nodeId: 2,
      clusterId: "MkU3OEVBNTcwNTJENDM2Qg",
      controllerListenerName: "CONTROLLER",
    },
    ...{ directories: ["/data"], metadataLogDirectory: "/data", print: () => {} },
    ...{ hasDynamicQuorum: false, ignoreFormatted: false, allowUnstable: false },
  });
  let isOver = false;
  const failed = assertRejects(
    () =>
      Broker.start({
        env,
        transport: new MemoryTransport(),
        properties: {
          "process.roles": "broker",
          "node.id": "2",
          "log.dirs": "/data",
          "listeners": "PLAINTEXT://localhost:9092",
          "controller.listener.names": "CONTROLLER",
          "controller.quorum.voters": "1@localhost:9093",
          "server.max.startup.time.ms": "3000",
        },
      }),
    KafkaError,
    "The broker has not started within server.max.startup.time.ms: 3000",
  ).finally(() => isOver = true);
  await env.clock.advance(2999);
  assertEquals(isOver, false);
  await env.clock.advance(1);
  await failed;
});
