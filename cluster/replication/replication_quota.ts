/**
 * How much traffic throttled replicas, and moves between log directories, may make (Kafka's `ReplicationQuotaManager`, KIP-73).
 *
 * @module
 */

import type { Clock } from "../../storage/env.ts";
import type { TopicPartition } from "../../storage/file/file_names.ts";
import type { PartitionLog } from "../../storage/log/partition_log.ts";
import type { ReplicaConfig } from "./replica_config.ts";

/** How a rate is measured: over so many windows of so many seconds. */
export interface QuotaWindows {
  /** `replication.quota.window.num` or the like. */
  readonly count: number;
  /** `replication.quota.window.size.seconds` or the like. */
  readonly seconds: number;
}

interface Window {
  readonly start: number;
  bytes: number;
}

/** Measures bytes a second, and tells when they are more than the quota. Nothing is held back here: whoever asks leaves throttled replicas out. */
export class ReplicationQuota {
  readonly #clock: Clock;
  readonly #windows: QuotaWindows;
  readonly #limit: () => number;
  readonly #recorded: Window[] = [];

  /**
   * Has measured nothing.
   *
   * @param limit bytes a second, as configured at the time
   */
  constructor(clock: Clock, windows: QuotaWindows, limit: () => number) {
    this.#clock = clock;
    this.#windows = windows;
    this.#limit = limit;
  }

  /** Takes note of bytes of throttled replicas. */
  record(bytes: number): void {
    const now = this.#clock.monotonic();
    const last = this.#recorded.at(-1);
    if (last !== undefined && now - last.start < this.#windows.seconds * 1000) last.bytes += bytes;
    else this.#recorded.push({ start: now, bytes });
    this.#forget(now);
  }

  /** Bytes a second over the windows. */
  get rate(): number {
    const now = this.#clock.monotonic();
    this.#forget(now);
    const [first] = this.#recorded;
    if (first === undefined) return 0;
    const seconds = Math.max((now - first.start) / 1000, this.#windows.seconds);
    return this.#recorded.reduce((sum, { bytes }) => sum + bytes, 0) / seconds;
  }

  /** Whether there is no room at the moment. */
  isExceeded(): boolean {
    const limit = this.#limit();
    return limit < UNLIMITED && this.rate > limit;
  }

  #forget(now: number): void {
    const { count, seconds } = this.#windows;
    while (this.#recorded.length > 0 && now - this.#recorded[0]!.start >= count * seconds * 1000) {
      this.#recorded.shift();
    }
  }
}

/** What all moves between log directories together may copy (`replica.alter.log.dirs.io.max.bytes.per.second`). */
export function logMovesQuota(clock: Clock, config: ReplicaConfig): ReplicationQuota {
  const windows = windowsOf(config, "alter.log.dirs.replication.quota");
  const rate = "replica.alter.log.dirs.io.max.bytes.per.second";
  return new ReplicationQuota(clock, windows, () => config.long(rate));
}

function windowsOf(config: ReplicaConfig, name: string): QuotaWindows {
  return {
    count: config.int(`${name}.window.num`),
    seconds: config.int(`${name}.window.size.seconds`),
  };
}

/** What the rate is when it is not configured: the largest number of its type. */
const UNLIMITED = Number.MAX_SAFE_INTEGER;

/** Keeps the traffic of throttled replicas within bounds (Kafka's `ReplicaQuota`). */
export interface ReplicaQuota {
  /** Whether this broker's replica of a partition is throttled. */
  isThrottled(topicPartition: TopicPartition): boolean;
  /** Whether there is no room at the moment. */
  isExceeded(): boolean;
  /** Takes note of bytes of throttled replicas. */
  record(bytes: number): void;
}

/** What a {@linkcode ReplicaQuota} goes by. */
export interface ReplicaQuotaOptions {
  /** Time. */
  readonly clock: Clock;
  /** The broker's configs. */
  readonly config: ReplicaConfig;
  /** Id of this broker. */
  readonly brokerId: number;
  /** The log of a partition, with the topic's configs. */
  readonly logOf: (topicPartition: TopicPartition) => PartitionLog | undefined;
}

/** The quota of one side: topics say which replicas are throttled (`leader.replication.throttled.replicas`), brokers how much (`leader.replication.throttled.rate`). */
export function replicaQuota(
  side: "leader" | "follower",
  { clock, config, brokerId, logOf }: ReplicaQuotaOptions,
): ReplicaQuota {
  const windows = windowsOf(config, "replication.quota");
  const rate = `${side}.replication.throttled.rate`;
  const quota = new ReplicationQuota(clock, windows, () => config.long(rate));
  const replicas = `${side}ReplicationThrottledReplicas` as const;
  return {
    isThrottled(topicPartition) {
      const throttled = logOf(topicPartition)?.config[replicas] ?? [];
      return isThrottledReplica(throttled, topicPartition.partition, brokerId);
    },
    isExceeded: () => quota.isExceeded(),
    record: (bytes) => quota.record(bytes),
  };
}

/** Whether a config `*.replication.throttled.replicas` has a broker's replica: `*` for all, or `partition:broker` for each. */
export function isThrottledReplica(
  throttled: readonly string[],
  partition: number,
  brokerId: number,
): boolean {
  return throttled.length > 0 &&
    (throttled.includes("*") || throttled.includes(`${partition}:${brokerId}`));
}
