/**
 * Which node is being asked, and which is left alone for a while (Kafka's `RequestManager`). Pure.
 *
 * A node has one request at a time. An answer counts only while it is the one that is waited for, so that what arrives late or
 * twice changes nothing.
 *
 * @module
 */

import type { Random } from "../../storage/env.ts";
import type { RaftDestination } from "./raft_message.ts";

/** A node that is being asked, until `until`, or backs off until then. Times are ms since the epoch. */
interface Asked {
  /** The request under way; `undefined` while the node is left alone. */
  readonly correlationId: number | undefined;
  readonly until: number;
}

/** What a {@linkcode RequestManager} is made of. */
export interface RequestManagerOptions {
  /** Whom to ask for the leader while it is not known. */
  readonly bootstrapServers: readonly RaftDestination[];
  /** `controller.quorum.retry.backoff.ms`. */
  readonly retryBackoffMs: number;
  /** `controller.quorum.request.timeout.ms`. */
  readonly requestTimeoutMs: number;
  /** Chooses among the bootstrap servers. */
  readonly random: Random;
}

/** The requests of one replica. */
export class RequestManager {
  readonly #options: RequestManagerOptions;
  readonly #asked = new Map<number, Asked>();
  #correlationId = 0;

  /** Nobody is being asked. */
  constructor(options: RequestManagerOptions) {
    this.#options = options;
  }

  /** When a node may be asked again, ms since the epoch; not later than `now` when it may at once. */
  readyAt(node: number, now: number): number {
    const asked = this.#current(node, now);
    return asked === undefined ? now : asked.until;
  }

  /** Whether a node is left alone. */
  isBackingOff(node: number, now: number): boolean {
    const asked = this.#current(node, now);
    return asked !== undefined && asked.correlationId === undefined;
  }

  /** Whether the last request to a node has had no answer in time. */
  hasTimedOut(node: number, now: number): boolean {
    const asked = this.#asked.get(node);
    return asked?.correlationId !== undefined && now >= asked.until;
  }

  /** When the request that is under way, to whomever, times out; `undefined` when there is none. */
  inFlightUntil(now: number): number | undefined {
    for (const node of [...this.#asked.keys()]) {
      const asked = this.#current(node, now);
      if (asked?.correlationId !== undefined) return asked.until;
    }
    return undefined;
  }

  /** A bootstrap server that may be asked: a random one, or the next. */
  readyBootstrapServer(now: number): RaftDestination | undefined {
    const { bootstrapServers, random } = this.#options;
    const start = Math.floor(random.next() * bootstrapServers.length);
    for (let i = 0; i < bootstrapServers.length; i++) {
      const node = bootstrapServers[(start + i) % bootstrapServers.length]!;
      if (this.readyAt(node.id, now) <= now) return node;
    }
    return undefined;
  }

  /** When the first bootstrap server may be asked again; `Infinity` when there is none. */
  bootstrapReadyAt(now: number): number {
    const { bootstrapServers } = this.#options;
    return Math.min(Infinity, ...bootstrapServers.map(({ id }) => this.readyAt(id, now)));
  }

  /** Notes a request. Returns the number that its answer must have. */
  sent(node: number, now: number): number {
    const correlationId = this.#correlationId++;
    this.#asked.set(node, { correlationId, until: now + this.#options.requestTimeoutMs });
    return correlationId;
  }

  /** Whether an answer is the one that is waited for. */
  isExpected(node: number, correlationId: number): boolean {
    return this.#asked.get(node)?.correlationId === correlationId;
  }

  /** Notes what an answer was good for; after a failure the node is left alone for a while. */
  answered(node: number, correlationId: number, isSuccess: boolean, now: number): void {
    if (!this.isExpected(node, correlationId)) return;
    if (isSuccess) this.reset(node);
    else this.backOff(node, now);
  }

  /** Leaves a node alone for a while. */
  backOff(node: number, now: number): void {
    this.#asked.set(node, {
      correlationId: undefined,
      until: now + this.#options.retryBackoffMs,
    });
  }

  /** Forgets a node. */
  reset(node: number): void {
    this.#asked.delete(node);
  }

  /** Forgets all. */
  resetAll(): void {
    this.#asked.clear();
  }

  #current(node: number, now: number): Asked | undefined {
    const asked = this.#asked.get(node);
    if (asked === undefined || now < asked.until) return asked;
    this.#asked.delete(node);
    return undefined;
  }
}
