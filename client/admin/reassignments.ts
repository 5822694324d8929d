/**
 * Moving partitions to other brokers.
 *
 * @module
 */

import { type TopicPartition, topicPartitionKey } from "../../storage/file/file_names.ts";
import { KafkaError } from "../protocol/error_codes.ts";
import {
  alterPartitionReassignments as alterPartitionReassignmentsApi,
} from "../protocol/messages/alter_partition_reassignments.ts";
import {
  listPartitionReassignments as listPartitionReassignmentsApi,
} from "../protocol/messages/list_partition_reassignments.ts";
import { TopicPartitionMap, TopicPartitionSet } from "../../storage/file/topic_partition_map.ts";
import { sendCall, sendCallOnce } from "./admin_call.ts";
import type { AdminContext, Destination } from "./admin_context.ts";
import type { CallOptions } from "./admin_options.ts";
import type { AdminResults } from "./admin_results.ts";
import { apiError, apiOutcome, unexpectedAnswer } from "./api_error.ts";
import { byTopic, numbersByTopic, toldPartitions } from "./by_topic.ts";
import { outcomesOf } from "./outcome_call.ts";
import { throwIfNotController } from "./quota_violations.ts";
import { unrepresentable } from "./topic_collection.ts";

/** A partition that is being moved. */
export interface PartitionReassignment {
  /** The brokers that have it now. */
  readonly replicas: readonly number[];
  /** Those that are to get it. */
  readonly addingReplicas: readonly number[];
  /** Those that are to lose it. */
  readonly removingReplicas: readonly number[];
}

/** Options of {@linkcode alterPartitionReassignments}. */
export interface AlterReassignmentsOptions extends CallOptions {
  /** Whether a partition may get another number of replicas. Default: true. */
  readonly allowReplicationFactorChange?: boolean;
}

const KEEPS_REPLICATION_FACTOR_VERSION = 1;
const CONTROLLER: Destination = { to: "controller", orController: true };

/**
 * Moves partitions, or ends their moves.
 *
 * @param reassignments the brokers that are to have each partition, the preferred leader first; `null` ends a move
 */
export async function alterPartitionReassignments(
  context: AdminContext,
  reassignments: Iterable<readonly [TopicPartition, readonly number[] | null]>,
  options: AlterReassignmentsOptions = {},
): Promise<AdminResults<TopicPartition, void>> {
  const wanted = new TopicPartitionMap(reassignments);
  const { allowReplicationFactorChange = true } = options;
  return await outcomesOf<TopicPartition, void>(
    context,
    topicPartitionKey,
    wanted.keys(),
    options,
    async (time, outcomes) => {
      for (const topicPartition of wanted.keys()) {
        const error = invalidPartition(topicPartition);
        if (error !== undefined) outcomes.fail(topicPartition, error);
      }
      const sent = outcomes.left;
      if (sent.length === 0) return;
      await sendCall(context, time, {
        name: "alterPartitionReassignments",
        destination: CONTROLLER,
        api: alterPartitionReassignmentsApi,
        minVersion: allowReplicationFactorChange ? 0 : KEEPS_REPLICATION_FACTOR_VERSION,
        unsupported:
          "The broker does not support the AllowReplicationFactorChange option for the " +
          "AlterPartitionReassignments API. Consider re-sending the request without the option or " +
          "updating the server version",
        draft: ({ timeoutMs }) => ({
          timeoutMs,
          allowReplicationFactorChange,
          topics: byTopic(sent, (topicPartition) => ({
            partitionIndex: topicPartition.partition,
            replicas: wanted.get(topicPartition) ?? null,
          })),
        }),
      }, ({ errorCode, errorMessage, responses }) => {
        throwIfNotController(context, [{ errorCode }]);
        const whole = apiError(errorCode, errorMessage);
        for (const [topicPartition, told] of toldPartitions(responses)) {
          const error = whole ?? apiError(told.errorCode, told.errorMessage);
          if (error === undefined) outcomes.complete(topicPartition, undefined);
          else outcomes.fail(topicPartition, error);
        }
        const missing = outcomes.left.length;
        outcomes.failRest(() =>
          whole ?? unexpectedAnswer(
            "The server returned too less results." +
              `Expected ${sent.length} but received ${sent.length - missing}`,
          )
        );
      });
    },
  );
}

/**
 * The partitions that are being moved.
 *
 * @param partitions those that are wanted. Default: all
 * @throws {KafkaError} what the controller says
 */
export async function listPartitionReassignments(
  context: AdminContext,
  partitions?: Iterable<TopicPartition>,
  options: CallOptions = {},
): Promise<TopicPartitionMap<PartitionReassignment>> {
  const wanted = partitions === undefined ? undefined : [...new TopicPartitionSet(partitions)];
  for (const topicPartition of wanted ?? []) {
    const error = invalidPartition(topicPartition);
    if (error !== undefined) throw error;
  }
  return await context.run(options, (time) =>
    sendCallOnce(context, time, {
      name: "listPartitionReassignments",
      destination: CONTROLLER,
      api: listPartitionReassignmentsApi,
      draft: ({ timeoutMs }) => ({
        timeoutMs,
        topics: wanted === undefined ? null : numbersByTopic(wanted).map(({ name, partitions }) => (
          { name, partitionIndexes: partitions }
        )),
      }),
    }, (response) => {
      const { errorCode, errorMessage, topics } = response;
      throwIfNotController(context, [response]);
      return apiOutcome(errorCode, errorMessage, () =>
        new TopicPartitionMap(
          Array.from(
            toldPartitions(topics),
            ([key, { partitionIndex: _partition, ...reassignment }]) => [key, reassignment],
          ),
        ));
    }));
}

function invalidPartition({ topic, partition }: TopicPartition): KafkaError | undefined {
  if (topic === "") return unrepresentable("name", topic);
  if (partition >= 0) return undefined;
  return new KafkaError(
    "INVALID_TOPIC_EXCEPTION",
    `The given partition index ${partition} is not valid.`,
  );
}
