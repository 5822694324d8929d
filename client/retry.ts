/**
 * Tries again what may go well the next time.
 *
 * @module
 */

import type { Clock } from "../storage/env.ts";
import type { ExponentialBackoff } from "./network/exponential_backoff.ts";
import { NetworkError } from "./network/transport.ts";
import { KafkaError } from "./protocol/error_codes.ts";

/** Whether the same request may be answered otherwise when it is sent again. */
export function isRetriableFailure(error: unknown): boolean {
  return error instanceof NetworkError || (error instanceof KafkaError && error.retriable);
}

/** How often and how long something is tried. */
export interface RetryOptions {
  /** For the waits between attempts. */
  readonly clock: Clock;
  /** How long they are. */
  readonly backoff: ExponentialBackoff;
  /** Ends it, when the time is over for example. */
  readonly signal: AbortSignal;
  /** How often it is tried at most, without the first time. Default: without end. */
  readonly retries?: number;
  /** Told of each failure that is tried again. */
  readonly onRetry?: (error: unknown) => void;
}

/**
 * Runs `attempt` until it goes well, or fails with what the next attempt will fail with as well.
 *
 * @throws what the last attempt failed with
 * @throws the signal's reason, when it aborts first; its cause is what the last attempt failed with
 */
export async function retry<T>(
  attempt: (signal: AbortSignal) => Promise<T>,
  options: RetryOptions,
): Promise<T> {
  const { clock, backoff, signal, retries = Infinity, onRetry } = options;
  let last: unknown;
  for (let failures = 0;; failures++) {
    try {
      return await attempt(signal);
    } catch (error) {
      if (signal.aborted) throw because(signal.reason, last);
      if (failures >= retries || !isRetriableFailure(error)) throw error;
      last = error;
      onRetry?.(error);
    }
    try {
      await clock.sleep(backoff.after(failures), signal);
    } catch {
      throw because(signal.reason, last);
    }
  }
}

/** A reason to give up, with what went wrong before as its cause. */
function because(reason: unknown, cause: unknown): unknown {
  if (!(reason instanceof Error) || cause === undefined || reason.cause !== undefined) {
    return reason;
  }
  return Object.assign(reason, { cause });
}
