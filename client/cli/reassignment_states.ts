/**
 * How far partitions are that a plan moves.
 *
 * @module
 */

import { type TopicPartition, topicPartitionKey } from "../../storage/file/file_names.ts";
import { KafkaError } from "../protocol/error_codes.ts";
import { TopicPartitionMap } from "../../storage/file/topic_partition_map.ts";
import type { Admin } from "./admin_session.ts";
import { executionException, JavaException } from "./java_exception.ts";
import { future } from "./java_future.ts";
import { comparePartitions, type ReassignmentPlan } from "./reassignment_json.ts";

/** How far a partition is. */
export interface ReassignmentState {
  /** Brokers that have it now; none when there is no such topic. */
  readonly currentReplicas: readonly number[];
  /** Those that are to have it. */
  readonly targetReplicas: readonly number[];
  /** Whether it is not being moved. */
  readonly done: boolean;
}

/** Partitions with their states, by topic and number, and whether any partition at all is being moved. */
export interface ReassignmentStates {
  readonly states: readonly (readonly [TopicPartition, ReassignmentState])[];
  readonly isAnyUnderWay: boolean;
}

/**
 * How far the partitions of a plan are.
 *
 * @throws {JavaException} for what cannot be found out
 */
export async function findReassignmentStates(
  admin: Admin,
  { partitions }: ReassignmentPlan,
): Promise<ReassignmentStates> {
  const underWay = await future(admin.listPartitionReassignments());
  const settled = partitions.filter(([key]) => !underWay.has(key));
  const topics = await future(
    admin.describeTopics([...new Set(settled.map(([{ topic }]) => topic))]),
  );
  const states = new TopicPartitionMap<ReassignmentState>();
  for (const [key, targetReplicas] of partitions) {
    const moving = underWay.get(key);
    states.set(key, {
      currentReplicas: moving?.replicas ?? replicasOf(key, () => topics.get(key.topic).partitions),
      targetReplicas,
      done: moving === undefined,
    });
  }
  return {
    states: [...states].sort(([a], [b]) => comparePartitions(a, b)),
    isAnyUnderWay: underWay.size > 0,
  };
}

function replicasOf(
  { partition }: TopicPartition,
  describe: () => readonly { readonly replicas: readonly { readonly id: number }[] }[],
): number[] {
  try {
    const partitions = describe();
    const found = partitions[partition];
    if (found !== undefined) return found.replicas.map(({ id }) => id);
    if (partitions.length < partition) return [];
    throw new JavaException(
      "java.lang.IndexOutOfBoundsException",
      `Index ${partition} out of bounds for length ${partitions.length}`,
    );
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error;
    if (error.code === "UNKNOWN_TOPIC_OR_PARTITION") return [];
    throw executionException(error);
  }
}

/** How far a partition is, in Kafka's words. */
export function reassignmentStateText(
  key: TopicPartition,
  { currentReplicas, targetReplicas, done }: ReassignmentState,
): string {
  const partition = topicPartitionKey(key);
  if (!done) return `Reassignment of partition ${partition} is still in progress.`;
  const [current, target] = [currentReplicas.join(","), targetReplicas.join(",")];
  if (current === target) return `Reassignment of partition ${partition} is completed.`;
  return `There is no active reassignment of partition ${partition}, but replica set is ` +
    `${current} rather than ${target}.`;
}
