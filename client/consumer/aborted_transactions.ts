/**
 * Which batches of a fetch belong to transactions that were aborted. Pure.
 *
 * @module
 */

import { parseControlRecordKey } from "../../storage/record/control_record.ts";
import type { AnyRecordBatch } from "../../storage/record/record_batch.ts";
import type { AbortedTransaction } from "../protocol/messages/fetch.ts";

/** Follows the batches of one fetch in their order: from where an aborted transaction begins to its marker, its producer's batches are hidden. */
export class AbortedTransactions {
  readonly #upcoming: readonly AbortedTransaction[];
  readonly #open = new Set<number>();
  #at = 0;

  /** Takes what the broker says of the transactions that were aborted. */
  constructor(aborted: readonly AbortedTransaction[] | null) {
    this.#upcoming = (aborted ?? []).toSorted((a, b) => a.firstOffset - b.firstOffset);
  }

  /** Whether the next batch is to be passed over. */
  hides(batch: AnyRecordBatch): boolean {
    if (this.#upcoming.length === 0 || !batch.hasProducerId) return false;
    const { lastOffset, producerId } = batch;
    for (let next; (next = this.#upcoming[this.#at]) !== undefined; this.#at++) {
      if (next.firstOffset > lastOffset) break;
      this.#open.add(next.producerId);
    }
    if (isAbortMarker(batch)) {
      this.#open.delete(producerId);
      return false;
    }
    return batch.isTransactional && this.#open.has(producerId);
  }
}

function isAbortMarker(batch: AnyRecordBatch): boolean {
  if (!batch.isControlBatch) return false;
  const first = batch.records().next();
  return first.done !== true && parseControlRecordKey(first.value.key).type === "ABORT";
}
