/**
 * What one fetch is to read, and how its session shapes the answer (Kafka's `FetchManager` and `FetchContext`).
 *
 * @module
 */

import type { ErrorName } from "../../client/protocol/error_codes.ts";
import {
  type FetchPartition,
  type FetchPartitionAnswer,
  type FetchSession,
  FINAL_EPOCH,
  type ForgottenPartition,
  INVALID_SESSION_ID,
  isFullFetch,
  nextEpoch,
} from "./fetch_session.ts";
import type { FetchSessionCache } from "./fetch_session_cache.ts";

/** The first Fetch version that goes by topic ids (KIP-516). */
export const FIRST_VERSION_WITH_TOPIC_IDS = 13;

/** What a fetch says of its session and its partitions. */
export interface SessionRequest {
  /** Version of the request. */
  readonly version: number;
  /** Id of the session, 0 for none. */
  readonly sessionId: number;
  /** Its epoch: 0 begins a session, -1 ends it. */
  readonly sessionEpoch: number;
  /** Whether a follower fetches. */
  readonly isFromFollower: boolean;
  /** The partitions that the request names, by their keys. */
  readonly partitions: Map<string, FetchPartition>;
  /** Those that it forgets. */
  readonly forgotten: readonly ForgottenPartition[];
}

/** The answer for one partition. */
export interface FetchUpdate<A extends FetchPartitionAnswer> {
  /** The partition. */
  readonly partition: FetchPartition;
  /** What was found. */
  readonly answer: A;
}

/** What goes into the response. */
export interface SessionAnswer<A extends FetchPartitionAnswer> {
  /** An error of the session as a whole. */
  readonly error: ErrorName;
  /** The session that the fetcher has from now on, 0 for none. */
  readonly sessionId: number;
  /** The partitions that the response names. */
  readonly updates: readonly FetchUpdate<A>[];
}

/** One fetch. */
export interface FetchContext {
  /** The partitions to read, in order. */
  partitions(): Iterable<FetchPartition>;
  /**
   * The response, once the partitions were read. To be called once: the session counts the fetcher as told then.
   *
   * @param updates what was found in each partition, in the order of the response
   */
  answer<A extends FetchPartitionAnswer>(updates: readonly FetchUpdate<A>[]): SessionAnswer<A>;
}

/**
 * Finds or begins the session of a fetch, and takes over what the fetch changes in it.
 *
 * @param topicName the name of a topic id, for partitions that the session has under an id alone
 */
export function newFetchContext(
  cache: FetchSessionCache,
  request: SessionRequest,
  topicName: (topicId: string) => string | undefined,
): FetchContext {
  const { sessionId, sessionEpoch, partitions } = request;
  const session = cache.get(sessionId);
  if (isFullFetch(sessionEpoch)) {
    // A full fetch ends the session that it names, whatever comes next.
    if (session !== undefined) cache.remove(session);
    return sessionEpoch === FINAL_EPOCH
      ? new SessionlessFetchContext(partitions)
      : new FullFetchContext(cache, request);
  }
  if (session === undefined) return new SessionErrorContext("FETCH_SESSION_ID_NOT_FOUND");
  if (session.epoch !== sessionEpoch) return new SessionErrorContext("INVALID_FETCH_SESSION_EPOCH");
  if (session.usesTopicIds !== (request.version >= FIRST_VERSION_WITH_TOPIC_IDS)) {
    return new SessionErrorContext("FETCH_SESSION_TOPIC_ID_ERROR");
  }
  session.update(partitions.values(), request.forgotten);
  if (session.size === 0) {
    cache.remove(session);
    return new SessionlessFetchContext(partitions);
  }
  cache.touch(session);
  session.epoch = nextEpoch(session.epoch);
  return new IncrementalFetchContext(session, topicName);
}

/** The session is not what the fetcher takes it for: nothing is known of its partitions. */
class SessionErrorContext implements FetchContext {
  readonly #error: ErrorName;

  constructor(error: ErrorName) {
    this.#error = error;
  }

  partitions(): Iterable<FetchPartition> {
    return [];
  }

  answer<A extends FetchPartitionAnswer>(): SessionAnswer<A> {
    return { error: this.#error, sessionId: INVALID_SESSION_ID, updates: [] };
  }
}

class SessionlessFetchContext implements FetchContext {
  readonly #partitions: Map<string, FetchPartition>;

  constructor(partitions: Map<string, FetchPartition>) {
    this.#partitions = partitions;
  }

  partitions(): Iterable<FetchPartition> {
    return this.#partitions.values();
  }

  answer<A extends FetchPartitionAnswer>(updates: readonly FetchUpdate<A>[]): SessionAnswer<A> {
    return { error: "NONE", sessionId: INVALID_SESSION_ID, updates };
  }
}

/** A fetch that wants a session. It gets one with the answer, when there is room. */
class FullFetchContext implements FetchContext {
  readonly #cache: FetchSessionCache;
  readonly #request: SessionRequest;

  constructor(cache: FetchSessionCache, request: SessionRequest) {
    this.#cache = cache;
    this.#request = request;
  }

  partitions(): Iterable<FetchPartition> {
    return this.#request.partitions.values();
  }

  answer<A extends FetchPartitionAnswer>(updates: readonly FetchUpdate<A>[]): SessionAnswer<A> {
    const partitions = new Map<string, FetchPartition>();
    for (const { partition, answer } of updates) {
      partition.noteAnswer(answer);
      partitions.set(partition.key, partition);
    }
    const sessionId = this.#cache.maybeCreateSession(
      this.#request.isFromFollower,
      this.#request.version >= FIRST_VERSION_WITH_TOPIC_IDS,
      partitions,
    );
    return { error: "NONE", sessionId, updates };
  }
}

/** A fetch of a session: the answer leaves out what the fetcher knows already. */
class IncrementalFetchContext implements FetchContext {
  readonly #session: FetchSession;
  /** The session's epoch as this fetch left it: another one means that a later fetch came in between. */
  readonly #expectedEpoch: number;
  readonly #topicName: (topicId: string) => string | undefined;

  constructor(session: FetchSession, topicName: (topicId: string) => string | undefined) {
    this.#session = session;
    this.#expectedEpoch = session.epoch;
    this.#topicName = topicName;
  }

  *partitions(): Iterable<FetchPartition> {
    for (const partition of this.#session.partitions()) {
      if (this.#session.usesTopicIds) partition.topic ??= this.#topicName(partition.topicId);
      yield partition;
    }
  }

  answer<A extends FetchPartitionAnswer>(updates: readonly FetchUpdate<A>[]): SessionAnswer<A> {
    const session = this.#session;
    if (session.epoch !== this.#expectedEpoch) {
      return { error: "INVALID_FETCH_SESSION_EPOCH", sessionId: session.id, updates: [] };
    }
    const news: FetchUpdate<A>[] = [];
    for (const update of updates) {
      const { partition, answer } = update;
      if (!session.has(partition) || !partition.takeNews(answer)) continue;
      news.push(update);
      if (answer.records.size > 0) session.moveToEnd(partition);
    }
    return { error: "NONE", sessionId: session.id, updates: news };
  }
}
