/**
 * How those who wait for something to happen are told that it may have.
 *
 * @module
 */

import type { Clock } from "../../storage/env.ts";

/** Wakes all who wait when it rings. Whoever is woken looks for himself. */
export class Doorbell {
  readonly #waiting = new Set<() => void>();

  /** Wakes all who wait. */
  ring(): void {
    for (const wake of [...this.#waiting]) wake();
  }

  /**
   * Waits until it rings, or the time is over. Nothing of a wait is left behind when it ends, however often nobody rings.
   *
   * @throws the signal's reason, when it aborts first
   */
  wait(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal?.aborted === true) return reject(signal.reason);
      const awake = new AbortController();
      const end = () => {
        this.#waiting.delete(wake);
        signal?.removeEventListener("abort", abort);
        awake.abort();
      };
      const wake = () => {
        end();
        resolve();
      };
      const abort = () => {
        end();
        reject(signal!.reason);
      };
      this.#waiting.add(wake);
      signal?.addEventListener("abort", abort, { once: true });
      if (ms !== Infinity) clock.sleep(ms, awake.signal).then(wake, () => {});
    });
  }
}
