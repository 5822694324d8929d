/**
 * What a consumer's user asks about offsets.
 *
 * @module
 */

import { type TopicPartition, topicPartitionKey } from "../../storage/file/file_names.ts";
import { TopicPartitionMap } from "../../storage/file/topic_partition_map.ts";
import { LATEST_TIMESTAMP } from "./auto_offset_reset.ts";
import type { OffsetAndTimestamp } from "./consumer_options.ts";
import type { OffsetFetcher, OffsetWait } from "./offset_fetcher.ts";
import type { IsolationLevel } from "./partition_state.ts";
import type { SubscriptionState } from "./subscription_state.ts";

/** Who answers. */
export interface OffsetQueries {
  /** Asks brokers. */
  readonly offsets: OffsetFetcher;
  /** Which topics are asked for anew, once the answer is there. */
  readonly followTopics: () => void;
}

/**
 * The first records that are as new as these timestamps; `null` where there is none.
 *
 * @throws {RangeError} for a negative timestamp
 */
export async function offsetsForTimes(
  { offsets, followTopics }: OffsetQueries,
  timestamps: Iterable<readonly [TopicPartition, number]>,
  wait: OffsetWait,
): Promise<TopicPartitionMap<OffsetAndTimestamp | null>> {
  const wanted = new TopicPartitionMap(timestamps);
  for (const [topicPartition, timestamp] of wanted) {
    if (timestamp >= 0) continue;
    throw new RangeError(
      `The target time for partition ${topicPartitionKey(topicPartition)} is ${timestamp}. ` +
        "The target time cannot be negative.",
    );
  }
  try {
    const found = await offsets.offsets(wanted, wait);
    const answer = new TopicPartitionMap<OffsetAndTimestamp | null>();
    for (const topicPartition of wanted.keys()) {
      answer.set(topicPartition, found.get(topicPartition) ?? null);
    }
    return answer;
  } finally {
    followTopics();
  }
}

/** Where partitions begin, or end. */
export async function beginningOrEndOffsets(
  { offsets, followTopics }: OffsetQueries,
  partitions: Iterable<TopicPartition>,
  timestamp: number,
  wait: OffsetWait,
): Promise<TopicPartitionMap<number>> {
  const wanted = new TopicPartitionMap<number>();
  for (const topicPartition of partitions) wanted.set(topicPartition, timestamp);
  try {
    const answer = new TopicPartitionMap<number>();
    for (const [topicPartition, found] of await offsets.offsets(wanted, wait)) {
      if (found !== undefined) answer.set(topicPartition, found.offset);
    }
    return answer;
  } finally {
    followTopics();
  }
}

/** Records that are still to be read in a partition that the consumer has; `undefined` when it is not known, and then it is asked for. */
export function currentLag(
  { offsets }: Pick<OffsetQueries, "offsets">,
  subscription: SubscriptionState,
  topicPartition: TopicPartition,
  isolationLevel: IsolationLevel,
  timeoutMs: number,
): number | undefined {
  const state = subscription.state(topicPartition);
  const lag = state.lag(isolationLevel);
  if (lag !== undefined) return lag;
  if (state.endOffset(isolationLevel) !== undefined || state.isEndOffsetRequested) return undefined;
  state.isEndOffsetRequested = true;
  offsets.offsets(new TopicPartitionMap([[topicPartition, LATEST_TIMESTAMP]]), { timeoutMs })
    .catch(() => {})
    .finally(() => state.isEndOffsetRequested = false);
  return undefined;
}
