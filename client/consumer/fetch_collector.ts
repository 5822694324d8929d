/**
 * Takes the records of a poll out of what has been fetched, and moves the positions on (Kafka's `FetchCollector`).
 *
 * @module
 */

import type { Logger } from "../../storage/env.ts";
import { type TopicPartition, topicPartitionKey } from "../../storage/file/file_names.ts";
import { errorCode, type ErrorName, errorName, KafkaError } from "../protocol/error_codes.ts";
import { TopicPartitionMap } from "../../storage/file/topic_partition_map.ts";
import type { CompletedFetch } from "./completed_fetch.ts";
import {
  ConsumerError,
  IllegalConsumerStateError,
  OffsetOutOfRangeError,
} from "./consumer_errors.ts";
import type { ConsumerRecord } from "./consumer_record.ts";
import type { Node } from "../node.ts";
import type { FetchBuffer } from "./fetch_buffer.ts";
import { fetchPositionText } from "./fetch_position.ts";
import type { OffsetAndMetadata } from "./offset_and_metadata.ts";
import type { SubscriptionState } from "./subscription_state.ts";

/** What a collector is made of. */
export interface FetchCollectorOptions {
  /** Where the consumer is. */
  readonly subscription: SubscriptionState;
  /** Records that one poll returns at most. */
  readonly maxPollRecords: number;
  /** The brokers that are known, by id. */
  readonly nodes: () => ReadonlyMap<number, Node>;
  /** Told when what is known of the cluster proves wrong. */
  readonly requestMetadata: () => void;
  /** Until when a replica is preferred that a leader names now, on the monotonic clock. */
  readonly preferredUntil: () => number;
  /** Told what happens. */
  readonly logger: Logger;
}

/** What a poll has found. */
export interface CollectedFetch<K, V> {
  /** The records. */
  readonly records: TopicPartitionMap<readonly ConsumerRecord<K, V>[]>;
  /** Where the consumer goes on, in the partitions of which something was taken. */
  readonly nextOffsets: TopicPartitionMap<OffsetAndMetadata>;
  /** Whether there is neither a record nor a position that moved on, as it does over records that are not shown. */
  readonly isEmpty: boolean;
}

/** Errors that say no more than that another broker is to be asked. */
const STALE_METADATA: ReadonlySet<ErrorName> = new Set<ErrorName>([
  "NOT_LEADER_OR_FOLLOWER",
  "REPLICA_NOT_AVAILABLE",
  "KAFKA_STORAGE_ERROR",
  "FENCED_LEADER_EPOCH",
  "OFFSET_NOT_AVAILABLE",
  "UNKNOWN_TOPIC_OR_PARTITION",
  "UNKNOWN_TOPIC_ID",
  "INCONSISTENT_TOPIC_ID",
]);

/** Collects records of one consumer. */
export class FetchCollector<K, V> {
  readonly #options: FetchCollectorOptions;

  /** Has nothing of its own. */
  constructor(options: FetchCollectorOptions) {
    this.#options = options;
  }

  /**
   * The records of a poll. What is wrong behind some good records is told the next time.
   *
   * @throws {OffsetOutOfRangeError} when an offset is not there, and nothing says where else to begin
   * @throws {KafkaError} when reading is not allowed
   * @throws {ConsumerError} for what cannot be read
   */
  collect(buffer: FetchBuffer<K, V>): CollectedFetch<K, V> {
    const { subscription, maxPollRecords } = this.#options;
    const records = new TopicPartitionMap<readonly ConsumerRecord<K, V>[]>();
    const nextOffsets = new TopicPartitionMap<OffsetAndMetadata>();
    const paused: CompletedFetch<K, V>[] = [];
    let left = maxPollRecords;
    let isEmpty = true;
    try {
      while (left > 0) {
        const { current } = buffer;
        if (current === undefined || current.isConsumed) {
          const next = buffer.peek();
          if (next === undefined) break;
          this.#begin(next, buffer, isEmpty);
        } else if (subscription.find(current.topicPartition)?.isPaused === true) {
          paused.push(current);
          buffer.current = undefined;
        } else {
          const { topicPartition, nextFetchOffset } = current;
          const taken = this.#take(current, left);
          left -= taken.length;
          if (taken.length === 0 && current.nextFetchOffset === nextFetchOffset) continue;
          isEmpty = false;
          if (taken.length > 0) {
            const before = records.get(topicPartition);
            records.set(topicPartition, before === undefined ? taken : [...before, ...taken]);
          }
          const { nextFetchOffset: offset, lastEpoch: leaderEpoch } = current;
          nextOffsets.set(topicPartition, leaderEpoch < 0 ? { offset } : { offset, leaderEpoch });
        }
      }
    } catch (error) {
      if (isEmpty) throw error;
    } finally {
      buffer.add(...paused);
    }
    return { records, nextOffsets, isEmpty };
  }

  /** Makes a fetch the current one, unless it is of no use. */
  #begin(fetch: CompletedFetch<K, V>, buffer: FetchBuffer<K, V>, isEmpty: boolean): void {
    let isUsable = fetch.isInitialized;
    if (!isUsable) {
      try {
        isUsable = this.#initialize(fetch);
      } catch (error) {
        // An error that comes without records is told once; broken records stay until somebody seeks past them.
        if (isEmpty && fetch.sizeInBytes === 0) buffer.shift();
        throw error;
      }
    }
    buffer.current = isUsable ? fetch : undefined;
    buffer.shift();
  }

  #take(fetch: CompletedFetch<K, V>, max: number): readonly ConsumerRecord<K, V>[] {
    const { subscription } = this.#options;
    const { topicPartition } = fetch;
    const state = subscription.find(topicPartition);
    const position = state?.validPosition;
    // The partition may be gone meanwhile, or the position be another: then this is of an obsolete request.
    const isWanted = subscription.isFetchable(topicPartition, state) &&
      position?.offset === fetch.nextFetchOffset;
    if (!isWanted) {
      this.#drain(fetch);
      return [];
    }
    const records = fetch.take(max);
    if (fetch.nextFetchOffset > position.offset) {
      const { nextFetchOffset: offset, lastEpoch: offsetEpoch } = fetch;
      state!.advance({ offset, offsetEpoch, currentLeader: position.currentLeader });
    }
    if (fetch.isConsumed) this.#drain(fetch);
    return records;
  }

  #drain(fetch: CompletedFetch<K, V>): void {
    fetch.drain();
    // The others come first in the next answer.
    if (fetch.hasReturnedRecords) this.#options.subscription.moveToEnd(fetch.topicPartition);
  }

  /** Takes over what an answer says of a partition beside its records. */
  #initialize(fetch: CompletedFetch<K, V>): boolean {
    const { subscription, preferredUntil } = this.#options;
    const { topicPartition, data } = fetch;
    const state = subscription.find(topicPartition);
    if (state === undefined || !state.hasValidPosition) return false;
    const error = errorName(data.errorCode);
    if (error !== "NONE") {
      subscription.moveToEnd(topicPartition);
      this.#handleError(fetch, error);
      return false;
    }
    if (state.position?.offset !== fetch.nextFetchOffset) return false;
    if (fetch.isCutOff) {
      throw new ConsumerError(
        `Failed to make progress reading messages at ${topicPartitionKey(topicPartition)}=` +
          `${fetch.nextFetchOffset}. Received a non-empty fetch response from the server, but no ` +
          "complete records were found.",
      );
    }
    if (data.highWatermark >= 0) state.updateHighWatermark(data.highWatermark);
    if (data.logStartOffset >= 0) state.logStartOffset = data.logStartOffset;
    if (data.lastStableOffset >= 0) state.updateLastStableOffset(data.lastStableOffset);
    if (data.preferredReadReplica >= 0) {
      state.preferReplica(data.preferredReadReplica, preferredUntil());
    }
    fetch.isInitialized = true;
    return true;
  }

  #handleError(fetch: CompletedFetch<K, V>, error: ErrorName): void {
    const { requestMetadata, subscription, logger } = this.#options;
    const { topicPartition, nextFetchOffset: offset } = fetch;
    const partition = topicPartitionKey(topicPartition);
    if (STALE_METADATA.has(error)) {
      logger.write("debug", "Error in a fetch", { partition, error });
      subscription.find(topicPartition)?.clearPreferredReplica();
      requestMetadata();
      return;
    }
    switch (error) {
      case "OFFSET_OUT_OF_RANGE":
        return this.#handleOutOfRange(topicPartition, offset);
      case "TOPIC_AUTHORIZATION_FAILED":
        throw new KafkaError(error, `Not authorized to access topics: [${topicPartition.topic}]`);
      case "UNKNOWN_LEADER_EPOCH":
        return logger.write("debug", "A broker does not know a leader epoch yet", { partition });
      case "UNKNOWN_SERVER_ERROR":
        return logger.write("warn", "Unknown server error in a fetch", { partition, offset });
      case "CORRUPT_MESSAGE":
        throw new ConsumerError(
          `Encountered corrupt message when fetching offset ${offset} for topic-partition ${partition}`,
          { cause: new KafkaError(error) },
        );
      default:
        throw new IllegalConsumerStateError(
          `Unexpected error code ${errorCode(error)} while fetching at offset ${offset} ` +
            `from topic-partition ${partition}`,
          { cause: new KafkaError(error) },
        );
    }
  }

  #handleOutOfRange(topicPartition: TopicPartition, fetchOffset: number): void {
    const { subscription, logger, nodes } = this.#options;
    const partition = topicPartitionKey(topicPartition);
    const state = subscription.find(topicPartition);
    const position = state?.position;
    if (state === undefined || position === undefined) return;
    // A follower may lack what its leader has.
    if (state.clearPreferredReplica() !== undefined) return;
    if (position.offset !== fetchOffset) return;
    const problem = `Fetch position ${fetchPositionText(position, nodes())} is out of range ` +
      `for partition ${partition}`;
    if (subscription.defaultReset.type === "none") {
      throw new OffsetOutOfRangeError([[topicPartition, position.offset]], problem);
    }
    logger.write("info", "Fetch position is out of range, resetting offset", {
      partition,
      offset: position.offset,
    });
    state.requestReset(subscription.defaultReset);
  }
}
