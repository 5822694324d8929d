/**
 * Describing transactions, and fencing who makes them.
 *
 * @module
 */

import type { TopicPartition } from "../../storage/file/file_names.ts";
import { type ErrorName, errorName, KafkaError } from "../protocol/error_codes.ts";
import {
  describeTransactions as describeTransactionsApi,
} from "../protocol/messages/describe_transactions.ts";
import { initProducerId } from "../protocol/messages/init_producer_id.ts";
import { sendCall } from "./admin_call.ts";
import type { AdminContext } from "./admin_context.ts";
import type { CallOptions } from "./admin_options.ts";
import type { AdminResults } from "./admin_results.ts";
import {
  coordinatorError,
  coordinatorLookup,
  joinedAnswers,
  sameText,
} from "./coordinator_lookup.ts";
import { locatedCall, type NodeAnswer } from "./located_call.ts";
import { type TransactionState, transactionStateOf } from "./transaction_state.ts";

/** A transactional producer. */
export interface TransactionDescription {
  /** Id of the broker that coordinates it. */
  readonly coordinatorId: number;
  /** What its transaction does. */
  readonly state: TransactionState;
  /** Its producer's id. */
  readonly producerId: number;
  /** Its producer's epoch. */
  readonly producerEpoch: number;
  /** How long a transaction may be open, ms. */
  readonly transactionTimeoutMs: number;
  /** When the open one has begun, ms since the epoch; `undefined` for none. */
  readonly transactionStartTimeMs?: number;
  /** The partitions in the open one. */
  readonly topicPartitions: readonly TopicPartition[];
}

/** A producer, as {@linkcode fenceProducers} leaves it. */
export interface ProducerIdAndEpoch {
  /** The producer's id. */
  readonly producerId: number;
  /** Its epoch; those below are fenced. */
  readonly epoch: number;
}

/** Describes transactional producers. */
export async function describeTransactions(
  context: AdminContext,
  transactionalIds: Iterable<string>,
  options: CallOptions = {},
): Promise<AdminResults<string, TransactionDescription>> {
  return await locatedCall<string, TransactionDescription>(
    context,
    {
      name: "describeTransactions",
      textOf: sameText,
      lookup: coordinatorLookup("transaction"),
      ask: ({ context, time, nameFor }, destination, transactionalIds) =>
        sendCall(context, time, {
          name: nameFor(describeTransactionsApi),
          destination,
          api: describeTransactionsApi,
          draft: () => ({ transactionalIds }),
        }, ({ transactionStates }, { nodeId }) =>
          joinedAnswers<string, TransactionDescription>(transactionStates.map((told) => {
            const id = told.transactionalId;
            const error = errorName(told.errorCode);
            if (error !== "NONE") {
              return coordinatorError(id, error, () =>
                describeFailure(id, error));
            }
            const { transactionStartTimeMs: startedAt } = told;
            return {
              completed: [[id, {
                coordinatorId: nodeId,
                state: transactionStateOf(told.transactionState),
                producerId: told.producerId,
                producerEpoch: told.producerEpoch,
                transactionTimeoutMs: told.transactionTimeoutMs,
                ...(startedAt < 0 ? {} : { transactionStartTimeMs: startedAt }),
                topicPartitions: told.topics.flatMap(({ topic, partitions }) =>
                  partitions.map((partition) => ({ topic, partition }))
                ),
              }]],
            };
          }))),
    },
    transactionalIds,
    options,
  );
}

function describeFailure(id: string, error: ErrorName): KafkaError {
  const reason = error === "TRANSACTIONAL_ID_AUTHORIZATION_FAILED"
    ? "failed due to authorization failure"
    : error === "TRANSACTIONAL_ID_NOT_FOUND"
    ? "failed because the ID could not be found"
    : "failed due to unexpected error";
  return new KafkaError(
    error,
    `DescribeTransactions request for transactionalId \`${id}\` ${reason}`,
  );
}

/** Fences transactional producers: whoever uses their ids now is refused, and their open transactions are aborted. */
export async function fenceProducers(
  context: AdminContext,
  transactionalIds: Iterable<string>,
  options: CallOptions = {},
): Promise<AdminResults<string, ProducerIdAndEpoch>> {
  const transactionTimeoutMs = options.timeoutMs ?? context.settings.requestTimeoutMs;
  return await locatedCall<string, ProducerIdAndEpoch>(
    context,
    {
      name: "fenceProducer",
      textOf: sameText,
      lookup: coordinatorLookup("transaction"),
      ask: async ({ context, time, nameFor }, destination, transactionalIds) =>
        joinedAnswers(
          await Promise.all(transactionalIds.map((transactionalId) =>
            sendCall(context, time, {
              name: nameFor(initProducerId),
              destination,
              api: initProducerId,
              draft: () => ({
                transactionalId,
                transactionTimeoutMs,
                producerId: -1,
                producerEpoch: -1,
              }),
            }, ({ errorCode, producerId, producerEpoch: epoch }) => {
              const error = errorName(errorCode);
              return error === "NONE"
                ? { completed: [[transactionalId, { producerId, epoch }]] as const }
                : fenceError(transactionalId, error);
            })
          )),
        ),
    },
    transactionalIds,
    options,
  );
}

function fenceError(id: string, error: ErrorName): NodeAnswer<string, never> {
  if (error === "CONCURRENT_TRANSACTIONS") return {};
  const reason = error === "CLUSTER_AUTHORIZATION_FAILED"
    ? "failed due to cluster authorization failure"
    : error === "TRANSACTIONAL_ID_AUTHORIZATION_FAILED"
    ? "failed due to transactional ID authorization failure"
    : "failed due to unexpected error";
  const message = `InitProducerId request for transactionalId \`${id}\` ${reason}`;
  return coordinatorError(id, error, () => new KafkaError(error, message));
}

/**
 * Aborts the open transaction of a producer that does not end it, and fences the producer.
 *
 * @throws {KafkaError} what the coordinator says
 */
export async function forceTerminateTransaction(
  context: AdminContext,
  transactionalId: string,
  options: CallOptions = {},
): Promise<void> {
  (await fenceProducers(context, [transactionalId], options)).get(transactionalId);
}
