/**
 * Holding a rate (Kafka's `ThroughputThrottler`).
 *
 * @module
 */

import type { Clock } from "../../storage/env.ts";

/** Shorter sleeps are saved up, ms. */
const MIN_SLEEP_MS = 2;

/** Sleeps now and then, so that on average no more than so many things are done in a second. */
export class ThroughputThrottler {
  readonly #clock: Clock;
  readonly #perSecond: number;
  readonly #startMs: number;
  readonly #sleepMs: number;
  #owedMs = 0;

  /**
   * Counts from now on.
   *
   * @param perSecond things a second; less than 0 for as many as there are, 0 for none
   */
  constructor(clock: Clock, perSecond: number, startMs: number = clock.now()) {
    this.#clock = clock;
    this.#perSecond = perSecond;
    this.#startMs = startMs;
    this.#sleepMs = perSecond > 0 ? Math.trunc(1e9 / perSecond) / 1e6 : Infinity;
  }

  /**
   * Whether so many are too many by now.
   *
   * @param amount things done so far
   * @param now wall-clock time, ms
   */
  shouldThrottle(amount: number, now: number): boolean {
    if (this.#perSecond < 0) return false;
    const seconds = Math.fround(Math.fround(now - this.#startMs) / 1000);
    return seconds > 0 && amount / seconds > this.#perSecond;
  }

  /**
   * Sleeps for as long as one thing may take, or notes it for a later sleep; without an end for a rate of 0.
   *
   * @throws the signal's reason, when it aborts first
   */
  async throttle(signal?: AbortSignal): Promise<void> {
    this.#owedMs += this.#sleepMs;
    if (this.#owedMs < MIN_SLEEP_MS) return;
    const until = this.#clock.monotonic() + this.#owedMs;
    for (;;) {
      const leftMs = until - this.#clock.monotonic();
      if (leftMs <= 0) break;
      await this.#clock.sleep(leftMs, signal);
    }
    this.#owedMs = 0;
  }
}
