/**
 * Who leads the partitions that a consumer asks about. Pure.
 *
 * @module
 */

import type { TopicPartition } from "../../storage/file/file_names.ts";
import type { MetadataCache } from "../metadata_cache.ts";
import { TopicPartitionMap } from "../../storage/file/topic_partition_map.ts";
import { type LeaderAndEpoch, NO_LEADER } from "./fetch_position.ts";

/** Who leads a partition as far as is known: a leader of which there is no address counts as none. */
export function currentLeader(
  metadata: MetadataCache,
  topicPartition: TopicPartition,
): LeaderAndEpoch {
  const known = metadata.partition(topicPartition);
  if (known === undefined) return NO_LEADER;
  const { leader, leaderEpoch } = known;
  return { leader: metadata.nodes.has(leader) ? leader : -1, leaderEpoch };
}

/** Whether a replica can be read from. */
export function isOnlineReplica(
  metadata: MetadataCache,
  topicPartition: TopicPartition,
  node: number,
): boolean {
  const known = metadata.partition(topicPartition);
  return known !== undefined && metadata.nodes.has(node) && known.replicas.includes(node) &&
    !known.offlineReplicas.includes(node);
}

/** What belongs to partitions, by leader; -1 for those without one. */
export function byLeader<V>(
  entries: Iterable<readonly [TopicPartition, V]>,
  leaderOf: (topicPartition: TopicPartition, value: V) => number,
): Map<number, TopicPartitionMap<V>> {
  const nodes = new Map<number, TopicPartitionMap<V>>();
  for (const [topicPartition, value] of entries) {
    const leader = leaderOf(topicPartition, value);
    let partitions = nodes.get(leader);
    if (partitions === undefined) nodes.set(leader, partitions = new TopicPartitionMap());
    partitions.set(topicPartition, value);
  }
  return nodes;
}

/** Partitions by topic, as requests have them. */
export function byTopic<V, P>(
  partitions: Iterable<readonly [TopicPartition, V]>,
  entryOf: (partition: number, value: V) => P,
): Map<string, P[]> {
  const topics = new Map<string, P[]>();
  for (const [{ topic, partition }, value] of partitions) {
    const entry = entryOf(partition, value);
    const entries = topics.get(topic);
    if (entries === undefined) topics.set(topic, [entry]);
    else entries.push(entry);
  }
  return topics;
}
