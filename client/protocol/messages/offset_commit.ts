/**
 * OffsetCommit, API 8: stores offsets of a group. Versions 2 to 10, flexible from 8 on.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of OffsetCommit. */
export interface OffsetCommitRequest {
  /** Id of the group. */
  readonly groupId: string;
  /** Generation of a classic group or epoch of a member; -1 outside a group. */
  readonly generationIdOrMemberEpoch: number;
  /** Id of the member. */
  readonly memberId: string;
  /** Id of a static member; null for others. */
  readonly groupInstanceId: string | null;
  /** How long to keep the offset; -1 for the server's default. */
  readonly retentionTimeMs: number;
  /** One entry per topic. */
  readonly topics: readonly OffsetCommitRequestTopic[];
}

/** An element of {@linkcode OffsetCommitRequest.topics}. */
export interface OffsetCommitRequestTopic {
  /** Name of the topic. */
  readonly name: string;
  /** Id of the topic. */
  readonly topicId: string;
  /** One entry per partition. */
  readonly partitions: readonly OffsetCommitRequestPartition[];
}

/** An element of {@linkcode OffsetCommitRequestTopic.partitions}. */
export interface OffsetCommitRequestPartition {
  /** Number of the partition. */
  readonly partitionIndex: number;
  /** Offset of the next record to consume; -1 for none. */
  readonly committedOffset: number;
  /** Leader epoch of the last record that was consumed, or -1. */
  readonly committedLeaderEpoch: number;
  /** Text of the client that goes with the offset. */
  readonly committedMetadata: string | null;
}

/** Response to OffsetCommit. */
export interface OffsetCommitResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** One entry per topic. */
  readonly topics: readonly OffsetCommitResponseTopic[];
}

/** An element of {@linkcode OffsetCommitResponse.topics}. */
export interface OffsetCommitResponseTopic {
  /** Name of the topic. */
  readonly name: string;
  /** Id of the topic. */
  readonly topicId: string;
  /** One entry per partition. */
  readonly partitions: readonly OffsetCommitResponsePartition[];
}

/** An element of {@linkcode OffsetCommitResponseTopic.partitions}. */
export interface OffsetCommitResponsePartition {
  /** Number of the partition. */
  readonly partitionIndex: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
}

/** The API. */
export const offsetCommit: Api<OffsetCommitRequest, OffsetCommitResponse> = {
  key: 8,
  name: "OffsetCommit",
  request: message<OffsetCommitRequest>(`
@OffsetCommitRequest 8 2-10 flexible 8+ listeners broker
groupId string
generationIdOrMemberEpoch int32 1+ ! =-1
memberId string 1+ !
groupInstanceId string 7+ ?7+ =null
retentionTimeMs int64 2-4 ! =-1
topics []OffsetCommitRequestTopic
  name string 0-9 !
  topicId uuid 10+ !
  partitions []OffsetCommitRequestPartition
    partitionIndex int32
    committedOffset int64
    committedLeaderEpoch int32 6+ ! =-1
    committedMetadata string ?0+
`),
  response: message<OffsetCommitResponse>(`
@OffsetCommitResponse 8 2-10 flexible 8+
throttleTimeMs int32 3+ !
topics []OffsetCommitResponseTopic
  name string 0-9 !
  topicId uuid 10+ !
  partitions []OffsetCommitResponsePartition
    partitionIndex int32
    errorCode int16
`),
};
