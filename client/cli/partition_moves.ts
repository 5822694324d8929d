/**
 * Which brokers give and which get data while partitions are moved, and the throttles that go with that.
 *
 * @module
 */

import { type TopicPartition, topicPartitionKey } from "../../storage/file/file_names.ts";
import type { PartitionReassignment } from "../admin/reassignments.ts";
import type { TopicPartitionMap } from "../../storage/file/topic_partition_map.ts";
import { JavaException } from "./java_exception.ts";

/** A partition's move. */
interface PartitionMove {
  /** Brokers that have it. */
  readonly sources: ReadonlySet<number>;
  /** Brokers that are to get it. */
  readonly destinations: ReadonlySet<number>;
}

/** The moves of partitions, by topic and number. */
export type MoveMap = ReadonlyMap<string, ReadonlyMap<number, PartitionMove>>;

/**
 * All moves: those under way, and those that are proposed.
 *
 * @param current where the partitions are that are to move
 * @throws {JavaException} for a partition of which nothing is known
 */
export function moveMap(
  underWay: TopicPartitionMap<PartitionReassignment>,
  proposed: TopicPartitionMap<readonly number[]>,
  current: TopicPartitionMap<readonly number[]>,
): MoveMap {
  const moves = new Map<string, Map<number, PartitionMove>>();
  const set = ({ topic, partition }: TopicPartition, move: PartitionMove) => {
    const ofTopic = moves.get(topic);
    if (ofTopic === undefined) moves.set(topic, new Map([[partition, move]]));
    else ofTopic.set(partition, move);
  };
  for (const [key, { replicas, addingReplicas }] of underWay) {
    const destinations = new Set(addingReplicas);
    set(key, { sources: new Set(replicas).difference(destinations), destinations });
  }
  for (const [key, replicas] of proposed) {
    const sources = moves.get(key.topic)?.get(key.partition)?.sources ?? current.get(key);
    if (sources === undefined) {
      throw new JavaException(
        "java.lang.RuntimeException",
        `Trying to reassign a topic partition ${topicPartitionKey(key)} with 0 replicas`,
      );
    }
    const from = new Set(sources);
    set(key, { sources: from, destinations: new Set(replicas).difference(from) });
  }
  return moves;
}

/**
 * The value of `leader.` or `follower.replication.throttled.replicas` of each topic: `0:1,0:2` for partition 0 on brokers 1 and 2.
 *
 * @param side whether those that give or those that get are throttled
 */
export function throttledReplicas(
  moves: MoveMap,
  side: "sources" | "destinations",
): Map<string, string> {
  return new Map(Array.from(moves, ([topic, ofTopic]) => {
    const replicas = Array.from(
      ofTopic,
      ([partition, move]) => Array.from(move[side], (broker) => `${partition}:${broker}`),
    );
    return [topic, replicas.flat().sort().join(",")];
  }));
}

/** All brokers that give or get something, ascending. */
export function movingBrokers(moves: MoveMap): number[] {
  const all = new Set<number>();
  for (const ofTopic of moves.values()) {
    for (const { sources, destinations } of ofTopic.values()) {
      for (const broker of [...sources, ...destinations]) all.add(broker);
    }
  }
  return [...all].sort((a, b) => a - b);
}
