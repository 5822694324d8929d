/**
 * Being woken at a time that may still change.
 *
 * @module
 */

import type { Clock } from "../../storage/env.ts";

/** One alarm. The timer behind it is left alone as long as it does not come too late. */
export class Alarm {
  readonly #clock: Clock;
  readonly #ring: () => void;
  #at = Infinity;
  #timerAt = Infinity;
  #timer: AbortController | undefined;

  /** Not set yet. `ring` is called when the time has come. */
  constructor(clock: Clock, ring: () => void) {
    this.#clock = clock;
    this.#ring = ring;
  }

  /** Sets it to a time on the monotonic clock, ms; infinite for never. */
  set(at: number): void {
    this.#at = at;
    if (at < this.#timerAt) this.#start(at);
  }

  /** Sets it to an earlier time, if it is one. */
  noLaterThan(at: number): void {
    if (at < this.#at) this.set(at);
  }

  /** Ends it. */
  stop(): void {
    this.#at = this.#timerAt = Infinity;
    this.#timer?.abort();
    this.#timer = undefined;
  }

  #start(at: number): void {
    this.#timer?.abort();
    const timer = this.#timer = new AbortController();
    this.#timerAt = at;
    const ms = Math.max(1, Math.ceil(at - this.#clock.monotonic()));
    this.#clock.sleep(ms, timer.signal).then(() => this.#due(timer), () => {});
  }

  #due(timer: AbortController): void {
    if (this.#timer !== timer) return;
    this.#timer = undefined;
    this.#timerAt = Infinity;
    if (this.#at === Infinity) return;
    if (this.#clock.monotonic() < this.#at) return this.#start(this.#at);
    this.#at = Infinity;
    this.#ring();
  }
}
