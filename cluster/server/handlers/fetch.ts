/**
 * Fetch (1): reads records. Versions 4 to 18; sessions from 7 on, topic ids from 13 on.
 *
 * @module
 */

import { errorCode, type ErrorName } from "../../../client/protocol/error_codes.ts";
import {
  fetch,
  type FetchRequest,
  type FetchResponse,
} from "../../../client/protocol/messages/fetch.ts";
import { ZERO_UUID } from "../../../storage/bytes/uuid.ts";
import type { Draft, RecordsSource } from "../../../storage/message/message_codec.ts";
import {
  fetchIsolation,
  type FetchParams,
  type FetchResult,
  isFromFollower,
  NO_RECORDS,
} from "../../replication/fetch.ts";
import type { MetadataView } from "../../replication/metadata_view.ts";
import type { ReplicaConfig } from "../../replication/replica_config.ts";
import type { ReplicaManager } from "../../replication/replica_manager.ts";
import type { Answer, ApiHandler, RequestContext } from "../api_handler.ts";
import {
  type FetchContext,
  type FetchUpdate,
  FIRST_VERSION_WITH_TOPIC_IDS,
  newFetchContext,
} from "../fetch_context.ts";
import {
  FetchPartition,
  type FetchPartitionAnswer,
  type ForgottenPartition,
} from "../fetch_session.ts";
import type { FetchSessionCache } from "../fetch_session_cache.ts";
import { LeaderHints } from "../leader_hints.ts";

/** The first version whose clients may read from followers. */
const FIRST_VERSION_WITH_FOLLOWER_FETCH = 11;
/** The first version that tells who leads a partition that is not led here. */
const FIRST_VERSION_WITH_LEADER = 16;
/** The first version whose clients know KAFKA_STORAGE_ERROR. */
const FIRST_VERSION_WITH_STORAGE_ERROR = 6;

/** What the handler needs. */
export interface FetchHandlerOptions {
  /** Has the partitions. */
  readonly replicaManager: ReplicaManager;
  /** The sessions. */
  readonly sessions: FetchSessionCache;
  /** The broker's configs: `fetch.max.bytes`. */
  readonly config: Pick<ReplicaConfig, "int">;
}

/** Handles Fetch. */
export function fetchHandler(
  options: FetchHandlerOptions,
): ApiHandler<FetchRequest, FetchResponse> {
  return {
    api: fetch,
    handle: (request, context) => handleFetch(options, request, context),
    onError: errorResponse,
  };
}

type PartitionData = FetchResponse["responses"][number]["partitions"][number];

/** What the response has of a partition. */
type PartitionAnswer = FetchPartitionAnswer & Draft<PartitionData> & {
  readonly records: RecordsSource;
};

function handleFetch(
  { replicaManager, sessions, config }: FetchHandlerOptions,
  request: FetchRequest,
  context: RequestContext,
): Answer<FetchResponse> | Promise<Answer<FetchResponse>> {
  const { metadata } = replicaManager;
  const version = context.apiVersion;
  const replicaId = request.replicaId === -1 ? request.replicaState.replicaId : request.replicaId;
  const fetchContext = newFetchContext(sessions, {
    version,
    sessionId: request.sessionId,
    sessionEpoch: request.sessionEpoch,
    isFromFollower: isFromFollower(replicaId),
    partitions: partitionsOf(request, version, metadata),
    forgotten: forgottenOf(request, version, metadata),
  }, (topicId) => metadata.topicName(topicId));

  const interesting: FetchPartition[] = [];
  const erroneous: FetchUpdate<PartitionAnswer>[] = [];
  for (const partition of fetchContext.partitions()) {
    const error = partition.topic === undefined
      ? "UNKNOWN_TOPIC_ID"
      : metadata.contains(partition.topic, partition.partition)
      ? "NONE"
      : "UNKNOWN_TOPIC_OR_PARTITION";
    if (error === "NONE") interesting.push(partition);
    else erroneous.push({ partition, answer: errorAnswer(partition, error) });
  }
  const respond = (results: readonly FetchResult[]): Answer<FetchResponse> =>
    responseOf(replicaManager, fetchContext, results, erroneous, context);
  if (interesting.length === 0) return respond([]);
  const maxBytes = Math.min(request.maxBytes, config.int("fetch.max.bytes"));
  const params: FetchParams = {
    replicaId,
    replicaEpoch: request.replicaState.replicaEpoch,
    maxWaitMs: request.maxWaitMs,
    minBytes: Math.min(request.minBytes, maxBytes),
    maxBytes,
    isolation: fetchIsolation(replicaId, request.isolationLevel),
    fetchOnlyLeader: isFromFollower(replicaId) || version < FIRST_VERSION_WITH_FOLLOWER_FETCH,
    ...(version < FIRST_VERSION_WITH_FOLLOWER_FETCH
      ? {}
      : { client: { rackId: request.rackId, listenerName: context.listenerName } }),
  };
  const results = replicaManager.fetch(params, interesting);
  return results instanceof Promise ? results.then(respond) : respond(results);
}

function partitionsOf(
  { topics }: FetchRequest,
  version: number,
  metadata: MetadataView,
): Map<string, FetchPartition> {
  const found = new Map<string, FetchPartition>();
  for (const { topic, topicId, partitions } of topics) {
    const name = version < FIRST_VERSION_WITH_TOPIC_IDS ? topic : metadata.topicName(topicId);
    for (const partition of partitions) {
      const request = new FetchPartition(name, topicId, partition.partition, partition);
      found.set(request.key, request);
    }
  }
  return found;
}

function forgottenOf(
  { forgottenTopicsData }: FetchRequest,
  version: number,
  metadata: MetadataView,
): ForgottenPartition[] {
  return forgottenTopicsData.flatMap(({ topic, topicId, partitions }) => {
    const name = version < FIRST_VERSION_WITH_TOPIC_IDS ? topic : metadata.topicName(topicId);
    return partitions.map((partition) => ({ topic: name, topicId, partition }));
  });
}

function errorAnswer({ partition }: FetchPartition, error: ErrorName): PartitionAnswer {
  return {
    partitionIndex: partition,
    errorCode: errorCode(error),
    highWatermark: -1,
    logStartOffset: -1,
    records: NO_RECORDS,
  };
}

function responseOf(
  replicaManager: ReplicaManager,
  fetchContext: FetchContext,
  results: readonly FetchResult[],
  erroneous: readonly FetchUpdate<PartitionAnswer>[],
  { apiVersion, listenerName }: RequestContext,
): Draft<FetchResponse> {
  const hints = new LeaderHints(replicaManager, listenerName);
  const updates = results.map((result) => ({
    partition: result.partition,
    answer: answerOf(result, apiVersion, hints),
  }));
  updates.push(...erroneous);
  const { error, sessionId, updates: told } = fetchContext.answer(updates);
  return {
    errorCode: errorCode(error),
    sessionId,
    responses: byTopic(told),
    nodeEndpoints: hints.nodeEndpoints,
  };
}

function answerOf(result: FetchResult, version: number, hints: LeaderHints): PartitionAnswer {
  const { partition, error, divergingEpoch, preferredReadReplica } = result;
  const tellsLeader = version >= FIRST_VERSION_WITH_LEADER &&
    (error === "NOT_LEADER_OR_FOLLOWER" || error === "FENCED_LEADER_EPOCH");
  return {
    partitionIndex: partition.partition,
    errorCode: errorCode(
      error === "KAFKA_STORAGE_ERROR" && version < FIRST_VERSION_WITH_STORAGE_ERROR
        ? "NOT_LEADER_OR_FOLLOWER"
        : error,
    ),
    highWatermark: result.highWatermark,
    lastStableOffset: result.lastStableOffset,
    logStartOffset: result.logStartOffset,
    abortedTransactions: result.abortedTransactions,
    records: result.records,
    ...(divergingEpoch === undefined ? {} : { divergingEpoch }),
    ...(preferredReadReplica === undefined ? {} : { preferredReadReplica }),
    ...(tellsLeader
      ? { currentLeader: hints.currentLeader(partition.topic!, partition.partition) }
      : {}),
  };
}

/** Partitions of one topic share an entry where they follow each other: their order must stay. */
function byTopic(
  updates: readonly FetchUpdate<PartitionAnswer>[],
): Draft<FetchResponse>["responses"] {
  const topics: { topic: string; topicId: string; partitions: PartitionAnswer[] }[] = [];
  for (const { partition: { topic = "", topicId }, answer } of updates) {
    const last = topics.at(-1);
    const isSame = last !== undefined && last.topicId === topicId &&
      (topicId !== ZERO_UUID || last.topic === topic);
    if (isSame) last.partitions.push(answer);
    else topics.push({ topic, topicId, partitions: [answer] });
  }
  return topics;
}

/** Versions with topic ids have an error of their own for the response; before, each partition must have it. */
function errorResponse(request: FetchRequest, error: ErrorName): Draft<FetchResponse> {
  const topics = request.topics.some(({ topicId }) => topicId !== ZERO_UUID) ? [] : request.topics;
  return {
    errorCode: errorCode(error),
    sessionId: request.sessionId,
    responses: topics.map(({ topic, partitions }) => ({
      topic,
      partitions: partitions.map(({ partition }) => ({
        partitionIndex: partition,
        errorCode: errorCode(error),
        highWatermark: -1,
        records: NO_RECORDS,
      })),
    })),
  };
}
