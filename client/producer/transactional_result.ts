/**
 * What a transactional call waits for (Kafka's `TransactionalRequestResult`).
 *
 * @module
 */

import type { Clock } from "../../storage/env.ts";
import { Deadline, withDeadline } from "../network/deadline.ts";

/** An outcome that may be waited for several times: a call that timed out is made again and waits on. */
export class TransactionalResult {
  readonly #operation: string;
  readonly #settled = Promise.withResolvers<void>();
  #isCompleted = false;
  #isAcked = false;
  #error: Error | undefined;

  /** Has no outcome yet. `operation` is what messages call it. */
  constructor(operation: string) {
    this.#operation = operation;
    this.#settled.promise.catch(() => {});
  }

  /** Whether there is an outcome. */
  get isCompleted(): boolean {
    return this.#isCompleted;
  }

  /** Whether somebody has been told of the outcome. */
  get isAcked(): boolean {
    return this.#isAcked;
  }

  /** Why it failed; `undefined` when it has not. */
  get error(): Error | undefined {
    return this.#error;
  }

  /** It went well. */
  done(): void {
    this.#isCompleted = true;
    this.#settled.resolve();
  }

  /** It failed. */
  fail(error: Error): void {
    this.#isCompleted = true;
    this.#error = error;
    this.#settled.reject(error);
  }

  /**
   * Waits for the outcome.
   *
   * @param reason what a time-out means
   * @throws {KafkaError} `REQUEST_TIMED_OUT` when it takes too long
   * @throws why it failed
   * @throws the signal's reason, when it aborts first
   */
  async wait(
    clock: Clock,
    timeoutMs: number,
    reason: string,
    signal: AbortSignal | undefined,
  ): Promise<void> {
    const text =
      `Timeout expired after ${timeoutMs}ms while awaiting ${this.#operation}. ${reason}`;
    using deadline = new Deadline(clock, timeoutMs, text, signal);
    try {
      await withDeadline(this.#settled.promise, deadline.signal);
    } finally {
      if (this.#isCompleted) this.#isAcked = true;
    }
  }
}
