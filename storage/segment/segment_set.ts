/**
 * The segments of one log, by base offset.
 *
 * @module
 */

import { StorageError } from "../errors.ts";
import { type TopicPartition, topicPartitionKey } from "../file/file_names.ts";
import type { Segment } from "./segment.ts";

/**
 * An ordered map from base offset to segment; Kafka's `LogSegments`. A sorted array: a log adds nearly always at the end,
 * and looks up on every read.
 */
export class SegmentSet {
  readonly #topicPartition: TopicPartition;
  #segments: Segment[] = [];
  #version = 0;

  /** @param topicPartition for messages */
  constructor(topicPartition: TopicPartition) {
    this.#topicPartition = topicPartition;
  }

  /** Whether there is no segment. */
  get isEmpty(): boolean {
    return this.#segments.length === 0;
  }

  /** How many there are. */
  get numberOfSegments(): number {
    return this.#segments.length;
  }

  /** Grows with every change of which segments there are. */
  get version(): number {
    return this.#version;
  }

  /** Bytes of data in all of them. */
  get sizeInBytes(): number {
    let size = 0;
    for (const segment of this.#segments) size += segment.size;
    return size;
  }

  /** The base offsets, ascending. */
  get baseOffsets(): number[] {
    return this.#segments.map((segment) => segment.baseOffset);
  }

  /** The segment with the smallest base offset. */
  get firstSegment(): Segment | undefined {
    return this.#segments[0];
  }

  /** Its base offset. */
  get firstSegmentBaseOffset(): number | undefined {
    return this.#segments[0]?.baseOffset;
  }

  /** The segment with the largest base offset. */
  get lastSegment(): Segment | undefined {
    return this.#segments[this.#segments.length - 1];
  }

  /**
   * The segment that takes the appends: the last one.
   *
   * @throws {StorageError} when there is none
   */
  get activeSegment(): Segment {
    const last = this.lastSegment;
    if (last !== undefined) return last;
    throw new StorageError(
      "UNKNOWN_SERVER_ERROR",
      `No active segment, as there is no segment in: ${topicPartitionKey(this.#topicPartition)}`,
    );
  }

  /**
   * Adds a segment.
   *
   * @returns the one with that base offset until now
   */
  add(segment: Segment): Segment | undefined {
    const segments = this.#segments;
    this.#version++;
    const at = this.#countBelow(segment.baseOffset);
    const old = segments[at];
    if (old?.baseOffset === segment.baseOffset) {
      segments[at] = segment;
      return old;
    }
    if (at === segments.length) segments.push(segment);
    else segments.splice(at, 0, segment);
    return undefined;
  }

  /** Takes out the segment with that base offset, if there is one. */
  remove(baseOffset: number): void {
    const at = this.#countBelow(baseOffset);
    if (this.#segments[at]?.baseOffset !== baseOffset) return;
    this.#segments.splice(at, 1);
    this.#version++;
  }

  /** Takes out all. */
  clear(): void {
    this.#segments = [];
    this.#version++;
  }

  /** Whether a segment has that base offset. */
  contains(baseOffset: number): boolean {
    return this.get(baseOffset) !== undefined;
  }

  /** The segment with that base offset. */
  get(baseOffset: number): Segment | undefined {
    const segment = this.#segments[this.#countBelow(baseOffset)];
    return segment?.baseOffset === baseOffset ? segment : undefined;
  }

  /**
   * The segments in ascending order; a copy, which later changes leave alone.
   *
   * @param from with a range: the segment that holds this offset is the first, or the first of all when none does
   * @param to segments that start at or above this are left out
   * @throws {StorageError} when `to` is below `from`
   */
  values(from?: number, to?: number): Segment[] {
    if (from === undefined) return this.#segments.slice();
    const limit = to ?? Infinity;
    if (from === limit) return [];
    if (limit < from) {
      throw new StorageError(
        "UNKNOWN_SERVER_ERROR",
        `Invalid log segment range: requested segments in ${
          topicPartitionKey(this.#topicPartition)
        } from offset ${from} which is greater than limit offset: ${limit}`,
      );
    }
    const start = Math.max(0, this.#countBelow(from + 1) - 1);
    return this.#segments.slice(start, this.#countBelow(limit));
  }

  /** The segments from the one that holds `from` on, but the active one. */
  nonActiveLogSegmentsFrom(from: number): Segment[] {
    const { baseOffset } = this.activeSegment;
    return from > baseOffset ? [] : this.values(from, baseOffset);
  }

  /** The segment with the largest base offset at or below `offset`. */
  floorSegment(offset: number): Segment | undefined {
    return this.#segments[this.#countBelow(offset + 1) - 1];
  }

  /** The segment with the largest base offset below `offset`. */
  lowerSegment(offset: number): Segment | undefined {
    return this.#segments[this.#countBelow(offset) - 1];
  }

  /** The segment with the smallest base offset above `offset`. */
  higherSegment(offset: number): Segment | undefined {
    return this.#segments[this.#countBelow(offset + 1)];
  }

  /** The segments with base offsets above `offset`. */
  higherSegments(offset: number): Segment[] {
    return this.#segments.slice(this.#countBelow(offset + 1));
  }

  /** The segments that `predicate` holds for. */
  filter(predicate: (segment: Segment) => boolean): Segment[] {
    return this.#segments.filter(predicate);
  }

  /**
   * Closes all segments, also when one of them fails.
   *
   * @throws the first failure, once all were tried
   */
  close(): void {
    const failures: unknown[] = [];
    for (const segment of this.#segments) {
      try {
        segment.close();
      } catch (error) {
        failures.push(error);
      }
    }
    if (failures.length > 0) throw failures[0];
  }

  /** Lets go of the files of all segments without writing anything: for a disk that has failed. */
  closeHandlers(): void {
    for (const segment of this.#segments) segment.closeHandlers();
  }

  /** Takes note of where the files are, after their directory was moved. */
  updateParentDir(directory: string): void {
    for (const segment of this.#segments) segment.updateParentDir(directory);
  }

  /** How many base offsets are below `offset`: where it is, or would go. */
  #countBelow(offset: number): number {
    const segments = this.#segments;
    let low = 0;
    let high = segments.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (segments[middle]!.baseOffset < offset) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}
