/**
 * OffsetFetch, API 9: reads offsets of groups. Versions 1 to 10, flexible from 6 on.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of OffsetFetch. */
export interface OffsetFetchRequest {
  /** Id of the group. */
  readonly groupId: string;
  /** Partitions to look up; null for all of the group. */
  readonly topics: readonly OffsetFetchRequestTopic[] | null;
  /** One entry per group. */
  readonly groups: readonly OffsetFetchRequestGroup[];
  /** Whether offsets of open transactions make the answer wait for their end. */
  readonly requireStable: boolean;
}

/** An element of {@linkcode OffsetFetchRequest.topics}. */
export interface OffsetFetchRequestTopic {
  /** Name of the topic. */
  readonly name: string;
  /** Numbers of the partitions. */
  readonly partitionIndexes: readonly number[];
}

/** An element of {@linkcode OffsetFetchRequest.groups}. */
export interface OffsetFetchRequestGroup {
  /** Id of the group. */
  readonly groupId: string;
  /** Id of the member. */
  readonly memberId: string | null;
  /** Epoch of the member; 0 to join, -1 to leave. */
  readonly memberEpoch: number;
  /** Partitions to look up; null for all of the group. */
  readonly topics: readonly OffsetFetchRequestTopics[] | null;
}

/** An element of {@linkcode OffsetFetchRequestGroup.topics}. */
export interface OffsetFetchRequestTopics {
  /** Name of the topic. */
  readonly name: string;
  /** Id of the topic. */
  readonly topicId: string;
  /** Numbers of the partitions. */
  readonly partitionIndexes: readonly number[];
}

/** Response to OffsetFetch. */
export interface OffsetFetchResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** One entry per topic. */
  readonly topics: readonly OffsetFetchResponseTopic[];
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** One entry per group. */
  readonly groups: readonly OffsetFetchResponseGroup[];
}

/** An element of {@linkcode OffsetFetchResponse.topics}. */
export interface OffsetFetchResponseTopic {
  /** Name of the topic. */
  readonly name: string;
  /** One entry per partition. */
  readonly partitions: readonly OffsetFetchResponsePartition[];
}

/** An element of {@linkcode OffsetFetchResponseTopic.partitions}. */
export interface OffsetFetchResponsePartition {
  /** Number of the partition. */
  readonly partitionIndex: number;
  /** Offset of the next record to consume; -1 for none. */
  readonly committedOffset: number;
  /** Leader epoch of the last record that was consumed, or -1. */
  readonly committedLeaderEpoch: number;
  /** Text of the client that goes with the offset. */
  readonly metadata: string | null;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
}

/** An element of {@linkcode OffsetFetchResponse.groups}. */
export interface OffsetFetchResponseGroup {
  /** Id of the group. */
  readonly groupId: string;
  /** One entry per topic. */
  readonly topics: readonly OffsetFetchResponseTopics[];
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
}

/** An element of {@linkcode OffsetFetchResponseGroup.topics}. */
export interface OffsetFetchResponseTopics {
  /** Name of the topic. */
  readonly name: string;
  /** Id of the topic. */
  readonly topicId: string;
  /** One entry per partition. */
  readonly partitions: readonly OffsetFetchResponsePartitions[];
}

/** An element of {@linkcode OffsetFetchResponseTopics.partitions}. */
export interface OffsetFetchResponsePartitions {
  /** Number of the partition. */
  readonly partitionIndex: number;
  /** Offset of the next record to consume; -1 for none. */
  readonly committedOffset: number;
  /** Leader epoch of the last record that was consumed, or -1. */
  readonly committedLeaderEpoch: number;
  /** Text of the client that goes with the offset. */
  readonly metadata: string | null;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
}

/** The API. */
export const offsetFetch: Api<OffsetFetchRequest, OffsetFetchResponse> = {
  key: 9,
  name: "OffsetFetch",
  request: message<OffsetFetchRequest>(`
@OffsetFetchRequest 9 1-10 flexible 6+ listeners broker
groupId string 0-7
topics []OffsetFetchRequestTopic 0-7 ?2-7
  name string 0-7
  partitionIndexes []int32 0-7
groups []OffsetFetchRequestGroup 8+
  groupId string 8+
  memberId string 9+ ! ?9+ =null
  memberEpoch int32 9+ ! =-1
  topics []OffsetFetchRequestTopics 8+ ?8+
    name string 8-9 !
    topicId uuid 10+ !
    partitionIndexes []int32 8+
requireStable bool 7+ =false
`),
  response: message<OffsetFetchResponse>(`
@OffsetFetchResponse 9 1-10 flexible 6+
throttleTimeMs int32 3+ !
topics []OffsetFetchResponseTopic 0-7
  name string 0-7
  partitions []OffsetFetchResponsePartition 0-7
    partitionIndex int32 0-7
    committedOffset int64 0-7
    committedLeaderEpoch int32 5-7 ! =-1
    metadata string 0-7 ?0-7
    errorCode int16 0-7
errorCode int16 2-7 ! =0
groups []OffsetFetchResponseGroup 8+
  groupId string 8+
  topics []OffsetFetchResponseTopics 8+
    name string 8-9 !
    topicId uuid 10+ !
    partitions []OffsetFetchResponsePartitions 8+
      partitionIndex int32 8+
      committedOffset int64 8+
      committedLeaderEpoch int32 8+ ! =-1
      metadata string 8+ ?8+
      errorCode int16 8+
  errorCode int16 8+ =0
`),
};
