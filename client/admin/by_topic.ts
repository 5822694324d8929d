/**
 * Partitions as requests and answers have them: by topic.
 *
 * @module
 */

import type { TopicPartition } from "../../storage/file/file_names.ts";

/** Puts partitions of the same topic together. */
export function byTopic<P>(
  partitions: Iterable<TopicPartition>,
  entryOf: (topicPartition: TopicPartition) => P,
): { readonly name: string; readonly partitions: readonly P[] }[] {
  const topics = new Map<string, P[]>();
  for (const topicPartition of partitions) {
    const entry = entryOf(topicPartition);
    const entries = topics.get(topicPartition.topic);
    if (entries === undefined) topics.set(topicPartition.topic, [entry]);
    else entries.push(entry);
  }
  return [...topics].map(([name, partitions]) => ({ name, partitions }));
}

/** Partitions by topic, by their numbers alone. */
export function numbersByTopic(
  partitions: Iterable<TopicPartition>,
): { readonly name: string; readonly partitions: readonly number[] }[] {
  return byTopic(partitions, ({ partition }) => partition);
}

/** What an answer tells of partitions, with their topics. */
export function* toldPartitions<P extends { readonly partitionIndex: number }>(
  topics: Iterable<{ readonly name: string; readonly partitions: readonly P[] }>,
): Generator<[TopicPartition, P]> {
  for (const { name: topic, partitions } of topics) {
    for (const told of partitions) yield [{ topic, partition: told.partitionIndex }, told];
  }
}
