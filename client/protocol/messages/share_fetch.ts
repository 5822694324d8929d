/**
 * ShareFetch, API 78: acquires records for a share group, and acknowledges others. Versions 1 to 2, all flexible.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of ShareFetch. */
export interface ShareFetchRequest {
  /** Id of the group. */
  readonly groupId: string | null;
  /** Id of the member. */
  readonly memberId: string | null;
  /** Which request of the share session it is; 0 begins one, -1 ends it. */
  readonly shareSessionEpoch: number;
  /** How long the answer may wait for `minBytes`. */
  readonly maxWaitMs: number;
  /** Bytes that are worth an answer before `maxWaitMs` is over. */
  readonly minBytes: number;
  /** Most bytes to return. */
  readonly maxBytes: number;
  /** Most records to return. */
  readonly maxRecords: number;
  /** Best number of records in one acquired range. */
  readonly batchSize: number;
  /** 0 by batches, 1 not one record above the limit. */
  readonly shareAcquireMode: number;
  /** Whether acknowledgements renew the hold on records. */
  readonly isRenewAck: boolean;
  /** Partitions to read, or those that changed. */
  readonly topics: readonly ShareFetchRequestFetchTopic[];
  /** What leaves the session. */
  readonly forgottenTopicsData: readonly ShareFetchRequestForgottenTopic[];
}

/** An element of {@linkcode ShareFetchRequest.topics}. */
export interface ShareFetchRequestFetchTopic {
  /** Id of the topic. */
  readonly topicId: string;
  /** One entry per partition. */
  readonly partitions: readonly ShareFetchRequestFetchPartition[];
}

/** An element of {@linkcode ShareFetchRequestFetchTopic.partitions}. */
export interface ShareFetchRequestFetchPartition {
  /** Number of the partition. */
  readonly partitionIndex: number;
  /** Most bytes to return of the partition. */
  readonly partitionMaxBytes: number;
  /** Ranges of records that the member is done with. */
  readonly acknowledgementBatches: readonly ShareFetchRequestAcknowledgementBatch[];
}

/** An element of {@linkcode ShareFetchRequestFetchPartition.acknowledgementBatches}. */
export interface ShareFetchRequestAcknowledgementBatch {
  /** First offset of the range. */
  readonly firstOffset: number;
  /** Last offset of the range. */
  readonly lastOffset: number;
  /** What to do with each record of the range: 0 gap, 1 accept, 2 release, 3 reject, 4 renew. */
  readonly acknowledgeTypes: readonly number[];
}

/** An element of {@linkcode ShareFetchRequest.forgottenTopicsData}. */
export interface ShareFetchRequestForgottenTopic {
  /** Id of the topic. */
  readonly topicId: string;
  /** Numbers of the partitions. */
  readonly partitions: readonly number[];
}

/** Response to ShareFetch. */
export interface ShareFetchResponse {
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Text for the error; null for success. */
  readonly errorMessage: string | null;
  /** How long acquired records stay with the member. */
  readonly acquisitionLockTimeoutMs: number;
  /** One entry per topic. */
  readonly responses: readonly ShareFetchableTopicResponse[];
  /** Addresses of the leaders named above. */
  readonly nodeEndpoints: readonly ShareFetchResponseNodeEndpoint[];
}

/** An element of {@linkcode ShareFetchResponse.responses}. */
export interface ShareFetchableTopicResponse {
  /** Id of the topic. */
  readonly topicId: string;
  /** One entry per partition. */
  readonly partitions: readonly ShareFetchResponsePartitionData[];
}

/** An element of {@linkcode ShareFetchableTopicResponse.partitions}. */
export interface ShareFetchResponsePartitionData {
  /** Number of the partition. */
  readonly partitionIndex: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Text for the error; null for success. */
  readonly errorMessage: string | null;
  /** What became of the acknowledgements that came with the request. */
  readonly acknowledgeErrorCode: number;
  /** Text for the error of the acknowledgements. */
  readonly acknowledgeErrorMessage: string | null;
  /** The leader, when the client knows another one. */
  readonly currentLeader: ShareFetchResponseLeaderIdAndEpoch;
  /** Record batches as they are in the log. */
  readonly records: Uint8Array | null;
  /** Ranges of records that the member now holds. */
  readonly acquiredRecords: readonly AcquiredRecords[];
}

/** Content of {@linkcode ShareFetchResponsePartitionData.currentLeader}. */
export interface ShareFetchResponseLeaderIdAndEpoch {
  /** Id of the leader; -1 when not known. */
  readonly leaderId: number;
  /** Epoch of the leader; -1 when not known. */
  readonly leaderEpoch: number;
}

/** An element of {@linkcode ShareFetchResponsePartitionData.acquiredRecords}. */
export interface AcquiredRecords {
  /** First offset of the range. */
  readonly firstOffset: number;
  /** Last offset of the range. */
  readonly lastOffset: number;
  /** How often the records were delivered. */
  readonly deliveryCount: number;
}

/** An element of {@linkcode ShareFetchResponse.nodeEndpoints}. */
export interface ShareFetchResponseNodeEndpoint {
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
export const shareFetch: Api<ShareFetchRequest, ShareFetchResponse> = {
  key: 78,
  name: "ShareFetch",
  request: message<ShareFetchRequest>(`
@ShareFetchRequest 78 1-2 flexible 0+ listeners broker
groupId string ?0+ =null
memberId string ?0+
shareSessionEpoch int32
maxWaitMs int32
minBytes int32
maxBytes int32 =0x7fffffff
maxRecords int32 1+
batchSize int32 1+
shareAcquireMode int8 2+ ! =0
isRenewAck bool 2+ =false
topics []FetchTopic
  topicId uuid
  partitions []FetchPartition
    partitionIndex int32
    partitionMaxBytes int32 0
    acknowledgementBatches []AcknowledgementBatch
      firstOffset int64
      lastOffset int64
      acknowledgeTypes []int8
forgottenTopicsData []ForgottenTopic
  topicId uuid
  partitions []int32
`),
  response: message<ShareFetchResponse>(`
@ShareFetchResponse 78 1-2 flexible 0+
throttleTimeMs int32
errorCode int16
errorMessage string ?0+ =null
acquisitionLockTimeoutMs int32 1+
responses []ShareFetchableTopicResponse
  topicId uuid
  partitions []PartitionData
    partitionIndex int32
    errorCode int16
    errorMessage string ?0+ =null
    acknowledgeErrorCode int16
    acknowledgeErrorMessage string ?0+ =null
    currentLeader LeaderIdAndEpoch
      leaderId int32
      leaderEpoch int32
    records records ?0
    acquiredRecords []AcquiredRecords
      firstOffset int64
      lastOffset int64
      deliveryCount int16
nodeEndpoints []NodeEndpoint
  nodeId int32
  host string
  port int32
  rack string ?0+ =null
`),
};
