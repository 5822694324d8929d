import { assert, assertEquals } from "@std/assert";
import { MemoryTransport } from "../../../client/network/memory_transport.ts";
import { errorName } from "../../../client/protocol/error_codes.ts";
import { createTopics } from "../../../client/protocol/messages/create_topics.ts";
import { metadata } from "../../../client/protocol/messages/metadata.ts";
import { produce } from "../../../client/protocol/messages/produce.ts";
import { formatStorageSync } from "../../../cluster/raft/storage_format.ts";
import { Broker } from "../../../cluster/server/broker.ts";
import { peerAddress } from "../../../cluster/server/broker_peers.ts";
import { MemoryFileSystem } from "../../../storage/file/memory_file_system.ts";
import { systemEnv } from "../../../storage/system_env.ts";
import { brokerRecord, clusterOf } from "../../support/controller.ts";
import { CollectingLogger } from "../../support/manual_env.ts";
import { batchOf } from "../../support/partition_log.ts";
import { TestClient } from "../../support/test_client.ts";

Deno.test("a broker is found on the listener that brokers use, while it is not fenced", () => {
  const { image } = clusterOf(brokerRecord(1), brokerRecord(2, { fenced: true }));
  assertEquals(peerAddress(image, 1, "PLAINTEXT"), { host: "localhost", port: 9093 });
  assertEquals(peerAddress(image, 1, "INTERNAL"), undefined);
  assertEquals(peerAddress(image, 2, "PLAINTEXT"), undefined);
  assertEquals(peerAddress(image, 3, "PLAINTEXT"), undefined);
});

Deno.test("brokers that have a listener of their own copy over that one, and clients are told of theirs", async () => {
  const reached = new Set<number>();
  const transport = new MemoryTransport({
    mayConnect: ({ port }) => reached.add(port) !== undefined,
  });
  const env = {
    ...systemEnv({ logger: new CollectingLogger() }),
    fileSystem: new MemoryFileSystem(),
  };
  const nodes = await Promise.all([1, 2].map((id) => {
    const isController = id === 1;
    const listeners = `CLIENTS://localhost:910${id},INTERNAL://localhost:920${id}`;
    formatStorageSync({
      ...{ env, nodeId: id, clusterId: "MkU3OEVBNTcwNTJENDM2Qg", print: () => {} },
      ...{ directories: [`/node${id}`], metadataLogDirectory: `/node${id}` },
      ...{ controllerListenerName: "CONTROLLER", hasDynamicQuorum: false, allowUnstable: false },
    });
    return Broker.start({
      ...{ env, transport },
      properties: {
        "process.roles": isController ? "broker,controller" : "broker",
        "node.id": `${id}`,
        "log.dirs": `/node${id}`,
        "listeners": isController ? `${listeners},CONTROLLER://localhost:9301` : listeners,
        "inter.broker.listener.name": "INTERNAL",
        "controller.listener.names": "CONTROLLER",
        "listener.security.protocol.map":
          "CLIENTS:PLAINTEXT,INTERNAL:PLAINTEXT,CONTROLLER:PLAINTEXT",
        "controller.quorum.voters": "1@localhost:9301",
        "broker.heartbeat.interval.ms": "50",
        "replica.fetch.backoff.ms": "20",
      },
    });
  }));
  assert(!reached.has(9102));
  using client = await TestClient.connect(transport, { host: "localhost", port: 9102 });
  await client.call(createTopics, 7, {
    topics: [{
      ...{ name: "t", numPartitions: -1, replicationFactor: -1 },
      assignments: [{ partitionIndex: 0, brokerIds: [2, 1] }],
    }],
    timeoutMs: 5000,
  });
  const write = async () => {
    const { responses } = await client.call(produce, 9, {
      ...{ acks: -1, timeoutMs: 5000 },
      topicData: [{ name: "t", partitionData: [{ index: 0, records: batchOf(["a"]) }] }],
    });
    return errorName(responses[0]!.partitionResponses[0]!.errorCode);
  };
  // The broker follows the metadata in its own time.
  let error = await write();
  while (error === "UNKNOWN_TOPIC_OR_PARTITION") error = await write();
  assertEquals(error, "NONE");
  const { brokers } = await client.call(metadata, 12, { topics: [] });
  assertEquals(brokers.map(({ port }) => port), [9101, 9102]);
  // The test's own connection is the only one to a listener for clients.
  assertEquals([...reached].filter((port) => port < 9300).sort(), [9102, 9202]);
  await Promise.all(nodes.map((node) => node.halt()));
});
