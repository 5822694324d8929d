/**
 * Making topics.
 *
 * @module
 */

import type { PlacementSpec } from "../../client/metadata/replica_placement.ts";
import { errorCode, type ErrorName, KafkaError } from "../../client/protocol/error_codes.ts";
import type {
  CreatableTopic,
  CreatableTopicResult,
  CreateTopicsRequest,
} from "../../client/protocol/messages/create_topics.ts";
import { randomUuid, ZERO_UUID } from "../../storage/bytes/uuid.ts";
import { invalidTopicName } from "../replication/topic_names.ts";
import { newTopicConfigs } from "./config_changes.ts";
import {
  type ApiResult,
  checkRecordCount,
  type ControllerContext,
  type Decision,
  type EffectiveConfig,
  failure,
  failureOf,
  MAX_RECORDS_PER_USER_OP,
} from "./decision.ts";
import type { MetadataRecord } from "./metadata_records.ts";
import { assignedPartition, partitionRecord, placedPartitions } from "./new_partitions.ts";
import type { PartitionRegistration } from "./partition_registration.ts";

/** The log that this is all written into is no topic that anybody makes. */
const CLUSTER_METADATA_TOPIC = "__cluster_metadata";

/** Decides on CreateTopics (Kafka's `ReplicationControlManager.createTopics`): each topic by itself, those that can be made together. */
export function createTopics(
  context: ControllerContext,
  { topics, validateOnly }: CreateTopicsRequest,
): Decision<CreatableTopicResult[]> {
  const records: MetadataRecord[] = [];
  const times = new Map<string, number>();
  for (const { name } of topics) times.set(name, (times.get(name) ?? 0) + 1);
  const wanted = topics.filter(({ name }) =>
    times.get(name) === 1 && name !== CLUSTER_METADATA_TOPIC
  );
  checkTotal(context, wanted);
  const effectiveConfigsOf = effectiveConfigs(context);
  const response = wanted.map((topic) => {
    const made = createTopic(context, topic, effectiveConfigsOf);
    if ("error" in made) return failed(topic.name, made);
    records.push(...made.records);
    return made.result;
  });
  for (const [name, count] of times) {
    if (count > 1) response.push(failed(name, failure("INVALID_REQUEST", "Duplicate topic name.")));
    else if (name === CLUSTER_METADATA_TOPIC) {
      const reason = `Creation of internal topic ${name} is prohibited.`;
      response.push(failed(name, failure("INVALID_REQUEST", reason)));
    }
  }
  checkRecordCount(records);
  return { records: validateOnly ? [] : records, response };
}

/** A request that makes too many partitions at once is refused whole. */
function checkTotal({ rules }: ControllerContext, topics: readonly CreatableTopic[]): void {
  const total = topics.reduce((sum, { numPartitions, assignments }) => {
    if (assignments.length > 0) return sum + assignments.length;
    return sum + (numPartitions === -1 ? rules.defaultNumPartitions : Math.max(numPartitions, 0));
  }, 0);
  if (total > MAX_RECORDS_PER_USER_OP) {
    throw new KafkaError(
      "POLICY_VIOLATION",
      "Excessively large number of partitions per request.",
    );
  }
}

function failed(name: string, { error, message }: ApiResult): CreatableTopicResult {
  return {
    name,
    topicId: ZERO_UUID,
    errorCode: errorCode(error),
    errorMessage: message,
    topicConfigErrorCode: 0,
    numPartitions: -1,
    replicationFactor: -1,
    configs: [],
  };
}

interface MadeTopic {
  readonly records: readonly MetadataRecord[];
  readonly result: CreatableTopicResult;
}

type EffectiveConfigs = (own: ReadonlyMap<string, string>) => readonly EffectiveConfig[];

/** All configs of a topic; those of the topics without any of their own, which are most, are put together once. */
function effectiveConfigs({ rules }: ControllerContext): EffectiveConfigs {
  let ofOthers: readonly EffectiveConfig[] | undefined;
  return (own) => {
    if (own.size > 0) return rules.effectiveTopicConfigs(own);
    return ofOthers ??= rules.effectiveTopicConfigs(own);
  };
}

function createTopic(
  context: ControllerContext,
  topic: CreatableTopic,
  effectiveConfigsOf: EffectiveConfigs,
): MadeTopic | ApiResult {
  const { name } = topic;
  const { image, random } = context;
  try {
    const invalid = invalidTopicName(name);
    if (invalid !== undefined) return failure("INVALID_TOPIC_EXCEPTION", invalid);
    const colliding = image.topics.collidingWith(name);
    if (image.topics.byName.has(name)) {
      return failure("TOPIC_ALREADY_EXISTS", `Topic '${name}' already exists.`);
    }
    if (colliding !== undefined) {
      return failure(
        "INVALID_TOPIC_EXCEPTION",
        `Topic '${name}' collides with existing topic: ${colliding}`,
      );
    }
    const configs = configsOf(topic);
    const configRecords = newTopicConfigs(context, name, configs);
    const partitions = partitionsOf(context, topic);
    const topicId = randomUuid(random);
    const records: MetadataRecord[] = [
      { type: "TopicRecord", version: 0, data: { name, topicId } },
      ...configRecords,
      ...partitions.map((partition, id) => partitionRecord(context, topicId, id, partition)),
    ];
    const result: CreatableTopicResult = {
      ...failed(name, { error: "NONE", message: null }),
      topicId,
      numPartitions: partitions.length,
      replicationFactor: partitions[0]!.replicas.length,
      configs: effectiveConfigsOf(configs),
    };
    return { records, result };
  } catch (error) {
    return failureOf(error);
  }
}

function configsOf({ configs }: CreatableTopic): Map<string, string> {
  const unset = configs.filter(({ value }) => value === null).map(({ name }) => name);
  if (unset.length > 0) {
    throw new KafkaError(
      "INVALID_CONFIG",
      `Null value not supported for topic configs: ${unset.join(",")}`,
    );
  }
  return new Map(configs.map(({ name, value }) => [name, value!]));
}

function partitionsOf(
  context: ControllerContext,
  { assignments, numPartitions, replicationFactor }: CreatableTopic,
): PartitionRegistration[] {
  const refuse = (error: ErrorName, message: string): never => {
    throw new KafkaError(error, message);
  };
  if (assignments.length === 0) {
    if (replicationFactor < -1 || replicationFactor === 0) {
      refuse(
        "INVALID_REPLICATION_FACTOR",
        "Replication factor must be larger than 0, or -1 to use the default value.",
      );
    }
    if (numPartitions < -1 || numPartitions === 0) {
      refuse(
        "INVALID_PARTITIONS",
        "Number of partitions was set to an invalid non-positive value.",
      );
    }
    const { defaultNumPartitions, defaultReplicationFactor } = context.rules;
    return placed(context, {
      numPartitions: numPartitions === -1 ? defaultNumPartitions : numPartitions,
      replicationFactor: replicationFactor === -1 ? defaultReplicationFactor : replicationFactor,
    });
  }
  if (replicationFactor !== -1) {
    refuse(
      "INVALID_REQUEST",
      "A manual partition assignment was specified, but replication factor was not set to -1.",
    );
  }
  if (numPartitions !== -1) {
    refuse(
      "INVALID_REQUEST",
      "A manual partition assignment was specified, but numPartitions was not set to -1.",
    );
  }
  const partitions = new Map<number, PartitionRegistration>();
  let factor: number | undefined;
  for (const { partitionIndex, brokerIds } of assignments) {
    if (partitions.has(partitionIndex)) {
      refuse(
        "INVALID_REPLICA_ASSIGNMENT",
        `Found multiple manual partition assignments for partition ${partitionIndex}`,
      );
    }
    partitions.set(partitionIndex, assignedPartition(context, partitionIndex, brokerIds, factor));
    factor = brokerIds.length;
  }
  return Array.from({ length: partitions.size }, (_, id) =>
    partitions.get(id) ?? refuse(
      "INVALID_REPLICA_ASSIGNMENT",
      "partitions should be a consecutive 0-based integer sequence",
    ));
}

function placed(context: ControllerContext, spec: PlacementSpec): PartitionRegistration[] {
  const prefix = `Unable to replicate the partition ${spec.replicationFactor} time(s): `;
  try {
    return placedPartitions(context, spec);
  } catch (error) {
    if (!(error instanceof KafkaError) || error.message.startsWith(prefix)) throw error;
    throw new KafkaError(error.code, prefix + error.message);
  }
}
