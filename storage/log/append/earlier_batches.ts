/**
 * Batches of a producer that its state does not hold, looked up in the log: a snapshot keeps one batch of each producer, and after it was
 * loaded a producer may still repeat any of the last five.
 *
 * @module
 */

import { CorruptRecordError } from "../../errors.ts";
import type { AnyRecordBatch } from "../../record/record_batch.ts";
import type { Segment } from "../../segment/segment.ts";
import type { SegmentSet } from "../../segment/segment_set.ts";
import {
  MAX_SEQUENCE,
  NUM_BATCHES_TO_RETAIN,
  ProducerStateEntry,
  type SequencedBatch,
} from "../producer/producer_state_entry.ts";

/** How far back is looked, in bytes: five batches of the largest size that is usual, and as much of others. */
const LOOK_BACK_BYTES = 10 * 1024 * 1024;

/** Whether a batch comes before those that are known of its producer, so that it may be one that was forgotten. */
export function isBeforeKnown(entry: ProducerStateEntry, batch: SequencedBatch): boolean {
  if (entry.isEmpty || entry.producerEpoch !== batch.producerEpoch) return false;
  const distance = (entry.firstSeq - batch.lastSequence) & MAX_SEQUENCE;
  return entry.batchMetadata.length < NUM_BATCHES_TO_RETAIN && distance > 0 &&
    distance <= MAX_SEQUENCE >> 1;
}

/** Has a producer's state hold its last batches again, as far as they are near; once only, because it takes reading. */
export function rememberEarlierBatches(segments: SegmentSet, entry: ProducerStateEntry): void {
  if (entry.hasLookedBack) return;
  entry.hasLookedBack = true;
  const { producerId, producerEpoch, lastDataOffset } = entry;
  const found = new ProducerStateEntry(producerId, producerEpoch);
  try {
    for (const batch of batchesUpTo(segments, lastDataOffset)) {
      if (batch.producerId !== producerId || batch.isControlBatch) continue;
      const { lastSequence, lastOffset, baseOffset, maxTimestamp } = batch;
      found.addBatch(
        batch.producerEpoch,
        lastSequence,
        lastOffset,
        lastOffset - baseOffset,
        maxTimestamp,
      );
    }
  } catch (error) {
    // Damage in old records is nothing that this producer could do anything about.
    if (!(error instanceof CorruptRecordError)) throw error;
  }
  entry.rememberBatchesOf(found);
}

function* batchesUpTo(segments: SegmentSet, lastOffset: number): Generator<AnyRecordBatch> {
  const last = segments.floorSegment(lastOffset);
  const end = last?.translateOffset(lastOffset);
  if (last === undefined || end === undefined) return;
  const to = end.position + end.size;
  const before = to < LOOK_BACK_BYTES ? segments.lowerSegment(last.baseOffset) : undefined;
  if (before !== undefined) yield* lastBatches(before, before.size, LOOK_BACK_BYTES - to);
  yield* lastBatches(last, to, LOOK_BACK_BYTES);
}

/** The batches that begin in the last bytes before a position. */
function lastBatches(segment: Segment, to: number, bytes: number): Generator<AnyRecordBatch> {
  const start = Math.max(0, to - bytes);
  const offset = start === 0
    ? undefined
    : segment.fetchUpperBoundOffset({ offset: 0, position: start }, 0);
  const from = offset === undefined ? 0 : segment.translateOffset(offset)?.position ?? 0;
  return segment.batches(Math.min(from, to), to);
}
