/**
 * What the coordinator knows of a transactional id.
 *
 * @module
 */

import { NO_PARTITIONS, type TransactionPartitions } from "./transaction_partitions.ts";
import type { TransactionState } from "./transaction_state.ts";

/** Stands for no producer id, and for no epoch. */
export const NONE = -1;

/** The largest epoch. No client ever gets it, so that the coordinator can always fence one. */
export const MAX_PRODUCER_EPOCH = 0x7fff;

/** The first transaction version in which every end of a transaction raises the epoch (KIP-890). */
export const EPOCH_BUMP_VERSION = 2;

/** The timeout of transactions that an outside coordinator commits in two phases: they have none. */
export const NO_TIMEOUT = 0x7fff_ffff;

/** A transactional id, its producer and its transaction. A change makes a new one. */
export interface TransactionMetadata {
  /** The id. */
  readonly transactionalId: string;
  /** Id of the producer. */
  readonly producerId: number;
  /** Its id before the last change of state, by which a retry over a change of ids is known. */
  readonly previousProducerId: number;
  /** The id that it gets when the transaction is over, because the epochs of this one are used up; or -1. */
  readonly nextProducerId: number;
  /** Epoch of the producer; -1 before it has one. */
  readonly producerEpoch: number;
  /** The epoch before, when its producer has asked for the next one itself, or -1. The log does not have it. */
  readonly lastProducerEpoch: number;
  /** How long a transaction may take, ms. */
  readonly timeoutMs: number;
  /** The state. */
  readonly state: TransactionState;
  /** What the transaction has written to. */
  readonly partitions: TransactionPartitions;
  /** When the transaction began, ms since the epoch; -1 for none. */
  readonly startTimestamp: number;
  /** When all this last changed, ms since the epoch. */
  readonly lastUpdateTimestamp: number;
  /** The transaction version of whoever made the last change that has one. */
  readonly clientTransactionVersion: number;
}

/** What is known of an id that comes for the first time. Its producer has no epoch yet. */
export function newTransactionMetadata(
  transactionalId: string,
  producerId: number,
  timeoutMs: number,
  nowMs: number,
): TransactionMetadata {
  return {
    transactionalId,
    producerId,
    previousProducerId: NONE,
    nextProducerId: NONE,
    producerEpoch: NONE,
    lastProducerEpoch: NONE,
    timeoutMs,
    state: "Empty",
    partitions: NO_PARTITIONS,
    startTimestamp: -1,
    lastUpdateTimestamp: nowMs,
    clientTransactionVersion: 0,
  };
}

/** Whether no client may get an epoch after this one: the producer needs another id. */
export function isEpochExhausted(producerEpoch: number): boolean {
  return producerEpoch >= MAX_PRODUCER_EPOCH - 1;
}
