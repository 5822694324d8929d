/**
 * The fetch sessions of a broker, and which of them go when there are too many.
 *
 * @module
 */

import type { Env } from "../../storage/env.ts";
import { type FetchPartition, FetchSession, INVALID_SESSION_ID } from "./fetch_session.ts";

/** A session that was used within this time is not taken away for its age alone; one that is younger for no reason but privilege. */
export const MIN_INCREMENTAL_FETCH_SESSION_EVICTION_MS: number = 120_000;

/** Session ids are positive int32s. */
const SESSION_IDS = 2 ** 31 - 2;

/** What a {@linkcode FetchSessionCache} needs. */
export interface FetchSessionCacheOptions {
  /** Clock and randomness. */
  readonly env: Pick<Env, "clock" | "random">;
  /** How many sessions there may be (`max.incremental.fetch.session.cache.slots`). */
  readonly maxEntries: () => number;
  /** After how long a session is stale. Default: two minutes, as in Kafka. */
  readonly evictionMs?: number;
}

/**
 * Holds the sessions. When it is full, a new session may take the place of
 * 1. one that was not used for `evictionMs`, else of
 * 2. a consumer's, when a follower asks, else of
 * 3. one with fewer partitions, that is older than `evictionMs`.
 *
 * If there is none such, the fetcher gets no session, and sends full fetches. (Kafka has eight such caches, each for an eighth
 * of the sessions, to keep threads apart; here is one.)
 */
export class FetchSessionCache {
  readonly #env: Pick<Env, "clock" | "random">;
  readonly #maxEntries: () => number;
  readonly #evictionMs: number;
  /** The one that was used longest ago comes first. */
  readonly #sessions = new Map<number, FetchSession>();
  #totalPartitions = 0;
  #evictions = 0;

  /** A cache without sessions. */
  constructor(options: FetchSessionCacheOptions) {
    this.#env = options.env;
    this.#maxEntries = options.maxEntries;
    this.#evictionMs = options.evictionMs ?? MIN_INCREMENTAL_FETCH_SESSION_EVICTION_MS;
  }

  /** How many sessions there are (`NumIncrementalFetchSessions`). */
  get size(): number {
    return this.#sessions.size;
  }

  /** How many partitions they have together (`NumIncrementalFetchPartitionsCached`). */
  get totalPartitions(): number {
    return this.#totalPartitions;
  }

  /** How many sessions had to go for others (`IncrementalFetchSessionEvictionsPerSec` counts them). */
  get evictions(): number {
    return this.#evictions;
  }

  /** The session with an id. */
  get(id: number): FetchSession | undefined {
    return this.#sessions.get(id);
  }

  /**
   * Begins a session if there is room, or can be made.
   *
   * @param privileged whether a follower asks
   * @param usesTopicIds whether the fetcher goes by topic ids
   * @param partitions its partitions, by their keys
   * @returns its id; {@linkcode INVALID_SESSION_ID} when there is no room
   */
  maybeCreateSession(
    privileged: boolean,
    usesTopicIds: boolean,
    partitions: Map<string, FetchPartition>,
  ): number {
    const now = this.#env.clock.now();
    if (
      this.#sessions.size >= this.#maxEntries() && !this.#evict(privileged, partitions.size, now)
    ) {
      return INVALID_SESSION_ID;
    }
    const session = new FetchSession(this.#newId(), privileged, usesTopicIds, partitions, now);
    this.touch(session);
    return session.id;
  }

  /** Notes that a session is in use, and its size. */
  touch(session: FetchSession): void {
    const now = this.#env.clock.now();
    this.remove(session);
    session.lastUsedMs = now;
    session.cachedSize = session.size;
    session.evictable = now - session.creationMs > this.#evictionMs;
    this.#sessions.set(session.id, session);
    this.#totalPartitions += session.cachedSize;
  }

  /** Ends a session. Returns whether there was one. */
  remove(session: FetchSession): boolean {
    if (!this.#sessions.delete(session.id)) return false;
    this.#totalPartitions -= session.cachedSize;
    return true;
  }

  #newId(): number {
    let id: number;
    do id = 1 + Math.floor(this.#env.random.next() * SESSION_IDS); while (this.#sessions.has(id));
    return id;
  }

  #evict(privileged: boolean, size: number, now: number): boolean {
    const [oldest] = this.#sessions.values();
    if (oldest === undefined) return false;
    const victim = now - oldest.lastUsedMs > this.#evictionMs
      ? oldest
      : this.#leastValuable(privileged, size);
    if (victim === undefined) return false;
    this.remove(victim);
    this.#evictions++;
    return true;
  }

  /** The evictable session that is worth least, if it is worth less than the new one. */
  #leastValuable(privileged: boolean, size: number): FetchSession | undefined {
    let least: FetchSession | undefined;
    for (const session of this.#sessions.values()) {
      if (!session.evictable && !(privileged && !session.privileged)) continue;
      if (least === undefined || isWorthLess(session, least)) least = session;
    }
    if (least === undefined) return undefined;
    if (least.privileged !== privileged) return least.privileged ? undefined : least;
    return least.cachedSize < size ? least : undefined;
  }
}

function isWorthLess(a: FetchSession, b: FetchSession): boolean {
  if (a.privileged !== b.privileged) return !a.privileged;
  return a.cachedSize !== b.cachedSize ? a.cachedSize < b.cachedSize : a.id < b.id;
}
