/**
 * One cleaning's standing among everything else that goes on: when it must give way, when it must rest, and when
 * it must stop because the log has changed under it.
 *
 * @module
 */

import type { Env } from "../env.ts";
import { topicPartitionKey } from "../file/file_names.ts";
import type { PartitionLog } from "../log/partition_log.ts";
import type { Segment } from "../segment/segment.ts";
import type { Throttler } from "./throttler.ts";
import { WorkSlice } from "./work_slice.ts";

/** Whether an error says that a cleaning was told to stop, or found its log changed. */
export function isCleaningAborted(error: unknown): boolean {
  return error instanceof DOMException && error.name === "AbortError";
}

/** What an aborted cleaning rejects with. */
export function cleaningAborted(reason: string): DOMException {
  return new DOMException(`Log cleaning was aborted: ${reason}`, "AbortError");
}

/** Time and permission to go on with one cleaning. */
export class CleaningTurn {
  readonly #log: PartitionLog;
  readonly #directory: string;
  readonly #throttler: Throttler;
  readonly #signal: AbortSignal | undefined;
  readonly #slice: WorkSlice;
  readonly #watched = new Map<Segment, { readonly size: number; readonly truncations: number }>();

  /**
   * @param signal aborts the cleaning
   * @param sliceMs longest time that the event loop is kept from others
   */
  constructor(
    env: Env,
    log: PartitionLog,
    throttler: Throttler,
    signal: AbortSignal | undefined,
    sliceMs?: number,
  ) {
    this.#log = log;
    this.#directory = log.directory;
    this.#throttler = throttler;
    this.#signal = signal;
    this.#slice = new WorkSlice(env.clock, sliceMs);
  }

  /** ms of the longest slice so far. */
  get longestSliceMs(): number {
    return this.#slice.longestMs;
  }

  /** Slices so far. */
  get sliceCount(): number {
    return this.#slice.count;
  }

  /**
   * Remembers segments as they are now. Whoever truncates or deletes from a log stops its cleaner first; but what has
   * been read of a segment that changed all the same must never decide what is deleted.
   */
  watch(segments: Iterable<Segment>): void {
    for (const segment of segments) {
      if (this.#watched.has(segment)) continue;
      const { size, truncations } = segment;
      this.#watched.set(segment, { size, truncations });
    }
  }

  /** Forgets segments that the cleaner itself has replaced. */
  unwatch(segments: Iterable<Segment>): void {
    for (const segment of segments) this.#watched.delete(segment);
  }

  /** @throws {DOMException} `AbortError` when the cleaning was aborted, or the segment is not what it was */
  checkSegment(segment: Segment): void {
    this.#signal?.throwIfAborted();
    const was = this.#watched.get(segment);
    const isInLog = this.#log.segments.get(segment.baseOffset) === segment;
    // A segment that was cut can have grown to its old size again.
    const isSame = was?.size === segment.size && was.truncations === segment.truncations;
    if (!isInLog || !isSame || this.#log.directory !== this.#directory) {
      throw cleaningAborted(
        `${
          topicPartitionKey(this.#log.topicPartition)
        } has changed, segment: ${segment.baseOffset}`,
      );
    }
  }

  /** As {@linkcode checkSegment}, of all that are watched. */
  checkAll(): void {
    this.#signal?.throwIfAborted();
    for (const segment of this.#watched.keys()) this.checkSegment(segment);
  }

  /** Counts `bytes` of work; whether it is time to {@linkcode giveWay}. */
  isOver(bytes: number): boolean {
    return this.#slice.due(bytes);
  }

  /** Lets others run. What was checked must be checked again after it. */
  giveWay(): Promise<void> {
    return this.#slice.pause(0, this.#signal);
  }

  /** Waits for the disk; others run meanwhile. What was checked must be checked again after it. */
  during(waiting: Promise<unknown>): Promise<void> {
    return this.#slice.during(waiting);
  }

  /** Counts `bytes` of input or output, and rests when that is more than allowed. */
  async throttle(bytes: number): Promise<void> {
    const rest = this.#throttler.observe(bytes);
    if (rest > 0) await this.#slice.pause(rest, this.#signal);
  }
}
