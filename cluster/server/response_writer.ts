/**
 * Responses on their way to a client.
 *
 * @module
 */

import type { Connection } from "../../client/network/transport.ts";
import type { MemoryPool } from "../../client/network/memory_pool.ts";

/** Up to this size responses are copied together and sent as one, bytes; a larger one goes as it is. */
const JOINED_SIZE = 16 * 1024;
/** With so much waiting, bytes, it is time to send. */
const FULL_SIZE = 64 * 1024;
/** A response waits no longer for others to be sent with, ms. */
const MAX_WAIT_MS = 1;
/** What is written at a time, so that a client which reads slowly is seen to be alive. */
const CHUNK_SIZE = 4 * 1024 * 1024;

/** Holds what is answered until it is worth a call of the system, in order. */
export class ResponseWriter {
  readonly #connection: Connection;
  readonly #pool: MemoryPool;
  readonly #onActivity: () => void;
  #waiting: Uint8Array[] = [];
  #size = 0;
  #since = 0;

  /** Gives memory back to `pool` when it is written; `onActivity` is told of everything that the client took. */
  constructor(connection: Connection, pool: MemoryPool, onActivity: () => void) {
    this.#connection = connection;
    this.#pool = pool;
    this.#onActivity = onActivity;
  }

  /** Bytes that wait. */
  get size(): number {
    return this.#size;
  }

  /** Takes a response, at a time on the monotonic clock. */
  add(response: Uint8Array, now: number): void {
    if (this.#size === 0) this.#since = now;
    this.#waiting.push(response);
    this.#size += response.length;
  }

  /** Whether what waits is to be sent before anything else is done. */
  isDue(now: number): boolean {
    return this.#size >= FULL_SIZE || (this.#size > 0 && now - this.#since > MAX_WAIT_MS);
  }

  /**
   * Sends what waits.
   *
   * @throws {NetworkError} when the client is gone
   */
  async write(): Promise<void> {
    while (this.#waiting.length > 0) {
      const bytes = this.#next();
      try {
        for (let at = 0; at < bytes.length; at += CHUNK_SIZE) {
          await this.#connection.write(
            bytes.length <= CHUNK_SIZE ? bytes : bytes.subarray(at, at + CHUNK_SIZE),
          );
          this.#onActivity();
        }
      } finally {
        this.#pool.give(bytes);
      }
    }
  }

  /** Forgets what waits. */
  drop(): void {
    for (const response of this.#waiting.splice(0)) this.#pool.give(response);
    this.#size = 0;
  }

  /** Takes out what goes next: one response, or several small ones together. */
  #next(): Uint8Array {
    const waiting = this.#waiting;
    let count = 0;
    let size = 0;
    while (count < waiting.length && waiting[count]!.length <= JOINED_SIZE) {
      size += waiting[count++]!.length;
    }
    if (count <= 1) {
      const only = waiting.shift()!;
      this.#size -= only.length;
      return only;
    }
    const joined = this.#pool.take(size).subarray(0, size);
    let at = 0;
    for (const response of waiting.splice(0, count)) {
      joined.set(response, at);
      at += response.length;
      this.#pool.give(response);
    }
    this.#size -= size;
    return joined;
  }
}
