/**
 * What the replicas of a broker have to do with those of the others: copying what others lead, and having the controller settle who is in
 * sync with what is led here.
 *
 * @module
 */

import type { Env } from "../../storage/env.ts";
import type { TopicPartition } from "../../storage/file/file_names.ts";
import type { PartitionLog } from "../../storage/log/partition_log.ts";
import type { LogManager } from "../../storage/log_manager.ts";
import { type AlterPartition, AlterPartitionManager } from "./alter_partition_manager.ts";
import type { IsrProposal } from "./in_sync_replicas.ts";
import type { LeaderEndPoint } from "./leader_end_point.ts";
import type { Partition } from "./partition.ts";
import type { ReplicaConfig } from "./replica_config.ts";
import { replicaFetchConfig } from "./replica_fetch_config.ts";
import { ReplicaFetcher } from "./replica_fetcher.ts";
import { ReplicaFetcherManager } from "./replica_fetcher_manager.ts";
import type { ReplicaQuota } from "./replication_quota.ts";

/** How a broker reaches the others. */
export interface Peers {
  /** Epoch of this broker's registration. */
  readonly brokerEpoch: () => number;
  /** Asks the active controller, whichever that is. */
  readonly alterPartition: AlterPartition;
  /** A way to a broker that leads, for one fetcher, which closes it. */
  readonly leaderEndPoint: (leaderId: number, fetcherId: number) => LeaderEndPoint;
}

/** What a {@linkcode PeerReplication} needs. */
export interface PeerReplicationOptions {
  /** Clock and logger. */
  readonly env: Pick<Env, "clock" | "logger">;
  /** The broker's configs. */
  readonly config: ReplicaConfig;
  /** Id of this broker. */
  readonly brokerId: number;
  /** The others. */
  readonly peers: Peers;
  /** The partitions that are here. */
  readonly partitions: () => Iterable<Partition>;
  /** Truncates logs. */
  readonly logManager: Pick<LogManager, "truncateTo" | "truncateFullyAndStartAt">;
  /** The log of a partition that this broker follows. */
  readonly followedLog: (topicPartition: TopicPartition) => PartitionLog | undefined;
  /** Bounds what is fetched for throttled replicas. */
  readonly followerQuota: ReplicaQuota;
  /** Told when a high watermark has moved. */
  readonly onMoved: (topicPartition: TopicPartition) => void;
}

/** Fetchers, proposals of ISRs, and the watch for followers that lag. It begins at once. */
export class PeerReplication {
  /** Copy what others lead. */
  readonly fetchers: ReplicaFetcherManager;
  readonly #options: PeerReplicationOptions;
  readonly #alterations: AlterPartitionManager;
  readonly #stopping = new AbortController();
  readonly #unsubscribe: () => void;
  readonly #watching: Promise<void>;

  /** Copies nothing yet. */
  constructor(options: PeerReplicationOptions) {
    this.#options = options;
    const { env, config, brokerId, peers, followerQuota } = options;
    const { logManager, followedLog, onMoved } = options;
    this.#alterations = new AlterPartitionManager({
      ...{ env, brokerId },
      brokerEpoch: peers.brokerEpoch,
      alterPartition: peers.alterPartition,
      onMoved: ({ topicPartition }) => onMoved(topicPartition),
    });
    const fetchers = this.fetchers = new ReplicaFetcherManager({
      numFetchers: () => config.int("num.replica.fetchers"),
      newFetcher: (leaderId, fetcherId) =>
        new ReplicaFetcher({
          ...{ env, logManager, followedLog, onMoved },
          quota: followerQuota,
          config: () => replicaFetchConfig(config),
          leader: peers.leaderEndPoint(leaderId, fetcherId),
          replicaId: brokerId,
          brokerEpoch: peers.brokerEpoch,
        }),
    });
    this.#unsubscribe = config.subscribe(["num.replica.fetchers"], () => fetchers.resize());
    this.#watching = this.#watchForLaggards();
  }

  /** Has a proposal of a leader here settled. */
  alterIsr(partition: Partition, proposal: IsrProposal): void {
    this.#alterations.submit(partition, proposal);
  }

  /** Ends all of it. */
  async shutdown(): Promise<void> {
    this.#unsubscribe();
    this.#stopping.abort();
    await Promise.all([
      this.#watching,
      this.fetchers.shutdown(),
      this.#alterations.shutdown(),
    ]);
  }

  /** Kafka's `isr-expiration`: who lags is out of the ISR after 1 to 1.5 times `replica.lag.time.max.ms`. */
  async #watchForLaggards(): Promise<void> {
    const { env: { clock }, config, partitions } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      await clock.sleep(config.long("replica.lag.time.max.ms") / 2, signal).catch(() => {});
      if (!signal.aborted) { for (const partition of partitions()) partition.maybeShrinkIsr(); }
    }
  }
}
