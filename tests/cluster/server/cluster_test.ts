import { assert, assertEquals, assertRejects } from "@std/assert";
import { MemoryTransport } from "../../../client/network/memory_transport.ts";
import { errorName } from "../../../client/protocol/error_codes.ts";
import { createTopics } from "../../../client/protocol/messages/create_topics.ts";
import { produce } from "../../../client/protocol/messages/produce.ts";
import { Cluster, type ClusterOptions } from "../../../cluster/server/cluster.ts";
import { CollectingLogger } from "../../support/manual_env.ts";
import { batchOf } from "../../support/partition_log.ts";
import { TestClient } from "../../support/test_client.ts";
import { MemoryFileSystem } from "../../../storage/file/memory_file_system.ts";
import { systemEnv } from "../../../storage/system_env.ts";

function start(options: ClusterOptions = {}): Promise<Cluster> {
  const logger = new CollectingLogger();
  const env = { ...systemEnv({ logger }), fileSystem: new MemoryFileSystem() };
  return Cluster.start({ transport: new MemoryTransport(), env, ...options });
}

const registered = ({ metadata }: NonNullable<ReturnType<Cluster["broker"]>>) =>
  [...metadata.cluster.brokers.values()].filter(({ fenced }) => !fenced)
    .map(({ brokerId }) => brokerId).sort();

Deno.test("controllers and brokers find each other, each in its roles", async () => {
  await using cluster = await start({ brokers: 4, controllers: 3 });
  assertEquals([...cluster.brokers.keys()].sort(), [1, 2, 3, 4]);
  assertEquals(cluster.bootstrapServers.split(",").length, 4);
  const clusters = new Set([...cluster.brokers.values()].map(({ clusterId }) => clusterId));
  assertEquals(clusters.size, 1);
  const { controllers } = cluster.broker(4)!.metadata.cluster;
  assertEquals([...controllers.keys()].sort(), [1, 2, 3]);
  assertEquals(cluster.broker(4)!.endpoints.length, 1);
  assert(registered(cluster.broker(1)!).includes(1));
});

Deno.test("a broker that was killed is started again with what it had", async () => {
  await using cluster = await start();
  await cluster.kill(3);
  assertEquals(cluster.broker(3), undefined);
  await cluster.restart(3);
  assert(registered(cluster.broker(3)!).includes(3));
  await assertRejects(() => cluster.restart(3), RangeError, "Broker 3 is running");
  await assertRejects(() => cluster.restart(9), RangeError, "There is no broker 9");
});

Deno.test("a cluster goes on when the active controller stops", async () => {
  await using cluster = await start();
  for (const id of [1, 2, 3]) {
    await cluster.stop(id);
    await cluster.restart(id);
    assert(registered(cluster.broker(id)!).includes(id));
  }
});

Deno.test("the only controller copies what another broker leads", async () => {
  const transport = new MemoryTransport();
  const properties = { "replica.fetch.backoff.ms": "20" };
  await using cluster = await start({ brokers: 2, transport, properties });
  using client = await TestClient.connect(transport, cluster.broker(2)!.address);
  const { topics } = await client.call(createTopics, 7, {
    topics: [{
      ...{ name: "t", numPartitions: -1, replicationFactor: -1 },
      assignments: [{ partitionIndex: 0, brokerIds: [2, 1] }],
    }],
    timeoutMs: 5000,
  });
  assertEquals(topics[0]!.errorMessage, null);
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
});

Deno.test("a cluster that cannot be is refused", async () => {
  await assertRejects(() => start({ brokers: 0 }), RangeError, "0 brokers");
  await assertRejects(() => start({ brokers: 1, controllers: 3 }), RangeError);
});
