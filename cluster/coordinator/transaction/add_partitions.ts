/**
 * Partitions become part of a transaction, or are asked for.
 *
 * @module
 */

import { type ErrorName, KafkaError } from "../../../client/protocol/error_codes.ts";
import type { TopicPartition } from "../../../storage/file/file_names.ts";
import type { Moment, Reply } from "../coordinator_shard.ts";
import type { ProducerIdAndEpoch } from "./producer_id_and_epoch.ts";
import type { TransactionMetadata } from "./transaction_metadata.ts";
import { includesPartition } from "./transaction_partitions.ts";
import { isEnding, isIdle } from "./transaction_state.ts";
import {
  impossibleState,
  type TransactionOutput,
  type TransactionStore,
} from "./transaction_store.ts";
import { withPartitionsAdded } from "./transaction_transitions.ts";

/** Partitions of a producer's transaction. */
export interface TransactionOfPartitions extends ProducerIdAndEpoch {
  /** Id of the transaction. */
  readonly transactionalId: string;
  /** The partitions. */
  readonly partitions: readonly TopicPartition[];
}

/**
 * Adds partitions to a transaction, which begins with the first ones.
 *
 * @param clientTransactionVersion 2 when a partition's leader asks for a client that need not ask itself, else 0
 * @throws {KafkaError} `INVALID_PRODUCER_ID_MAPPING`, `PRODUCER_FENCED`, `CONCURRENT_TRANSACTIONS`
 */
export function addPartitions(
  store: TransactionStore,
  request: TransactionOfPartitions,
  clientTransactionVersion: number,
  reply: Reply<void>,
  out: TransactionOutput,
  { wallMs }: Moment,
): void {
  const { transactionalId, partitions } = request;
  const metadata = store.getOrThrow(transactionalId);
  // First of all: the producer may know the id that it will have when the transaction is over.
  if (isEnding(metadata.state)) throw new KafkaError("CONCURRENT_TRANSACTIONS");
  checkProducer(metadata, request);
  if (metadata.state === "Ongoing") {
    if (partitions.every((partition) => includesPartition(metadata.partitions, partition))) {
      return out.answer(reply, undefined);
    }
  } else if (!isIdle(metadata.state)) throw impossibleState(metadata);
  store.append(out, withPartitionsAdded(metadata, partitions, clientTransactionVersion, wallMs));
  out.answer(reply, undefined);
}

/**
 * Tells whether partitions are part of a transaction, so that nothing is written outside of one.
 *
 * @returns an error for each partition, in order
 * @throws {KafkaError} as {@linkcode addPartitions}
 */
export function verifyPartitions(
  store: TransactionStore,
  request: TransactionOfPartitions,
): ErrorName[] {
  const metadata = store.getOrThrow(request.transactionalId);
  checkProducer(metadata, request);
  if (isEnding(metadata.state)) throw new KafkaError("CONCURRENT_TRANSACTIONS");
  return request.partitions.map((partition) =>
    includesPartition(metadata.partitions, partition) ? "NONE" : "TRANSACTION_ABORTABLE"
  );
}

function checkProducer(
  { producerId, producerEpoch }: TransactionMetadata,
  request: ProducerIdAndEpoch,
): void {
  if (request.producerId !== producerId) throw new KafkaError("INVALID_PRODUCER_ID_MAPPING");
  if (request.producerEpoch !== producerEpoch) throw new KafkaError("PRODUCER_FENCED");
}
