/**
 * Forgetting offsets: those that are asked for, those of a group, those of a topic.
 *
 * @module
 */

import { errorCode, KafkaError } from "../../../client/protocol/error_codes.ts";
import type { Output, Reply } from "../coordinator_shard.ts";
import type { GroupRecord, OffsetCommitRecord } from "../group_records.ts";
import type { DeletedTopic, OffsetStore } from "./offset_store.ts";

/** The partitions of a topic whose offsets are to be forgotten. */
export interface DeleteTopic {
  /** Its name. */
  readonly name: string;
  /** The partitions. */
  readonly partitions: readonly { readonly partitionIndex: number }[];
}

/** What became of them. */
export interface DeletedOffsets {
  /** The topic. */
  readonly name: string;
  /** The error of each partition, by code. */
  readonly partitions: readonly { readonly partitionIndex: number; readonly errorCode: number }[];
}

/** Forgets an offset. */
export function offsetTombstone(
  group: string,
  topic: string,
  partition: number,
): OffsetCommitRecord {
  return { type: "offsetCommit", group, topic, partition, value: null };
}

/**
 * Forgets offsets of a group that does not consume their topics.
 *
 * @throws {KafkaError} `GROUP_ID_NOT_FOUND`, `NON_EMPTY_GROUP`
 */
export function deleteOffsets(
  store: OffsetStore,
  groupId: string,
  topics: readonly DeleteTopic[],
  reply: Reply<DeletedOffsets[]>,
  out: Output<GroupRecord>,
): void {
  const group = store.groups.get(groupId);
  if (group === undefined) {
    throw new KafkaError("GROUP_ID_NOT_FOUND", `Group ${groupId} not found.`);
  }
  group.validateOffsetDelete();
  const answer = topics.map(({ name, partitions }) => {
    const isInUse = group.isSubscribedToTopic(name);
    return {
      name,
      partitions: partitions.map(({ partitionIndex }) => {
        if (isInUse) return { partitionIndex, errorCode: errorCode("GROUP_SUBSCRIBED_TO_TOPIC") };
        const isThere = store.offset(groupId, name, partitionIndex) !== undefined ||
          store.hasPending(groupId, name, partitionIndex);
        if (isThere) out.append(offsetTombstone(groupId, name, partitionIndex));
        return { partitionIndex, errorCode: 0 };
      }),
    };
  });
  out.answer(reply, answer);
}

/** Forgets all offsets of a group that goes, those of open transactions as well. */
export function deleteAllOffsets(
  store: OffsetStore,
  groupId: string,
  out: Output<GroupRecord>,
): void {
  for (const [topic, partitions] of store.committed(groupId) ?? []) {
    for (const partition of partitions.keys()) {
      out.append(offsetTombstone(groupId, topic, partition));
    }
  }
  for (const [topic, partition] of store.pendingPartitions(groupId)) {
    if (store.offset(groupId, topic, partition) !== undefined) continue;
    out.append(offsetTombstone(groupId, topic, partition));
  }
}

/** Forgets the offsets of topics that were deleted. */
export function deleteTopicOffsets(
  store: OffsetStore,
  topics: readonly DeletedTopic[],
  out: Output<GroupRecord>,
): void {
  for (const topic of topics) {
    for (const [groupId, partition] of store.ofDeletedTopic(topic)) {
      out.append(offsetTombstone(groupId, topic.name, partition));
    }
  }
}
