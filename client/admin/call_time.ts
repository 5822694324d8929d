/**
 * The time that a call of an admin client has.
 *
 * @module
 */

import type { Clock } from "../../storage/env.ts";
import { KafkaError } from "../protocol/error_codes.ts";
import type { CallOptions } from "./admin_options.ts";

const MAX_INT = 0x7fff_ffff;

/** Ends with its time, with its user's signal, or with the client. Disposing of it ends its timer. */
export class CallTime implements Disposable {
  readonly #clock: Clock;
  readonly #timeoutMs: number;
  readonly #startedAt: number;
  readonly #closing: AbortSignal;
  readonly #user: AbortSignal | undefined;
  readonly #over = new AbortController();
  readonly #done = new AbortController();
  #wasAborted = false;
  /** Aborts when one of them ends it. */
  readonly signal: AbortSignal;
  /** When the time is over, ms since the epoch. */
  readonly deadlineMs: number;

  /**
   * Starts the time.
   *
   * @param defaultTimeoutMs how long there is when the options say nothing
   * @param closing aborts when the client does not wait any longer
   * @throws the user's signal's reason, when it has aborted
   */
  constructor(
    clock: Clock,
    defaultTimeoutMs: number,
    options: CallOptions,
    closing: AbortSignal,
  ) {
    const { timeoutMs = defaultTimeoutMs, signal } = options;
    signal?.throwIfAborted();
    this.#clock = clock;
    this.#timeoutMs = Math.min(Math.max(0, timeoutMs), MAX_INT);
    this.#startedAt = clock.monotonic();
    this.#closing = closing;
    this.#user = signal;
    this.deadlineMs = clock.now() + this.#timeoutMs;
    const signals = [this.#over.signal, closing];
    this.signal = AbortSignal.any(signal === undefined ? signals : [...signals, signal]);
    clock.sleep(this.#timeoutMs, this.#done.signal).then(() => this.#over.abort(), () => {});
  }

  /** How long there still is, ms. */
  get remainingMs(): number {
    return Math.max(0, this.#startedAt + this.#timeoutMs - this.#clock.monotonic());
  }

  /** Whether the time is over. */
  get isOver(): boolean {
    return this.#over.signal.aborted || this.remainingMs === 0;
  }

  /** Whether the client does not wait any longer. */
  get isClosing(): boolean {
    return this.#closing.aborted;
  }

  /** Whether the user does not. */
  get isAborted(): boolean {
    return this.#user?.aborted === true;
  }

  /** Whether that has ended a call. */
  get wasAborted(): boolean {
    return this.#wasAborted;
  }

  /** @throws the reason of the user's signal, when it has aborted */
  throwIfAborted(): void {
    if (this.isAborted) this.#wasAborted = true;
    this.#user?.throwIfAborted();
  }

  /**
   * Why a call ends before anything was sent, or while it waits to try again.
   *
   * @param name the call's name, as Kafka's tools print it
   */
  unassigned(name: string, cause?: unknown): KafkaError {
    const why = this.isClosing && !this.isOver
      ? "The AdminClient thread has exited."
      : "Timed out waiting for a node assignment.";
    return new KafkaError("REQUEST_TIMED_OUT", `${why} Call: ${name}`, { cause });
  }

  /**
   * Waits.
   *
   * @throws {KafkaError} when the time is over before
   */
  async sleep(ms: number, name: string, cause?: unknown): Promise<void> {
    try {
      await this.#clock.sleep(ms, this.signal);
    } catch {
      this.throwIfAborted();
      throw this.unassigned(name, cause);
    }
  }

  /** Ends the timer. */
  [Symbol.dispose](): void {
    this.#done.abort();
  }
}
