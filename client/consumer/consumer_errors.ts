/**
 * What can go wrong in a consumer without a broker having said so. What a broker says is a `KafkaError`.
 *
 * @module
 */

import type { TopicPartition } from "../../storage/file/file_names.ts";
import { TopicPartitionMap, TopicPartitionSet } from "../../storage/file/topic_partition_map.ts";
import { type OffsetAndMetadata, offsetAndMetadataText } from "./offset_and_metadata.ts";

/** A consumer cannot go on with something. */
export class ConsumerError extends Error {
  /** Tells what, and why. */
  constructor(message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
  }
}

/** A method was called at a time that does not allow it (Java's `IllegalStateException`). */
export class IllegalConsumerStateError extends ConsumerError {}

/** Partitions have no offset to go on from (Kafka's `InvalidOffsetException`). */
export abstract class InvalidOffsetError extends ConsumerError {
  /** The partitions. */
  abstract readonly partitions: TopicPartitionSet;
}

/** Nothing is committed, and `auto.offset.reset` is `none` (Kafka's `NoOffsetForPartitionException`). */
export class NoOffsetForPartitionError extends InvalidOffsetError {
  /** The partitions. */
  override readonly partitions: TopicPartitionSet;

  /** Says so. */
  constructor(partitions: Iterable<TopicPartition>) {
    const set = new TopicPartitionSet(partitions);
    super(`Undefined offset with no reset policy for partitions: ${set}`);
    this.partitions = set;
  }
}

/** The offsets to read are not in the log, and `auto.offset.reset` is `none` (Kafka's `OffsetOutOfRangeException`). */
export class OffsetOutOfRangeError extends InvalidOffsetError {
  /** The offsets that were asked for. */
  readonly offsets: TopicPartitionMap<number>;

  /** Says so. */
  constructor(
    offsets: Iterable<readonly [TopicPartition, number]>,
    message?: string,
  ) {
    const map = new TopicPartitionMap(offsets);
    super(
      message ?? `Offsets out of range with no configured reset policy for partitions: ${map}`,
    );
    this.offsets = map;
  }

  /** The partitions. */
  override get partitions(): TopicPartitionSet {
    return new TopicPartitionSet(this.offsets.keys());
  }
}

/** Records that were read are no longer in the log, and `auto.offset.reset` is `none` (Kafka's `LogTruncationException`). */
export class LogTruncationError extends OffsetOutOfRangeError {
  /** The first offset that is known to differ from what was read, where a broker could tell. */
  readonly divergentOffsets: TopicPartitionMap<OffsetAndMetadata>;

  /**
   * Says so.
   *
   * @param fetchOffsets where the consumer was
   * @param divergentOffsets the first offsets that differ, where they are known
   */
  constructor(
    fetchOffsets: Iterable<readonly [TopicPartition, number]>,
    divergentOffsets: Iterable<readonly [TopicPartition, OffsetAndMetadata]>,
  ) {
    const divergent = new TopicPartitionMap(divergentOffsets);
    const shown = new TopicPartitionMap(
      [...divergent].map(([key, value]) => [key, offsetAndMetadataText(value)] as const),
    );
    super(fetchOffsets, `Truncated partitions detected with divergent offsets ${shown}`);
    this.divergentOffsets = divergent;
  }
}

/** The offsets of a commit are not the group's any more: its partitions may belong to another member (Kafka's `CommitFailedException`). */
export class CommitFailedError extends ConsumerError {
  /** Says so. */
  constructor(
    message =
      "Commit cannot be completed since the group has already rebalanced and assigned the " +
      "partitions to another member. This means that the time between subsequent calls to poll() " +
      "was longer than the configured max.poll.interval.ms, which typically implies that the poll " +
      "loop is spending too much time message processing. You can address this either by " +
      "increasing max.poll.interval.ms or by reducing the maximum size of batches returned in " +
      "poll() with max.poll.records.",
  ) {
    super(message);
  }
}

/** A commit in the background failed with what may pass (Kafka's `RetriableCommitFailedException`); its cause is what failed. */
export class RetriableCommitFailedError extends ConsumerError {
  /** Says so. */
  constructor(cause: unknown) {
    super(
      "Offset commit failed with a retriable exception. You should retry committing the latest " +
        "consumed offsets.",
      { cause },
    );
  }
}
