/**
 * Long work in short slices, so that appends and reads get their turn in between.
 *
 * @module
 */

import type { Clock } from "../env.ts";

/** ms that the event loop is kept from others at a time. */
export const DEFAULT_SLICE_MS = 4;

/** Asking the clock for every small batch would cost more than the batch. */
const CHECK_BYTES = 16 * 1024;

/** Counts work, and tells when it is time to give way. */
export class WorkSlice {
  readonly #clock: Clock;
  readonly #sliceMs: number;
  #started: number;
  #bytes = 0;
  #longestMs = 0;
  #count = 1;

  /** @param sliceMs longest slice wanted; 0 gives way at every opportunity */
  constructor(clock: Clock, sliceMs: number = DEFAULT_SLICE_MS) {
    this.#clock = clock;
    this.#sliceMs = sliceMs;
    this.#started = clock.monotonic();
  }

  /** ms of the longest slice so far. */
  get longestMs(): number {
    return this.#longestMs;
  }

  /** Slices so far. */
  get count(): number {
    return this.#count;
  }

  /** Counts `bytes` of work; whether to {@linkcode pause} now. */
  due(bytes: number): boolean {
    this.#bytes += bytes;
    if (this.#bytes < CHECK_BYTES && this.#sliceMs > 0) return false;
    this.#bytes = 0;
    return this.#clock.monotonic() - this.#started >= this.#sliceMs;
  }

  /**
   * Lets others run, for `ms` at least.
   *
   * @throws the signal's reason when it aborts
   */
  pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
    return this.during(this.#clock.sleep(ms, signal));
  }

  /** Waits for something; others run meanwhile. */
  async during(waiting: Promise<unknown>): Promise<void> {
    const ran = this.#clock.monotonic() - this.#started;
    if (ran > this.#longestMs) this.#longestMs = ran;
    await waiting;
    this.#started = this.#clock.monotonic();
    this.#count++;
  }
}
