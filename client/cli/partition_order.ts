/**
 * The order in which Kafka's tools have partitions.
 *
 * @module
 */

import { hashCode, hashOrder } from "../../storage/cli/java_text.ts";
import type { TopicPartition } from "../../storage/file/file_names.ts";

/** Partitions in the order in which Java's hash maps have them. */
export function inHashOrder<T>(
  items: Iterable<T>,
  partitionOf: (item: T) => TopicPartition,
): T[] {
  return hashOrder(items, (item) => {
    const { topic, partition } = partitionOf(item);
    return (Math.imul(31, 31 + partition) + hashCode(topic)) | 0;
  });
}
