/**
 * The one partition that a quorum has, in messages that could name many.
 *
 * @module
 */

/** Name of the metadata topic. */
export const METADATA_TOPIC = "__cluster_metadata";
/** Number of its only partition. */
export const METADATA_PARTITION = 0;

/** The partition of a message about one partition alone; `undefined` when it is about none, or about several. */
export function onlyPartition<P, T extends { readonly partitions: readonly P[] }>(
  topics: readonly (T & { readonly partitions: readonly P[] })[],
): { readonly topic: T; readonly partition: P } | undefined {
  const [topic, ...others] = topics;
  if (topic === undefined || others.length > 0 || topic.partitions.length !== 1) return undefined;
  return { topic, partition: topic.partitions[0]! };
}
