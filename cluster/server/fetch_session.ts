/**
 * What a broker remembers of a fetcher between two fetches (KIP-227), so that neither side has to name the partitions in which
 * nothing has changed.
 *
 * @module
 */

import { ZERO_UUID } from "../../storage/bytes/uuid.ts";

/** Id of a fetch outside of a session. */
export const INVALID_SESSION_ID: number = 0;
/** Epoch of the fetch that begins a session. */
export const INITIAL_EPOCH: number = 0;
/** Epoch of a fetch that ends the session, and begins none. */
export const FINAL_EPOCH: number = -1;

const LAST_EPOCH = 2 ** 31 - 1;

/** The epoch of the next fetch of a session. Those of a session run from 1 to 2^31 - 1 and then from 1 again. */
export function nextEpoch(epoch: number): number {
  if (epoch < 0) return FINAL_EPOCH;
  return epoch === LAST_EPOCH ? 1 : epoch + 1;
}

/** Whether a fetch names all its partitions: it begins a session, or stands alone. */
export function isFullFetch(epoch: number): boolean {
  return epoch === INITIAL_EPOCH || epoch === FINAL_EPOCH;
}

/** What a fetch wants of a partition. */
export interface FetchPartitionRequest {
  /** Where to read. */
  readonly fetchOffset: number;
  /** Bytes at most. */
  readonly partitionMaxBytes: number;
  /** Leader epoch as the fetcher knows it, -1 when it does not. */
  readonly currentLeaderEpoch: number;
  /** Epoch of the last record that the fetcher has, -1 when it does not say. */
  readonly lastFetchedEpoch: number;
  /** A follower's own log start offset, -1 for a consumer. */
  readonly logStartOffset: number;
}

/** What decides whether a partition is named in an answer. */
export interface FetchPartitionAnswer {
  /** Code of the error. */
  readonly errorCode: number;
  /** The high watermark. */
  readonly highWatermark: number;
  /** The log start offset. */
  readonly logStartOffset: number;
  /** Another replica to read from; -1 or nothing for none. */
  readonly preferredReadReplica?: number;
  /** Where the fetcher's log and this one part. */
  readonly divergingEpoch?: { readonly epoch?: number };
  /** The records. */
  readonly records: { readonly size: number };
}

/** One partition of a fetch; in a session it is kept from fetch to fetch (Kafka's `CachedPartition`). */
export class FetchPartition implements FetchPartitionRequest {
  /** Name of the topic; `undefined` while nobody knows which one has the id. */
  topic: string | undefined;
  /** Id of the topic, zero when the fetcher goes by names. */
  readonly topicId: string;
  /** Index of the partition. */
  readonly partition: number;
  /** Where it is in the maps of partitions. */
  readonly key: string;
  /** Where to read. */
  fetchOffset: number;
  /** Bytes at most. */
  partitionMaxBytes: number;
  /** Leader epoch as the fetcher knows it, -1 when it does not. */
  currentLeaderEpoch: number;
  /** Epoch of the last record that the fetcher has, -1 when it does not say. */
  lastFetchedEpoch: number;
  /** A follower's own log start offset, -1 for a consumer. */
  logStartOffset: number;
  /** High watermark as the fetcher was told last; -1 has it told again. */
  #highWatermark = -1;
  #localLogStartOffset = -1;

  /** One partition, and what is wanted of it. */
  constructor(
    topic: string | undefined,
    topicId: string,
    partition: number,
    request: FetchPartitionRequest,
  ) {
    this.topic = topic;
    this.topicId = topicId;
    this.partition = partition;
    this.key = fetchPartitionKey(topic, topicId, partition);
    this.fetchOffset = request.fetchOffset;
    this.partitionMaxBytes = request.partitionMaxBytes;
    this.currentLeaderEpoch = request.currentLeaderEpoch;
    this.lastFetchedEpoch = request.lastFetchedEpoch;
    this.logStartOffset = request.logStartOffset;
  }

  /** The fetcher wants something else from now on. */
  updateRequest(request: FetchPartitionRequest): void {
    // What a follower was told in another epoch it has dropped, perhaps.
    if (request.currentLeaderEpoch !== this.currentLeaderEpoch) this.#highWatermark = -1;
    this.fetchOffset = request.fetchOffset;
    this.partitionMaxBytes = request.partitionMaxBytes;
    this.currentLeaderEpoch = request.currentLeaderEpoch;
    this.lastFetchedEpoch = request.lastFetchedEpoch;
    this.logStartOffset = request.logStartOffset;
  }

  /** Notes what the fetcher is told with the answer that begins a session. */
  noteAnswer(answer: FetchPartitionAnswer): void {
    this.#highWatermark = isTakenOver(answer) ? answer.highWatermark : -1;
    this.#localLogStartOffset = answer.logStartOffset;
  }

  /** Whether an answer has news for the fetcher. It counts as told then. */
  takeNews(answer: FetchPartitionAnswer): boolean {
    let news = answer.records.size > 0 || (answer.preferredReadReplica ?? -1) !== -1;
    if (this.#highWatermark !== answer.highWatermark) {
      this.#highWatermark = answer.highWatermark;
      news = true;
    }
    if (this.#localLogStartOffset !== answer.logStartOffset) {
      this.#localLogStartOffset = answer.logStartOffset;
      news = true;
    }
    if (!isTakenOver(answer)) {
      // Once the error is gone, the fetcher must hear of that as well.
      this.#highWatermark = -1;
      news = true;
    }
    return news;
  }
}

/** Whether the fetcher takes the watermarks of an answer over: not with an error, and not when it has to truncate first. */
function isTakenOver({ errorCode, divergingEpoch }: FetchPartitionAnswer): boolean {
  return errorCode === 0 && (divergingEpoch?.epoch ?? -1) < 0;
}

/** By id when there is one: the same partition is meant whether or not its name is known. */
export function fetchPartitionKey(
  topic: string | undefined,
  topicId: string,
  partition: number,
): string {
  return topicId === ZERO_UUID ? `${topic ?? ""}/${partition}` : `${topicId}/${partition}`;
}

/** A partition that is not to be fetched any more. */
export interface ForgottenPartition {
  /** Name of the topic; `undefined` when nobody knows it. */
  readonly topic: string | undefined;
  /** Id of the topic, or zero. */
  readonly topicId: string;
  /** Index of the partition. */
  readonly partition: number;
}

/**
 * The partitions of one fetcher. They are in the order in which they are read: one that had records goes to the end, so that a
 * response that is full does not starve those behind it.
 */
export class FetchSession {
  /** Its id. */
  readonly id: number;
  /** Whether a follower has it: followers' sessions are worth more than consumers'. */
  readonly privileged: boolean;
  /** Whether the fetcher goes by topic ids. It may not change that. */
  readonly usesTopicIds: boolean;
  /** When it began, ms since the epoch. */
  readonly creationMs: number;
  /** When it was last used, ms since the epoch. {@linkcode FetchSessionCache} writes it. */
  lastUsedMs: number;
  /** Epoch that the next fetch must have. */
  epoch: number = nextEpoch(INITIAL_EPOCH);
  /** How many partitions it had when it was last used. {@linkcode FetchSessionCache} writes it. */
  cachedSize = 0;
  /** Old enough, when it was last used, to make room for a bigger one. {@linkcode FetchSessionCache} writes it. */
  evictable = false;
  readonly #partitions: Map<string, FetchPartition>;

  /** A session that begins now. */
  constructor(
    id: number,
    privileged: boolean,
    usesTopicIds: boolean,
    partitions: Map<string, FetchPartition>,
    now: number,
  ) {
    this.id = id;
    this.privileged = privileged;
    this.usesTopicIds = usesTopicIds;
    this.creationMs = now;
    this.lastUsedMs = now;
    this.#partitions = partitions;
  }

  /** How many partitions it has. */
  get size(): number {
    return this.#partitions.size;
  }

  /** The partitions, in the order in which they are to be read. */
  partitions(): IterableIterator<FetchPartition> {
    return this.#partitions.values();
  }

  /** Whether this very entry is still in the session. */
  has(partition: FetchPartition): boolean {
    return this.#partitions.get(partition.key) === partition;
  }

  /** Takes over what a fetch names, and drops what it forgets. */
  update(fetched: Iterable<FetchPartition>, forgotten: Iterable<ForgottenPartition>): void {
    for (const partition of fetched) {
      const known = this.#partitions.get(partition.key);
      if (known === undefined) this.#partitions.set(partition.key, partition);
      else known.updateRequest(partition);
    }
    for (const { topic, topicId, partition } of forgotten) {
      this.#partitions.delete(fetchPartitionKey(topic, topicId, partition));
    }
  }

  /** Has a partition read after all others. */
  moveToEnd(partition: FetchPartition): void {
    this.#partitions.delete(partition.key);
    this.#partitions.set(partition.key, partition);
  }
}
