/**
 * Ends connections on which nothing has happened for too long.
 *
 * @module
 */

import type { Clock } from "../../storage/env.ts";

/** A connection as the watch sees it. */
export interface WatchedConnection {
  /** Whether it waits for the broker, not for its client. */
  readonly isHandling: boolean;
  /** Ends it. */
  expire(): void;
}

/** Connections in the order of their last sign of life. One timer waits for the first that may be due. */
export class IdleConnections {
  readonly #clock: Clock;
  readonly #maxIdleMs: () => number;
  readonly #lastActive = new Map<WatchedConnection, number>();
  #timer: AbortController | undefined;

  /**
   * Starts with no connection.
   *
   * @param maxIdleMs `connections.max.idle.ms`, as it is at the time; negative for no limit
   */
  constructor(clock: Clock, maxIdleMs: () => number) {
    this.#clock = clock;
    this.#maxIdleMs = maxIdleMs;
  }

  /** Notes a sign of life, the first one included. */
  touch(connection: WatchedConnection): void {
    this.#lastActive.delete(connection);
    this.#lastActive.set(connection, this.#clock.monotonic());
    if (this.#timer === undefined) void this.#watch();
  }

  /** Forgets a connection that has ended. */
  delete(connection: WatchedConnection): void {
    this.#lastActive.delete(connection);
    if (this.#lastActive.size === 0) this.stop();
  }

  /** Since when the connection that was quiet longest is so, on the monotonic clock; `undefined` when there is none. */
  get oldest(): number | undefined {
    for (const last of this.#lastActive.values()) return last;
    return undefined;
  }

  /** Ends the connection that was quiet longest, whatever it does. */
  expireOldest(): void {
    for (const connection of this.#lastActive.keys()) {
      this.#lastActive.delete(connection);
      connection.expire();
      return;
    }
  }

  /** Ends the watch. */
  stop(): void {
    this.#timer?.abort();
    this.#timer = undefined;
  }

  async #watch(): Promise<void> {
    const timer = this.#timer = new AbortController();
    try {
      while (!timer.signal.aborted) {
        const wait = this.#expire();
        await this.#clock.sleep(wait, timer.signal);
      }
    } catch (error) {
      if (!timer.signal.aborted) throw error;
    }
  }

  /** Ends what is due. Returns how long nothing more can be, ms. */
  #expire(): number {
    const maxIdle = this.#maxIdleMs() < 0 ? Infinity : this.#maxIdleMs();
    const now = this.#clock.monotonic();
    for (const [connection, last] of this.#lastActive) {
      if (now - last < maxIdle) return Math.max(1, Math.min(last + maxIdle - now, 0x7fff_ffff));
      if (connection.isHandling) {
        this.#lastActive.delete(connection);
        this.#lastActive.set(connection, now);
      } else {
        this.#lastActive.delete(connection);
        connection.expire();
      }
    }
    return Math.max(1, Math.min(maxIdle, 0x7fff_ffff));
  }
}
