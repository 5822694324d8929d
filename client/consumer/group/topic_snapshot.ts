/**
 * The topics of a group as its leader saw them when it shared their partitions: when they are others, it has to share them anew
 * (Kafka's `ConsumerCoordinator.MetadataSnapshot`, KIP-881).
 *
 * @module
 */

import type { MetadataCache } from "../../metadata_cache.ts";
import type { AssignablePartition, AssignableTopics } from "../assignors/partition_assignor.ts";

/** Topics at one version of the metadata. */
export interface TopicSnapshot {
  /** The version. */
  readonly version: number;
  /** The topics that exist. */
  readonly topics: AssignableTopics;
}

/** The topics that exist among those that are named. */
export function topicSnapshot(metadata: MetadataCache, names: Iterable<string>): TopicSnapshot {
  const topics = new Map<string, readonly AssignablePartition[]>();
  for (const name of names) {
    const topic = metadata.topic(name);
    if (topic === undefined) continue;
    topics.set(
      name,
      topic.partitions.map(({ partition, replicas }) => ({
        partition,
        racks: racksOf(metadata, replicas),
      })),
    );
  }
  return { version: metadata.version, topics };
}

/**
 * Whether partitions would be shared in the same way.
 *
 * @param withRacks whether it matters where they are
 */
export function isSameSnapshot(a: TopicSnapshot, b: TopicSnapshot, withRacks: boolean): boolean {
  if (a.version === b.version) return true;
  if (a.topics.size !== b.topics.size) return false;
  for (const [name, partitions] of a.topics) {
    const others = b.topics.get(name);
    if (others?.length !== partitions.length) return false;
    if (withRacks && !partitions.every((one, i) => hasSameRacks(one, others[i]!))) return false;
  }
  return true;
}

function hasSameRacks(a: AssignablePartition, b: AssignablePartition): boolean {
  return a.racks.length === b.racks.length && a.racks.every((rack) => b.racks.includes(rack));
}

function racksOf({ nodes }: MetadataCache, replicas: readonly number[]): readonly string[] {
  const racks = new Set<string>();
  for (const replica of replicas) {
    const rack = nodes.get(replica)?.rack ?? null;
    if (rack !== null) racks.add(rack);
  }
  return [...racks];
}
