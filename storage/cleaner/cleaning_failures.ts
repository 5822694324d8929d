/**
 * Logs whose cleaning has failed. Kafka gives such a log up until the broker restarts; here it is tried again,
 * less and less often, and the error can be seen.
 *
 * @module
 */

import type { CleanerConfig } from "./cleaner_config.ts";

/** Why a log is left alone, and until when. */
export interface CleaningFailure {
  /** What went wrong. */
  readonly error: Error;
  /** Log directory that the log was in. */
  readonly logDirectory: string;
  /** Attempts that have failed in a row. */
  readonly retries: number;
  /** When the next attempt may be made, ms since the epoch. */
  readonly nextAttemptMs: number;
}

/** Failures by `topic-partition`. */
export class CleaningFailures {
  readonly #failures = new Map<string, CleaningFailure>();

  /** The last failure of a log, `undefined` when its last cleaning went well. */
  get(key: string): CleaningFailure | undefined {
    return this.#failures.get(key);
  }

  /** Whether a log is to be left alone now. */
  isUncleanable(key: string, now: number): boolean {
    const failure = this.#failures.get(key);
    return failure !== undefined && now < failure.nextAttemptMs;
  }

  /** Logs in a directory whose last cleaning has failed. */
  in(logDirectory: string): string[] {
    return [...this.#failures].filter(([, failure]) => failure.logDirectory === logDirectory)
      .map(([key]) => key);
  }

  /** Notes a failure. */
  add(
    key: string,
    logDirectory: string,
    error: Error,
    now: number,
    config: Pick<CleanerConfig, "retryBackoffMs" | "retryBackoffMaxMs">,
  ): CleaningFailure {
    const retries = (this.#failures.get(key)?.retries ?? 0) + 1;
    const backoff = Math.min(config.retryBackoffMs * 2 ** (retries - 1), config.retryBackoffMaxMs);
    const failure = { error, logDirectory, retries, nextAttemptMs: now + backoff };
    this.#failures.set(key, failure);
    return failure;
  }

  /** Notes that a cleaning went well, or that the log is gone. */
  delete(key: string): void {
    this.#failures.delete(key);
  }

  /** Follows a log into another directory. */
  move(key: string, from: string, to: string): void {
    const failure = this.#failures.get(key);
    if (failure?.logDirectory === from) {
      this.#failures.set(key, { ...failure, logDirectory: to });
    }
  }

  /** Forgets logs that are gone. */
  retain(isKnown: (key: string) => boolean): void {
    for (const key of [...this.#failures.keys()]) if (!isKnown(key)) this.#failures.delete(key);
  }
}
