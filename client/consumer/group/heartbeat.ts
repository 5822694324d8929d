/**
 * The times that keep a member in its group (Kafka's `Heartbeat`). Pure: all times are on the monotonic clock, ms.
 *
 * @module
 */

import type { ExponentialBackoff } from "../../network/exponential_backoff.ts";

/** How long things may take. */
export interface HeartbeatTimes {
  /** `heartbeat.interval.ms` */
  readonly intervalMs: number;
  /** `session.timeout.ms` */
  readonly sessionTimeoutMs: number;
  /** `max.poll.interval.ms` */
  readonly maxPollIntervalMs: number;
  /** The waits after failures. */
  readonly backoff: ExponentialBackoff;
}

/** When the next heartbeat is due, when the session is over, and when the user has not polled for too long. */
export class Heartbeat {
  readonly #times: HeartbeatTimes;
  #dueAt = 0;
  #sessionEndsAt = 0;
  #pollEndsAt = 0;
  #failures = 0;

  /** Nothing is due before {@linkcode Heartbeat.reset}. */
  constructor(times: HeartbeatTimes) {
    this.#times = times;
  }

  /** The member has joined: all times begin. */
  reset(now: number): void {
    const { intervalMs } = this.#times;
    this.#dueAt = now + intervalMs;
    this.resetSession(now);
    this.polled(now);
  }

  /** There is a coordinator again: the session has its whole time. */
  resetSession(now: number): void {
    this.#sessionEndsAt = now + this.#times.sessionTimeoutMs;
  }

  /** The user has polled. */
  polled(now: number): void {
    this.#pollEndsAt = now + this.#times.maxPollIntervalMs;
  }

  /** One is on its way. */
  sent(now: number): void {
    this.#dueAt = now + this.#times.intervalMs;
  }

  /** The coordinator has answered. */
  received(now: number): void {
    this.#failures = 0;
    this.resetSession(now);
  }

  /** One was of no use: the next does not wait for the whole interval. */
  failed(now: number): void {
    this.#dueAt = now + this.#times.backoff.after(this.#failures++);
  }

  /** Whether one is to be sent. */
  isDue(now: number): boolean {
    return now >= this.#dueAt;
  }

  /** Whether the coordinator has not answered for so long that the member is out. */
  isSessionExpired(now: number): boolean {
    return now >= this.#sessionEndsAt;
  }

  /** Whether the user has not polled for so long that the member has to leave. */
  isPollExpired(now: number): boolean {
    return now >= this.#pollEndsAt;
  }

  /** How long nothing of this happens, ms. */
  nextIn(now: number): number {
    return Math.max(0, Math.min(this.#dueAt, this.#sessionEndsAt, this.#pollEndsAt) - now);
  }
}
