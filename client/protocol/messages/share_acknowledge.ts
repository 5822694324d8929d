/**
 * ShareAcknowledge, API 79: acknowledges records of a share group. Versions 1 to 2, all flexible.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of ShareAcknowledge. */
export interface ShareAcknowledgeRequest {
  /** Id of the group. */
  readonly groupId: string | null;
  /** Id of the member. */
  readonly memberId: string | null;
  /** Which request of the share session it is; 0 begins one, -1 ends it. */
  readonly shareSessionEpoch: number;
  /** Whether acknowledgements renew the hold on records. */
  readonly isRenewAck: boolean;
  /** One entry per topic. */
  readonly topics: readonly AcknowledgeTopic[];
}

/** An element of {@linkcode ShareAcknowledgeRequest.topics}. */
export interface AcknowledgeTopic {
  /** Id of the topic. */
  readonly topicId: string;
  /** One entry per partition. */
  readonly partitions: readonly AcknowledgePartition[];
}

/** An element of {@linkcode AcknowledgeTopic.partitions}. */
export interface AcknowledgePartition {
  /** Number of the partition. */
  readonly partitionIndex: number;
  /** Ranges of records that the member is done with. */
  readonly acknowledgementBatches: readonly ShareAcknowledgeRequestAcknowledgementBatch[];
}

/** An element of {@linkcode AcknowledgePartition.acknowledgementBatches}. */
export interface ShareAcknowledgeRequestAcknowledgementBatch {
  /** First offset of the range. */
  readonly firstOffset: number;
  /** Last offset of the range. */
  readonly lastOffset: number;
  /** What to do with each record of the range: 0 gap, 1 accept, 2 release, 3 reject, 4 renew. */
  readonly acknowledgeTypes: readonly number[];
}

/** Response to ShareAcknowledge. */
export interface ShareAcknowledgeResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Text for the error; null for success. */
  readonly errorMessage: string | null;
  /** How long acquired records stay with the member. */
  readonly acquisitionLockTimeoutMs: number;
  /** One entry per topic. */
  readonly responses: readonly ShareAcknowledgeTopicResponse[];
  /** Addresses of the leaders named above. */
  readonly nodeEndpoints: readonly ShareAcknowledgeResponseNodeEndpoint[];
}

/** An element of {@linkcode ShareAcknowledgeResponse.responses}. */
export interface ShareAcknowledgeTopicResponse {
  /** Id of the topic. */
  readonly topicId: string;
  /** One entry per partition. */
  readonly partitions: readonly ShareAcknowledgeResponsePartitionData[];
}

/** An element of {@linkcode ShareAcknowledgeTopicResponse.partitions}. */
export interface ShareAcknowledgeResponsePartitionData {
  /** Number of the partition. */
  readonly partitionIndex: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Text for the error; null for success. */
  readonly errorMessage: string | null;
  /** The leader, when the client knows another one. */
  readonly currentLeader: ShareAcknowledgeResponseLeaderIdAndEpoch;
}

/** Content of {@linkcode ShareAcknowledgeResponsePartitionData.currentLeader}. */
export interface ShareAcknowledgeResponseLeaderIdAndEpoch {
  /** Id of the leader; -1 when not known. */
  readonly leaderId: number;
  /** Epoch of the leader; -1 when not known. */
  readonly leaderEpoch: number;
}

/** An element of {@linkcode ShareAcknowledgeResponse.nodeEndpoints}. */
export interface ShareAcknowledgeResponseNodeEndpoint {
  /** Id of the node. */
  readonly nodeId: number;
  /** Host name or address. */
  readonly host: string;
  /** Port. */
  readonly port: number;
  /** Rack of the broker; null when it has none. */
  readonly rack: string | null;
}

/** The API. */
export const shareAcknowledge: Api<ShareAcknowledgeRequest, ShareAcknowledgeResponse> = {
  key: 79,
  name: "ShareAcknowledge",
  request: message<ShareAcknowledgeRequest>(`
@ShareAcknowledgeRequest 79 1-2 flexible 0+ listeners broker
groupId string ?0+ =null
memberId string ?0+
shareSessionEpoch int32
isRenewAck bool 2+ =false
topics []AcknowledgeTopic
  topicId uuid
  partitions []AcknowledgePartition
    partitionIndex int32
    acknowledgementBatches []AcknowledgementBatch
      firstOffset int64
      lastOffset int64
      acknowledgeTypes []int8
`),
  response: message<ShareAcknowledgeResponse>(`
@ShareAcknowledgeResponse 79 1-2 flexible 0+
throttleTimeMs int32
errorCode int16
errorMessage string ?0+ =null
acquisitionLockTimeoutMs int32 2+ !
responses []ShareAcknowledgeTopicResponse
  topicId uuid
  partitions []PartitionData
    partitionIndex int32
    errorCode int16
    errorMessage string ?0+ =null
    currentLeader LeaderIdAndEpoch
      leaderId int32
      leaderEpoch int32
nodeEndpoints []NodeEndpoint
  nodeId int32
  host string
  port int32
  rack string ?0+ =null
`),
};
