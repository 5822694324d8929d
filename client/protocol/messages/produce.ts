/**
 * Produce, API 0: appends records. Versions 3 to 13, flexible from 9 on.
 *
 * @module
 */

import { message } from "../../../storage/message/message_codec.ts";
import type { Api } from "../api.ts";

/** Request of Produce. */
export interface ProduceRequest {
  /** Id of the transactional producer; null outside transactions. */
  readonly transactionalId: string | null;
  /** Who must have the records before the answer: 0 no one, 1 the leader, -1 all in-sync replicas. */
  readonly acks: number;
  /** How long to wait for `acks`, in ms. */
  readonly timeoutMs: number;
  /** Records by topic. */
  readonly topicData: readonly TopicProduceData[];
}

/** An element of {@linkcode ProduceRequest.topicData}. */
export interface TopicProduceData {
  /** Name of the topic. */
  readonly name: string;
  /** Id of the topic. */
  readonly topicId: string;
  /** Records by partition. */
  readonly partitionData: readonly PartitionProduceData[];
}

/** An element of {@linkcode TopicProduceData.partitionData}. */
export interface PartitionProduceData {
  /** Number of the partition. */
  readonly index: number;
  /** Record batches; exactly one from version 3 on. */
  readonly records: Uint8Array | null;
}

/** Response to Produce. */
export interface ProduceResponse {
  /** One answer per entry of the request. */
  readonly responses: readonly TopicProduceResponse[];
  /** How long a quota held the answer back, or asks the client to pause, in ms. */
  readonly throttleTimeMs: number;
  /** Addresses of the leaders named above. */
  readonly nodeEndpoints: readonly ProduceResponseNodeEndpoint[];
}

/** An element of {@linkcode ProduceResponse.responses}. */
export interface TopicProduceResponse {
  /** Name of the topic. */
  readonly name: string;
  /** Id of the topic. */
  readonly topicId: string;
  /** One answer per partition. */
  readonly partitionResponses: readonly PartitionProduceResponse[];
}

/** An element of {@linkcode TopicProduceResponse.partitionResponses}. */
export interface PartitionProduceResponse {
  /** Number of the partition. */
  readonly index: number;
  /** Code of the error; 0 for success. */
  readonly errorCode: number;
  /** Offset that the first record got. */
  readonly baseOffset: number;
  /** Time the log gave the batch, or -1 when records keep their own. */
  readonly logAppendTimeMs: number;
  /** First offset of the log; -1 when not known. */
  readonly logStartOffset: number;
  /** Records for which the batch was refused. */
  readonly recordErrors: readonly BatchIndexAndErrorMessage[];
  /** Text for the error; null for success. */
  readonly errorMessage: string | null;
  /** The leader, when the client knows another one. */
  readonly currentLeader: ProduceResponseLeaderIdAndEpoch;
}

/** An element of {@linkcode PartitionProduceResponse.recordErrors}. */
export interface BatchIndexAndErrorMessage {
  /** Position of the record in its batch. */
  readonly batchIndex: number;
  /** What is wrong with that record. */
  readonly batchIndexErrorMessage: string | null;
}

/** Content of {@linkcode PartitionProduceResponse.currentLeader}. */
export interface ProduceResponseLeaderIdAndEpoch {
  /** Id of the leader; -1 when not known. */
  readonly leaderId: number;
  /** Epoch of the leader; -1 when not known. */
  readonly leaderEpoch: number;
}

/** An element of {@linkcode ProduceResponse.nodeEndpoints}. */
export interface ProduceResponseNodeEndpoint {
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
export const produce: Api<ProduceRequest, ProduceResponse> = {
  key: 0,
  name: "Produce",
  request: message<ProduceRequest>(`
@ProduceRequest 0 3-13 flexible 9+ listeners broker
transactionalId string 3+ ?3+ =null
acks int16
timeoutMs int32
topicData []TopicProduceData
  name string 0-12 !
  topicId uuid 13+ !
  partitionData []PartitionProduceData
    index int32
    records records ?0+
`),
  response: message<ProduceResponse>(`
@ProduceResponse 0 3-13 flexible 9+
responses []TopicProduceResponse
  name string 0-12 !
  topicId uuid 13+ !
  partitionResponses []PartitionProduceResponse
    index int32
    errorCode int16
    baseOffset int64
    logAppendTimeMs int64 2+ ! =-1
    logStartOffset int64 5+ ! =-1
    recordErrors []BatchIndexAndErrorMessage 8+ !
      batchIndex int32 8+
      batchIndexErrorMessage string 8+ ?8+ =null
    errorMessage string 8+ ! ?8+ =null
    currentLeader LeaderIdAndEpoch 10+ #0
      leaderId int32 10+ =-1
      leaderEpoch int32 10+ =-1
throttleTimeMs int32 1+ ! =0
nodeEndpoints []NodeEndpoint 10+ #0
  nodeId int32 10+
  host string 10+
  port int32 10+
  rack string 10+ ?10+ =null
`),
};
