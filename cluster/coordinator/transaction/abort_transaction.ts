/**
 * The coordinator aborts a transaction by itself: it has taken too long, or another producer takes its id over.
 *
 * @module
 */

import { KafkaError } from "../../../client/protocol/error_codes.ts";
import type { Moment } from "../coordinator_shard.ts";
import {
  EPOCH_BUMP_VERSION,
  isEpochExhausted,
  NO_TIMEOUT,
  NONE,
  type TransactionMetadata,
} from "./transaction_metadata.ts";
import type { TransactionOutput, TransactionStore } from "./transaction_store.ts";
import { fenced, prepared } from "./transaction_transitions.ts";

/** The most transactions that are aborted in one turn, when all goes well. */
export const MAX_ABORTS = 500;

/**
 * Aborts an open transaction with an epoch that its producer does not have, so that it can write no more.
 *
 * @throws {KafkaError} `COORDINATOR_LOAD_IN_PROGRESS` when the producer needs another id, and none is at hand
 */
export function abortFencing(
  store: TransactionStore,
  metadata: TransactionMetadata,
  out: TransactionOutput,
  nowMs: number,
): void {
  const version = store.transactionVersion;
  if (version < EPOCH_BUMP_VERSION) {
    return store.appendEnding(out, prepared(fenced(metadata), "PrepareAbort", 0, NONE, nowMs));
  }
  const nextProducerId = isEpochExhausted(metadata.producerEpoch) ? store.newProducerId() : NONE;
  store.appendEnding(out, prepared(metadata, "PrepareAbort", version, nextProducerId, nowMs));
}

/**
 * Aborts the transactions that have taken too long. Where the producer needs another id, and none is at hand, it is left to the next time.
 *
 * @param most how many, because all are written in one batch
 * @returns whether there are more of them
 */
export function abortTimedOut(
  store: TransactionStore,
  out: TransactionOutput,
  { wallMs }: Moment,
  most: number,
): boolean {
  for (const metadata of store.all()) {
    if (!isTimedOut(metadata, wallMs)) continue;
    if (out.records.length === most) return true;
    try {
      abortFencing(store, metadata, out, wallMs);
    } catch (error) {
      if (!(error instanceof KafkaError)) throw error;
    }
  }
  return false;
}

function isTimedOut(
  { state, startTimestamp, timeoutMs }: TransactionMetadata,
  nowMs: number,
): boolean {
  return state === "Ongoing" && timeoutMs !== NO_TIMEOUT && startTimestamp + timeoutMs < nowMs;
}
