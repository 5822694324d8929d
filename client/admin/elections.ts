/**
 * Electing leaders of partitions.
 *
 * @module
 */

import { type TopicPartition, topicPartitionKey } from "../../storage/file/file_names.ts";
import { KafkaError } from "../protocol/error_codes.ts";
import { electLeaders as electLeadersApi } from "../protocol/messages/elect_leaders.ts";
import { sendCallOnce } from "./admin_call.ts";
import type { AdminContext } from "./admin_context.ts";
import type { CallOptions } from "./admin_options.ts";
import { type AdminResults, Outcomes } from "./admin_results.ts";
import { apiError, apiOutcome } from "./api_error.ts";
import { numbersByTopic } from "./by_topic.ts";
import { throwIfNotController } from "./quota_violations.ts";

/** Whom an election makes the leader: the preferred replica, or any that is alive when none is in sync, which may lose records. */
export type ElectionType = "PREFERRED" | "UNCLEAN";

const NUMBERS: Readonly<Record<ElectionType, number>> = { PREFERRED: 0, UNCLEAN: 1 };

/** The first version that has types. */
const TYPES_VERSION = 1;

/**
 * Elects leaders.
 *
 * @param partitions those that are to get a leader; `undefined` for all that need one
 * @returns what became of each partition that the controller tells of
 * @throws {KafkaError} what the controller says of the whole
 */
export async function electLeaders(
  context: AdminContext,
  type: ElectionType,
  partitions: Iterable<TopicPartition> | undefined,
  options: CallOptions = {},
): Promise<AdminResults<TopicPartition, void>> {
  const wanted = partitions === undefined ? null : [...partitions];
  return await context.run(options, (time) =>
    sendCallOnce(context, time, {
      name: "electLeaders",
      destination: { to: "controller" },
      api: electLeadersApi,
      draft: ({ timeoutMs, version }) => {
        if (version < TYPES_VERSION && type !== "PREFERRED") {
          throw new KafkaError(
            "UNSUPPORTED_VERSION",
            "API Version 0 only supports PREFERRED election type",
          );
        }
        return {
          ...(version < TYPES_VERSION ? {} : { electionType: NUMBERS[type] }),
          topicPartitions: wanted && numbersByTopic(wanted).map(({ name, partitions }) => (
            { topic: name, partitions }
          )),
          timeoutMs,
        };
      },
    }, ({ errorCode, replicaElectionResults }) => {
      throwIfNotController(context, [{ errorCode }]);
      return apiOutcome(errorCode, null, () => {
        const told = replicaElectionResults.flatMap(({ topic, partitionResult }) =>
          partitionResult.map(({ partitionId: partition, ...result }) => (
            { topicPartition: { topic, partition }, ...result }
          ))
        );
        const outcomes = new Outcomes<TopicPartition, void>(
          topicPartitionKey,
          told.map(({ topicPartition }) => topicPartition),
        );
        for (const { topicPartition, errorCode, errorMessage } of told) {
          const error = apiError(errorCode, errorMessage);
          if (error === undefined) outcomes.complete(topicPartition, undefined);
          else outcomes.fail(topicPartition, error);
        }
        return outcomes.results();
      });
    }));
}
