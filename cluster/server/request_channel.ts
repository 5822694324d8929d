/**
 * The queue between the network and the handlers.
 *
 * @module
 */

import type { Clock } from "../../storage/env.ts";

/** Bounds of the queue; read anew each time, as they may change. */
export interface RequestChannelConfig {
  /** `queued.max.requests`. */
  readonly queuedMaxRequests: number;
  /** `queued.max.request.bytes`; not above 0 for no limit. */
  readonly queuedMaxRequestBytes: number;
}

/** Handlers work this long, and once more, before others on the event loop get their turn, ms. */
const TURN_MS = 4;

interface Waiting {
  readonly size: number;
  readonly resolve: () => void;
}

/**
 * Gives requests their turn. Handlers run one at a time, each to its first wait, as there is one thread; so a request is queued only while others
 * keep the event loop from the network for too long. A connection whose request finds no room waits, and does not read on: that is how
 * overload reaches the clients.
 *
 * Bytes are counted from the moment on that memory is taken for a request until its handler has answered.
 */
export class RequestChannel {
  readonly #clock: Clock;
  readonly #config: RequestChannelConfig;
  readonly #turns: (() => void)[] = [];
  readonly #waitingForRoom: (() => void)[] = [];
  readonly #waitingForMemory: Waiting[] = [];
  #bytes = 0;
  #now = -Infinity;
  #turnEnds = -Infinity;
  /** Whether the event loop has been asked to tell when it comes round, and has not yet. */
  #isAsked = false;
  #isDraining = false;

  /** Starts empty. */
  constructor(clock: Clock, config: RequestChannelConfig) {
    this.#clock = clock;
    this.#config = config;
  }

  /** Requests that wait for their turn. */
  get size(): number {
    return this.#turns.length;
  }

  /** Bytes of requests that are being received, wait, or are being handled. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The time when a turn was last asked for or given, ms on the monotonic clock. */
  get now(): number {
    return this.#now;
  }

  /**
   * Takes memory for a request; a promise when it has to wait for that. As in Kafka's pool, one that is larger than what is left gets it
   * when anything is left at all, so that no request waits for ever.
   */
  take(size: number): Promise<void> | undefined {
    if (this.#waitingForMemory.length === 0 && this.#hasMemory()) {
      this.#bytes += size;
      return undefined;
    }
    return new Promise((resolve) => this.#waitingForMemory.push({ size, resolve }));
  }

  /** Gives memory back. */
  release(size: number): void {
    this.#bytes -= size;
    while (this.#waitingForMemory.length > 0 && this.#hasMemory()) {
      const { size, resolve } = this.#waitingForMemory.shift()!;
      this.#bytes += size;
      resolve();
    }
  }

  /** Waits for the turn of a request; `undefined` when it is now. */
  turn(): Promise<void> | undefined {
    if (this.#turns.length === 0 && !this.#isDraining && this.#isInTurn()) return undefined;
    return this.#enqueue();
  }

  #hasMemory(): boolean {
    const limit = this.#config.queuedMaxRequestBytes;
    return limit <= 0 || this.#bytes < limit;
  }

  /**
   * Whether the turn goes on. When it is over, the event loop is asked to tell when it comes round: requests that come one by one have it
   * come round all the time, and nobody has to wait; it does not while one connection always finds its next request there.
   */
  #isInTurn(): boolean {
    this.#now = this.#clock.monotonic();
    if (this.#now <= this.#turnEnds) return true;
    if (this.#isAsked) return false;
    this.#turnEnds = this.#now + TURN_MS;
    void this.#ask();
    return true;
  }

  async #ask(): Promise<void> {
    this.#isAsked = true;
    await this.#clock.sleep(0);
    this.#isAsked = false;
  }

  async #enqueue(): Promise<void> {
    while (this.#turns.length >= this.#config.queuedMaxRequests) {
      await new Promise<void>((resolve) => this.#waitingForRoom.push(resolve));
    }
    const turn = new Promise<void>((resolve) => this.#turns.push(resolve));
    if (!this.#isDraining) void this.#drain();
    await turn;
  }

  async #drain(): Promise<void> {
    this.#isDraining = true;
    try {
      while (this.#turns.length > 0) {
        await this.#clock.sleep(0);
        this.#now = this.#clock.monotonic();
        this.#turnEnds = this.#now + TURN_MS;
        while (this.#turns.length > 0 && this.#now <= this.#turnEnds) {
          this.#turns.shift()!();
          this.#waitingForRoom.shift()?.();
          // The request runs to its first wait before the next one gets its turn.
          for (let i = 0; i < STEPS_TO_THE_HANDLER; i++) await Promise.resolve();
          this.#now = this.#clock.monotonic();
        }
      }
    } finally {
      this.#isDraining = false;
    }
  }
}

/** Steps of promises from the turn that was given to the handler's first wait. */
const STEPS_TO_THE_HANDLER = 3;
