/**
 * Which member has which partitions, by what all of them say of themselves.
 *
 * @module
 */

import { TopicPartitionMap } from "../../../storage/file/topic_partition_map.ts";
import type { TopicPartition } from "../../../storage/file/file_names.ts";

/** What a member says that it has. */
export interface Claim {
  /** Partitions. */
  readonly partitions: readonly TopicPartition[];
  /** The group's generation that gave it those; -1 when it does not say. */
  readonly generation: number;
}

/**
 * The owner of each partition that has one. Of two members that claim the same, the one of the later generation is right; in the same generation
 * neither is.
 */
export function previousOwners(claims: ReadonlyMap<string, Claim>): TopicPartitionMap<string> {
  const owners = new TopicPartitionMap<string | undefined>();
  const generations = new TopicPartitionMap<number>();
  for (const [member, { partitions, generation }] of claims) {
    for (const topicPartition of partitions) {
      const known = generations.get(topicPartition);
      if (known !== undefined && known > generation) continue;
      owners.set(topicPartition, known === generation ? undefined : member);
      generations.set(topicPartition, generation);
    }
  }
  const certain = new TopicPartitionMap<string>();
  for (const [topicPartition, member] of owners) {
    if (member !== undefined) certain.set(topicPartition, member);
  }
  return certain;
}
