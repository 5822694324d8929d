/**
 * Clients that ask which of their metrics the broker wants (KIP-714). Nothing takes metrics here, so no client is asked for any.
 *
 * @module
 */

import { readInt32 } from "../../storage/bytes/byte_reader.ts";
import { crc32c } from "../../storage/bytes/crc32c.ts";
import { uuidToBytes } from "../../storage/bytes/uuid.ts";
import type { Clock } from "../../storage/env.ts";

/** How often a client comes again when no subscription says otherwise, ms. */
export const PUSH_INTERVAL_MS = 300_000;
/** Clients that are remembered; then those heard of least lately are forgotten. */
const MAX_INSTANCES = 16_384;
/** A client that has not come for so many intervals is forgotten. */
const INTERVALS_KEPT = 3;

/** One client, by the id that it was given. */
export class ClientMetricsInstance {
  /** Tells whether the client's idea of what is wanted is still right. */
  readonly subscriptionId: number;
  /** Whether it has said that it pushes no more. */
  isTerminating = false;
  /** Whether its last push had an error after which it may ask again at once. */
  mayAskAgain = false;
  /** When it was last heard of, on the monotonic clock. */
  lastSeen = 0;
  #lastGet = -Infinity;
  #lastPush = -Infinity;

  /** Wants nothing of it. */
  constructor(id: string) {
    this.subscriptionId = subscriptionIdOf(id);
  }

  /** Whether the client may ask for its subscription at `now`. */
  mayGet(now: number): boolean {
    if (now - Math.max(this.#lastGet, this.#lastPush) < PUSH_INTERVAL_MS) return false;
    this.#lastGet = now;
    return true;
  }

  /** Whether the client may push at `now`: once directly after it has asked, and once in each interval. */
  mayPush(now: number): boolean {
    const isFirst = this.#lastGet > this.#lastPush;
    if (!isFirst && now - this.#lastPush < PUSH_INTERVAL_MS) return false;
    this.#lastPush = now;
    return true;
  }
}

/** The clients that were heard of lately. */
export class ClientMetrics {
  readonly #clock: Clock;
  readonly #instances = new Map<string, ClientMetricsInstance>();

  /** Knows nobody yet. */
  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many clients are known. */
  get size(): number {
    return this.#instances.size;
  }

  /** Time that the instances are judged by, ms. */
  get now(): number {
    return this.#clock.monotonic();
  }

  /** A client by its id; one that is not known is from now on. */
  instance(id: string): ClientMetricsInstance {
    const { now } = this;
    const instance = this.#instances.get(id) ?? new ClientMetricsInstance(id);
    instance.lastSeen = now;
    this.#instances.delete(id);
    this.#instances.set(id, instance);
    for (const [oldest, { lastSeen }] of this.#instances) {
      const isExpired = now - lastSeen > INTERVALS_KEPT * PUSH_INTERVAL_MS;
      if (!isExpired && this.#instances.size <= MAX_INSTANCES) break;
      this.#instances.delete(oldest);
    }
    return instance;
  }
}

/** The checksum of what is wanted and how often, mixed with the client's id, as Kafka computes it. */
function subscriptionIdOf(id: string): number {
  const wanted = new TextEncoder().encode(`[]${PUSH_INTERVAL_MS}`);
  const bytes = uuidToBytes(id);
  const folded = [0, 4, 8, 12].reduce((xor, at) => xor ^ readInt32(bytes, at), 0);
  return crc32c(wanted) ^ folded;
}
