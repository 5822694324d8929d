/**
 * The requests that a broker got, for a test to look at.
 *
 * @module
 */

import {
  type ReceivedRequest,
  type RequestFilter,
  type RequestPredicate,
  requestPredicate,
} from "./received_request.ts";

/** How much is kept. */
export interface RequestLogOptions {
  /** Requests; older ones go. Default: 10,000. */
  readonly maxRequests?: number;
  /** Bytes of their frames; older ones go. Default: 64 MiB. */
  readonly maxBytes?: number;
}

interface Waiter {
  readonly matches: RequestPredicate;
  readonly resolve: (request: ReceivedRequest | undefined) => void;
}

/**
 * Keeps requests in the order they came in. Iterating begins with the oldest, and waits for the next ones until the log is closed; who is so
 * slow that requests have gone meanwhile goes on with the oldest that is left.
 */
export class RequestLog implements AsyncIterable<ReceivedRequest> {
  readonly #maxRequests: number;
  readonly #maxBytes: number;
  #kept: { readonly request: ReceivedRequest; readonly size: number }[] = [];
  #bytes = 0;
  /** Number of the oldest that is kept, counted from the first that came. */
  #first = 0;
  #isClosed = false;
  readonly #waiters = new Set<Waiter>();

  /** Nothing has come yet. */
  constructor({ maxRequests = 10_000, maxBytes = 64 * 1024 * 1024 }: RequestLogOptions = {}) {
    this.#maxRequests = maxRequests;
    this.#maxBytes = maxBytes;
  }

  /** What is kept, the oldest first. */
  get all(): readonly ReceivedRequest[] {
    return this.#kept.map(({ request }) => request);
  }

  /** Those of them that are meant. */
  matching(filter: RequestFilter | RequestPredicate): readonly ReceivedRequest[] {
    return this.all.filter(requestPredicate(filter));
  }

  /**
   * The first request that is meant: one that is kept, or the next one that comes.
   *
   * @param options a signal, such as `AbortSignal.timeout(5000)`, ends the wait
   * @throws the signal's reason; {@linkcode Error} when the broker stops first
   */
  async waitFor(
    filter: RequestFilter | RequestPredicate,
    { signal }: { readonly signal?: AbortSignal } = {},
  ): Promise<ReceivedRequest> {
    const matches = requestPredicate(filter);
    const request = this.#kept.find(({ request }) => matches(request))?.request ??
      await this.#next(matches, signal);
    if (request === undefined) throw new Error("The broker stopped before such a request came");
    return request;
  }

  /** Forgets what came so far. */
  clear(): void {
    this.#first += this.#kept.length;
    this.#kept = [];
    this.#bytes = 0;
  }

  /**
   * Notes a request.
   *
   * @param request does not change any more
   * @param size bytes of its frame
   */
  add(request: ReceivedRequest, size: number): void {
    if (this.#isClosed) return;
    this.#kept.push({ request, size });
    this.#bytes += size;
    let gone = 0;
    while (this.#kept.length - gone > this.#maxRequests || this.#bytes > this.#maxBytes) {
      this.#bytes -= this.#kept[gone++]!.size;
    }
    this.#kept.splice(0, gone);
    this.#first += gone;
    for (const waiter of [...this.#waiters]) {
      if (!waiter.matches(request)) continue;
      this.#waiters.delete(waiter);
      waiter.resolve(request);
    }
  }

  /** No more will come: whoever waits is told. */
  close(): void {
    this.#isClosed = true;
    for (const { resolve } of this.#waiters) resolve(undefined);
    this.#waiters.clear();
  }

  /** All requests, those that come as well. */
  async *[Symbol.asyncIterator](): AsyncGenerator<ReceivedRequest, void, undefined> {
    for (let next = this.#first;;) {
      next = Math.max(next, this.#first);
      const kept = this.#kept[next - this.#first];
      if (kept !== undefined) {
        next++;
        yield kept.request;
      } else if (await this.#next(() => true) === undefined) return;
    }
  }

  #next(
    matches: RequestPredicate,
    signal?: AbortSignal,
  ): Promise<ReceivedRequest | undefined> {
    if (this.#isClosed) return Promise.resolve(undefined);
    if (signal?.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const abort = () => {
        this.#waiters.delete(waiter);
        reject(signal!.reason);
      };
      const waiter: Waiter = {
        matches,
        resolve: (request) => {
          signal?.removeEventListener("abort", abort);
          resolve(request);
        },
      };
      this.#waiters.add(waiter);
      signal?.addEventListener("abort", abort, { once: true });
    });
  }
}
