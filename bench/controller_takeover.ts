/**
 * How soon another controller takes over a metadata log with many partitions, ours beside Apache Kafka's:
 * `deno run -A bench/controller_takeover.ts [--rounds 3] [--partitions 100000] [seglog|apache-kafka]`.
 *
 * Three controllers, a process each, one kind at a time, with the default configs. The brokers of the partitions are registered by this program
 * and have no process: nobody has to make 300,000 logs that no controller looks at. A takeover lasts from the signal to the active controller until
 * one of the other two has answered that it has written (`IncrementalAlterConfigs` of a topic); both are asked all the time. The table has the
 * medians over the rounds, with the least and the most.
 */

import { BrokerLink } from "../client/network/broker_link.ts";
import { tcpTransport } from "../client/network/tcp_transport.ts";
import { errorCode, errorName } from "../client/protocol/error_codes.ts";
import { brokerHeartbeat } from "../client/protocol/messages/broker_heartbeat.ts";
import { brokerRegistration } from "../client/protocol/messages/broker_registration.ts";
import { createTopics } from "../client/protocol/messages/create_topics.ts";
import { describeCluster } from "../client/protocol/messages/describe_cluster.ts";
import { describeQuorum } from "../client/protocol/messages/describe_quorum.ts";
import { incrementalAlterConfigs } from "../client/protocol/messages/incremental_alter_configs.ts";
import { registeredFeatures } from "../cluster/server/broker_features.ts";
import { randomUuid } from "../storage/bytes/uuid.ts";
import { systemEnv } from "../storage/system_env.ts";
import {
  type ClusterKind,
  type ClusterNode,
  type ClusterUnderTest,
  startClusterUnderTest,
} from "../tests/interop/support/cluster_under_test.ts";

const PARTITIONS_PER_TOPIC = 1000;
/** Apache Kafka's controller makes no more at a time than 10,000 records. */
const TOPICS_PER_REQUEST = 5;
const BROKERS = [1, 2, 3];
/** Nobody beats for the brokers after the first time: their sessions outlast the program. */
const PROPERTIES = { "broker.session.timeout.ms": String(24 * 3600 * 1000) };

/** A controller that has just started again still applies what it has fetched. */
const APPLY_MS = 3000;

const { clock, random } = systemEnv();

/** The two ways in which the active controller leaves. */
const LEAVINGS = [
  ["stopped cleanly", "SIGTERM"],
  ["kill -9", "SIGKILL"],
] as const;

type Figures = Map<string, number[]>;

/** The controllers of a cluster, over connections of their own. */
class Controllers implements Disposable {
  readonly #links: ReadonlyMap<ClusterNode, BrokerLink>;

  constructor({ nodes }: ClusterUnderTest) {
    this.#links = new Map(nodes.map((node) => {
      const [host, port] = node.address.split(":") as [string, string];
      const link = new BrokerLink({
        transport: tcpTransport(),
        clock,
        address: () => ({ host, port: Number(port) }),
        clientId: "takeover",
        requestTimeoutMs: () => 60_000,
        setupTimeoutMs: () => 10_000,
      });
      return [node, link];
    }));
  }

  link(node: ClusterNode): BrokerLink {
    return this.#links.get(node)!;
  }

  /** Waits for the active controller, and until the others have all that it has. */
  async active(): Promise<ClusterNode> {
    while (true) {
      for (const [node, link] of this.#links) {
        const answer = await link.send(describeQuorum, {
          topics: [{ topicName: "__cluster_metadata", partitions: [{ partitionIndex: 0 }] }],
        }).catch(() => undefined);
        const partition = answer?.topics[0]?.partitions[0];
        if (partition === undefined || partition.errorCode !== errorCode("NONE")) continue;
        const ends = partition.currentVoters.map(({ logEndOffset }) => logEndOffset);
        if (ends.length === this.#links.size && ends.every((end) => end === ends[0])) return node;
      }
      await clock.sleep(100);
    }
  }

  /** Asks a controller to write, until it has. */
  async untilWritten(node: ClusterNode, value: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const answer = await this.link(node).send(incrementalAlterConfigs, {
        resources: [{
          ...{ resourceType: 2, resourceName: "topic-0" },
          configs: [{ name: "retention.ms", configOperation: 0, value: String(value) }],
        }],
        validateOnly: false,
      }, { signal }).catch(() => undefined);
      if (answer?.responses[0]?.errorCode === errorCode("NONE")) return;
      await clock.sleep(2);
    }
  }

  [Symbol.dispose](): void {
    for (const link of this.#links.values()) link.close();
  }
}

function ensureNone(what: string, code: number): void {
  if (code !== errorCode("NONE")) throw new Error(`${what}: ${errorName(code)}`);
}

/** Registers brokers that have no process. */
async function registerBrokers(controller: BrokerLink): Promise<void> {
  const { clusterId } = await controller.send(describeCluster, { endpointType: 2 });
  for (const brokerId of BROKERS) {
    const { errorCode, brokerEpoch } = await controller.send(brokerRegistration, {
      ...{ brokerId, clusterId, features: registeredFeatures(false) },
      incarnationId: randomUuid(random),
      listeners: [{ name: "PLAINTEXT", host: "127.0.0.1", port: brokerId, securityProtocol: 0 }],
      logDirs: [randomUuid(random)],
    });
    ensureNone("BrokerRegistration", errorCode);
    const beat = await controller.send(brokerHeartbeat, {
      ...{ brokerId, brokerEpoch, wantFence: false, wantShutDown: false },
      currentMetadataOffset: brokerEpoch,
    });
    ensureNone("BrokerHeartbeat", beat.errorCode);
    if (beat.isFenced) throw new Error(`Broker ${brokerId} is fenced`);
  }
}

async function makeTopics(controller: BrokerLink, partitions: number): Promise<void> {
  const count = Math.ceil(partitions / PARTITIONS_PER_TOPIC);
  for (let first = 0; first < count; first += TOPICS_PER_REQUEST) {
    const length = Math.min(TOPICS_PER_REQUEST, count - first);
    const { topics } = await controller.send(createTopics, {
      topics: Array.from({ length }, (_, i) => ({
        name: `topic-${first + i}`,
        numPartitions: PARTITIONS_PER_TOPIC,
        replicationFactor: BROKERS.length,
      })),
      timeoutMs: 60_000,
    });
    for (const topic of topics) ensureNone(`CreateTopics of ${topic.name}`, topic.errorCode);
  }
}

async function measure(
  cluster: ClusterUnderTest,
  rounds: number,
  partitions: number,
): Promise<Figures> {
  using controllers = new Controllers(cluster);
  const first = controllers.link(await controllers.active());
  await registerBrokers(first);
  await makeTopics(first, partitions);
  const figures: Figures = new Map(LEAVINGS.map(([name]) => [name, []]));
  for (let round = 0; round < rounds; round++) {
    for (const [name, signal] of LEAVINGS) {
      const active = await controllers.active();
      await clock.sleep(APPLY_MS);
      const others = cluster.nodes.filter((node) => node !== active);
      const written = new AbortController();
      const struck = performance.now();
      const stopped = active.stop(signal);
      const value = 1_000_000 + Math.round(struck);
      await Promise.any(
        others.map((node) => controllers.untilWritten(node, value, written.signal)),
      );
      const tookMs = performance.now() - struck;
      written.abort();
      figures.get(name)!.push(tookMs);
      console.error(`${cluster.kind}, ${name}: ${tookMs.toFixed(0)} ms`);
      await stopped;
      await active.start();
    }
  }
  return figures;
}

function text(figures: readonly number[]): string {
  const sorted = figures.toSorted((a, b) => a - b);
  return `${median(figures).toFixed(0)} (${sorted[0]!.toFixed(0)} to ${sorted.at(-1)!.toFixed(0)})`;
}

function median(figures: readonly number[]): number {
  return figures.toSorted((a, b) => a - b)[figures.length >> 1]!;
}

async function main(args: readonly string[]): Promise<void> {
  const option = (name: string, otherwise: number) => {
    const at = args.indexOf(`--${name}`);
    return at < 0 ? otherwise : Number(args[at + 1]);
  };
  const partitions = option("partitions", 100_000);
  const all = new Map<ClusterKind, Figures>();
  const kinds = (["seglog", "apache-kafka"] as const).filter((kind) => args.includes(kind));
  for (const kind of kinds.length > 0 ? kinds : ["seglog", "apache-kafka"] as const) {
    const directory = await Deno.makeTempDir({ dir: Deno.env.get("BENCH_DIR") ?? "/tmp" });
    try {
      await using cluster = await startClusterUnderTest(directory, {
        ...{ kind, brokers: 0, properties: PROPERTIES },
      });
      all.set(kind, await measure(cluster, option("rounds", 3), partitions));
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  }
  console.log(
    `| ${partitions} partitions, active controller | unit | ours | Apache Kafka | ratio |`,
  );
  console.log("|---|---|---|---|---|");
  for (const [name] of LEAVINGS) {
    const ours = all.get("seglog")?.get(name), theirs = all.get("apache-kafka")?.get(name);
    const ratio = ours && theirs ? (median(theirs) / median(ours)).toFixed(2) : "";
    console.log(
      `| ${name} | ms | ${ours ? text(ours) : ""} | ${theirs ? text(theirs) : ""} | ${ratio} |`,
    );
  }
}

await main(Deno.args);
