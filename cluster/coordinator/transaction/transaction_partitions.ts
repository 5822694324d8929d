/**
 * The partitions of a transaction.
 *
 * @module
 */

import type { TopicPartition } from "../../../storage/file/file_names.ts";

/** Numbers of partitions by topic; no topic is without. */
export type TransactionPartitions = ReadonlyMap<string, ReadonlySet<number>>;

/** No partitions. */
export const NO_PARTITIONS: TransactionPartitions = new Map();

/** Whether a partition is among them. */
export function includesPartition(
  partitions: TransactionPartitions,
  { topic, partition }: TopicPartition,
): boolean {
  return partitions.get(topic)?.has(partition) ?? false;
}

/** These partitions and more. */
export function withPartitions(
  partitions: TransactionPartitions,
  added: readonly TopicPartition[],
): TransactionPartitions {
  const all = new Map<string, ReadonlySet<number>>(partitions);
  const copied = new Map<string, Set<number>>();
  for (const { topic, partition } of added) {
    let numbers = copied.get(topic);
    if (numbers === undefined) {
      copied.set(topic, numbers = new Set(partitions.get(topic)));
      all.set(topic, numbers);
    }
    numbers.add(partition);
  }
  return all;
}

/** These partitions but for some. */
export function withoutPartitions(
  partitions: TransactionPartitions,
  removed: readonly TopicPartition[],
): TransactionPartitions {
  const gone = withPartitions(NO_PARTITIONS, removed);
  const left = new Map<string, ReadonlySet<number>>();
  for (const [topic, numbers] of partitions) {
    const without = gone.get(topic);
    const rest = without === undefined ? numbers : numbers.difference(without);
    if (rest.size > 0) left.set(topic, rest);
  }
  return left;
}

/** The partitions one by one. */
export function listPartitions(partitions: TransactionPartitions): TopicPartition[] {
  return [...partitions].flatMap(([topic, numbers]) =>
    [...numbers].map((partition) => ({ topic, partition }))
  );
}
