/**
 * Appending what is part of a transaction, once its coordinator has confirmed that it is (KIP-890).
 *
 * @module
 */

import { KafkaError } from "../../client/protocol/error_codes.ts";
import { ZERO_UUID } from "../../storage/bytes/uuid.ts";
import type { TopicPartition } from "../../storage/file/file_names.ts";
import type { AppendOptions } from "../../storage/log/append/log_append.ts";
import type { VerificationGuard } from "../../storage/log/producer/verification_state_entry.ts";
import { AppendEntry, type AppendRequest, isValidRequiredAcks } from "./append.ts";
import {
  transactionalEntries,
  type VerificationContext,
  type VerificationGuards,
  verifyTransaction,
} from "./transaction_verification.ts";

/** A produce request's records, with what a transaction needs. */
export interface ProduceAppend extends Omit<AppendRequest, "optionsOf"> {
  /** Id of the transaction, `null` outside of one. */
  readonly transactionalId: string | null;
  /** Whether the client speaks transactions version 2. */
  readonly supportsEpochBump: boolean;
  /** Whether it knows `TRANSACTION_ABORTABLE`. */
  readonly supportsAbortableError: boolean;
}

/** A transaction for which a coordinator writes into a partition. */
export interface CoordinatedTransaction {
  /** Its id. */
  readonly transactionalId: string;
  /** Its producer. */
  readonly producerId: number;
  /** The producer's epoch. */
  readonly producerEpoch: number;
  /** Whether the client speaks transactions version 2. */
  readonly supportsEpochBump: boolean;
  /** Whether it knows `TRANSACTION_ABORTABLE`. */
  readonly supportsAbortableError: boolean;
}

const NO_RECORDS = new Uint8Array(0);

/**
 * Appends the records of a producer, after what is transactional among them was verified.
 *
 * @param append appends what is verified
 * @throws {KafkaError} when the request as a whole is refused
 */
export function appendVerified(
  context: VerificationContext,
  request: ProduceAppend,
  append: (request: AppendRequest) => void | Promise<void>,
): void | Promise<void> {
  const { entries, requiredAcks, transactionalId } = request;
  if (!isValidRequiredAcks(requiredAcks)) {
    for (const entry of entries) if (entry.error === "NONE") entry.fail("INVALID_REQUIRED_ACKS");
    return;
  }
  const transactional = transactionalEntries(entries);
  if (transactional === undefined || transactionalId === null) return append(request);
  const guards = verifyTransaction(context, transactional, { ...request, transactionalId });
  return guards instanceof Promise
    ? guards.then((verified) => append(withGuards(request, verified)))
    : append(withGuards(request, guards));
}

function withGuards(request: ProduceAppend, guards: VerificationGuards): AppendRequest {
  return {
    ...request,
    optionsOf: (entry): AppendOptions | undefined => {
      const verificationGuard = guards.get(entry);
      return verificationGuard === undefined ? undefined : { verificationGuard };
    },
  };
}

/**
 * Verifies a transaction before its first record goes into a partition that a coordinator writes to by itself.
 *
 * @returns what the append is to show; nothing when the transaction is open there already
 * @throws {KafkaError} when the partition is part of no such transaction
 */
export function guardOf(
  context: VerificationContext,
  topicPartition: TopicPartition,
  transaction: CoordinatedTransaction,
): VerificationGuard | undefined | Promise<VerificationGuard | undefined> {
  const entry = new AppendEntry(topicPartition, ZERO_UUID, NO_RECORDS);
  const verified = (guards: VerificationGuards) => {
    if (entry.error === "NONE") return guards.get(entry);
    throw new KafkaError(entry.error, entry.errorMessage ?? undefined);
  };
  const entries = [{ entry, baseSequence: -1 }];
  const guards = verifyTransaction(context, { ...transaction, entries }, transaction);
  return guards instanceof Promise ? guards.then(verified) : verified(guards);
}
