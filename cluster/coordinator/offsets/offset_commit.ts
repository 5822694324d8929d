/**
 * Committing offsets.
 *
 * @module
 */

import { errorCode, KafkaError } from "../../../client/protocol/error_codes.ts";
import { ZERO_UUID } from "../../../storage/bytes/uuid.ts";
import type { Moment, Output, Reply } from "../coordinator_shard.ts";
import type { GroupRecord } from "../group_records.ts";
import { expireTimestampOf, NONE } from "./offset_and_metadata.ts";
import type { OffsetStore } from "./offset_store.ts";
import type { OffsetsGroup } from "./offsets_group.ts";

/** An offset to be committed. */
export interface CommitPartition {
  /** The partition. */
  readonly partitionIndex: number;
  /** The next record to be consumed. */
  readonly committedOffset: number;
  /** Leader epoch of the record before; -1 when it is not known. */
  readonly committedLeaderEpoch: number;
  /** What the consumer notes. */
  readonly committedMetadata: string | null;
}

/** Offsets to be committed for a topic that there is. */
export interface CommitTopic {
  /** Its name. */
  readonly name: string;
  /** Its id. */
  readonly topicId: string;
  /** Its partitions, all of which there are. */
  readonly partitions: readonly CommitPartition[];
}

/** Who commits, and what. */
export interface OffsetCommit {
  /** The group. */
  readonly groupId: string;
  /** The member; empty for a consumer outside of the group's generations. */
  readonly memberId: string;
  /** Its static id. */
  readonly groupInstanceId: string | null;
  /** Its generation, -1 without one. */
  readonly generationId: number;
  /** The offsets. */
  readonly topics: readonly CommitTopic[];
}

/** What became of the offsets of a topic. */
export interface CommittedTopic {
  /** Its name. */
  readonly name: string;
  /** Its id. */
  readonly topicId: string;
  /** The error of each partition, by code. */
  readonly partitions: readonly { readonly partitionIndex: number; readonly errorCode: number }[];
}

/** From this version of OffsetCommit on, clients know an error for groups that there are not. */
const FIRST_VERSION_WITH_GROUP_ID_NOT_FOUND = 9;

/**
 * Commits offsets outside of transactions.
 *
 * @param retentionTimeMs what an old client asks for, -1 for the broker's
 */
export function commitOffsets(
  store: OffsetStore,
  commit: OffsetCommit,
  { apiVersion, retentionTimeMs }: {
    readonly apiVersion: number;
    readonly retentionTimeMs: number;
  },
  reply: Reply<CommittedTopic[]>,
  out: Output<GroupRecord>,
  now: Moment,
): void {
  const { groupId, memberId, groupInstanceId, generationId } = commit;
  const group = groupOf(
    store,
    commit,
    apiVersion >= FIRST_VERSION_WITH_GROUP_ID_NOT_FOUND
      ? () => new KafkaError("GROUP_ID_NOT_FOUND", `Group ${groupId} not found.`)
      : illegalGeneration,
  );
  group.validateOffsetCommit(memberId, groupInstanceId, generationId, false, apiVersion);
  group.noteOffsetCommit(memberId, out, now);
  const expireTimestamp = expireTimestampOf(retentionTimeMs, now.wallMs);
  out.answer(reply, append(store, commit, expireTimestamp, true, out, now));
}

/** Commits offsets as part of the transaction of `producer`: they count when that is committed. */
export function commitTransactionalOffsets(
  store: OffsetStore,
  commit: OffsetCommit,
  producer: { readonly producerId: number; readonly producerEpoch: number },
  apiVersion: number,
  reply: Reply<CommittedTopic[]>,
  out: Output<GroupRecord>,
  now: Moment,
): void {
  const { memberId, groupInstanceId, generationId } = commit;
  const group = groupOf(store, commit, illegalGeneration);
  group.validateOffsetCommit(memberId, groupInstanceId, generationId, true, apiVersion);
  out.producer = producer;
  out.answer(reply, append(store, commit, NONE, false, out, now));
}

const illegalGeneration = () => new KafkaError("ILLEGAL_GENERATION");

/** The group; one that only keeps offsets is made for a consumer that is no member. */
function groupOf(
  { groups }: OffsetStore,
  { groupId, generationId }: OffsetCommit,
  missing: () => KafkaError,
): OffsetsGroup {
  const group = groups.get(groupId);
  if (group !== undefined) return group;
  if (generationId >= 0) throw missing();
  return groups.getOrMaybeCreateSimple(groupId);
}

function append(
  { config }: OffsetStore,
  { groupId, topics }: OffsetCommit,
  expireTimestamp: number,
  withTopicId: boolean,
  out: Output<GroupRecord>,
  now: Moment,
): CommittedTopic[] {
  const maxMetadata = config.int("offset.metadata.max.bytes");
  return topics.map(({ name, topicId, partitions }) => ({
    name,
    topicId,
    partitions: partitions.map((partition) => {
      const { partitionIndex, committedOffset, committedLeaderEpoch } = partition;
      const metadata = partition.committedMetadata ?? "";
      if (metadata.length > maxMetadata) {
        return { partitionIndex, errorCode: errorCode("OFFSET_METADATA_TOO_LARGE") };
      }
      out.append({
        type: "offsetCommit",
        group: groupId,
        topic: name,
        partition: partitionIndex,
        value: {
          offset: committedOffset,
          leaderEpoch: committedLeaderEpoch,
          metadata,
          commitTimestamp: now.wallMs,
          expireTimestamp,
          topicId: withTopicId ? topicId : ZERO_UUID,
        },
      });
      return { partitionIndex, errorCode: 0 };
    }),
  }));
}
