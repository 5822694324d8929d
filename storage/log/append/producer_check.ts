/**
 * What an append means for the producers that wrote it: duplicates, sequences, epochs, transactions. Changes nothing but the
 * verification entries; the caller takes the updates over once the records are written.
 *
 * @module
 */

import { ProducerStateError } from "../../errors.ts";
import type { AnyRecordBatch } from "../../record/record_batch.ts";
import type { SegmentSet } from "../../segment/segment_set.ts";
import type { AppendOrigin } from "../producer/append_origin.ts";
import type { ProducerAppendInfo } from "../producer/producer_append_info.ts";
import type { BatchMetadata, ProducerStateEntry } from "../producer/producer_state_entry.ts";
import type { ProducerStateManager } from "../producer/producer_state_manager.ts";
import { updateProducers } from "../producer/producer_updates.ts";
import type { CompletedTxn } from "../producer/transaction_table.ts";
import { VerificationGuard } from "../producer/verification_state_entry.ts";
import { isBeforeKnown, rememberEarlierBatches } from "./earlier_batches.ts";

/** What the producers' state becomes when the records are written. */
export interface CheckedProducers {
  readonly updates: Map<number, ProducerAppendInfo>;
  readonly completed: CompletedTxn[];
  /** A batch that the log holds already: nothing is to be written. */
  readonly duplicate?: BatchMetadata;
}

/**
 * Checks the batches of an append against the producers' state.
 *
 * @param segments where batches are looked up that the state does not hold any more
 * @param guard what the sender has of a verified transaction
 * @returns `undefined` when no batch has a producer id
 * @throws {ProducerStateError} out of sequence, fenced, or outside of a transaction
 */
export function checkProducers(
  producers: ProducerStateManager,
  segments: SegmentSet,
  batches: readonly AnyRecordBatch[],
  origin: AppendOrigin,
  guard: VerificationGuard,
  transactionVersion: number,
): CheckedProducers | undefined {
  let result: CheckedProducers | undefined;
  for (const batch of batches) {
    if (!batch.hasProducerId) continue;
    result ??= { updates: new Map(), completed: [] };
    if (origin === "client") {
      // A producer has up to five batches under way; any of them may come a second time.
      const entry = producers.lastEntry(batch.producerId);
      const duplicate = entry === undefined ? undefined : findDuplicate(segments, entry, batch);
      if (duplicate !== undefined) return { ...result, duplicate };
    }
    if (batch.isTransactional && (origin === "client" || origin === "coordinator")) {
      checkTransaction(producers, batch, guard);
    }
    const completed = updateProducers(
      producers,
      batch,
      result.updates,
      origin,
      transactionVersion,
    );
    if (completed !== undefined) result.completed.push(completed);
  }
  return result;
}

function findDuplicate(
  segments: SegmentSet,
  entry: ProducerStateEntry,
  batch: AnyRecordBatch,
): BatchMetadata | undefined {
  const known = entry.findDuplicateBatch(batch);
  if (known !== undefined || !isBeforeKnown(entry, batch)) return known;
  rememberEarlierBatches(segments, entry);
  return entry.findDuplicateBatch(batch);
}

/**
 * No transactional record gets in without the coordinator knowing: either the transaction is open here already, or this
 * append carries the guard of a verification that the coordinator has confirmed.
 */
function checkTransaction(
  producers: ProducerStateManager,
  batch: AnyRecordBatch,
  guard: VerificationGuard,
): void {
  const { producerId, producerEpoch } = batch;
  if (producers.hasOngoingTransaction(producerId, producerEpoch)) return;
  checkEpochNotStale(producers, producerId, producerEpoch);
  if (!producers.transactionVerificationEnabled || batch.isControlBatch) return;
  const expected = producers.verificationStateEntry(producerId)?.verificationGuard ??
    VerificationGuard.SENTINEL;
  if (!expected.verify(guard)) {
    throw new ProducerStateError(
      "INVALID_TXN_STATE",
      `Record was not part of an ongoing transaction: producer ${producerId}`,
    );
  }
}

/** Refuses an epoch that the producer has left behind. */
export function checkEpochNotStale(
  producers: ProducerStateManager,
  producerId: number,
  producerEpoch: number,
): void {
  const entry = producers.lastEntry(producerId);
  if (entry !== undefined && producerEpoch < entry.producerEpoch) {
    throw new ProducerStateError(
      "INVALID_PRODUCER_EPOCH",
      `Epoch of producer ${producerId} is ${producerEpoch}, which is smaller than the last seen ` +
        `epoch ${entry.producerEpoch}`,
    );
  }
}
