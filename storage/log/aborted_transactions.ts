/**
 * Which aborted transactions overlap a range of offsets, from the transaction indexes.
 *
 * @module
 */

import type { Segment } from "../segment/segment.ts";
import type { SegmentSet } from "../segment/segment_set.ts";
import type { AbortedTxn } from "../segment/transaction_index.ts";

/**
 * The aborted transactions that reach into [`startOffset`, `upperBoundOffset`). A transaction is listed in the segment that
 * holds its abort marker, which may be a later one than that of its records: the search goes on until an index tells
 * that no later one can matter.
 *
 * @param start the segment that holds `startOffset`
 */
export function abortedTransactionsBetween(
  segments: SegmentSet,
  start: Segment,
  startOffset: number,
  upperBoundOffset: number,
): AbortedTxn[] {
  const found: AbortedTxn[] = [];
  let segment: Segment | undefined = start;
  while (segment !== undefined) {
    const result = segment.collectAbortedTxns(startOffset, upperBoundOffset);
    found.push(...result.abortedTransactions);
    if (result.isComplete) break;
    segment = segments.higherSegment(segment.baseOffset);
  }
  return found;
}
