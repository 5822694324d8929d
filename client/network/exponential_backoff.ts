/**
 * How long to wait before the next attempt (Kafka's `ExponentialBackoff`, KIP-580).
 *
 * @module
 */

import type { Random } from "../../storage/env.ts";

const JITTER = 0.2;

/** Twice as long after each attempt, up to a limit, and 20 % more or less, so that clients do not come back all at once. */
export class ExponentialBackoff {
  readonly #initialMs: number;
  readonly #maxMs: number;
  readonly #random: Random;

  /**
   * Makes one.
   *
   * @param initialMs the first wait, ms
   * @param maxMs the longest wait, ms; not below the first
   */
  constructor(initialMs: number, maxMs: number, random: Random) {
    this.#initialMs = Math.min(initialMs, maxMs);
    this.#maxMs = maxMs;
    this.#random = random;
  }

  /**
   * The next wait, ms.
   *
   * @param attempts how many have failed, without the first
   */
  after(attempts: number): number {
    const exact = Math.min(this.#initialMs * 2 ** attempts, this.#maxMs);
    const factor = 1 - JITTER + 2 * JITTER * this.#random.next();
    return Math.min(Math.floor(exact * factor), this.#maxMs);
  }
}
