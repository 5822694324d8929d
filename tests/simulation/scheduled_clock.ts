/**
 * A clock on which nobody wakes by himself: whoever gives way, or sleeps, waits until a test lets him go on. So a seeded test decides
 * what runs between two slices of long work.
 */

import type { Clock } from "../../storage/env.ts";

interface Sleeper {
  readonly wake: () => void;
}

/** Time stands still but for {@linkcode ScheduledClock.set}; the monotonic clock moves on by 1 ms with each look at it. */
export class ScheduledClock implements Clock {
  #now = 1_700_000_000_000;
  #monotonic = 0;
  readonly #sleepers: Sleeper[] = [];

  now(): number {
    return this.#now;
  }

  /** Sets the wall clock, ms since the epoch. */
  set(now: number): void {
    this.#now = now;
  }

  monotonic(): number {
    return this.#monotonic++;
  }

  /** How many wait. */
  get waiting(): number {
    return this.#sleepers.length;
  }

  sleep(_ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const leave = () => {
        signal?.removeEventListener("abort", abort);
        this.#sleepers.splice(this.#sleepers.indexOf(sleeper), 1);
      };
      const abort = () => {
        leave();
        reject(signal!.reason);
      };
      const sleeper: Sleeper = {
        wake() {
          leave();
          resolve();
        },
      };
      this.#sleepers.push(sleeper);
      signal?.addEventListener("abort", abort, { once: true });
    });
  }

  /** Lets one of them go on, and everything run that follows from it. */
  async wake(index: number): Promise<void> {
    this.#sleepers[index]?.wake();
    await this.settle();
  }

  /** Lets run what is not waiting for this clock: chains of promises, up to a length that none in the engine has. */
  async settle(): Promise<void> {
    for (let i = 0; i < 60; i++) await undefined;
  }
}
