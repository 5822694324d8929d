/**
 * From one state of a transaction to the next.
 *
 * @module
 */

import { assert } from "@std/assert";
import { KafkaError } from "../../../client/protocol/error_codes.ts";
import type { TopicPartition } from "../../../storage/file/file_names.ts";
import {
  EPOCH_BUMP_VERSION,
  MAX_PRODUCER_EPOCH,
  NONE,
  type TransactionMetadata,
} from "./transaction_metadata.ts";
import { NO_PARTITIONS, withPartitions } from "./transaction_partitions.ts";
import { isIdle, mayFollow, type TransactionState } from "./transaction_state.ts";

/**
 * The producer's next epoch: whoever had the one before is fenced. The producer that has the last epoch itself gets what it would have got, had
 * the answer reached it.
 *
 * @param expectedEpoch the epoch that the producer has, when it says so (KIP-360)
 * @throws {KafkaError} `PRODUCER_FENCED` when another producer has taken over
 */
export function withNextEpoch(
  metadata: TransactionMetadata,
  timeoutMs: number,
  expectedEpoch: number | undefined,
  nowMs: number,
): TransactionMetadata {
  const { producerEpoch, lastProducerEpoch } = metadata;
  const isRetry = expectedEpoch !== undefined && producerEpoch !== NONE &&
    expectedEpoch !== producerEpoch;
  if (isRetry && expectedEpoch !== lastProducerEpoch) {
    throw new KafkaError(
      "PRODUCER_FENCED",
      `The producer has epoch ${expectedEpoch}, and the current one is ${producerEpoch}`,
    );
  }
  return transition(metadata, "Empty", {
    ...(isRetry ? {} : {
      producerEpoch: producerEpoch + 1,
      lastProducerEpoch: expectedEpoch === undefined ? NONE : producerEpoch,
    }),
    ...withoutTransaction(timeoutMs, nowMs),
  });
}

/**
 * A new id for the producer, because the epochs of the old one are used up.
 *
 * @param keepLastEpoch whether the producer has told its epoch, and so may come again with it
 */
export function withNewProducerId(
  metadata: TransactionMetadata,
  producerId: number,
  timeoutMs: number,
  keepLastEpoch: boolean,
  nowMs: number,
): TransactionMetadata {
  return transition(metadata, "Empty", {
    producerId,
    producerEpoch: 0,
    lastProducerEpoch: keepLastEpoch ? metadata.producerEpoch : NONE,
    ...withoutTransaction(timeoutMs, nowMs),
  });
}

/** More partitions; the first ones begin a transaction. */
export function withPartitionsAdded(
  metadata: TransactionMetadata,
  added: readonly TopicPartition[],
  clientTransactionVersion: number,
  nowMs: number,
): TransactionMetadata {
  return transition(metadata, "Ongoing", {
    partitions: withPartitions(metadata.partitions, added),
    startTimestamp: isIdle(metadata.state) ? nowMs : metadata.startTimestamp,
    lastUpdateTimestamp: nowMs,
    clientTransactionVersion,
  });
}

/**
 * It is decided how the transaction ends. In version 2 the producer's epoch grows with that, so that what it has written and what is still on its
 * way to a partition can be told apart.
 *
 * @param nextProducerId the id that the producer gets when the transaction is over, or -1
 */
export function prepared(
  metadata: TransactionMetadata,
  state: "PrepareCommit" | "PrepareAbort",
  clientTransactionVersion: number,
  nextProducerId: number,
  nowMs: number,
): TransactionMetadata {
  const { producerEpoch } = metadata;
  return transition(metadata, state, {
    ...(clientTransactionVersion < EPOCH_BUMP_VERSION ? {} : {
      producerEpoch: Math.min(producerEpoch + 1, MAX_PRODUCER_EPOCH),
      lastProducerEpoch: producerEpoch,
    }),
    // What has not begun still has to have a beginning.
    startTimestamp: isIdle(metadata.state) ? nowMs : metadata.startTimestamp,
    nextProducerId,
    lastUpdateTimestamp: nowMs,
    clientTransactionVersion,
  });
}

/** An epoch that nobody gets, so that the producer of an open transaction is fenced; for {@linkcode prepared} before version 2. */
export function fenced(metadata: TransactionMetadata): TransactionMetadata {
  return {
    ...metadata,
    producerEpoch: Math.min(metadata.producerEpoch + 1, MAX_PRODUCER_EPOCH),
    lastProducerEpoch: NONE,
  };
}

/** All partitions know how the transaction has ended. A producer that needs another id has it from here on. */
export function completed(metadata: TransactionMetadata, nowMs: number): TransactionMetadata {
  const { state, nextProducerId, clientTransactionVersion } = metadata;
  const changesId = clientTransactionVersion >= EPOCH_BUMP_VERSION && nextProducerId !== NONE;
  return transition(metadata, state === "PrepareCommit" ? "CompleteCommit" : "CompleteAbort", {
    // The last epoch stays: it is the last one that the client has seen.
    ...(changesId ? { producerId: nextProducerId, producerEpoch: 0 } : {}),
    nextProducerId: NONE,
    partitions: NO_PARTITIONS,
    lastUpdateTimestamp: nowMs,
  });
}

function withoutTransaction(timeoutMs: number, nowMs: number): Partial<TransactionMetadata> {
  return {
    timeoutMs,
    partitions: NO_PARTITIONS,
    startTimestamp: -1,
    lastUpdateTimestamp: nowMs,
  };
}

function transition(
  metadata: TransactionMetadata,
  state: TransactionState,
  changes: Partial<TransactionMetadata>,
): TransactionMetadata {
  const next = { ...metadata, previousProducerId: metadata.producerId, ...changes, state };
  assert(
    mayFollow(metadata.state, state),
    `a transaction goes from ${metadata.state} to ${state}`,
  );
  assert(next.producerId >= 0 && next.producerEpoch >= 0, "a transaction without a producer");
  assert(next.producerEpoch <= MAX_PRODUCER_EPOCH, "an epoch beyond the last one");
  return next;
}
