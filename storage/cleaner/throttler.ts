/**
 * Keeps a rate: `log.cleaner.io.max.bytes.per.second` for all cleaners together. As Kafka's `Throttler`, but it tells the caller how
 * long to rest instead of blocking.
 *
 * @module
 */

import type { Clock } from "../env.ts";

const CHECK_INTERVAL_MS = 300;

/** Measures what is done, and asks for rests when it is too much. */
export class Throttler {
  readonly #clock: Clock;
  readonly #checkIntervalMs: number;
  #desiredRatePerSec: number;
  #periodStart: number;
  #observed = 0;
  #totalThrottledMs = 0;

  /**
   * @param desiredRatePerSec units a second, `Infinity` for no limit
   * @param checkIntervalMs how often the rate is looked at
   */
  constructor(clock: Clock, desiredRatePerSec: number, checkIntervalMs = CHECK_INTERVAL_MS) {
    this.#clock = clock;
    this.#desiredRatePerSec = desiredRatePerSec;
    this.#checkIntervalMs = checkIntervalMs;
    this.#periodStart = clock.monotonic();
  }

  /** Units a second. */
  get desiredRatePerSec(): number {
    return this.#desiredRatePerSec;
  }

  /** ms of rest that were asked for so far. */
  get totalThrottledMs(): number {
    return this.#totalThrottledMs;
  }

  /** Changes the rate. */
  updateDesiredRatePerSec(desiredRatePerSec: number): void {
    this.#desiredRatePerSec = desiredRatePerSec;
  }

  /**
   * Counts `units` of work.
   *
   * @returns ms to rest now, 0 mostly
   */
  observe(units: number): number {
    this.#observed += units;
    const now = this.#clock.monotonic();
    const elapsed = now - this.#periodStart;
    // Within an interval as much may be done as the rate allows for all of it; Kafka allows any amount.
    const allowance = this.#desiredRatePerSec * this.#checkIntervalMs / 1000;
    if (elapsed <= this.#checkIntervalMs && this.#observed <= allowance) return 0;
    const rest = Math.max(0, Math.round(this.#observed / this.#desiredRatePerSec * 1000 - elapsed));
    this.#observed = 0;
    this.#periodStart = now + rest;
    this.#totalThrottledMs += rest;
    return rest;
  }
}
