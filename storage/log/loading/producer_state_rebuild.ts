/**
 * Bringing the producer state to what it was at an offset, from the nearest snapshot and the records behind it.
 *
 * @module
 */

import type { Env } from "../../env.ts";
import type { AnyRecordBatch } from "../../record/record_batch.ts";
import type { Segment } from "../../segment/segment.ts";
import type { SegmentSet } from "../../segment/segment_set.ts";
import type { LoadProgress } from "./load_progress.ts";
import type { ProducerStateManager } from "../producer/producer_state_manager.ts";
import { loadProducersFromBatches } from "../producer/producer_updates.ts";

/** What the state is rebuilt from. */
export interface RebuildOptions {
  readonly env: Env;
  readonly producers: ProducerStateManager;
  readonly segments: SegmentSet;
  readonly logStartOffset: number;
  /** The state is wanted as of this offset. */
  readonly lastOffset: number;
  /** The log was closed cleanly: when there is no snapshot at all, there was nothing to save. */
  readonly reloadFromCleanShutdown: boolean;
}

/** Bytes of records between two slices. */
const SLICE_BYTES = 4 * 1024 * 1024;

/**
 * Rebuilds the producer state (Kafka's `rebuildProducerState`) and takes a snapshot of it. Touches nothing else of the log, as recovery runs
 * it with states of its own.
 */
export function* rebuildProducerState(options: RebuildOptions): Generator<LoadProgress, void> {
  const { env, producers, segments, logStartOffset, lastOffset } = options;
  const offsetsToSnapshot = lastTwoBaseOffsets(segments);
  if (producers.latestSnapshotOffset === undefined && options.reloadFromCleanShutdown) {
    // A log from before there were snapshots: empty ones at its end spare reading all of it, now and
    // at the next truncation.
    for (const offset of [...offsetsToSnapshot, lastOffset]) {
      producers.updateMapEndOffset(offset);
      producers.takeSnapshot();
    }
    return;
  }
  const wasEmpty = producers.isEmpty && producers.mapEndOffset >= lastOffset;
  producers.truncateAndReload(logStartOffset, lastOffset, env.clock.now());
  // Where no producer was known before a truncation, none will be after it.
  if (lastOffset > producers.mapEndOffset && !wasEmpty) {
    const segmentOfLastOffset = segments.floorSegment(lastOffset);
    for (const segment of [...segments.values(producers.mapEndOffset, lastOffset)]) {
      const startOffset = Math.max(segment.baseOffset, producers.mapEndOffset, logStartOffset);
      producers.updateMapEndOffset(startOffset);
      if (offsetsToSnapshot.includes(segment.baseOffset)) producers.takeSnapshot();
      const end = segment === segmentOfLastOffset
        ? segment.translateOffset(lastOffset)?.position ?? segment.size
        : segment.size;
      const start = segment.translateOffset(startOffset)?.position;
      if (start !== undefined) yield* loadRange(producers, segment, start, end);
    }
  }
  producers.updateMapEndOffset(lastOffset);
  producers.takeSnapshot();
}

function lastTwoBaseOffsets(segments: SegmentSet): number[] {
  const last = segments.lastSegment;
  if (last === undefined) return [];
  const lower = segments.lowerSegment(last.baseOffset);
  return lower === undefined ? [last.baseOffset] : [lower.baseOffset, last.baseOffset];
}

function* loadRange(
  producers: ProducerStateManager,
  segment: Segment,
  start: number,
  end: number,
): Generator<LoadProgress, void> {
  const batches = segment.batches(start, end);
  for (let done = false; !done;) {
    let bytes = 0;
    // One slice's share of the batches. They are views that the next step overwrites: pass them on one by one.
    const slice = function* (): Generator<AnyRecordBatch, void> {
      while (bytes < SLICE_BYTES) {
        const step = batches.next();
        if (step.done) {
          done = true;
          return;
        }
        bytes += step.value.sizeInBytes;
        yield step.value;
      }
    };
    loadProducersFromBatches(producers, slice());
    yield { bytes, segments: 0 };
  }
}
