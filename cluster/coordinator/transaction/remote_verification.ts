/**
 * Asks the coordinator of a transaction on another broker whether partitions are part of it, or to add them (KIP-890).
 *
 * @module
 */

import { type ErrorName, errorName } from "../../../client/protocol/error_codes.ts";
import type {
  AddPartitionsToTxnRequest,
  AddPartitionsToTxnResponse,
  AddPartitionsToTxnTopic,
} from "../../../client/protocol/messages/add_partitions_to_txn.ts";
import { topicPartitionKey } from "../../../storage/file/file_names.ts";
import type { Draft } from "../../../storage/message/message_codec.ts";
import type { TransactionVerification } from "../../replication/transaction_verification.ts";

/** Reaches the coordinators on other brokers. */
export interface RemoteCoordinators {
  /** The broker that coordinates a transaction, when that is another one; `undefined` when it is this one, or nobody. */
  readonly coordinatorOf: (transactionalId: string) => number | undefined;
  /** Asks a broker. */
  readonly send: (
    brokerId: number,
    request: Draft<AddPartitionsToTxnRequest>,
  ) => Promise<AddPartitionsToTxnResponse>;
}

/** Asks a broker. Answers with an error for each partition, in order; `NETWORK_EXCEPTION` when it could not be asked. */
export async function verifyRemotely(
  { send }: RemoteCoordinators,
  brokerId: number,
  request: TransactionVerification,
): Promise<readonly ErrorName[]> {
  const { transactionalId, producerId, producerEpoch, supportsEpochBump, partitions } = request;
  const same = (error: ErrorName) => partitions.map(() => error);
  let answer: AddPartitionsToTxnResponse;
  try {
    answer = await send(brokerId, {
      transactions: [{
        ...{ transactionalId, producerId, producerEpoch, topics: topicsOf(request) },
        verifyOnly: !supportsEpochBump,
      }],
    });
  } catch {
    return same("NETWORK_EXCEPTION");
  }
  if (answer.errorCode !== 0) return same(errorName(answer.errorCode));
  const errors = new Map<string, ErrorName>();
  for (const { topicResults } of answer.resultsByTransaction) {
    for (const { name: topic, resultsByPartition } of topicResults) {
      for (const { partitionIndex: partition, partitionErrorCode } of resultsByPartition) {
        errors.set(topicPartitionKey({ topic, partition }), errorName(partitionErrorCode));
      }
    }
  }
  return partitions.map((one) => errors.get(topicPartitionKey(one)) ?? "INVALID_TXN_STATE");
}

function topicsOf({ partitions }: TransactionVerification): AddPartitionsToTxnTopic[] {
  const topics = new Map<string, number[]>();
  for (const { topic, partition } of partitions) {
    const known = topics.get(topic);
    if (known === undefined) topics.set(topic, [partition]);
    else known.push(partition);
  }
  return Array.from(topics, ([name, numbers]) => ({ name, partitions: numbers }));
}
