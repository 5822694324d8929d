/**
 * Asks brokers for offsets: where partitions begin and end, and where records of a time are (Kafka's `OffsetFetcher`).
 *
 * @module
 */

import type { TopicPartition } from "../../storage/file/file_names.ts";
import { Deadline } from "../network/deadline.ts";
import type { ClientEnv, KafkaClient } from "../kafka_client.ts";
import { type ErrorName, KafkaError } from "../protocol/error_codes.ts";
import { listOffsets } from "../protocol/messages/list_offsets.ts";
import { isRetriableFailure } from "../retry.ts";
import { TopicPartitionMap } from "../../storage/file/topic_partition_map.ts";
import type { ConsumerSettings } from "./consumer_settings.ts";
import { LATEST_TIMESTAMP } from "./auto_offset_reset.ts";
import {
  type ListedOffset,
  type ListedOffsets,
  listedOffsets,
  listOffsetsRequest,
  type OffsetQuery,
} from "./list_offsets.ts";
import { byLeader, currentLeader } from "./partition_leaders.ts";
import type { SubscriptionState } from "./subscription_state.ts";

/** What an offset fetcher is made of. */
export interface OffsetFetcherOptions {
  /** The way to the cluster. */
  readonly client: KafkaClient;
  /** Clock, randomness, and who is told what happens. */
  readonly env: ClientEnv;
  /** The consumer's settings. */
  readonly settings: ConsumerSettings;
  /** Takes over the ends of partitions that the consumer has. */
  readonly subscription: SubscriptionState;
}

/** How long offsets are asked for. */
export interface OffsetWait {
  /** Ms. */
  readonly timeoutMs: number;
  /** Ends it earlier. */
  readonly signal?: AbortSignal | undefined;
}

/** Errors of metadata that do not pass. */
const FATAL_TOPIC_ERRORS: ReadonlySet<ErrorName> = new Set<ErrorName>([
  "INVALID_TOPIC_EXCEPTION",
  "TOPIC_AUTHORIZATION_FAILED",
]);

/** Asks for offsets. */
export class OffsetFetcher {
  readonly #options: OffsetFetcherOptions;

  /** Asks for nothing yet. */
  constructor(options: OffsetFetcherOptions) {
    this.#options = options;
  }

  /**
   * The offsets of the first records that are as new as these timestamps; `undefined` where there is none.
   *
   * @param timestamps ms since the epoch, or numbers below 0 that stand for places in the log
   * @throws {KafkaError} `REQUEST_TIMED_OUT`, and what a broker says that does not pass
   */
  async offsets(
    timestamps: TopicPartitionMap<number>,
    { timeoutMs, signal }: OffsetWait,
  ): Promise<TopicPartitionMap<ListedOffset | undefined>> {
    const { client, env } = this.#options;
    const found = new TopicPartitionMap<ListedOffset | undefined>();
    if (timestamps.size === 0) return found;
    const text = `Failed to get offsets by times in ${timeoutMs}ms`;
    using deadline = new Deadline(env.clock, timeoutMs, text, signal);
    const left = new TopicPartitionMap(timestamps);
    while (left.size > 0) {
      deadline.signal.throwIfAborted();
      await this.#awaitMetadata(left.keys(), deadline.signal);
      const { version } = client.metadata;
      const { offsets } = await this.#ask(left, deadline.signal);
      for (const [topicPartition, offset] of offsets) {
        found.set(topicPartition, offset);
        left.delete(topicPartition);
        if (offset !== undefined) this.#takeOver(topicPartition, timestamps, offset);
      }
      if (left.size > 0) await client.updater.awaitUpdate(version, deadline.signal);
    }
    return found;
  }

  /**
   * Asks one broker.
   *
   * @throws {KafkaError} what the broker says, or that it cannot be reached
   */
  async ask(
    node: number,
    timestamps: TopicPartitionMap<number>,
    signal: AbortSignal,
  ): Promise<ListedOffsets> {
    const { client, settings: { config, isolationLevel } } = this.#options;
    const queries = new TopicPartitionMap<OffsetQuery>();
    for (const [topicPartition, timestamp] of timestamps) {
      const { leaderEpoch } = currentLeader(client.metadata, topicPartition);
      queries.set(topicPartition, { timestamp, currentLeaderEpoch: leaderEpoch });
    }
    const timeoutMs = config.number("request.timeout.ms");
    const request = listOffsetsRequest(queries, isolationLevel, timeoutMs);
    const response = await client.send(node, listOffsets, request, { signal });
    return listedOffsets(queries.keys(), response);
  }

  /** Asks all brokers once. What fails and may pass is left out of the answer. */
  async #ask(
    timestamps: TopicPartitionMap<number>,
    signal: AbortSignal,
  ): Promise<Pick<ListedOffsets, "offsets">> {
    const { client: { metadata }, env: { logger } } = this.#options;
    const nodes = byLeader(timestamps, (partition) => currentLeader(metadata, partition).leader);
    nodes.delete(-1);
    const offsets = new TopicPartitionMap<ListedOffset | undefined>();
    await Promise.all([...nodes].map(async ([node, queries]) => {
      try {
        const answer = await this.ask(node, queries, signal);
        for (const [topicPartition, offset] of answer.offsets) offsets.set(topicPartition, offset);
      } catch (error) {
        signal.throwIfAborted();
        if (!isRetriableFailure(error)) throw error;
        logger.write("debug", "Failed to list offsets", { node, error });
      }
    }));
    return { offsets };
  }

  /** Waits until there is something known of the topics, if it is only that they are not there. */
  async #awaitMetadata(partitions: Iterable<TopicPartition>, signal: AbortSignal): Promise<void> {
    const { client: { metadata, updater } } = this.#options;
    const topics = new Set([...partitions].map(({ topic }) => topic));
    updater.wantTopics(topics);
    for (const topic of topics) {
      while (metadata.topic(topic) === undefined) {
        const error = metadata.topicError(topic);
        if (error !== undefined && FATAL_TOPIC_ERRORS.has(error)) throw topicError(error, topic);
        if (error !== undefined) break;
        // Another call that has ended may have taken them back.
        updater.wantTopics(topics);
        await updater.awaitUpdate(metadata.version, signal);
      }
    }
  }

  /** Where a partition ends is worth knowing for its lag. */
  #takeOver(
    topicPartition: TopicPartition,
    timestamps: TopicPartitionMap<number>,
    { offset }: ListedOffset,
  ): void {
    const { subscription, settings: { isolationLevel } } = this.#options;
    const state = subscription.find(topicPartition);
    const timestamp = timestamps.get(topicPartition);
    if (state === undefined || timestamp !== LATEST_TIMESTAMP) return;
    if (isolationLevel === "read_committed") state.updateLastStableOffset(offset);
    else state.updateHighWatermark(offset);
  }
}

/** What is told of a topic that cannot be read. */
export function topicError(error: ErrorName, topic: string): KafkaError {
  const text = error === "TOPIC_AUTHORIZATION_FAILED"
    ? `Not authorized to access topics: [${topic}]`
    : `Invalid topics: [${topic}]`;
  return new KafkaError(error, text);
}
