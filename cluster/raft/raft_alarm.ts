/**
 * Calls when something is due, whenever that is, and however often it changes.
 *
 * @module
 */

import type { Clock } from "../../storage/env.ts";

/** Timers take no more. */
const LONGEST_SLEEP_MS = 0x7fff_ffff;

/** One alarm, which goes on until it is stopped. */
export class RaftAlarm {
  readonly #clock: Clock;
  readonly #due: () => number;
  readonly #onDue: (now: number) => void;
  #sleep = new AbortController();
  /** When the sleep that is under way ends, ms since the epoch. */
  #setFor = -Infinity;
  #loop: Promise<void> | undefined;
  #stopped = false;

  /**
   * Sleeps not yet.
   *
   * @param due when something is due, ms since the epoch; `Infinity` for never
   * @param onDue does it; must not throw
   */
  constructor(clock: Clock, due: () => number, onDue: (now: number) => void) {
    this.#clock = clock;
    this.#due = due;
    this.#onDue = onDue;
  }

  /** Begins. */
  start(): void {
    this.#loop = this.#run();
  }

  /** Something else may be due, earlier than was known. */
  changed(): void {
    if (this.#due() < this.#setFor) this.#sleep.abort();
  }

  /** Stops; resolves when nothing is being done any more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#sleep.abort();
    await this.#loop;
  }

  async #run(): Promise<void> {
    while (!this.#stopped) {
      this.#setFor = this.#due();
      this.#sleep = new AbortController();
      try {
        const left = Math.max(this.#setFor - this.#clock.now(), 1);
        await this.#clock.sleep(Math.min(left, LONGEST_SLEEP_MS), this.#sleep.signal);
      } catch {
        continue; // Woken: something else is due now.
      }
      if (!this.#stopped) this.#onDue(this.#clock.now());
    }
  }
}
