/**
 * Timers of coordinators, by partition and key.
 *
 * @module
 */

import type { Clock } from "../../storage/env.ts";
import { DeadlineHeap, type Due } from "../server/deadline_heap.ts";

class Timer implements Due {
  heapIndex = -1;

  constructor(readonly owner: object, readonly key: string, readonly deadline: number) {}
}

/** Holds the timers of many owners; the runtime's clock is asked for the earliest only. */
export class CoordinatorTimers {
  readonly #clock: Clock;
  readonly #expired: (owner: object, key: string) => void;
  readonly #heap = new DeadlineHeap<Timer>();
  readonly #byOwner = new Map<object, Map<string, Timer>>();
  #sleep: { readonly wakeAt: number; readonly abort: AbortController } | undefined;
  #isClosed = false;

  /** No timer yet; `expired` is told of each that goes off. */
  constructor(clock: Clock, expired: (owner: object, key: string) => void) {
    this.#clock = clock;
    this.#expired = expired;
  }

  /** How many are set. */
  get size(): number {
    return this.#heap.size;
  }

  /** Sets a timer in place of one with that key. */
  set(owner: object, key: string, delayMs: number): void {
    if (this.#isClosed) return;
    this.cancel(owner, key);
    const timer = new Timer(owner, key, this.#clock.monotonic() + Math.max(delayMs, 0));
    let timers = this.#byOwner.get(owner);
    if (timers === undefined) this.#byOwner.set(owner, timers = new Map());
    timers.set(key, timer);
    this.#heap.add(timer);
    this.#arm();
  }

  /** Stops a timer; fine when there is none. */
  cancel(owner: object, key: string): void {
    const timers = this.#byOwner.get(owner);
    const timer = timers?.get(key);
    if (timers === undefined || timer === undefined) return;
    timers.delete(key);
    if (timers.size === 0) this.#byOwner.delete(owner);
    this.#heap.remove(timer);
  }

  /** Stops all timers of an owner. */
  cancelAll(owner: object): void {
    for (const timer of this.#byOwner.get(owner)?.values() ?? []) this.#heap.remove(timer);
    this.#byOwner.delete(owner);
  }

  /** Stops all, and sets none any more. */
  close(): void {
    this.#isClosed = true;
    this.#sleep?.abort.abort();
    this.#sleep = undefined;
    for (const owner of [...this.#byOwner.keys()]) this.cancelAll(owner);
  }

  #arm(): void {
    const first = this.#heap.first;
    if (first === undefined || this.#isClosed) return;
    if (this.#sleep !== undefined) {
      if (this.#sleep.wakeAt <= first.deadline) return;
      this.#sleep.abort.abort();
    }
    const sleep = { wakeAt: first.deadline, abort: new AbortController() };
    this.#sleep = sleep;
    const ms = Math.max(first.deadline - this.#clock.monotonic(), 1);
    this.#clock.sleep(ms, sleep.abort.signal).then(
      () => {
        if (this.#sleep !== sleep) return;
        this.#sleep = undefined;
        this.#expire();
      },
      () => {}, // Aborted: an earlier one has taken its place, or all were stopped.
    );
  }

  #expire(): void {
    const now = this.#clock.monotonic();
    for (let timer; (timer = this.#heap.popDue(now)) !== undefined;) {
      const timers = this.#byOwner.get(timer.owner);
      timers?.delete(timer.key);
      if (timers?.size === 0) this.#byOwner.delete(timer.owner);
      this.#expired(timer.owner, timer.key);
    }
    this.#arm();
  }
}
