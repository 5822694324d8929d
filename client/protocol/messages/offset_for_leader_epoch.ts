/**
 * OffsetForLeaderEpoch, API 23: where leader epochs end in logs. Versions 2 to 4, flexible from 4 on.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of OffsetForLeaderEpoch. */
export interface OffsetForLeaderEpochRequest {
  /** Broker that asks; -1 for a consumer, -2 to debug. */
  readonly replicaId: number;
  /** One entry per topic. */
  readonly topics: readonly OffsetForLeaderTopic[];
}

/** An element of {@linkcode OffsetForLeaderEpochRequest.topics}. */
export interface OffsetForLeaderTopic {
  /** Name of the topic. */
  readonly topic: string;
  /** One entry per partition. */
  readonly partitions: readonly OffsetForLeaderPartition[];
}

/** An element of {@linkcode OffsetForLeaderTopic.partitions}. */
export interface OffsetForLeaderPartition {
  /** Number of the partition. */
  readonly partition: number;
  /** Leader epoch as the asker knows it; -1 for no check. */
  readonly currentLeaderEpoch: number;
  /** Epoch whose end is asked for. */
  readonly leaderEpoch: number;
}

/** Response to OffsetForLeaderEpoch. */
export interface OffsetForLeaderEpochResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** One entry per topic. */
  readonly topics: readonly OffsetForLeaderTopicResult[];
}

/** An element of {@linkcode OffsetForLeaderEpochResponse.topics}. */
export interface OffsetForLeaderTopicResult {
  /** Name of the topic. */
  readonly topic: string;
  /** One entry per partition. */
  readonly partitions: readonly OffsetForLeaderEpochResponseEpochEndOffset[];
}

/** An element of {@linkcode OffsetForLeaderTopicResult.partitions}. */
export interface OffsetForLeaderEpochResponseEpochEndOffset {
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Number of the partition. */
  readonly partition: number;
  /** Greatest epoch not above the one asked for; -1 when there is none. */
  readonly leaderEpoch: number;
  /** First offset behind that epoch; -1 when it is not known. */
  readonly endOffset: number;
}

/** The API. */
export const offsetForLeaderEpoch: Api<OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse> =
  {
    key: 23,
    name: "OffsetForLeaderEpoch",
    request: message<OffsetForLeaderEpochRequest>(`
@OffsetForLeaderEpochRequest 23 2-4 flexible 4+ listeners broker
replicaId int32 3+ ! =-2
topics []OffsetForLeaderTopic
  topic string
  partitions []OffsetForLeaderPartition
    partition int32
    currentLeaderEpoch int32 2+ ! =-1
    leaderEpoch int32
`),
    response: message<OffsetForLeaderEpochResponse>(`
@OffsetForLeaderEpochResponse 23 2-4 flexible 4+
throttleTimeMs int32 2+ !
topics []OffsetForLeaderTopicResult
  topic string
  partitions []EpochEndOffset
    errorCode int16
    partition int32
    leaderEpoch int32 1+ ! =-1
    endOffset int64 =-1
`),
  };
