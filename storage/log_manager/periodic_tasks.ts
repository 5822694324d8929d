/**
 * Work that comes round: each task in a loop of its own, on the clock of the Env, all ended by one signal.
 *
 * @module
 */

import type { Clock, Logger } from "../env.ts";

/** A timer of the platform holds no more than 2^31 - 1 ms. */
const LONGEST_SLEEP_MS = 2 ** 31 - 1;

/** How long a task that failed is left alone, at least. */
const RETRY_MS = 1000;

/** Loops that run until they are stopped. */
export class PeriodicTasks {
  readonly #clock: Clock;
  readonly #logger: Logger;
  readonly #stop = new AbortController();
  readonly #loops: Promise<void>[] = [];

  constructor(clock: Clock, logger: Logger) {
    this.#clock = clock;
    this.#logger = logger;
  }

  /**
   * Runs a task again and again; the pause begins when it has ended. An error is logged, and the loop goes on.
   *
   * @param name what log lines call it
   * @param initialDelayMs pause before the first run
   * @param task the work; what it returns is the pause until its next run, ms
   */
  start(name: string, initialDelayMs: number, task: () => number | Promise<number>): void {
    this.#loops.push(this.#loop(name, initialDelayMs, task));
  }

  async #loop(
    name: string,
    initialDelayMs: number,
    task: () => number | Promise<number>,
  ): Promise<void> {
    const { signal } = this.#stop;
    let pauseMs = initialDelayMs;
    while (await this.#pause(pauseMs)) {
      try {
        pauseMs = await task();
      } catch (error) {
        if (signal.aborted) return;
        this.#logger.write("error", "Periodic task failed", { task: name, error });
        pauseMs = Math.max(pauseMs, RETRY_MS);
      }
      // A task that is always due must still let others run.
      pauseMs = Math.max(pauseMs, 1);
    }
  }

  /** Returns whether the loop goes on. */
  async #pause(pauseMs: number): Promise<boolean> {
    const { signal } = this.#stop;
    let left = pauseMs;
    do {
      if (signal.aborted) return false;
      const step = Math.min(left, LONGEST_SLEEP_MS);
      try {
        await this.#clock.sleep(step, signal);
      } catch (error) {
        if (signal.aborted) return false;
        throw error;
      }
      left -= step;
    } while (left > 0);
    return !signal.aborted;
  }

  /** Ends every loop; resolves once the tasks under way have ended. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.#loops);
    this.#loops.length = 0;
  }
}
