/**
 * Requests of the transactional kind that wait to be sent, one at a time.
 *
 * @module
 */

import type { TransactionalRequest } from "./transactional_request.ts";

interface Entry {
  readonly request: TransactionalRequest;
  /** On the monotonic clock, ms. */
  readonly notBeforeMs: number;
}

/** The one with the lowest priority number goes first; of equals, the one that came first. */
export class TransactionalQueue {
  #entries: Entry[] = [];
  #inFlight: TransactionalRequest | undefined;

  /** Whether none waits, and none is on its way. */
  get isEmpty(): boolean {
    return this.#entries.length === 0 && this.#inFlight === undefined;
  }

  /** Whether one is on its way. */
  get isBusy(): boolean {
    return this.#inFlight !== undefined;
  }

  /** Lets a request wait, after a failure until some time. */
  add(request: TransactionalRequest, notBeforeMs = -Infinity): void {
    const at = this.#entries.findIndex((other) => other.request.priority > request.priority);
    this.#entries.splice(at < 0 ? this.#entries.length : at, 0, { request, notBeforeMs });
  }

  /** The one that goes next, without its being taken; `undefined` for none. */
  peek(): TransactionalRequest | undefined {
    return this.#entries[0]?.request;
  }

  /** When the one that goes next may be sent; infinite for none, and while another is on its way. */
  get nextAtMs(): number {
    return this.#inFlight === undefined ? this.#entries[0]?.notBeforeMs ?? Infinity : Infinity;
  }

  /** Takes the one that goes next out. */
  drop(): void {
    this.#entries.shift();
  }

  /** Takes the one that goes next; it is on its way until it is done. */
  send(): TransactionalRequest | undefined {
    return this.#inFlight = this.#entries.shift()?.request;
  }

  /** The one that was on its way is done. Returns whether it was. */
  done(request: TransactionalRequest): boolean {
    if (this.#inFlight !== request) return false;
    this.#inFlight = undefined;
    return true;
  }

  /** Gives up all, with the reason for who waits for them. */
  abort(error: Error): void {
    if (this.#inFlight !== undefined) this.#inFlight.result.fail(error);
    for (const { request } of this.#entries) request.result.fail(error);
    this.#inFlight = undefined;
    this.#entries = [];
  }
}
