/**
 * Requests that were sent and not answered, in the order in which their answers will come.
 *
 * @module
 */

import type { Clock } from "../../storage/env.ts";

/** A request that waits for its answer. */
export interface InFlightRequest {
  /** Number by which the answer is known. */
  readonly correlationId: number;
  /** Takes the frame of the answer. */
  answer(frame: Uint8Array): void;
  /** Told instead when there will be none. */
  fail(error: unknown): void;
}

interface Entry {
  readonly request: InFlightRequest;
  /** On the monotonic clock. */
  readonly deadline: number;
}

/** A bounded queue of requests. One timer waits for the first that may be overdue. */
export class InFlightRequests {
  readonly #clock: Clock;
  readonly #capacity: number;
  readonly #onTimeout: (request: InFlightRequest) => void;
  readonly #entries: Entry[] = [];
  readonly #waiting: (() => void)[] = [];
  #taken = 0;
  #timer: AbortController | undefined;

  /**
   * Starts empty.
   *
   * @param capacity requests that may be in flight at once
   * @param onTimeout told of a request whose answer is overdue
   */
  constructor(clock: Clock, capacity: number, onTimeout: (request: InFlightRequest) => void) {
    this.#clock = clock;
    this.#capacity = capacity;
    this.#onTimeout = onTimeout;
  }

  /** How many there are. */
  get size(): number {
    return this.#entries.length;
  }

  /** Takes a place in the queue; a promise when it has to wait for one, which the signal's reason breaks. */
  reserve(signal?: AbortSignal): Promise<void> | undefined {
    if (this.#taken < this.#capacity) {
      this.#taken++;
      return undefined;
    }
    return new Promise((resolve, reject) => {
      const abort = () => {
        this.#waiting.splice(this.#waiting.indexOf(go), 1);
        reject(signal!.reason);
      };
      const go = () => {
        signal?.removeEventListener("abort", abort);
        resolve();
      };
      this.#waiting.push(go);
      signal?.addEventListener("abort", abort, { once: true });
    });
  }

  /** Gives a place back that is not needed. */
  release(): void {
    const next = this.#waiting.shift();
    // The place goes to the next one directly.
    if (next === undefined) this.#taken--;
    else next();
  }

  /** Puts a request into the place that was taken for it. */
  add(request: InFlightRequest, timeoutMs: number): void {
    this.#entries.push({ request, deadline: this.#clock.monotonic() + timeoutMs });
    if (this.#timer === undefined) void this.#watch();
  }

  /** Takes out the request whose answer comes next. */
  next(): InFlightRequest | undefined {
    const entry = this.#entries.shift();
    if (entry !== undefined) this.release();
    return entry?.request;
  }

  /** Fails all, and whoever waits for a place goes on and finds out for itself. */
  failAll(error: unknown): void {
    this.#timer?.abort();
    for (const { request } of this.#entries.splice(0)) {
      request.fail(error);
      this.release();
    }
    while (this.#waiting.length > 0) this.release();
  }

  /** Waits as long as there are requests; a new deadline that is earlier than all others is seen when the timer is due. */
  async #watch(): Promise<void> {
    const timer = this.#timer = new AbortController();
    try {
      while (this.#entries.length > 0 && !timer.signal.aborted) {
        const first = this.#entries.reduce((a, b) => a.deadline <= b.deadline ? a : b);
        const left = first.deadline - this.#clock.monotonic();
        if (left <= 0) {
          this.#onTimeout(first.request);
          return;
        }
        await this.#clock.sleep(Math.min(left, WATCH_MS), timer.signal);
      }
    } catch (error) {
      if (!timer.signal.aborted) throw error;
    } finally {
      this.#timer = undefined;
    }
  }
}

/** A timeout is noticed this much too late at most, when shorter ones come after longer ones. */
const WATCH_MS = 1000;
