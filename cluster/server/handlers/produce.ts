/**
 * Produce (0): appends records. Versions 3 to 13; topic ids from 13 on.
 *
 * @module
 */

import { errorCode, type ErrorName } from "../../../client/protocol/error_codes.ts";
import {
  produce,
  type ProduceRequest,
  type ProduceResponse,
} from "../../../client/protocol/messages/produce.ts";
import { ZERO_UUID } from "../../../storage/bytes/uuid.ts";
import { CorruptRecordError } from "../../../storage/errors.ts";
import type { Draft } from "../../../storage/message/message_codec.ts";
import { batchSizeAt } from "../../../storage/record/memory_records.ts";
import { AppendEntry } from "../../replication/append.ts";
import { errorNameOf } from "../../replication/error_name.ts";
import type { ReplicaManager } from "../../replication/replica_manager.ts";
import {
  FIRST_VERSION_WITH_ABORTABLE_ERROR,
  FIRST_VERSION_WITH_TRANSACTION_V2,
  mayBeTransactional,
} from "../../replication/transaction_verification.ts";
import {
  type Answer,
  type ApiHandler,
  CLOSE_CONNECTION,
  NO_RESPONSE,
  type RequestContext,
} from "../api_handler.ts";
import { LeaderHints } from "../leader_hints.ts";

/** The first version whose topics are named by ids. */
const FIRST_VERSION_WITH_TOPIC_IDS = 13;
/** The first version whose client knows zstd. */
const FIRST_VERSION_WITH_ZSTD = 7;
/** The first version that tells who leads a partition that is not led here. */
const FIRST_VERSION_WITH_LEADER = 10;
/** What Kafka's admin tools call themselves: they may write to internal topics. */
const ADMIN_CLIENT_ID = "__admin_client";

const NO_BYTES = new Uint8Array(0);
const ZSTD = 4;
const CURRENT_MAGIC = 2;
const MAGIC_POSITION = 16;
const ATTRIBUTES_LOW_BYTE = 22;

/** What the handler needs. */
export interface ProduceHandlerOptions {
  /** Has the partitions. */
  readonly replicaManager: ReplicaManager;
}

/** Handles Produce. */
export function produceHandler(
  { replicaManager }: ProduceHandlerOptions,
): ApiHandler<ProduceRequest, ProduceResponse> {
  return {
    api: produce,
    handle: (request, context) => handleProduce(replicaManager, request, context),
    onError: (request, error, message) =>
      request.acks === 0 ? CLOSE_CONNECTION : errorResponse(request, error, message),
  };
}

function handleProduce(
  replicaManager: ReplicaManager,
  request: ProduceRequest,
  context: RequestContext,
): Answer<ProduceResponse> | Promise<Answer<ProduceResponse>> {
  const { acks, transactionalId } = request;
  if (transactionalId === null && hasTransactionalRecords(request)) {
    return acks === 0
      ? CLOSE_CONNECTION
      : errorResponse(request, "TRANSACTIONAL_ID_AUTHORIZATION_FAILED");
  }
  const topics = request.topicData.map(({ name, topicId, partitionData }) => ({
    name,
    topicId,
    entries: entriesOf(replicaManager, name, topicId, partitionData, context.apiVersion),
  }));
  const entries = topics.length === 1
    ? topics[0]!.entries
    : topics.flatMap((topic) => topic.entries);
  const respond = (): Answer<ProduceResponse> =>
    acks === 0
      ? entries.some(({ error }) => error !== "NONE") ? CLOSE_CONNECTION : NO_RESPONSE
      : responseOf(replicaManager, topics, context);
  // With acks=0 nobody waits for an error: the connection is all there is to tell it with.
  const refuse = (error: unknown): Answer<ProduceResponse> => {
    if (acks === 0) return CLOSE_CONNECTION;
    throw error;
  };
  try {
    const waiting = replicaManager.append({
      requiredAcks: acks,
      timeoutMs: request.timeoutMs,
      internalTopicsAllowed: context.clientId === ADMIN_CLIENT_ID,
      entries,
      transactionalId,
      supportsEpochBump: context.apiVersion >= FIRST_VERSION_WITH_TRANSACTION_V2,
      supportsAbortableError: context.apiVersion >= FIRST_VERSION_WITH_ABORTABLE_ERROR,
    });
    return waiting === undefined ? respond() : waiting.then(respond, refuse);
  } catch (error) {
    return refuse(error);
  }
}

function hasTransactionalRecords({ topicData }: ProduceRequest): boolean {
  return topicData.some(({ partitionData }) =>
    partitionData.some(({ records }) => records !== null && mayBeTransactional(records))
  );
}

type PartitionData = ProduceRequest["topicData"][number]["partitionData"];

/** The entries of a topic; those that may not be appended have an error. */
function entriesOf(
  { metadata }: ReplicaManager,
  name: string,
  topicId: string,
  partitions: PartitionData,
  version: number,
): AppendEntry[] {
  const byName = topicId === ZERO_UUID;
  const topic = byName ? name : metadata.topicName(topicId) ?? name;
  const id = byName ? metadata.topicId(name) ?? ZERO_UUID : topicId;
  return partitions.map(({ index, records }) => {
    const entry = new AppendEntry({ topic, partition: index }, id, records ?? NO_BYTES);
    if (topic === "" && version >= FIRST_VERSION_WITH_TOPIC_IDS) entry.fail("UNKNOWN_TOPIC_ID");
    else if (!metadata.contains(topic, index)) entry.fail("UNKNOWN_TOPIC_OR_PARTITION");
    else {
      const error = checkRecords(entry.records, version);
      if (error !== "NONE") entry.fail(error);
    }
    return entry;
  });
}

/** What is wrong with the records of a partition as a request: they must be one batch, in the current format. */
export function checkRecords(records: Uint8Array, version: number): ErrorName {
  try {
    const size = batchSizeAt(records, 0);
    if (size === undefined || size > records.length) return "INVALID_RECORD";
    if (records[MAGIC_POSITION] !== CURRENT_MAGIC) return "INVALID_RECORD";
    if (version < FIRST_VERSION_WITH_ZSTD && (records[ATTRIBUTES_LOW_BYTE]! & 7) === ZSTD) {
      return "UNSUPPORTED_COMPRESSION_TYPE";
    }
    const next = batchSizeAt(records, size);
    return next !== undefined && next <= records.length - size ? "INVALID_RECORD" : "NONE";
  } catch (error) {
    if (error instanceof CorruptRecordError) return errorNameOf(error);
    throw error;
  }
}

interface TopicEntries {
  readonly name: string;
  readonly topicId: string;
  readonly entries: readonly AppendEntry[];
}

function responseOf(
  replicaManager: ReplicaManager,
  topics: readonly TopicEntries[],
  { apiVersion, listenerName }: RequestContext,
): Draft<ProduceResponse> {
  const hints = new LeaderHints(replicaManager, listenerName);
  const responses = topics.map(({ name, topicId, entries }) => ({
    name,
    topicId,
    partitionResponses: entries.map((entry) => {
      const { topicPartition: { topic, partition }, error } = entry;
      return {
        index: partition,
        errorCode: errorCode(error),
        baseOffset: entry.baseOffset,
        logAppendTimeMs: entry.logAppendTimeMs,
        logStartOffset: entry.logStartOffset,
        recordErrors: entry.recordErrors.map(({ batchIndex, message }) => ({
          batchIndex,
          batchIndexErrorMessage: message,
        })),
        errorMessage: entry.errorMessage,
        ...(error === "NOT_LEADER_OR_FOLLOWER" && apiVersion >= FIRST_VERSION_WITH_LEADER
          ? { currentLeader: hints.currentLeader(topic, partition) }
          : {}),
      };
    }),
  }));
  return { responses, nodeEndpoints: hints.nodeEndpoints };
}

function errorResponse(
  { topicData }: ProduceRequest,
  error: ErrorName,
  errorMessage?: string,
): Draft<ProduceResponse> {
  return {
    responses: topicData.map(({ name, topicId, partitionData }) => ({
      name,
      topicId,
      partitionResponses: partitionData.map(({ index }) => ({
        index,
        errorCode: errorCode(error),
        baseOffset: -1,
        errorMessage: errorMessage ?? null,
      })),
    })),
  };
}
