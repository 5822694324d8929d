/**
 * Which segment to look in for a timestamp.
 *
 * @module
 */

import type { Segment } from "../segment/segment.ts";
import type { SegmentSet } from "../segment/segment_set.ts";

/**
 * Finds the first segment with a record at or after a timestamp. Timestamps need not grow from segment to segment, but their
 * maximum over all segments up to one does: that is kept for the sealed segments, and searched by halves. It is made at
 * the first question, and again when other segments are there.
 */
export class SegmentTimestamps {
  readonly #segments: SegmentSet;
  #sealed: readonly Segment[] = [];
  #maximaUpTo: Float64Array = new Float64Array(0);
  #version = -1;

  constructor(segments: SegmentSet) {
    this.#segments = segments;
  }

  /** The first segment whose largest timestamp is at or after `timestamp`; `undefined` when none is. */
  firstReaching(timestamp: number): Segment | undefined {
    if (this.#version !== this.#segments.version) this.#rebuild();
    const maxima = this.#maximaUpTo;
    let low = 0;
    let high = maxima.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (maxima[middle]! < timestamp) low = middle + 1;
      else high = middle;
    }
    if (low < maxima.length) return this.#sealed[low];
    const active = this.#segments.activeSegment;
    return active.largestTimestamp >= timestamp ? active : undefined;
  }

  #rebuild(): void {
    const sealed = this.#segments.values().slice(0, -1);
    const maxima = new Float64Array(sealed.length);
    let max = -Infinity;
    for (let i = 0; i < sealed.length; i++) {
      max = Math.max(max, sealed[i]!.largestTimestamp);
      maxima[i] = max;
    }
    this.#sealed = sealed;
    this.#maximaUpTo = maxima;
    this.#version = this.#segments.version;
  }
}
