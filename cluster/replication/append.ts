/**
 * Appending what producers send, and waiting until it is replicated (Kafka's `ReplicaManager.appendRecords`).
 *
 * @module
 */

import type { ErrorName } from "../../client/protocol/error_codes.ts";
import { ZERO_UUID } from "../../storage/bytes/uuid.ts";
import type { Env } from "../../storage/env.ts";
import { InvalidRecordError, type RecordError } from "../../storage/errors.ts";
import { type TopicPartition, topicPartitionKey } from "../../storage/file/file_names.ts";
import type { AppendOptions } from "../../storage/log/append/log_append.ts";
import type { DelayedOperation } from "../server/purgatory.ts";
import { errorNameOf } from "./error_name.ts";
import { isInternalTopic } from "./topic_names.ts";
import type { Partition } from "./partition.ts";

/** Records for one partition, and what became of them. */
export class AppendEntry {
  /** The partition. */
  readonly topicPartition: TopicPartition;
  /** Id of the topic as the producer knows it, zero when it goes by names. */
  readonly topicId: string;
  /** The batches; let go of once they are in the log. */
  records: Uint8Array;
  /** The error. */
  error: ErrorName = "NONE";
  /** Tells more about it. */
  errorMessage: string | null = null;
  /** The records at fault. */
  recordErrors: readonly RecordError[] = [];
  /** Offset of the first record, -1 with an error. */
  baseOffset: number = -1;
  /** Offset that all replicas in sync must reach for acks=all. */
  requiredOffset: number = 0;
  /** When the log stamped the records; -1 when their producer did. */
  logAppendTimeMs: number = -1;
  /** The log start offset, -1 when it is not known. */
  logStartOffset: number = -1;

  /** Records, not appended yet. */
  constructor(topicPartition: TopicPartition, topicId: string, records: Uint8Array) {
    this.topicPartition = topicPartition;
    this.topicId = topicId;
    this.records = records;
  }

  /** Refuses the records. */
  fail(error: ErrorName, errorMessage: string | null = null): void {
    this.error = error;
    this.errorMessage = errorMessage;
  }
}

/** How records are appended. */
export interface AppendRequest {
  /** 0, 1, or -1 for all. */
  readonly requiredAcks: number;
  /** How long to wait for the replicas with acks=all, ms. */
  readonly timeoutMs: number;
  /** Whether internal topics may be written to. */
  readonly internalTopicsAllowed: boolean;
  /** What is appended. */
  readonly entries: readonly AppendEntry[];
  /** Options of the log for an entry: who appends, and what it can show for a transaction. */
  readonly optionsOf?: (entry: AppendEntry) => AppendOptions | undefined;
}

/** What appending needs of the replica manager. */
export interface AppendContext {
  /** The logger. */
  readonly env: Pick<Env, "logger">;
  /** A partition that is here, or why it is not. */
  readonly getPartition: (topic: string, partition: number) => Partition | ErrorName;
  /** Records were appended, and the high watermark has moved, or has not. */
  readonly appended: (partition: Partition, highWatermarkMoved: boolean) => void;
}

/** Whether a number of acks is one that there is. */
export function isValidRequiredAcks(acks: number): boolean {
  return acks === -1 || acks === 0 || acks === 1;
}

/** Appends every entry that has no error yet, and notes in it what happened. */
export function appendToLocalLogs(broker: AppendContext, request: AppendRequest): void {
  for (const entry of request.entries) {
    if (entry.error === "NONE") appendEntry(broker, request, entry);
    entry.records = NO_BYTES;
  }
}

const NO_BYTES = new Uint8Array(0);

function appendEntry(broker: AppendContext, request: AppendRequest, entry: AppendEntry): void {
  const { topicPartition: { topic, partition: index }, topicId } = entry;
  if (!request.internalTopicsAllowed && isInternalTopic(topic)) {
    return entry.fail("INVALID_TOPIC_EXCEPTION");
  }
  const partition = broker.getPartition(topic, index);
  if (typeof partition === "string") return entry.fail(partition);
  if (topicId !== ZERO_UUID && topicId !== partition.topicId) {
    return entry.fail("UNKNOWN_TOPIC_ID");
  }
  try {
    const { info, highWatermarkMoved } = partition.appendAsLeader(
      entry.records,
      request.requiredAcks,
      request.optionsOf?.(entry),
    );
    entry.baseOffset = info.firstOffset;
    entry.requiredOffset = info.lastOffset + 1;
    entry.logAppendTimeMs = info.logAppendTime;
    entry.logStartOffset = info.logStartOffset;
    broker.appended(partition, highWatermarkMoved);
  } catch (error) {
    refuse(broker, entry, partition, error);
  }
}

/** Errors after which the answer has no log start offset, as the log was not asked, or is of no use. */
const WITHOUT_LOG_START: ReadonlySet<ErrorName> = new Set<ErrorName>([
  "NOT_LEADER_OR_FOLLOWER",
  "MESSAGE_TOO_LARGE",
  "RECORD_LIST_TOO_LARGE",
  "CORRUPT_MESSAGE",
  "KAFKA_STORAGE_ERROR",
]);

function refuse(
  { env: { logger } }: AppendContext,
  entry: AppendEntry,
  partition: Partition,
  error: unknown,
): void {
  const name = errorNameOf(error);
  entry.fail(name);
  if (!WITHOUT_LOG_START.has(name)) {
    entry.logStartOffset = partition.leaderLog?.logStartOffset ?? -1;
    // Not a fault of the broker, but operators of Kafka find it in their logs.
    logger.write(
      name === "UNKNOWN_SERVER_ERROR" ? "error" : "info",
      "Error processing append operation",
      { partition: topicPartitionKey(entry.topicPartition), error },
    );
  }
  if (error instanceof InvalidRecordError && error.recordErrors.length > 0) {
    entry.recordErrors = error.recordErrors;
    entry.errorMessage = error.message;
  }
}

/** Whether a request with acks=all has appended something, so that replicas must follow before it is answered. */
export function needsReplication({ requiredAcks, entries }: AppendRequest): boolean {
  return requiredAcks === -1 && entries.some(({ error }) => error === "NONE");
}

/** A produce with acks=all, until all replicas in sync have its records (Kafka's `DelayedProduce`). */
export class DelayedProduce implements DelayedOperation {
  readonly #getPartition: AppendContext["getPartition"];
  readonly #done: () => void;
  #pending: AppendEntry[];

  /**
   * A request, whose records are in the leader's log.
   *
   * @param done told once all entries are decided
   */
  constructor(
    entries: readonly AppendEntry[],
    getPartition: AppendContext["getPartition"],
    done: () => void,
  ) {
    this.#pending = entries.filter(({ error }) => error === "NONE");
    this.#getPartition = getPartition;
    this.#done = done;
  }

  canComplete(): boolean {
    this.#pending = this.#pending.filter((entry) => !this.#decide(entry));
    return this.#pending.length === 0;
  }

  complete(): void {
    for (const entry of this.#pending) entry.error = "REQUEST_TIMED_OUT";
    this.#done();
  }

  #decide(entry: AppendEntry): boolean {
    const { topic, partition: index } = entry.topicPartition;
    const partition = this.#getPartition(topic, index);
    if (typeof partition === "string") {
      entry.error = partition;
      return true;
    }
    const { enough, error } = partition.checkEnoughReplicasReachOffset(entry.requiredOffset);
    if (error !== "NONE") entry.error = error;
    return enough || error !== "NONE";
  }
}

/** The partitions of entries that are here: what a request waits for. */
export function partitionsOf(
  entries: readonly { readonly topicPartition: TopicPartition }[],
  getPartition: AppendContext["getPartition"],
): Partition[] {
  return entries.flatMap(({ topicPartition: { topic, partition } }) => {
    const found = getPartition(topic, partition);
    return typeof found === "string" ? [] : [found];
  });
}
