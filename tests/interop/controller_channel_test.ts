import { assertEquals } from "@std/assert";
import { tcpTransport } from "../../client/network/tcp_transport.ts";
import type { Api } from "../../client/protocol/api.ts";
import { encodeRequest } from "../../client/protocol/framing.ts";
import { createTopics } from "../../client/protocol/messages/create_topics.ts";
import { describeCluster } from "../../client/protocol/messages/describe_cluster.ts";
import { describeTopicPartitions } from "../../client/protocol/messages/describe_topic_partitions.ts";
import { listPartitionReassignments } from "../../client/protocol/messages/list_partition_reassignments.ts";
import { BrokerConfig } from "../../cluster/config/broker_config.ts";
import { quickStartProperties } from "../../cluster/config/quick_start.ts";
import { BrokerLifecycle } from "../../cluster/server/broker_lifecycle.ts";
import { controllerChannels } from "../../cluster/server/controller_channels.ts";
import { ForwardingManager } from "../../cluster/server/forwarding_manager.ts";
import { producerIdAllocation } from "../../cluster/server/producer_id_allocation.ts";
import { BrokerLink } from "../../client/network/broker_link.ts";
import { randomUuid } from "../../storage/bytes/uuid.ts";
import type { Draft } from "../../storage/message/message_codec.ts";
import { systemEnv } from "../../storage/system_env.ts";
import { requestContext } from "../support/replicas.ts";
import { freePort, startBroker } from "./kafka/apache_kafka.ts";

/**
 * What a broker of ours says to Apache Kafka's controller: it registers, is unfenced, gets producer ids, has requests of its clients answered, and
 * stops. It follows no metadata here, of which it says that it has it all.
 */

const env = systemEnv();
const transport = tcpTransport();

/** A request as a client would have sent it. */
function context<Req>(api: Api<Req, unknown>, version: number, request: Draft<Req>) {
  const header = { correlationId: 1, clientId: "test" };
  const frame = encodeRequest(api, version, header, request).subarray(4);
  return { ...requestContext(version), apiKey: api.key, frame };
}

Deno.test("a broker of ours speaks to Apache Kafka's controller: registration, heartbeats, envelopes, producer ids", async () => {
  const directory = await Deno.makeTempDir({ prefix: "seglog-interop-" });
  const host = "127.0.0.1";
  const [port, controllerPort] = [freePort(), freePort()];
  try {
    await using _kafka = await startBroker(directory, {
      "listeners": `PLAINTEXT://${host}:${port},CONTROLLER://${host}:${controllerPort}`,
      "controller.quorum.bootstrap.servers": `${host}:${controllerPort}`,
    });
    await using opened = new AsyncDisposableStack();
    const client = new BrokerLink({
      ...{ transport, clock: env.clock, clientId: "test", address: () => ({ host, port }) },
      requestTimeoutMs: () => 30_000,
      setupTimeoutMs: () => 10_000,
    });
    opened.defer(() => client.close());
    const config = BrokerConfig.parse({
      ...quickStartProperties(),
      "node.id": "2",
      "broker.heartbeat.interval.ms": "500",
    });
    const open = controllerChannels({
      ...{ env, config, transport, local: undefined },
      controllerNode: () => ({ id: 1, epoch: 1, address: { host, port: controllerPort } }),
    });
    const logDir = randomUuid(env.random);
    const lifecycle = new BrokerLifecycle({
      ...{ env, config },
      clusterId: (await client.send(describeCluster, {})).clusterId,
      channel: open("heartbeat", () => 2000),
      image: () => ({ offset: 1_000_000, metadataVersion: 30 }),
      logManager: {
        liveLogDirs: ["/a"],
        cordonedLogDirs: new Set(),
        directoryId: () => logDir,
      },
      endPoints: () => [{ name: "PLAINTEXT", host, port: freePort() }],
      previousBrokerEpoch: undefined,
      onFatal: () => {},
    });
    opened.defer(() => lifecycle.shutdown());
    await lifecycle.start();
    await lifecycle.readyToUnfence();
    assertEquals(lifecycle.state, "RUNNING");

    const channel = open("forwarding", () => 10_000);
    opened.defer(() => channel.shutdown());
    const { size } = await producerIdAllocation(channel, 2, () => lifecycle.brokerEpoch)();
    assertEquals(size, 1000);

    const { logger } = env;
    const forwarding = new ForwardingManager({ channel, isControllerHere: () => false, logger });
    const { topics: [created] } = await forwarding.forward(
      createTopics,
      context(createTopics, 7, {
        topics: [{ name: "t", numPartitions: 2, replicationFactor: 2 }],
        timeoutMs: 5000,
      }),
    );
    assertEquals([created!.errorCode, created!.replicationFactor], [0, 2]);
    const { errorCode } = await forwarding.forward(
      listPartitionReassignments,
      context(listPartitionReassignments, 0, { topics: null, timeoutMs: 1000 }),
    );
    assertEquals(errorCode, 0);
    assertEquals(channel.controllerVersions!.get(createTopics.key), { lowest: 2, highest: 7 });

    await lifecycle.controlledShutdown(30_000);
    assertEquals(lifecycle.state, "SHUTTING_DOWN");
    // Broker 1 leads what this one did.
    const { topics: [t] } = await client.send(describeTopicPartitions, { topics: [{ name: "t" }] });
    assertEquals(t!.partitions.map(({ leaderId }) => leaderId), [1, 1]);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
