/**
 * What a consumer's user asks of its group.
 *
 * @module
 */

import { type TopicPartition, topicPartitionKey } from "../../storage/file/file_names.ts";
import { Deadline } from "../network/deadline.ts";
import { KafkaError } from "../protocol/error_codes.ts";
import { TopicPartitionMap } from "../../storage/file/topic_partition_map.ts";
import type { ConsumerCore } from "./consumer_core.ts";
import { IllegalConsumerStateError } from "./consumer_errors.ts";
import type { GroupMembership, OffsetCommitCallback } from "./group_membership.ts";
import { type OffsetAndMetadata, offsetAndMetadataText } from "./offset_and_metadata.ts";
import type { OffsetWait } from "./offset_fetcher.ts";
import type { RebalanceListener } from "./rebalance_listener.ts";

/** The part of a consumer that these need. */
export type GroupedConsumer =
  & Pick<
    ConsumerCore<unknown, unknown>,
    "client" | "env" | "followTopics" | "group" | "subscription" | "wake"
  >
  & { readonly fetcher: { retain(fits: (topicPartition: TopicPartition) => boolean): void } };

/**
 * The group.
 *
 * @throws {KafkaError} `INVALID_GROUP_ID` when there is none
 */
export function groupOf({ group }: Pick<GroupedConsumer, "group">): GroupMembership {
  if (group !== undefined) return group;
  throw new KafkaError(
    "INVALID_GROUP_ID",
    "To use the group management or offset commit APIs, you must provide a valid group.id in the " +
      "consumer configuration.",
  );
}

/** Subscribes to topics, or to those that match a pattern. */
export function subscribe(
  consumer: GroupedConsumer,
  topics: RegExp | Iterable<string>,
  listener: RebalanceListener | undefined,
): void {
  groupOf(consumer);
  const { client, fetcher, subscription } = consumer;
  if (topics instanceof RegExp) {
    if (topics.source === "(?:)") {
      throw new TypeError("Topic pattern to subscribe to cannot be empty");
    }
    subscription.subscribePattern(topics);
    subscription.rebalanceListener = listener;
    client.updater.wantAllTopics(true);
  } else {
    const names = new Set(topics);
    if (names.size === 0) return void unsubscribe(consumer);
    for (const name of names) {
      if (typeof name === "string" && name.trim() !== "") continue;
      throw new TypeError("Topic collection to subscribe to cannot contain null or empty topic");
    }
    subscription.subscribe(names);
    subscription.rebalanceListener = listener;
    // What was fetched of other topics is not wanted any more.
    fetcher.retain(({ topic }) => names.has(topic));
    consumer.followTopics();
  }
  consumer.wake();
}

/** Ends any kind of subscription: without a group at once, with one when it has been left. */
export function unsubscribe(consumer: GroupedConsumer): Promise<void> {
  const { client, fetcher, group, subscription } = consumer;
  const end = () => {
    subscription.unsubscribe();
    client.updater.wantAllTopics(false);
    consumer.followTopics();
    consumer.wake();
  };
  fetcher.retain(() => false);
  if (group !== undefined) {
    return group.leave("the consumer unsubscribed from all topics").finally(end);
  }
  end();
  return Promise.resolve();
}

/** What is committed; `null` for nothing. */
export async function committed(
  consumer: GroupedConsumer,
  partitions: Iterable<TopicPartition>,
  { timeoutMs, signal }: OffsetWait,
): Promise<TopicPartitionMap<OffsetAndMetadata | null>> {
  const group = groupOf(consumer);
  const wanted = [...partitions];
  const text =
    `Timeout of ${timeoutMs}ms expired before the last committed offset for partitions ` +
    `[${wanted.map(topicPartitionKey).join(", ")}] could be determined. Try tuning ` +
    "default.api.timeout.ms larger to relax the threshold.";
  using deadline = new Deadline(consumer.env.clock, timeoutMs, text, signal);
  return await group.fetchCommitted(wanted, deadline.signal);
}

/** Commits, and waits for it. */
export async function commitSync(
  consumer: GroupedConsumer,
  offsets: Iterable<readonly [TopicPartition, OffsetAndMetadata]> | undefined,
  { timeoutMs, signal }: OffsetWait,
): Promise<void> {
  const group = groupOf(consumer);
  const wanted = offsetsToCommit(consumer, offsets);
  const shown = new TopicPartitionMap(
    [...wanted].map(([key, value]) => [key, offsetAndMetadataText(value)] as const),
  );
  const text = `Timeout of ${timeoutMs}ms expired before successfully committing offsets ${shown}`;
  using deadline = new Deadline(consumer.env.clock, timeoutMs, text, signal);
  await group.commit(wanted, deadline.signal);
}

/** Commits in the background. */
export function commitAsync(
  consumer: GroupedConsumer,
  offsets: Iterable<readonly [TopicPartition, OffsetAndMetadata]> | undefined,
  callback: OffsetCommitCallback | undefined,
): void {
  groupOf(consumer).commitAsync(offsetsToCommit(consumer, offsets), callback);
}

/** Lets the group share its partitions anew. */
export function enforceRebalance({ group }: GroupedConsumer, reason: string | undefined): void {
  if (group === undefined) {
    throw new IllegalConsumerStateError(
      "Tried to force a rebalance but consumer does not have a group.",
    );
  }
  group.enforceRebalance(reason || "rebalance enforced by user");
}

function offsetsToCommit(
  { client, subscription }: GroupedConsumer,
  offsets: Iterable<readonly [TopicPartition, OffsetAndMetadata]> | undefined,
): TopicPartitionMap<OffsetAndMetadata> {
  if (offsets === undefined) return subscription.allConsumed();
  const wanted = new TopicPartitionMap(offsets);
  for (const [topicPartition, { offset, leaderEpoch = -1 }] of wanted) {
    if (!(offset >= 0)) throw new RangeError("Invalid negative offset");
    const known = client.metadata.partition(topicPartition)?.leaderEpoch ?? -1;
    if (leaderEpoch > known && known >= 0) client.updater.request();
  }
  return wanted;
}
