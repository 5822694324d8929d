/**
 * Feeding batches into the producer state.
 *
 * @module
 */

import type { AnyRecordBatch } from "../../record/record_batch.ts";
import type { AppendOrigin } from "./append_origin.ts";
import { type ProducerAppendInfo, TV_UNKNOWN } from "./producer_append_info.ts";
import type { ProducerStateManager } from "./producer_state_manager.ts";
import type { CompletedTxn } from "./transaction_table.ts";

/**
 * Takes one batch that carries a producer id into `updates`, the producers of one append by id, which the caller hands to
 * `manager.update` once the append is written. Ends the producer's verification, as data or a marker of its
 * transaction is about to be written: except for a marker that a producer with growing epochs (transactions version 2) gets while
 * its next transaction is being verified.
 *
 * @returns the transaction that the batch ends, for `manager.completeTxn`
 * @throws {ProducerStateError} the batch does not follow from what the producer wrote before
 */
export function updateProducers(
  manager: ProducerStateManager,
  batch: AnyRecordBatch,
  updates: Map<number, ProducerAppendInfo>,
  origin: AppendOrigin,
  transactionVersion: number = TV_UNKNOWN,
): CompletedTxn | undefined {
  const producerId = batch.producerId;
  let update = updates.get(producerId);
  if (update === undefined) {
    update = manager.prepareUpdate(producerId, origin);
    updates.set(producerId, update);
  }
  const completed = update.append(batch, batch.baseOffset, transactionVersion);
  if (batch.isTransactional) {
    const entry = manager.verificationStateEntry(producerId);
    const nextHasBegun = entry !== undefined && entry.supportsEpochBump && batch.isControlBatch &&
      batch.producerEpoch === entry.epoch;
    if (entry !== undefined && !nextHasBegun) manager.clearVerificationStateEntry(producerId);
  }
  return completed;
}

/** Takes batches that are in the log already: loading it, or what a leader has sent. */
export function loadProducersFromBatches(
  manager: ProducerStateManager,
  batches: Iterable<AnyRecordBatch>,
): void {
  const updates = new Map<number, ProducerAppendInfo>();
  const completed: CompletedTxn[] = [];
  for (const batch of batches) {
    if (!batch.hasProducerId) continue;
    const transaction = updateProducers(manager, batch, updates, "replication", 0);
    if (transaction !== undefined) completed.push(transaction);
  }
  for (const update of updates.values()) manager.update(update);
  for (const transaction of completed) manager.completeTxn(transaction);
}
