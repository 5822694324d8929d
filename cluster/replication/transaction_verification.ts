/**
 * Before the first record of a transaction goes into a partition, its coordinator must confirm that the partition is part of the
 * transaction (KIP-890).
 *
 * @module
 */

import { type ErrorName, KafkaError } from "../../client/protocol/error_codes.ts";
import { StorageError } from "../../storage/errors.ts";
import type { TopicPartition } from "../../storage/file/file_names.ts";
import { VerificationGuard } from "../../storage/log/producer/verification_state_entry.ts";
import { batchesIn } from "../../storage/record/memory_records.ts";
import { RecordBatch } from "../../storage/record/record_batch.ts";
import type { AppendEntry } from "./append.ts";
import type { Partition } from "./partition.ts";

/** The first records of a transaction for some partitions. */
export interface TransactionVerification {
  /** Id of the transaction. */
  readonly transactionalId: string;
  /** Its producer. */
  readonly producerId: number;
  /** The producer's epoch. */
  readonly producerEpoch: number;
  /** Whether the client speaks transactions version 2: then the coordinator adds the partitions, instead of looking for them. */
  readonly supportsEpochBump: boolean;
  /** Whether the client knows `TRANSACTION_ABORTABLE`. */
  readonly supportsAbortableError: boolean;
  /** The partitions. */
  readonly partitions: readonly TopicPartition[];
}

/**
 * Asks the transaction coordinator. Answers with an error name for each partition, in order, at once or later.
 */
export type TransactionVerifier = (
  verification: TransactionVerification,
) => readonly ErrorName[] | Promise<readonly ErrorName[]>;

/** The answer where there is no coordinator: no partition is part of any transaction. */
export const noTransactions: TransactionVerifier = ({ partitions }): readonly ErrorName[] =>
  partitions.map(() => "INVALID_TXN_STATE");

/** The first Produce version whose client speaks transactions version 2. */
export const FIRST_VERSION_WITH_TRANSACTION_V2: number = 12;
/** The first Produce version whose client knows `TRANSACTION_ABORTABLE`. */
export const FIRST_VERSION_WITH_ABORTABLE_ERROR: number = 11;

/** The transactional batches of a produce request. */
export interface TransactionalEntries {
  /** The producer of all of them. */
  readonly producerId: number;
  /** Its epoch. */
  readonly producerEpoch: number;
  /** The entries that have some, with the sequence of their first batch. */
  readonly entries: readonly { readonly entry: AppendEntry; readonly baseSequence: number }[];
}

/**
 * Finds what is transactional in a request.
 *
 * @returns `undefined` when nothing is
 * @throws {KafkaError} `INVALID_PRODUCER_ID_MAPPING` when there is more than one producer
 */
export function transactionalEntries(
  entries: readonly AppendEntry[],
): TransactionalEntries | undefined {
  let producer: { readonly producerId: number; readonly producerEpoch: number } | undefined;
  const found: { entry: AppendEntry; baseSequence: number }[] = [];
  for (const entry of entries) {
    if (entry.error !== "NONE" || !mayBeTransactional(entry.records)) continue;
    for (const batch of batchesIn(entry.records)) {
      if (!(batch instanceof RecordBatch) || !batch.isTransactional || !batch.hasProducerId) {
        continue;
      }
      const { producerId, producerEpoch } = batch;
      if (producer === undefined) producer = { producerId, producerEpoch };
      else if (
        producer.producerId !== producerId || producer.producerEpoch !== producerEpoch
      ) {
        throw new KafkaError(
          "INVALID_PRODUCER_ID_MAPPING",
          "Transactional records contained more than one producer ID",
        );
      }
      if (found.at(-1)?.entry !== entry) found.push({ entry, baseSequence: batch.baseSequence });
    }
  }
  return producer === undefined ? undefined : { ...producer, entries: found };
}

/** The transactional flag lies in the low byte of the attributes of a batch. */
const ATTRIBUTES_LOW_BYTE = 22;
const IS_TRANSACTIONAL = 0x10;

/** Whether records have a transactional batch at their front; it costs two reads, as it is asked of every append. */
export function mayBeTransactional(records: Uint8Array): boolean {
  return records[16] === 2 && ((records[ATTRIBUTES_LOW_BYTE] ?? 0) & IS_TRANSACTIONAL) !== 0;
}

/** What verification goes by. */
export interface VerificationContext {
  /** A partition that is here, or why it is not. */
  readonly getPartition: (topic: string, partition: number) => Partition | ErrorName;
  /** Asks the coordinator. */
  readonly verifier: TransactionVerifier;
  /** `transaction.partition.verification.enable`. */
  readonly enabled: boolean;
}

/** A transaction, and what its client can do. */
export type VerifiedTransaction = Pick<
  TransactionVerification,
  "transactionalId" | "supportsEpochBump" | "supportsAbortableError"
>;

/** What an append can show for its transaction. */
export type VerificationGuards = ReadonlyMap<AppendEntry, VerificationGuard>;

/**
 * Verifies the transactional entries of a request, and refuses those that are part of no transaction. Those whose transaction is
 * open here already need no verification.
 *
 * @param transaction as the request has it
 */
export function verifyTransaction(
  { getPartition, verifier, enabled }: VerificationContext,
  { producerId, producerEpoch, entries }: TransactionalEntries,
  { transactionalId, supportsEpochBump, supportsAbortableError }: VerifiedTransaction,
): VerificationGuards | Promise<VerificationGuards> {
  const guards = new Map<AppendEntry, VerificationGuard>();
  if (!enabled && !supportsEpochBump) return guards;
  for (const { entry, baseSequence } of entries) {
    const { topic, partition: index } = entry.topicPartition;
    const partition = getPartition(topic, index);
    if (typeof partition === "string") {
      entry.fail(partition);
      continue;
    }
    try {
      const guard = partition.localLog(-1, true).maybeStartTransactionVerification(
        producerId,
        baseSequence,
        producerEpoch,
        supportsEpochBump,
      );
      if (guard !== VerificationGuard.SENTINEL) guards.set(entry, guard);
    } catch (error) {
      if (!(error instanceof KafkaError) && !(error instanceof StorageError)) throw error;
      entry.fail(error.code);
    }
  }
  if (guards.size === 0) return guards;
  const waiting = [...guards.keys()];
  const note = (errors: readonly ErrorName[]): VerificationGuards => {
    waiting.forEach((entry, i) =>
      refuse(entry, errors[i] ?? "INVALID_TXN_STATE", supportsEpochBump)
    );
    return guards;
  };
  const errors = verifier({
    transactionalId,
    producerId,
    producerEpoch,
    supportsEpochBump,
    supportsAbortableError,
    partitions: waiting.map(({ topicPartition }) => topicPartition),
  });
  return errors instanceof Promise ? errors.then(note) : note(errors);
}

/** Errors of coordinators that a producer does not expect in a produce response: it sends again after NOT_ENOUGH_REPLICAS. */
const UNKNOWN_TO_PRODUCERS: ReadonlySet<ErrorName> = new Set<ErrorName>([
  "NETWORK_EXCEPTION",
  "COORDINATOR_LOAD_IN_PROGRESS",
  "COORDINATOR_NOT_AVAILABLE",
  "NOT_COORDINATOR",
]);

function refuse(entry: AppendEntry, error: ErrorName, supportsEpochBump: boolean): void {
  if (error === "NONE") return;
  if (error === "INVALID_TXN_STATE") {
    return entry.fail(error, "Partition was not added to the transaction");
  }
  const translated = UNKNOWN_TO_PRODUCERS.has(error) ||
    (error === "CONCURRENT_TRANSACTIONS" && !supportsEpochBump);
  if (!translated) return entry.fail(error);
  entry.fail(
    "NOT_ENOUGH_REPLICAS",
    `Unable to verify the partition has been added to the transaction. Underlying error: ${error}`,
  );
}
