/**
 * Moving partitions from some brokers to others.
 *
 * @module
 */

import { errorCode, KafkaError } from "../../client/protocol/error_codes.ts";
import type {
  AlterPartitionReassignmentsRequest,
  ReassignablePartition,
  ReassignableTopicResponse,
} from "../../client/protocol/messages/alter_partition_reassignments.ts";
import type {
  ListPartitionReassignmentsRequest,
  OngoingPartitionReassignment,
  OngoingTopicReassignment,
} from "../../client/protocol/messages/list_partition_reassignments.ts";
import {
  type ApiResult,
  checkRecordCount,
  type ControllerContext,
  type Decision,
  failureOf,
  OK,
} from "./decision.ts";
import type { MetadataImage } from "./metadata_image.ts";
import type { MetadataRecord } from "./metadata_records.ts";
import { validateManualAssignment } from "./new_partitions.ts";
import { changePartition } from "./partition_change.ts";
import { isReassigning } from "./partition_registration.ts";
import { beginReassignment, revertedReassignment } from "./reassignment_replicas.ts";
import { isUncleanElectionEnabled } from "./topic_settings.ts";
import type { TopicImage } from "./topics_image.ts";

/** Decides on AlterPartitionReassignments: each partition by itself; one without replicas calls its reassignment off. */
export function alterPartitionReassignments(
  context: ControllerContext,
  { topics, allowReplicationFactorChange }: AlterPartitionReassignmentsRequest,
): Decision<ReassignableTopicResponse[]> {
  const records: MetadataRecord[] = [];
  const response = topics.map(({ name, partitions }) => ({
    name,
    partitions: partitions.map((target) => {
      let result: ApiResult = OK;
      try {
        const record = alter(context, name, target, allowReplicationFactorChange);
        if (record !== undefined) records.push(record);
      } catch (error) {
        result = failureOf(error);
      }
      return {
        partitionIndex: target.partitionIndex,
        errorCode: errorCode(result.error),
        errorMessage: result.message,
      };
    }),
  }));
  checkRecordCount(records);
  return { records, response };
}

function alter(
  context: ControllerContext,
  name: string,
  { partitionIndex, replicas }: ReassignablePartition,
  allowReplicationFactorChange: boolean,
): MetadataRecord | undefined {
  const topic = context.image.topics.byName.get(name);
  if (topic === undefined) {
    throw new KafkaError(
      "UNKNOWN_TOPIC_OR_PARTITION",
      `Unable to find a topic named ${name}.`,
    );
  }
  if (!topic.partitions.has(partitionIndex)) {
    throw new KafkaError(
      "UNKNOWN_TOPIC_OR_PARTITION",
      `Unable to find partition ${name}:${partitionIndex}.`,
    );
  }
  return replicas === null
    ? cancel(context, topic, partitionIndex)
    : change(context, topic, partitionIndex, replicas, allowReplicationFactorChange);
}

function cancel(
  context: ControllerContext,
  topic: TopicImage,
  partitionId: number,
): MetadataRecord | undefined {
  const partition = topic.partitions.get(partitionId)!;
  if (!isReassigning(partition)) throw new KafkaError("NO_REASSIGNMENT_IN_PROGRESS");
  const { replicas, isr, isUnclean } = revertedReassignment(partition);
  const mayBeUnclean = isUncleanElectionEnabled(context, topic.name);
  if (isUnclean && !mayBeUnclean) {
    throw new KafkaError(
      "INVALID_REPLICA_ASSIGNMENT",
      `Unable to revert partition assignment for ${topic.name}:${partitionId} because it would ` +
        "require an unclean leader election.",
    );
  }
  return changePartition(context, topic, partitionId, {
    election: mayBeUnclean ? "unclean" : "online",
    replicas,
    isr,
    removing: [],
    adding: [],
  });
}

function change(
  context: ControllerContext,
  topic: TopicImage,
  partitionId: number,
  target: readonly number[],
  allowReplicationFactorChange: boolean,
): MetadataRecord | undefined {
  const partition = topic.partitions.get(partitionId)!;
  validateManualAssignment(context, target, undefined);
  if (!allowReplicationFactorChange) {
    // Of an earlier reassignment those count that it was going to leave.
    const { removingReplicas } = partition;
    const current = partition.replicas.filter((id) => !removingReplicas.includes(id)).length;
    if (target.length !== current) {
      throw new KafkaError(
        "INVALID_REPLICATION_FACTOR",
        `The replication factor is changed from ${current} to ${target.length}`,
      );
    }
  }
  const begun = beginReassignment(partition.replicas, target, partition.addingReplicas);
  return changePartition(context, topic, partitionId, { ...begun });
}

/** The reassignments that are under way, of some topics or of all. */
export function listPartitionReassignments(
  { topics: image }: MetadataImage,
  { topics }: Pick<ListPartitionReassignmentsRequest, "topics">,
): OngoingTopicReassignment[] {
  const wanted = topics === null
    ? [...image.byName.values()].map((topic) => ({ topic, indexes: [...topic.partitions.keys()] }))
    : topics.map(({ name, partitionIndexes }) => ({
      topic: image.byName.get(name),
      indexes: partitionIndexes,
    }));
  return wanted.flatMap(({ topic, indexes }) => {
    const partitions = indexes.flatMap((index) => ongoing(topic, index));
    return partitions.length === 0 ? [] : [{ name: topic!.name, partitions }];
  });
}

function ongoing(
  topic: TopicImage | undefined,
  partitionIndex: number,
): OngoingPartitionReassignment[] {
  const partition = topic?.partitions.get(partitionIndex);
  if (partition === undefined || !isReassigning(partition)) return [];
  const { replicas, addingReplicas, removingReplicas } = partition;
  return [{ partitionIndex, replicas, addingReplicas, removingReplicas }];
}
