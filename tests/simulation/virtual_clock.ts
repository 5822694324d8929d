/**
 * A clock that goes on by itself, without anybody waiting: whenever nothing more can happen at a moment, it goes to the next at which
 * somebody wakes. Minutes of a whole cluster take milliseconds, and go the same way every time.
 */

import type { Clock } from "../../storage/env.ts";

interface Sleeper {
  readonly wakeAt: number;
  readonly order: number;
  /** Nothing once the sleep has been given up. */
  wake: (() => void) | undefined;
}

const START = 1_700_000_000_000;

/** Virtual time. */
export class VirtualClock implements Clock {
  /** Binary heap: the next to wake is the first. */
  readonly #sleepers: Sleeper[] = [];
  #monotonic = 0;
  #order = 0;

  now(): number {
    return START + Math.floor(this.#monotonic);
  }

  monotonic(): number {
    return this.#monotonic;
  }

  sleep(ms: number, signal?: AbortSignal): Promise<void> {
    if (signal?.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const abort = () => {
        sleeper.wake = undefined;
        reject(signal!.reason);
      };
      const sleeper: Sleeper = {
        wakeAt: this.#monotonic + Math.max(0, ms),
        order: this.#order++,
        wake() {
          signal?.removeEventListener("abort", abort);
          resolve();
        },
      };
      signal?.addEventListener("abort", abort, { once: true });
      this.#push(sleeper);
    });
  }

  /** This clock for somebody who may die, and never wakes then. */
  mortal(death: AbortSignal): Clock {
    const forever = new Promise<void>(() => {});
    return {
      now: () => this.now(),
      monotonic: () => this.#monotonic,
      sleep: (ms, signal) => {
        if (death.aborted) return forever;
        const either = signal === undefined ? death : AbortSignal.any([death, signal]);
        return this.sleep(ms, either).catch((error) => {
          if (death.aborted) return forever;
          throw error;
        });
      },
    };
  }

  /**
   * Lets time pass until some work is done.
   *
   * @param limitMs how long it may take, ms of this clock
   * @throws when it takes longer, or when everybody waits for somebody else
   */
  async run<T>(work: Promise<T>, limitMs = Infinity): Promise<T> {
    const end = this.#monotonic + limitMs;
    let isDone = false;
    const done = () => isDone = true;
    work.then(done, done);
    for (;;) {
      await turn();
      if (isDone) return await work;
      const next = this.#pop();
      if (next === undefined) throw new Error("Everybody waits for somebody else");
      if (next.wakeAt > end) throw new Error(`Not done after ${limitMs} ms`);
      this.#monotonic = Math.max(this.#monotonic, next.wakeAt);
      next.wake!();
    }
  }

  #push(sleeper: Sleeper): void {
    const heap = this.#sleepers;
    let at = heap.push(sleeper) - 1;
    for (; at > 0; at = (at - 1) >> 1) {
      const parent = heap[(at - 1) >> 1]!;
      if (!isBefore(sleeper, parent)) break;
      heap[at] = parent;
    }
    heap[at] = sleeper;
  }

  #pop(): Sleeper | undefined {
    const heap = this.#sleepers;
    for (;;) {
      const first = heap[0];
      const last = heap.pop();
      if (first === undefined || last === undefined) return undefined;
      if (heap.length > 0) this.#sink(last);
      if (first.wake !== undefined) return first;
    }
  }

  #sink(sleeper: Sleeper): void {
    const heap = this.#sleepers;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && isBefore(heap[child + 1]!, heap[child]!)) child++;
      if (!isBefore(heap[child]!, sleeper)) break;
      heap[at] = heap[child]!;
      at = child;
    }
    heap[at] = sleeper;
  }
}

function isBefore(a: Sleeper, b: Sleeper): boolean {
  return a.wakeAt < b.wakeAt || (a.wakeAt === b.wakeAt && a.order < b.order);
}

/** The next turn of the event loop: by then all promises that could be kept have been. */
function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
