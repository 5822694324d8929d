/**
 * What a follower does about each partition that it copies: where it begins, what becomes of what was fetched, and of what was refused
 * (Kafka's `AbstractFetcherThread` and `ReplicaFetcherThread`).
 *
 * @module
 */

import { type ErrorName, errorName, KafkaError } from "../../client/protocol/error_codes.ts";
import type { FetchedPartition } from "../../client/network/fetch_session_handler.ts";
import type { Env } from "../../storage/env.ts";
import {
  CorruptRecordError,
  InvalidRecordError,
  LogDirError,
  StorageError,
} from "../../storage/errors.ts";
import { type TopicPartition, topicPartitionKey } from "../../storage/file/file_names.ts";
import { TopicPartitionMap } from "../../storage/file/topic_partition_map.ts";
import type { PartitionLog } from "../../storage/log/partition_log.ts";
import type { LogManager } from "../../storage/log_manager.ts";
import { appendFetched } from "./follower_append.ts";
import type { LeaderEndPoint } from "./leader_end_point.ts";
import {
  isReplicaInSync,
  type PartitionFetchState,
  PartitionFetchStates,
} from "./partition_fetch_state.ts";
import type { ReplicaFetchConfig } from "./replica_fetch_config.ts";
import type { ReplicaQuota } from "./replication_quota.ts";
import { truncationOffset } from "./truncation_offset.ts";

/** What following needs. */
export interface FollowedPartitionsOptions {
  /** Clock and logger. */
  readonly env: Pick<Env, "clock" | "logger">;
  /** Who is fetched from. */
  readonly leader: LeaderEndPoint;
  /** The configs. */
  readonly config: () => ReplicaFetchConfig;
  /** The log of a partition that this broker follows; `undefined` when it does not, or the log cannot be used. */
  readonly followedLog: (topicPartition: TopicPartition) => PartitionLog | undefined;
  /** Truncates logs, with the copies that move to other directories. */
  readonly logManager: Pick<LogManager, "truncateTo" | "truncateFullyAndStartAt">;
  /** Bounds the traffic. */
  readonly quota: ReplicaQuota;
  /** Told when there may be more for those who read this replica. */
  readonly onMoved: (topicPartition: TopicPartition) => void;
}

/** Where the copying of a partition begins. */
export interface InitialFetchState {
  /** The topic's id. */
  readonly topicId: string;
  /** Epoch of the leader. */
  readonly currentLeaderEpoch: number;
}

/** A partition that is to be fetched. */
export interface DuePartition {
  /** How far it is. */
  readonly state: PartitionFetchState;
  /** The log start offset of this replica. */
  readonly logStartOffset: number;
}

/** The partitions that are copied from one leader. */
export class FollowedPartitions {
  readonly #options: FollowedPartitionsOptions;
  readonly #states = new PartitionFetchStates();

  /** There are none. */
  constructor(options: FollowedPartitionsOptions) {
    this.#options = options;
  }

  /** How many there are. */
  get size(): number {
    return this.#states.size;
  }

  /** How far a partition is. */
  state(topicPartition: TopicPartition): PartitionFetchState | undefined {
    return this.#states.get(topicPartition);
  }

  /** Copies a partition from here on; goes on with it, when that is so already. Returns whether there is more to do now. */
  add(topicPartition: TopicPartition, { topicId, currentLeaderEpoch }: InitialFetchState): boolean {
    if (this.#states.get(topicPartition)?.currentLeaderEpoch === currentLeaderEpoch) return false;
    const log = this.#options.followedLog(topicPartition);
    if (log === undefined) return false;
    const { latestEpoch } = log.leaderEpochCache;
    // Records of formats without epochs cannot be compared: only what is committed is kept of them.
    if (latestEpoch === undefined && !this.#truncate(topicPartition, log, log.highWatermark)) {
      return false;
    }
    this.#states.set(topicPartition, {
      topicId,
      fetchOffset: log.logEndOffset,
      currentLeaderEpoch,
      lastFetchedEpoch: latestEpoch ?? -1,
      lag: undefined,
      delayedUntil: -Infinity,
    });
    return true;
  }

  /** Does not copy a partition any more; what is on its way is dropped. */
  remove(topicPartition: TopicPartition): void {
    this.#states.delete(topicPartition);
  }

  /** Those that are to be fetched now, in the order of their turns. */
  due(): TopicPartitionMap<DuePartition> {
    const { env: { clock }, quota, followedLog } = this.#options;
    const now = clock.monotonic();
    const isExceeded = quota.isExceeded();
    const due = new TopicPartitionMap<DuePartition>();
    for (const [topicPartition, state] of this.#states) {
      if (state.delayedUntil > now) continue;
      if (isExceeded && !isReplicaInSync(state) && quota.isThrottled(topicPartition)) continue;
      const log = followedLog(topicPartition);
      if (log === undefined) this.#failed(topicPartition, "its log is not available");
      else due.set(topicPartition, { state, logStartOffset: log.logStartOffset });
    }
    return due;
  }

  /**
   * Takes over what came for a partition.
   *
   * @param asked how far it was when it was asked for; if that has changed, it has been given up or begun anew, and the next request asks
   * @returns whether its offset is none of the leader's, so that it is to be {@linkcode FollowedPartitions.reset}
   */
  take(asked: PartitionFetchState, { topicPartition, data }: FetchedPartition): boolean {
    if (this.#states.get(topicPartition) !== asked) return false;
    const error = errorName(data.errorCode);
    if (error !== "NONE") return this.#refused(topicPartition, error);
    const log = this.#options.followedLog(topicPartition);
    if (log === undefined) {
      this.#failed(topicPartition, "its log is not available");
      return false;
    }
    try {
      if (data.divergingEpoch.epoch >= 0 || data.divergingEpoch.endOffset >= 0) {
        const offset = truncationOffset(log, data.divergingEpoch, asked.fetchOffset);
        if (this.#truncate(topicPartition, log, offset)) {
          this.#states.advance(topicPartition, asked, log);
        }
      } else this.#append(topicPartition, asked, log, data);
    } catch (error) {
      this.#notTaken(topicPartition, asked, error);
    }
    return false;
  }

  #append(
    topicPartition: TopicPartition,
    state: PartitionFetchState,
    log: PartitionLog,
    { records, highWatermark, logStartOffset }: FetchedPartition["data"],
  ): void {
    const { quota, onMoved, logManager } = this.#options;
    const { fetchOffset, currentLeaderEpoch: leaderEpoch } = state;
    const bytes = records ?? NO_RECORDS;
    const { info, highWatermarkMoved } = appendFetched(log, logManager, {
      ...{ fetchOffset, leaderEpoch, records: bytes, highWatermark, logStartOffset },
    });
    if (quota.isThrottled(topicPartition)) quota.record(bytes.length);
    const lag = Math.max(0, highWatermark - log.logEndOffset);
    if (info.validBytes > 0 || state.lag === undefined) {
      this.#states.advance(topicPartition, state, log, lag);
    }
    if (highWatermarkMoved) onMoved(topicPartition);
  }

  /** @returns whether it could be done */
  #truncate(topicPartition: TopicPartition, log: PartitionLog, offset: number): boolean {
    const { logger } = this.#options.env;
    const fields = { partition: topicPartitionKey(topicPartition), offset };
    try {
      const { logEndOffset } = log;
      this.#options.logManager.truncateTo([[topicPartition, offset]]);
      if (log.logEndOffset < logEndOffset) {
        logger.write("info", "Truncated a replica to where it and its leader part", {
          ...fields,
          logEndOffset,
        });
      }
      return true;
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      this.#failed(topicPartition, "it cannot be truncated", error);
      return false;
    }
  }

  /** What came could not be appended: damaged on its way, it comes again, and so it does when the disk is full; otherwise nobody can say what would help. */
  #notTaken(
    topicPartition: TopicPartition,
    { fetchOffset }: PartitionFetchState,
    error: unknown,
  ): void {
    if (error instanceof CorruptRecordError || error instanceof InvalidRecordError) {
      this.#options.env.logger.write("error", "Found invalid messages during fetch", {
        partition: topicPartitionKey(topicPartition),
        fetchOffset,
        error,
      });
      this.delay([topicPartition]);
    } else if (error instanceof LogDirError && error.isDiskFull) {
      this.#options.env.logger.write("error", "No room for what was fetched; trying again", {
        partition: topicPartitionKey(topicPartition),
        error,
      });
      this.delay([topicPartition]);
    } else this.#failed(topicPartition, "what was fetched cannot be appended", error);
  }

  /** @returns whether the offset is none of the leader's */
  #refused(topicPartition: TopicPartition, error: ErrorName): boolean {
    if (error === "OFFSET_OUT_OF_RANGE") return true;
    if (error === "FENCED_LEADER_EPOCH") {
      this.#failed(
        topicPartition,
        "its leader is another by now; waiting for the metadata to say so",
      );
      return false;
    }
    this.#options.env.logger.write(refusalLevel(error), "A leader refused to be fetched from", {
      partition: topicPartitionKey(topicPartition),
      leader: this.#options.leader.brokerId,
      error,
    });
    this.delay([topicPartition]);
    return false;
  }

  /**
   * The leader's log does not reach to the offset: it begins behind it, as records were deleted, and the follower begins anew there; or it
   * ends before it, after an unclean election, and the follower gives up what the leader has not.
   */
  async reset(topicPartition: TopicPartition, signal: AbortSignal): Promise<void> {
    const { leader, env: { logger }, followedLog, logManager } = this.#options;
    const state = this.#states.get(topicPartition);
    if (state === undefined) return;
    const { currentLeaderEpoch } = state;
    try {
      const latest = await leader.fetchOffset(topicPartition, currentLeaderEpoch, "latest", signal);
      const earliest = await leader.fetchOffset(
        topicPartition,
        currentLeaderEpoch,
        "earliest",
        signal,
      );
      const log = followedLog(topicPartition);
      if (this.#states.get(topicPartition) !== state || log === undefined) return;
      const { logEndOffset } = log;
      if (latest < logEndOffset) {
        if (!this.#truncate(topicPartition, log, latest)) return;
      } else if (earliest > logEndOffset) {
        logManager.truncateFullyAndStartAt(topicPartition, earliest);
      }
      logger.write("warn", "The offset to fetch was out of range, and was set anew", {
        partition: topicPartitionKey(topicPartition),
        ...{ fetchOffset: state.fetchOffset, logEndOffset: log.logEndOffset, earliest, latest },
      });
      this.#states.advance(topicPartition, state, log, Math.max(0, latest - log.logEndOffset));
    } catch (error) {
      if (error instanceof KafkaError) this.#refused(topicPartition, error.code);
      else if (error instanceof StorageError) {
        this.#failed(topicPartition, "it cannot begin anew", error);
      } else throw error;
      // Whoever says that the offset to ask for is out of range has to be asked again, too.
      if (error instanceof KafkaError) this.delay([topicPartition]);
    }
  }

  /** Leaves partitions alone for `replica.fetch.backoff.ms`. Default: all. */
  delay(topicPartitions: Iterable<TopicPartition> = this.#states.keys()): void {
    const { env: { clock }, config } = this.#options;
    this.#states.delay(topicPartitions, clock.monotonic() + config().backoffMs);
  }

  /** Copies it no more, until the metadata has it added again. */
  #failed(topicPartition: TopicPartition, why: string, error?: unknown): void {
    this.#states.delete(topicPartition);
    this.#options.env.logger.write("warn", `A partition is not replicated: ${why}`, {
      partition: topicPartitionKey(topicPartition),
      leader: this.#options.leader.brokerId,
      ...(error === undefined ? {} : { error }),
    });
  }
}

const NO_RECORDS = new Uint8Array(0);

/** How much attention an error deserves: some pass when both have the same metadata, some come while a topic is made or deleted. */
function refusalLevel(error: ErrorName): "debug" | "warn" | "error" {
  switch (error) {
    case "UNKNOWN_LEADER_EPOCH":
    case "NOT_LEADER_OR_FOLLOWER":
      return "debug";
    case "UNKNOWN_TOPIC_OR_PARTITION":
    case "UNKNOWN_TOPIC_ID":
    case "INCONSISTENT_TOPIC_ID":
      return "warn";
    default:
      return "error";
  }
}
