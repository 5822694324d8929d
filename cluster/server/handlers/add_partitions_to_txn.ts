/**
 * AddPartitionsToTxn.
 *
 * @module
 */

import { errorCode, type ErrorName, KafkaError } from "../../../client/protocol/error_codes.ts";
import {
  addPartitionsToTxn as api,
  type AddPartitionsToTxnRequest,
  type AddPartitionsToTxnResponse,
  type AddPartitionsToTxnTopic,
  type AddPartitionsToTxnTopicResult,
  type AddPartitionsToTxnTransaction,
} from "../../../client/protocol/messages/add_partitions_to_txn.ts";
import type { TopicPartition } from "../../../storage/file/file_names.ts";
import type { TransactionCoordinator } from "../../coordinator/transaction/transaction_coordinator.ts";
import { EPOCH_BUMP_VERSION } from "../../coordinator/transaction/transaction_metadata.ts";
import type { MetadataImage } from "../../controller/metadata_image.ts";
import type { ApiHandler } from "../api_handler.ts";

/** What the handler needs. */
export interface AddPartitionsToTxnOptions {
  /** Has the transactions. */
  readonly transactions: Pick<TransactionCoordinator, "addPartitions" | "verifyPartitions">;
  /** The metadata in force. */
  readonly image: () => MetadataImage;
}

/** From this version on it is brokers that ask, for several transactions; below it is producers, for theirs. */
const FIRST_VERSION_OF_BROKERS = 4;
/** Clients below this version do not know `PRODUCER_FENCED`. */
const FIRST_VERSION_WITH_PRODUCER_FENCED = 2;

/** Answers AddPartitionsToTxn. */
export function addPartitionsToTxnHandler(
  { transactions, image }: AddPartitionsToTxnOptions,
): ApiHandler<AddPartitionsToTxnRequest, AddPartitionsToTxnResponse> {
  const ask = async (
    transaction: AddPartitionsToTxnTransaction,
    apiVersion: number,
  ): Promise<readonly AddPartitionsToTxnTopicResult[]> => {
    const { topics, verifyOnly } = transaction;
    const partitions = listed(topics);
    const unknown = errorsOfUnknown(image(), partitions);
    if (unknown !== undefined) return results(topics, unknown);
    const request = { ...transaction, partitions };
    try {
      if (verifyOnly) return results(topics, await transactions.verifyPartitions(request));
      const ofBroker = apiVersion >= FIRST_VERSION_OF_BROKERS;
      await transactions.addPartitions(request, ofBroker ? EPOCH_BUMP_VERSION : 0);
      return results(topics, "NONE");
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error;
      return results(topics, told(error.code, apiVersion));
    }
  };
  return {
    api,
    async handle(request, { apiVersion }) {
      if (apiVersion < FIRST_VERSION_OF_BROKERS) {
        return { resultsByTopicV3AndBelow: await ask(transactionOf(request), apiVersion) };
      }
      const resultsByTransaction = [];
      for (const transaction of request.transactions) {
        const { transactionalId } = transaction;
        const topicResults = await ask(transaction, apiVersion);
        resultsByTransaction.push({ transactionalId, topicResults });
      }
      return { resultsByTransaction };
    },
    onError: ({ v3AndBelowTopics }, error, _message, apiVersion = FIRST_VERSION_OF_BROKERS) =>
      apiVersion >= FIRST_VERSION_OF_BROKERS
        ? { errorCode: errorCode(error) }
        : { resultsByTopicV3AndBelow: results(v3AndBelowTopics, told(error, apiVersion)) },
  };
}

/** The request of a producer. */
function transactionOf(request: AddPartitionsToTxnRequest): AddPartitionsToTxnTransaction {
  return {
    transactionalId: request.v3AndBelowTransactionalId,
    producerId: request.v3AndBelowProducerId,
    producerEpoch: request.v3AndBelowProducerEpoch,
    verifyOnly: false,
    topics: request.v3AndBelowTopics,
  };
}

/** With one partition that there is not, nothing is done about the others; `undefined` when there are all. */
function errorsOfUnknown(
  { topics }: MetadataImage,
  partitions: readonly TopicPartition[],
): readonly ErrorName[] | undefined {
  const isThere = partitions.map(({ topic, partition }) =>
    topics.byName.get(topic)?.partitions.has(partition) ?? false
  );
  if (isThere.every(Boolean)) return undefined;
  return isThere.map((there) => there ? "OPERATION_NOT_ATTEMPTED" : "UNKNOWN_TOPIC_OR_PARTITION");
}

function listed(topics: readonly AddPartitionsToTxnTopic[]): TopicPartition[] {
  return topics.flatMap(({ name, partitions }) =>
    partitions.map((partition) => ({ topic: name, partition }))
  );
}

/** The answer for partitions: one error for all, or one for each, in order. */
function results(
  topics: readonly AddPartitionsToTxnTopic[],
  errors: ErrorName | readonly ErrorName[],
): AddPartitionsToTxnTopicResult[] {
  let next = 0;
  return topics.map(({ name, partitions }) => ({
    name,
    resultsByPartition: partitions.map((partitionIndex) => ({
      partitionIndex,
      partitionErrorCode: errorCode(typeof errors === "string" ? errors : errors[next++]!),
    })),
  }));
}

function told(error: ErrorName, apiVersion: number): ErrorName {
  const knows = apiVersion >= FIRST_VERSION_WITH_PRODUCER_FENCED;
  return error === "PRODUCER_FENCED" && !knows ? "INVALID_PRODUCER_EPOCH" : error;
}
