/**
 * Giving topics more partitions.
 *
 * @module
 */

import { errorCode, KafkaError } from "../../client/protocol/error_codes.ts";
import type {
  CreatePartitionsRequest,
  CreatePartitionsTopic,
  CreatePartitionsTopicResult,
} from "../../client/protocol/messages/create_partitions.ts";
import {
  type ApiResult,
  checkRecordCount,
  type ControllerContext,
  type Decision,
  failure,
  failureOf,
  OK,
} from "./decision.ts";
import type { MetadataRecord } from "./metadata_records.ts";
import { assignedPartition, partitionRecord, placedPartitions } from "./new_partitions.ts";

/** Decides on CreatePartitions: each topic by itself. */
export function createPartitions(
  context: ControllerContext,
  { topics, validateOnly }: CreatePartitionsRequest,
): Decision<CreatePartitionsTopicResult[]> {
  const records: MetadataRecord[] = [];
  const times = new Map<string, number>();
  for (const { name } of topics) times.set(name, (times.get(name) ?? 0) + 1);
  checkRecordCount({ length: additionalPartitions(context, topics) });
  const response = [...new Set(topics.map(({ name }) => name))].map((name) => {
    let result: ApiResult = OK;
    if (times.get(name)! > 1) {
      result = failure("INVALID_REQUEST", "Duplicate topic name.");
    } else {
      try {
        records.push(...addPartitions(context, topics.find((topic) => topic.name === name)!));
      } catch (error) {
        result = failureOf(error);
      }
    }
    return { name, errorCode: errorCode(result.error), errorMessage: result.message };
  });
  checkRecordCount(records);
  return { records: validateOnly ? [] : records, response };
}

/** How many partitions would be placed: looked at first, for a client may ask for two billion. */
function additionalPartitions(
  { image }: ControllerContext,
  topics: readonly CreatePartitionsTopic[],
): number {
  return topics.reduce((sum, { name, count, assignments }) => {
    const present = image.topics.byName.get(name)?.partitions.size;
    return present === undefined || assignments !== null ? sum : sum + Math.max(count - present, 0);
  }, 0);
}

function addPartitions(
  context: ControllerContext,
  { name, count, assignments }: CreatePartitionsTopic,
): MetadataRecord[] {
  const topic = context.image.topics.byName.get(name);
  if (topic === undefined) throw new KafkaError("UNKNOWN_TOPIC_OR_PARTITION");
  const present = topic.partitions.size;
  if (count === present) {
    throw new KafkaError("INVALID_PARTITIONS", `Topic already has ${present} partition(s).`);
  }
  if (count < present) {
    throw new KafkaError(
      "INVALID_PARTITIONS",
      `The topic ${name} currently has ${present} partition(s); ${count} would not be an increase.`,
    );
  }
  const additional = count - present;
  if (assignments !== null && assignments.length !== additional) {
    throw new KafkaError(
      "INVALID_REPLICA_ASSIGNMENT",
      `Attempted to add ${additional} additional partition(s), but only ${assignments.length} ` +
        "assignment(s) were specified.",
    );
  }
  const factor = topic.partitions.values().next().value!.replicas.length;
  const partitions = assignments === null
    ? placedPartitions(context, { numPartitions: additional, replicationFactor: factor })
    : assignments.map(({ brokerIds }, index) =>
      assignedPartition(context, present + index, brokerIds, factor)
    );
  return partitions.map((partition, index) =>
    partitionRecord(context, topic.id, present + index, partition)
  );
}
