/**
 * The transactions of a log, followed while its batches go by.
 *
 * @module
 */

import type { AnyRecordBatch } from "../../record/record_batch.ts";
import { parseControlRecord } from "../decoders/control_record_text.ts";
import type { AbortInData } from "./index_check.ts";

/** Which transactions are open. */
export class TransactionsSeen {
  readonly #firstOffsets = new Map<number, number>();
  #isComplete: boolean;
  #nextOffset: number;

  /** @param startOffset where the log begins; what began before it is not known */
  constructor(startOffset: number) {
    this.#isComplete = startOffset === 0;
    this.#nextOffset = startOffset;
  }

  /**
   * Takes in a batch.
   *
   * @returns the transaction that it aborts, if it does
   * @throws {CorruptRecordError} when its marker does not decode
   */
  batch(batch: AnyRecordBatch, baseOffset: number, lastOffset: number): AbortInData | undefined {
    // Compaction leaves gaps; behind one, a transaction may have begun that is not seen.
    if (baseOffset !== this.#nextOffset) this.#isComplete = false;
    this.#nextOffset = lastOffset + 1;
    if (!batch.isTransactional) return undefined;
    const { producerId } = batch;
    if (!batch.isControlBatch) {
      if (!this.#firstOffsets.has(producerId)) this.#firstOffsets.set(producerId, baseOffset);
      return undefined;
    }
    for (const record of batch.records()) {
      const { type } = parseControlRecord(record);
      if (type !== "ABORT" && type !== "COMMIT") continue;
      const firstOffset = this.#firstOffsets.get(producerId);
      this.#firstOffsets.delete(producerId);
      if (type === "COMMIT") return undefined;
      return {
        producerId,
        firstOffset: this.#isComplete ? firstOffset : undefined,
        lastOffset,
        lastStableOffset: this.#isComplete ? this.firstOpenOffset ?? lastOffset + 1 : undefined,
      };
    }
    return undefined;
  }

  /** Where the oldest open transaction begins. */
  get firstOpenOffset(): number | undefined {
    let first: number | undefined;
    for (const offset of this.#firstOffsets.values()) {
      if (first === undefined || offset < first) first = offset;
    }
    return first;
  }
}
