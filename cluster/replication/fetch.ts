/**
 * Reading the partitions of a fetch (Kafka's `ReplicaManager.readFromLog`).
 *
 * @module
 */

import type { ErrorName } from "../../client/protocol/error_codes.ts";
import { ZERO_UUID } from "../../storage/bytes/uuid.ts";
import type { Env } from "../../storage/env.ts";
import { topicPartitionKey } from "../../storage/file/file_names.ts";
import type { AbortedTransaction } from "../../storage/log/fetch_data.ts";
import type { LogOffsetMetadata } from "../../storage/log/log_offset_metadata.ts";
import type { FetchIsolation } from "../../storage/log/log_read.ts";
import type { PartitionLog } from "../../storage/log/partition_log.ts";
import type { RecordsSource } from "../../storage/message/message_codec.ts";
import type { FetchPartition } from "../server/fetch_session.ts";
import { errorNameOf } from "./error_name.ts";
import { isHeldBack } from "./leader_throttle.ts";
import type { Partition } from "./partition.ts";
import { type PartitionRead, readPartition } from "./partition_read.ts";
import {
  type ClientMetadata,
  preferredReadReplica,
  type PreferredReplicaContext,
} from "./preferred_replica.ts";
import type { ReplicaQuota } from "./replication_quota.ts";

/** A fetch's replica id for a copy of a log that moves to another directory of the same broker. */
const FUTURE_LOCAL_REPLICA_ID = -3;

/** What holds for all partitions of a fetch (Kafka's `FetchParams`). */
export interface FetchParams {
  /** Broker id of a follower, below zero for a consumer. */
  readonly replicaId: number;
  /** Broker epoch of a follower, -1 when it does not tell. */
  readonly replicaEpoch: number;
  /** How long to wait for `minBytes`, ms. */
  readonly maxWaitMs: number;
  /** Bytes that are worth an answer. */
  readonly minBytes: number;
  /** Bytes at most, unless the first batch is larger. */
  readonly maxBytes: number;
  /** How far the fetcher may see. */
  readonly isolation: FetchIsolation;
  /** Whether a follower may not answer. */
  readonly fetchOnlyLeader: boolean;
  /** The consumer, if it may be sent to another replica. */
  readonly client?: ClientMetadata;
}

/** Whether a broker fetches, to replicate. */
export function isFromFollower(replicaId: number): boolean {
  return replicaId >= 0;
}

/** How far a fetcher may see: consumers what is committed, brokers everything. */
export function fetchIsolation(replicaId: number, isolationLevel: number): FetchIsolation {
  if (replicaId >= 0 || replicaId === FUTURE_LOCAL_REPLICA_ID) return "log_end";
  return isolationLevel === 1 ? "txn_committed" : "high_watermark";
}

/** What was found in one partition (Kafka's `FetchPartitionData`). */
export interface FetchResult {
  /** The partition. */
  readonly partition: FetchPartition;
  /** What was wrong. */
  readonly error: ErrorName;
  /** The records; none with an error. */
  readonly records: RecordsSource;
  /** Where they begin, for a fetch that goes on waiting; `undefined` with an error. */
  readonly fetchOffset: LogOffsetMetadata | undefined;
  /** The high watermark, -1 with an error. */
  readonly highWatermark: number;
  /** The last stable offset, -1 with an error. */
  readonly lastStableOffset: number;
  /** The log start offset, -1 with an error. */
  readonly logStartOffset: number;
  /** The aborted transactions among the records, for a consumer that reads committed ones only. */
  readonly abortedTransactions: readonly AbortedTransaction[] | null;
  /** Where the fetcher's log and this one part. */
  readonly divergingEpoch: { readonly epoch: number; readonly endOffset: number } | undefined;
  /** Where to read instead; then nothing was read here. */
  readonly preferredReadReplica: number | undefined;
}

/** No records. */
export const NO_RECORDS: RecordsSource = { size: 0, readInto: () => 0 };

/** What reading needs of the replica manager. */
export interface FetchContextOfBroker {
  /** Clock and logger. */
  readonly env: Pick<Env, "clock" | "logger">;
  /** A partition that is here, or why it is not. */
  readonly getPartition: (topic: string, partition: number) => Partition | ErrorName;
  /** A follower's fetch has moved the high or the low watermark. */
  readonly watermarkMoved: (partition: Partition) => void;
  /** Bounds what followers get for throttled replicas. */
  readonly leaderQuota: ReplicaQuota;
  /** Sends consumers to followers. Default: all read here. */
  readonly preferredReplicas?: PreferredReplicaContext | undefined;
}

/**
 * Reads the partitions in order, until `maxBytes` are together. The first batch of the first partition that has one is taken whole
 * whatever its size, so that nobody gets stuck.
 *
 * @param updateFetchState note how far a follower has come; not when it has waited since
 */
export function readFromLog(
  broker: FetchContextOfBroker,
  params: FetchParams,
  partitions: readonly FetchPartition[],
  updateFetchState: boolean,
): FetchResult[] {
  const results: FetchResult[] = [];
  let limitBytes = params.maxBytes;
  let minOneMessage = true;
  for (const request of partitions) {
    const maxBytes = Math.max(Math.min(request.partitionMaxBytes, limitBytes), 0);
    const result = read(broker, params, request, maxBytes, minOneMessage, updateFetchState);
    const { size } = result.records;
    if (size > 0) minOneMessage = false;
    limitBytes = Math.max(0, limitBytes - size);
    results.push(result);
  }
  return results;
}

function read(
  broker: FetchContextOfBroker,
  params: FetchParams,
  request: FetchPartition,
  maxBytes: number,
  minOneMessage: boolean,
  updateFetchState: boolean,
): FetchResult {
  try {
    const partition = broker.getPartition(request.topic!, request.partition);
    if (typeof partition === "string") return failed(request, partition);
    if (request.topicId !== ZERO_UUID && request.topicId !== partition.topicId) {
      return failed(request, "INCONSISTENT_TOPIC_ID");
    }
    const { currentLeaderEpoch } = request;
    const preferred = preferredReplica(broker, params, partition, request.fetchOffset);
    if (preferred !== undefined) {
      return sentElsewhere(request, partition.localLog(currentLeaderEpoch, false), preferred);
    }
    const log = partition.localLog(currentLeaderEpoch, params.fetchOnlyLeader);
    const fromFollower = isFromFollower(params.replicaId);
    if (fromFollower) partition.follower(params.replicaId, currentLeaderEpoch);
    const found = readPartition(
      partition,
      log,
      request,
      maxBytes,
      params.isolation,
      minOneMessage,
    );
    if (fromFollower && updateFetchState && found.data !== undefined) {
      const moved = partition.updateFollowerFetchState(params.replicaId, {
        fetchOffset: request.fetchOffset,
        logStartOffset: request.logStartOffset,
        timeMs: broker.env.clock.now(),
        leaderEndOffset: found.logEndOffset,
        brokerEpoch: params.replicaEpoch,
      });
      if (moved) broker.watermarkMoved(partition);
    }
    const isEmpty = isHeldBack(broker.leaderQuota, partition, params);
    return resultOf(request, found, log.config.verifyOnRead, isEmpty);
  } catch (error) {
    const name = errorNameOf(error);
    if (!EXPECTED.has(name) || !(error instanceof Error)) {
      broker.env.logger.write("error", "Error processing fetch", {
        partition: topicPartitionKey({ topic: request.topic!, partition: request.partition }),
        fetchOffset: request.fetchOffset,
        error,
      });
    }
    return failed(request, name);
  }
}

function preferredReplica(
  { env, preferredReplicas }: FetchContextOfBroker,
  { client, replicaId }: FetchParams,
  partition: Partition,
  fetchOffset: number,
): number | undefined {
  if (preferredReplicas === undefined || client === undefined) return undefined;
  if (isFromFollower(replicaId)) return undefined;
  return preferredReadReplica(preferredReplicas, partition, client, fetchOffset, env.clock.now());
}

/** What a fetcher does wrong, or may meet at any time. */
const EXPECTED: ReadonlySet<ErrorName> = new Set<ErrorName>([
  "UNKNOWN_TOPIC_OR_PARTITION",
  "NOT_LEADER_OR_FOLLOWER",
  "UNKNOWN_LEADER_EPOCH",
  "FENCED_LEADER_EPOCH",
  "REPLICA_NOT_AVAILABLE",
  "KAFKA_STORAGE_ERROR",
  "INCONSISTENT_TOPIC_ID",
  "OFFSET_OUT_OF_RANGE",
]);

function resultOf(
  partition: FetchPartition,
  { data, divergingEpoch, highWatermark, logStartOffset, lastStableOffset }: PartitionRead,
  verifyOnRead: boolean,
  isEmpty: boolean,
): FetchResult {
  // A first batch that does not fit counts as none: consumers make progress with other partitions then.
  let records: RecordsSource = data === undefined || data.firstEntryIncomplete || isEmpty
    ? NO_RECORDS
    : data;
  // Damage that is looked for must show now, while this partition alone can still be given an error.
  if (verifyOnRead && data !== undefined && records.size > 0) records = inMemory(data.bytes());
  return {
    partition,
    error: "NONE",
    records,
    fetchOffset: data?.fetchOffset,
    highWatermark,
    lastStableOffset,
    logStartOffset,
    abortedTransactions: data?.abortedTransactions ?? null,
    divergingEpoch,
    preferredReadReplica: undefined,
  };
}

function sentElsewhere(
  partition: FetchPartition,
  { highWatermark, lastStableOffset, logStartOffset }: PartitionLog,
  preferredReadReplica: number,
): FetchResult {
  return {
    ...failed(partition, "NONE"),
    ...{ highWatermark, lastStableOffset, logStartOffset, preferredReadReplica },
  };
}

function inMemory(bytes: Uint8Array): RecordsSource {
  return {
    size: bytes.length,
    readInto: (target, at) => {
      target.set(bytes, at);
      return bytes.length;
    },
  };
}

function failed(partition: FetchPartition, error: ErrorName): FetchResult {
  return {
    partition,
    error,
    records: NO_RECORDS,
    fetchOffset: undefined,
    highWatermark: -1,
    lastStableOffset: -1,
    logStartOffset: -1,
    abortedTransactions: null,
    divergingEpoch: undefined,
    preferredReadReplica: undefined,
  };
}
