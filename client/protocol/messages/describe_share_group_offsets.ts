/**
 * DescribeShareGroupOffsets, API 90: start offsets of share groups. Versions 0 to 1, all flexible.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of DescribeShareGroupOffsets. */
export interface DescribeShareGroupOffsetsRequest {
  /** One entry per group. */
  readonly groups: readonly DescribeShareGroupOffsetsRequestGroup[];
}

/** An element of {@linkcode DescribeShareGroupOffsetsRequest.groups}. */
export interface DescribeShareGroupOffsetsRequestGroup {
  /** Id of the group. */
  readonly groupId: string;
  /** One entry per topic. */
  readonly topics: readonly DescribeShareGroupOffsetsRequestTopic[] | null;
}

/** An element of {@linkcode DescribeShareGroupOffsetsRequestGroup.topics}. */
export interface DescribeShareGroupOffsetsRequestTopic {
  /** Name of the topic. */
  readonly topicName: string;
  /** One entry per partition. */
  readonly partitions: readonly number[];
}

/** Response to DescribeShareGroupOffsets. */
export interface DescribeShareGroupOffsetsResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** One entry per group. */
  readonly groups: readonly DescribeShareGroupOffsetsResponseGroup[];
}

/** An element of {@linkcode DescribeShareGroupOffsetsResponse.groups}. */
export interface DescribeShareGroupOffsetsResponseGroup {
  /** Id of the group. */
  readonly groupId: string;
  /** One entry per topic. */
  readonly topics: readonly DescribeShareGroupOffsetsResponseTopic[];
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Text for the error; null for success. */
  readonly errorMessage: string | null;
}

/** An element of {@linkcode DescribeShareGroupOffsetsResponseGroup.topics}. */
export interface DescribeShareGroupOffsetsResponseTopic {
  /** Name of the topic. */
  readonly topicName: string;
  /** Id of the topic. */
  readonly topicId: string;
  /** One entry per partition. */
  readonly partitions: readonly DescribeShareGroupOffsetsResponsePartition[];
}

/** An element of {@linkcode DescribeShareGroupOffsetsResponseTopic.partitions}. */
export interface DescribeShareGroupOffsetsResponsePartition {
  /** Number of the partition. */
  readonly partitionIndex: number;
  /** First offset that is not done with; -1 when not known. */
  readonly startOffset: number;
  /** Leader epoch. */
  readonly leaderEpoch: number;
  /** Records that the group has not consumed yet; -1 when not known. */
  readonly lag: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Text for the error; null for success. */
  readonly errorMessage: string | null;
}

/** The API. */
export const describeShareGroupOffsets: Api<
  DescribeShareGroupOffsetsRequest,
  DescribeShareGroupOffsetsResponse
> = {
  key: 90,
  name: "DescribeShareGroupOffsets",
  request: message<DescribeShareGroupOffsetsRequest>(`
@DescribeShareGroupOffsetsRequest 90 0-1 flexible 0+ listeners broker
groups []DescribeShareGroupOffsetsRequestGroup
  groupId string
  topics []DescribeShareGroupOffsetsRequestTopic ?0+
    topicName string
    partitions []int32
`),
  response: message<DescribeShareGroupOffsetsResponse>(`
@DescribeShareGroupOffsetsResponse 90 0-1 flexible 0+
throttleTimeMs int32
groups []DescribeShareGroupOffsetsResponseGroup
  groupId string
  topics []DescribeShareGroupOffsetsResponseTopic
    topicName string
    topicId uuid
    partitions []DescribeShareGroupOffsetsResponsePartition
      partitionIndex int32
      startOffset int64
      leaderEpoch int32
      lag int64 1+ ! =-1
      errorCode int16
      errorMessage string ?0+ =null
  errorCode int16
  errorMessage string ?0+ =null
`),
};
