/**
 * Copying partitions from the broker that leads them (Kafka's `ReplicaFetcherThread`, KIP-227, KIP-595).
 *
 * One request is under way at a time, for all partitions of the fetcher. The leader compares the epoch of the follower's last record with its own
 * log: where the two part, the follower truncates, and asks again.
 *
 * @module
 */

import { KafkaError } from "../../client/protocol/error_codes.ts";
import {
  type FetchPartition,
  FetchSessionHandler,
} from "../../client/network/fetch_session_handler.ts";
import type { FetchRequest, FetchResponse } from "../../client/protocol/messages/fetch.ts";
import type { TopicPartition } from "../../storage/file/file_names.ts";
import { TopicPartitionMap } from "../../storage/file/topic_partition_map.ts";
import type { Draft } from "../../storage/message/message_codec.ts";
import {
  type DuePartition,
  FollowedPartitions,
  type FollowedPartitionsOptions,
  type InitialFetchState,
} from "./followed_partitions.ts";
import type { PartitionFetchState } from "./partition_fetch_state.ts";

/** What a fetcher is made of. */
export interface ReplicaFetcherOptions extends FollowedPartitionsOptions {
  /** Id of this broker. */
  readonly replicaId: number;
  /** Epoch of its registration. */
  readonly brokerEpoch: () => number;
}

/** Copies partitions from one broker. */
export class ReplicaFetcher {
  readonly #options: ReplicaFetcherOptions;
  readonly #session = new FetchSessionHandler();
  readonly #partitions: FollowedPartitions;
  readonly #stopping = new AbortController();
  #pause: AbortController | undefined;
  #running: Promise<void> | undefined;

  /** Fetches nothing yet. */
  constructor(options: ReplicaFetcherOptions) {
    this.#options = options;
    this.#partitions = new FollowedPartitions(options);
  }

  /** How many partitions it copies. */
  get size(): number {
    return this.#partitions.size;
  }

  /** How far it is with a partition. */
  state(topicPartition: TopicPartition): PartitionFetchState | undefined {
    return this.#partitions.state(topicPartition);
  }

  /** Copies a partition from here on. */
  add(topicPartition: TopicPartition, initial: InitialFetchState): void {
    if (!this.#partitions.add(topicPartition, initial)) return;
    this.#pause?.abort();
    this.#running ??= this.#run();
  }

  /** Does not copy a partition any more; what is on its way is dropped. */
  remove(topicPartition: TopicPartition): void {
    this.#partitions.remove(topicPartition);
  }

  /** Ends, when what is being done is done. */
  async shutdown(): Promise<void> {
    this.#stopping.abort();
    this.#pause?.abort();
    this.#options.leader.close();
    await this.#running;
  }

  async #run(): Promise<void> {
    const { env: { logger }, leader } = this.#options;
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      const due = this.#partitions.due();
      try {
        await (due.size === 0 ? this.#rest() : this.#fetch(due, signal));
      } catch (error) {
        if (signal.aborted) return;
        logger.write("warn", "Failed to fetch from a leader", { leader: leader.brokerId, error });
        this.#partitions.delay();
      }
    }
  }

  /** One request and its answer. */
  async #fetch(due: TopicPartitionMap<DuePartition>, signal: AbortSignal): Promise<void> {
    const { leader } = this.#options;
    let response: FetchResponse;
    try {
      response = await leader.fetch(this.#request(due), signal);
    } catch (error) {
      this.#session.handleError();
      throw error;
    }
    const answer = this.#session.handleResponse(response);
    if (answer.type === "refused") {
      // The leader has forgotten the session, to have room for others: the next request begins another.
      if (answer.error === "FETCH_SESSION_ID_NOT_FOUND") return;
      throw new KafkaError(
        answer.error === "NONE" ? "UNKNOWN_SERVER_ERROR" : answer.error,
        answer.problem,
      );
    }
    const outOfRange = answer.partitions.filter((fetched) => {
      const asked = due.get(fetched.topicPartition)?.state;
      return asked !== undefined && this.#partitions.take(asked, fetched);
    });
    for (const { topicPartition } of outOfRange) {
      await this.#partitions.reset(topicPartition, signal);
    }
  }

  /** Waits until something is to be fetched again. */
  async #rest(): Promise<void> {
    const { env: { clock }, config } = this.#options;
    this.#pause = new AbortController();
    await clock.sleep(config().backoffMs, this.#pause.signal).catch(() => {});
    this.#pause = undefined;
  }

  #request(due: TopicPartitionMap<DuePartition>): Draft<FetchRequest> {
    const { replicaId, brokerEpoch, config } = this.#options;
    const { maxWaitMs, minBytes, maxBytes, partitionMaxBytes } = config();
    const wanted = new TopicPartitionMap<FetchPartition>();
    for (const [topicPartition, { state, logStartOffset }] of due) {
      const { topicId, fetchOffset, currentLeaderEpoch, lastFetchedEpoch } = state;
      wanted.set(topicPartition, {
        ...{ topicId, fetchOffset, currentLeaderEpoch, lastFetchedEpoch, logStartOffset },
        maxBytes: partitionMaxBytes,
      });
    }
    const { sessionId, sessionEpoch, topics, forgotten, replaced } = this.#session.next(wanted);
    return {
      replicaState: { replicaId, replicaEpoch: brokerEpoch() },
      ...{ maxWaitMs, minBytes, maxBytes, sessionId, sessionEpoch, topics },
      forgottenTopicsData: [...forgotten, ...replaced],
    };
  }
}
