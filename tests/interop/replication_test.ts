import { assert, assertEquals } from "@std/assert";
import { BrokerLink } from "../../client/network/broker_link.ts";
import { tcpTransport } from "../../client/network/tcp_transport.ts";
import type { Address } from "../../client/network/transport.ts";
import { errorName } from "../../client/protocol/error_codes.ts";
import { brokerHeartbeat } from "../../client/protocol/messages/broker_heartbeat.ts";
import { brokerRegistration } from "../../client/protocol/messages/broker_registration.ts";
import { createTopics } from "../../client/protocol/messages/create_topics.ts";
import { describeCluster } from "../../client/protocol/messages/describe_cluster.ts";
import { metadata } from "../../client/protocol/messages/metadata.ts";
import { produce } from "../../client/protocol/messages/produce.ts";
import { RemoteLeaderEndPoint } from "../../cluster/replication/remote_leader_end_point.ts";
import { ReplicaManager } from "../../cluster/replication/replica_manager.ts";
import { supportedFeatures } from "../../cluster/server/broker_features.ts";
import { LogManager } from "../../storage/log_manager.ts";
import { randomUuid, ZERO_UUID } from "../../storage/bytes/uuid.ts";
import { systemEnv } from "../../storage/system_env.ts";
import { batchOf, contentOf } from "../support/partition_log.ts";
import { assigned, TestConfig, TestMetadata } from "../support/replicas.ts";
import { freePort, startBroker } from "./kafka/apache_kafka.ts";

/**
 * A broker of ours follows Apache Kafka: its replica manager copies a topic that Apache Kafka leads, over the network, is in its ISR, and
 * truncates what the leader has not. What a whole broker does besides, registering and following the metadata, is done by hand here.
 */

const FOLLOWER = 2;
const LAG_MS = 3000;
const env = systemEnv();
const transport = tcpTransport();

function linkTo(address: Address, clientId = "test"): BrokerLink {
  return new BrokerLink({
    ...{ transport, clock: env.clock, clientId, address: () => address },
    requestTimeoutMs: () => 30_000,
    setupTimeoutMs: () => 10_000,
  });
}

/** Waits for something that others do. */
async function until(what: string, condition: () => boolean | Promise<boolean>): Promise<void> {
  const end = env.clock.monotonic() + 30_000;
  while (!await condition()) {
    if (env.clock.monotonic() > end) throw new Error(`Not in time: ${what}`);
    await env.clock.sleep(50);
  }
}

/** Broker 2 as the controller knows it: registered, and heard of until it is disposed. */
async function register(controller: BrokerLink, clusterId: string, port: number) {
  const features = [...supportedFeatures(false)].map(([name, { lowest, highest }]) => ({
    name,
    minSupportedVersion: lowest,
    maxSupportedVersion: highest,
  }));
  const { errorCode, brokerEpoch } = await controller.send(brokerRegistration, {
    ...{ brokerId: FOLLOWER, clusterId, features },
    incarnationId: randomUuid(env.random),
    listeners: [{ name: "PLAINTEXT", host: "127.0.0.1", port, securityProtocol: 0 }],
    logDirs: [randomUuid(env.random)],
  });
  assertEquals(errorName(errorCode), "NONE");
  const stopping = new AbortController();
  let isFenced = true;
  const beating = (async () => {
    while (!stopping.signal.aborted) {
      const told = await controller.send(brokerHeartbeat, {
        ...{ brokerId: FOLLOWER, brokerEpoch, wantFence: false, wantShutDown: false },
        // As far as anybody: what there is to know of the metadata is written below.
        currentMetadataOffset: brokerEpoch + 1_000_000,
      }).catch(() => undefined);
      isFenced = told?.isFenced ?? true;
      await env.clock.sleep(500, stopping.signal).catch(() => {});
    }
  })();
  await until("broker 2 may lead", () => !isFenced);
  return {
    brokerEpoch,
    async [Symbol.asyncDispose]() {
      stopping.abort();
      await beating;
    },
  };
}

Deno.test("a broker of ours follows Apache Kafka: acks=all, the ISR, and truncation", async () => {
  const directory = await Deno.makeTempDir({ prefix: "seglog-interop-" });
  const [port, controllerPort] = [freePort(), freePort()];
  const host = "127.0.0.1";
  try {
    const start = () =>
      startBroker(directory, {
        "listeners": `PLAINTEXT://${host}:${port},CONTROLLER://${host}:${controllerPort}`,
        "controller.quorum.bootstrap.servers": `${host}:${controllerPort}`,
        "replica.lag.time.max.ms": String(LAG_MS),
        "broker.session.timeout.ms": "3000",
      });
    await using kafkas = new AsyncDisposableStack();
    const kafka = kafkas.use(await start());
    using links = new DisposableStack();
    const [client, controller] = [port, controllerPort].map((port) => {
      const link = linkTo({ host, port });
      links.defer(() => link.close());
      return link;
    }) as [BrokerLink, BrokerLink];
    const { clusterId } = await client.send(describeCluster, {});
    let registered = await register(controller, clusterId, freePort());
    kafkas.defer(() => registered[Symbol.asyncDispose]());
    const { topics: [created] } = await client.send(createTopics, {
      timeoutMs: 10_000,
      topics: [{
        name: "t",
        numPartitions: -1,
        replicationFactor: -1,
        assignments: [{ partitionIndex: 0, brokerIds: [1, FOLLOWER] }],
        configs: [{ name: "min.insync.replicas", value: "2" }],
      }],
    });
    assertEquals(errorName(created!.errorCode), "NONE");
    const { topicId } = created!;

    /** The replicas of broker 2, in one of their lives. */
    const logDirs = { logDirs: [`${directory}/follower`] };
    const follow = async (leaderEpoch = 0) => {
      const logManager = await LogManager.open({
        ...logDirs,
        env,
        background: false,
        metaProperties: { create: true },
      });
      const config = new TestConfig([`${directory}/follower`]);
      config.values["replica.fetch.backoff.ms"] = 100;
      const replicaManager = new ReplicaManager({
        ...{ env, logManager, config, brokerId: FOLLOWER },
        peers: {
          brokerEpoch: () => registered.brokerEpoch,
          alterPartition: () => Promise.reject(new Error("nothing is led here")),
          leaderEndPoint: (leaderId, fetcherId) => {
            const link = linkTo({ host, port }, `broker-${FOLLOWER}-fetcher-${fetcherId}`);
            return new RemoteLeaderEndPoint(leaderId, link, FOLLOWER);
          },
        },
      });
      const view = new TestMetadata();
      view.set("t", [assigned({ replicas: [1, FOLLOWER], leader: 1, leaderEpoch })], topicId);
      replicaManager.applyChanges({
        ...{ isWhole: false, deleted: [], configs: new Map() },
        changed: new Map([["t", [0]]]),
      }, view);
      return {
        log: logManager.getLog({ topic: "t", partition: 0 })!,
        async [Symbol.asyncDispose]() {
          await replicaManager.shutdown();
          await logManager.shutdown();
        },
      };
    };

    const write = async (values: string[], acks: number) => {
      const { responses } = await client.send(produce, {
        ...{ acks, timeoutMs: 10_000 },
        topicData: [{
          ...{ name: "t", topicId },
          partitionData: [{ index: 0, records: batchOf(values) }],
        }],
      });
      const { errorCode, baseOffset } = responses[0]!.partitionResponses[0]!;
      return errorCode === 0 ? baseOffset : errorName(errorCode);
    };
    const partition = async () => {
      const { topics } = await client.send(metadata, {
        topics: [{ topicId: ZERO_UUID, name: "t" }],
      });
      return topics[0]!.partitions[0]!;
    };
    const isIsr = async (isr: string) => String([...(await partition()).isrNodes].sort()) === isr;

    {
      await using follower = await follow();
      assertEquals(await write(["a", "b"], -1), 0);
      assertEquals(await write(["c"], -1), 2);
      const expected = ["0=a", "1=b", "2=c"];
      assertEquals(contentOf(follower.log), expected);
      await until("the high watermark is known", () => follower.log.highWatermark === 3);
      // More than one answer holds.
      for (let i = 0; i < 30; i++) assert(await write(["x".repeat(100_000)], 1) === 3 + i);
      await until("all is copied", () => follower.log.logEndOffset === 33);
    }
    await write(["d"], 1);
    await until("broker 2 is out of sync", () => isIsr("1"));
    assertEquals(await write(["e"], -1), "NOT_ENOUGH_REPLICAS");
    {
      await using follower = await follow();
      await until("broker 2 is in sync again", () => isIsr("1,2"));
      assertEquals(contentOf(follower.log).at(-1), "33=d");
    }
    // Broker 2 falls silent, and has what a leader wrote that nobody else has.
    await registered[Symbol.asyncDispose]();
    await until("broker 2 is fenced", () => isIsr("1"));
    {
      const logManager = await LogManager.open({ ...logDirs, env, background: false });
      const log = logManager.getLog({ topic: "t", partition: 0 })!;
      for (let i = 0; i < 5; i++) log.appendAsLeader(batchOf(["lost"]), 0);
      await logManager.shutdown();
    }
    await kafka[Symbol.asyncDispose]();
    kafkas.use(await start());
    registered = await register(controller, clusterId, freePort());
    await until("there is a leader", async () => (await partition()).leaderId === 1);
    const { leaderEpoch } = await partition();
    assert(leaderEpoch > 0);
    assertEquals(await write(["f"], 1), 34);
    await using follower = await follow(leaderEpoch);
    await until("broker 2 is in sync at last", () => isIsr("1,2"));
    assertEquals(await write(["g"], -1), 35);
    assertEquals(contentOf(follower.log).slice(-3), ["33=d", "34=f", "35=g"]);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
