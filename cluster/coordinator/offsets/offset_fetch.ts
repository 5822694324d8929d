/**
 * Reading committed offsets.
 *
 * @module
 */

import { errorCode, KafkaError } from "../../../client/protocol/error_codes.ts";
import { ZERO_UUID } from "../../../storage/bytes/uuid.ts";
import type { OffsetAndMetadata } from "./offset_and_metadata.ts";
import type { OffsetStore } from "./offset_store.ts";

/** The offsets that are asked for. */
export interface OffsetFetch {
  /** The group. */
  readonly groupId: string;
  /** The member, when one asks. */
  readonly memberId: string | null;
  /** Its epoch, -1 when none. */
  readonly memberEpoch: number;
  /** The partitions; `null` for all. */
  readonly topics: readonly FetchTopic[] | null;
  /** Whether to tell of partitions for which a transaction has an offset and has not ended, instead of what was committed before. */
  readonly requireStable: boolean;
}

/** Partitions of a topic. */
export interface FetchTopic {
  /** Its name. */
  readonly name: string;
  /** Its id; the zero id when the client goes by names. */
  readonly topicId: string;
  /** The partitions. */
  readonly partitionIndexes: readonly number[];
}

/** What is committed for a topic. */
export interface FetchedTopic {
  /** Its name. */
  readonly name: string;
  /** Its id; the zero id when the client goes by names. */
  readonly topicId: string;
  /** Its partitions. */
  readonly partitions: readonly FetchedOffset[];
}

/** What is committed for a partition. */
export interface FetchedOffset {
  /** The partition. */
  readonly partitionIndex: number;
  /** The offset; -1 when there is none. */
  readonly committedOffset: number;
  /** Its leader epoch; -1 when there is none. */
  readonly committedLeaderEpoch: number;
  /** What the consumer has noted. */
  readonly metadata: string;
  /** The error, by code. */
  readonly errorCode: number;
}

/** Reads offsets. A group that there is not has none. */
export function fetchOffsets(store: OffsetStore, fetch: OffsetFetch): FetchedTopic[] {
  const { groupId, topics, requireStable } = fetch;
  const exists = isReadable(store, fetch);
  const committed = exists ? store.committed(groupId) : undefined;
  const read = (topic: string, partition: number, offset: OffsetAndMetadata | undefined) =>
    requireStable && store.hasPending(groupId, topic, partition)
      ? invalid(partition, errorCode("UNSTABLE_OFFSET_COMMIT"))
      : offset === undefined
      ? invalid(partition, 0)
      : fetched(partition, offset);
  if (topics === null) {
    return [...committed ?? []].map(([name, partitions]) => ({
      name,
      topicId: ZERO_UUID,
      partitions: [...partitions].map(([index, offset]) => read(name, index, offset)),
    }));
  }
  return topics.map(({ name, topicId, partitionIndexes }) => {
    const offsets = committed?.get(name);
    return {
      name,
      topicId,
      partitions: partitionIndexes.map((index) => {
        const offset = offsets?.get(index);
        const isOfThisTopic = offset === undefined || isSame(offset.topicId, topicId);
        return read(name, index, isOfThisTopic ? offset : undefined);
      }),
    };
  });
}

function isReadable({ groups }: OffsetStore, { groupId, memberId, memberEpoch }: OffsetFetch) {
  try {
    const group = groups.get(groupId);
    group?.validateOffsetFetch(memberId, memberEpoch);
    return group !== undefined;
  } catch (error) {
    if (error instanceof KafkaError && error.code === "GROUP_ID_NOT_FOUND") return false;
    throw error;
  }
}

/** A topic that was made anew under its name is another one; who does not tell its id is believed. */
function isSame(one: string, other: string): boolean {
  return one === other || one === ZERO_UUID || other === ZERO_UUID;
}

function fetched(
  partitionIndex: number,
  { offset, leaderEpoch, metadata }: OffsetAndMetadata,
): FetchedOffset {
  return {
    partitionIndex,
    committedOffset: offset,
    committedLeaderEpoch: leaderEpoch,
    metadata,
    errorCode: 0,
  };
}

function invalid(partitionIndex: number, errorCode: number): FetchedOffset {
  return {
    partitionIndex,
    committedOffset: -1,
    committedLeaderEpoch: -1,
    metadata: "",
    errorCode,
  };
}
