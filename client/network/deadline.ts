/**
 * Waits that end.
 *
 * @module
 */

import type { Clock } from "../../storage/env.ts";
import { KafkaError } from "../protocol/error_codes.ts";

/**
 * Resolves as a promise does, unless the signal aborts first. Whoever gives up leaves the work to others who wait for it.
 *
 * @throws the signal's reason, when it aborts first
 */
export async function withDeadline<T>(
  promise: Promise<T>,
  signal: AbortSignal | undefined,
): Promise<T> {
  if (signal === undefined) return await promise;
  const aborted = Promise.withResolvers<never>();
  const abort = () => aborted.reject(signal.reason);
  promise.catch(() => {});
  if (signal.aborted) abort();
  else signal.addEventListener("abort", abort, { once: true });
  try {
    return await Promise.race([promise, aborted.promise]);
  } finally {
    signal.removeEventListener("abort", abort);
  }
}

/** A time-out, and perhaps another signal. Disposing of it ends its timer. */
export class Deadline implements Disposable {
  /** Aborts when the time is over, with `REQUEST_TIMED_OUT`, or when the other signal does, with its reason. */
  readonly signal: AbortSignal;
  /** When the time is over, on the monotonic clock, ms. */
  readonly at: number;
  readonly #done = new AbortController();

  /**
   * Starts the time.
   *
   * @param timeoutMs how long there is, ms
   * @param message what the error says when it is over
   * @param signal may end the wait earlier
   */
  constructor(clock: Clock, timeoutMs: number, message: string, signal?: AbortSignal) {
    const controller = new AbortController();
    this.signal = signal === undefined
      ? controller.signal
      : AbortSignal.any([controller.signal, signal]);
    this.at = clock.monotonic() + timeoutMs;
    clock.sleep(timeoutMs, this.#done.signal).then(
      () => controller.abort(new KafkaError("REQUEST_TIMED_OUT", message)),
      () => {},
    );
  }

  /** Ends the timer. */
  [Symbol.dispose](): void {
    this.#done.abort();
  }
}
