/**
 * The side of a fetch session that fetches, a consumer or a follower (KIP-227): after the first fetch only what has changed is sent to a
 * broker, which remembers the rest. Pure.
 *
 * @module
 */

import { ZERO_UUID } from "../../storage/bytes/uuid.ts";
import type { TopicPartition } from "../../storage/file/file_names.ts";
import type { Draft } from "../../storage/message/message_codec.ts";
import { type ErrorName, errorName } from "../protocol/error_codes.ts";
import type {
  FetchRequestFetchPartition,
  FetchRequestFetchTopic,
  FetchRequestForgottenTopic,
  FetchResponse,
  FetchResponsePartitionData,
} from "../protocol/messages/fetch.ts";
import { TopicPartitionMap } from "../../storage/file/topic_partition_map.ts";

/** What is asked of a partition. */
export interface FetchPartition {
  /** The topic's id; all zeros when it is not known. */
  readonly topicId: string;
  /** The first offset to read. */
  readonly fetchOffset: number;
  /** Bytes of the answer at most. */
  readonly maxBytes: number;
  /** Epoch of the leader as it is known; -1 when it is not. */
  readonly currentLeaderEpoch: number;
  /** Epoch of the last record before `fetchOffset`: the leader tells where its log and this one part (KIP-595). Default: it is not asked. */
  readonly lastFetchedEpoch?: number;
  /** A follower's log start offset. Default: -1, as of a consumer. */
  readonly logStartOffset?: number;
}

/** What goes into a request. */
export interface FetchSessionRequest {
  /** Which session; 0 for none. */
  readonly sessionId: number;
  /** 0 begins a session, -1 ends it, others count its requests. */
  readonly sessionEpoch: number;
  /** New partitions, and those of which something else is wanted. */
  readonly topics: readonly Draft<FetchRequestFetchTopic>[];
  /** Partitions that are not wanted any more. */
  readonly forgotten: readonly FetchRequestForgottenTopic[];
  /** Partitions whose topics have other ids now: with versions from 13 on the old ones have to be forgotten. */
  readonly replaced: readonly FetchRequestForgottenTopic[];
  /** Whether the ids of all topics are known, as versions from 13 on need it. */
  readonly canUseTopicIds: boolean;
}

/** A partition of an answer, with what was asked. */
export interface FetchedPartition {
  /** The partition. */
  readonly topicPartition: TopicPartition;
  /** The offset that was asked for. */
  readonly fetchOffset: number;
  /** What came. */
  readonly data: FetchResponsePartitionData;
}

/** What becomes of an answer. */
export type FetchSessionAnswer =
  | { readonly type: "fetched"; readonly partitions: readonly FetchedPartition[] }
  | { readonly type: "refused"; readonly error: ErrorName; readonly problem: string };

const INITIAL_EPOCH = 0;
const FINAL_EPOCH = -1;
const MAX_EPOCH = 0x7fff_ffff;

/** The session with one broker. Its requests are made one at a time: each is answered, or failed, before the next. */
export class FetchSessionHandler {
  #sessionId = 0;
  #epoch = INITIAL_EPOCH;
  #partitions = new TopicPartitionMap<FetchPartition>();
  #names: ReadonlyMap<string, string> = new Map();

  /** The session's id; 0 for none. */
  get sessionId(): number {
    return this.#sessionId;
  }

  /** The partitions that the broker is to answer for. */
  partitions(): IterableIterator<TopicPartition> {
    return this.#partitions.keys();
  }

  /** The next request, which is to fetch these partitions and no others. */
  next(wanted: TopicPartitionMap<FetchPartition>): FetchSessionRequest {
    let canUseTopicIds = true;
    const names = new Map<string, string>();
    for (const [{ topic }, { topicId }] of wanted) {
      if (topicId === ZERO_UUID) canUseTopicIds = false;
      else names.set(topicId, topic);
    }
    if (this.#isFull) {
      this.#partitions = wanted;
      this.#names = canUseTopicIds ? names : new Map();
      return this.#request([...wanted], [], [], canUseTopicIds);
    }
    const changed: [TopicPartition, FetchPartition][] = [];
    const forgotten: [TopicPartition, string][] = [];
    const replaced: [TopicPartition, string][] = [];
    for (const [topicPartition, before] of [...this.#partitions]) {
      const now = wanted.get(topicPartition);
      if (now === undefined) {
        this.#partitions.delete(topicPartition);
        forgotten.push([topicPartition, before.topicId]);
        if (before.topicId === ZERO_UUID) canUseTopicIds = false;
        continue;
      }
      if (isSame(before, now)) continue;
      changed.push([topicPartition, now]);
      this.#partitions.set(topicPartition, now);
      const isReplaced = before.topicId !== now.topicId && before.topicId !== ZERO_UUID &&
        now.topicId !== ZERO_UUID;
      if (isReplaced) replaced.push([topicPartition, before.topicId]);
    }
    for (const [topicPartition, now] of wanted) {
      if (this.#partitions.has(topicPartition)) continue;
      changed.push([topicPartition, now]);
      this.#partitions.set(topicPartition, now);
    }
    this.#names = canUseTopicIds ? names : new Map();
    return this.#request(changed, forgotten, replaced, canUseTopicIds);
  }

  /** Takes an answer. One that does not fit what was asked is refused as a whole, and the session begins anew. */
  handleResponse(response: FetchResponse): FetchSessionAnswer {
    const error = errorName(response.errorCode);
    if (error !== "NONE") {
      if (error === "FETCH_SESSION_ID_NOT_FOUND") this.#begin(0);
      else this.#restart();
      return { type: "refused", error, problem: error };
    }
    const partitions: FetchedPartition[] = [];
    const extra: string[] = [];
    for (const topic of response.responses) {
      const name = topic.topic === "" ? this.#names.get(topic.topicId) : topic.topic;
      for (const data of topic.partitions) {
        const topicPartition = { topic: name ?? topic.topicId, partition: data.partitionIndex };
        const asked = name === undefined ? undefined : this.#partitions.get(topicPartition);
        if (asked === undefined) extra.push(`${topicPartition.topic}-${data.partitionIndex}`);
        else partitions.push({ topicPartition, fetchOffset: asked.fetchOffset, data });
      }
    }
    const isFull = this.#isFull;
    if (isFull && response.responses.length === 0 && response.throttleTimeMs > 0) {
      this.#begin(0);
      return { type: "refused", error, problem: "throttled" };
    }
    const omitted = isFull ? this.#partitions.size - partitions.length : 0;
    if (extra.length > 0 || omitted > 0) {
      if (isFull) this.#begin(0);
      else this.#restart();
      const problem = `extra partitions: ${extra.join(", ")}; omitted partitions: ${omitted}`;
      return { type: "refused", error, problem };
    }
    if (response.sessionId === 0) this.#begin(0);
    else {
      this.#sessionId = response.sessionId;
      this.#epoch = isFull || this.#epoch === MAX_EPOCH ? 1 : this.#epoch + 1;
    }
    return { type: "fetched", partitions };
  }

  /** A request got no answer: the broker may have seen it or not. The next ends the session and begins another. */
  handleError(): void {
    this.#restart();
  }

  /** The next request only ends the session. */
  notifyClose(): void {
    this.#epoch = FINAL_EPOCH;
  }

  get #isFull(): boolean {
    return this.#epoch === INITIAL_EPOCH || this.#epoch === FINAL_EPOCH;
  }

  #begin(sessionId: number): void {
    this.#sessionId = sessionId;
    this.#epoch = INITIAL_EPOCH;
  }

  #restart(): void {
    this.#epoch = INITIAL_EPOCH;
  }

  #request(
    changed: readonly [TopicPartition, FetchPartition][],
    forgotten: readonly [TopicPartition, string][],
    replaced: readonly [TopicPartition, string][],
    canUseTopicIds: boolean,
  ): FetchSessionRequest {
    return {
      sessionId: this.#sessionId,
      sessionEpoch: this.#epoch,
      topics: topicsOf(changed),
      forgotten: forgottenOf(forgotten),
      replaced: forgottenOf(replaced),
      canUseTopicIds,
    };
  }
}

function isSame(a: FetchPartition, b: FetchPartition): boolean {
  return a.fetchOffset === b.fetchOffset && a.topicId === b.topicId && a.maxBytes === b.maxBytes &&
    a.currentLeaderEpoch === b.currentLeaderEpoch &&
    a.lastFetchedEpoch === b.lastFetchedEpoch && a.logStartOffset === b.logStartOffset;
}

/** Partitions of the same topic that follow each other share an entry; the order stays, as brokers fill answers in it. */
function topicsOf(
  partitions: readonly [TopicPartition, FetchPartition][],
): Draft<FetchRequestFetchTopic>[] {
  const topics: {
    topic: string;
    topicId: string;
    partitions: Draft<FetchRequestFetchPartition>[];
  }[] = [];
  for (const [{ topic, partition }, asked] of partitions) {
    const { topicId, currentLeaderEpoch, fetchOffset, maxBytes: partitionMaxBytes } = asked;
    const { lastFetchedEpoch = -1, logStartOffset = -1 } = asked;
    let last = topics.at(-1);
    if (last?.topic !== topic || last.topicId !== topicId) {
      last = { topic, topicId, partitions: [] };
      topics.push(last);
    }
    last.partitions.push({
      partition,
      currentLeaderEpoch,
      fetchOffset,
      lastFetchedEpoch,
      logStartOffset,
      partitionMaxBytes,
    });
  }
  return topics;
}

function forgottenOf(
  partitions: readonly [TopicPartition, string][],
): FetchRequestForgottenTopic[] {
  const topics = new Map<string, { topic: string; topicId: string; partitions: number[] }>();
  for (const [{ topic, partition }, topicId] of partitions) {
    const key = `${topic}:${topicId}`;
    let entry = topics.get(key);
    if (entry === undefined) topics.set(key, entry = { topic, topicId, partitions: [] });
    entry.partitions.push(partition);
  }
  return [...topics.values()];
}
