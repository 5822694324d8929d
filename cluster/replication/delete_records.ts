/**
 * Deleting the records below an offset, on all replicas.
 *
 * @module
 */

import { type ErrorName, KafkaError } from "../../client/protocol/error_codes.ts";
import type { Env } from "../../storage/env.ts";
import { OffsetOutOfRangeError } from "../../storage/errors.ts";
import { type TopicPartition, topicPartitionKey } from "../../storage/file/file_names.ts";
import type { DelayedOperation } from "../server/purgatory.ts";
import { errorNameOf } from "./error_name.ts";
import { isInternalTopic } from "./topic_names.ts";
import type { Partition } from "./partition.ts";

/** Stands for the high watermark. */
export const HIGH_WATERMARK: number = -1;

/** One partition whose records are to go, and what became of it. */
export class DeleteRecordsEntry {
  /** The partition. */
  readonly topicPartition: TopicPartition;
  /** The first offset that is to be kept, or {@linkcode HIGH_WATERMARK}. */
  readonly offset: number;
  /** The error. */
  error: ErrorName = "NONE";
  /** The smallest log start offset of all replicas, -1 with an error. */
  lowWatermark: number = -1;
  /** The offset that the replicas must reach. */
  requestedOffset: number = -1;

  /** Nothing is deleted yet. */
  constructor(topicPartition: TopicPartition, offset: number) {
    this.topicPartition = topicPartition;
    this.offset = offset;
  }

  /** Whether replicas have yet to follow. */
  get isPending(): boolean {
    return this.error === "NONE" && this.lowWatermark < this.requestedOffset;
  }
}

/** What deleting needs of the replica manager. */
export interface DeleteRecordsContext {
  /** The logger. */
  readonly env: Pick<Env, "logger">;
  /** A partition that is here, or why it is not. */
  readonly getPartition: (topic: string, partition: number) => Partition | ErrorName;
}

/** Deletes on the leader: raises the log start offsets. */
export function deleteRecordsOnLocalLogs(
  broker: DeleteRecordsContext,
  entries: readonly DeleteRecordsEntry[],
): void {
  for (const entry of entries) {
    if (entry.error !== "NONE") continue;
    try {
      deleteRecords(broker, entry);
    } catch (error) {
      entry.error = errorNameOf(error);
      if (entry.error !== "UNKNOWN_SERVER_ERROR") continue;
      broker.env.logger.write("error", "Error processing delete records operation", {
        partition: topicPartitionKey(entry.topicPartition),
        error,
      });
    }
  }
}

function deleteRecords(broker: DeleteRecordsContext, entry: DeleteRecordsEntry): void {
  const { topic, partition: index } = entry.topicPartition;
  if (isInternalTopic(topic)) {
    throw new KafkaError(
      "INVALID_TOPIC_EXCEPTION",
      `Cannot delete records of internal topic ${topic}`,
    );
  }
  const partition = broker.getPartition(topic, index);
  if (typeof partition === "string") throw new KafkaError(partition);
  const log = partition.localLog(-1, true);
  const name = topicPartitionKey(entry.topicPartition);
  if (log.config.compact && !log.config.delete) {
    throw new KafkaError(
      "POLICY_VIOLATION",
      `Records of partition ${name} can not be deleted due to the configured policy`,
    );
  }
  const offset = entry.offset === HIGH_WATERMARK ? log.highWatermark : entry.offset;
  if (offset < 0) {
    throw new OffsetOutOfRangeError(`The offset ${offset} for partition ${name} is not valid`);
  }
  log.maybeIncrementLogStartOffset(offset, "client delete records request");
  entry.requestedOffset = offset;
  entry.lowWatermark = partition.lowWatermark;
}

/** A deletion, until all replicas that are alive have followed (Kafka's `DelayedDeleteRecords`). */
export class DelayedDeleteRecords implements DelayedOperation {
  readonly #getPartition: DeleteRecordsContext["getPartition"];
  readonly #done: () => void;
  #pending: DeleteRecordsEntry[];

  /**
   * A request, done on the leader.
   *
   * @param done told once all entries are decided
   */
  constructor(
    entries: readonly DeleteRecordsEntry[],
    getPartition: DeleteRecordsContext["getPartition"],
    done: () => void,
  ) {
    this.#getPartition = getPartition;
    this.#done = done;
    this.#pending = entries.filter((entry) => entry.isPending);
  }

  canComplete(): boolean {
    for (const entry of this.#pending) this.#look(entry);
    this.#pending = this.#pending.filter((entry) => entry.isPending);
    return this.#pending.length === 0;
  }

  complete(): void {
    for (const entry of this.#pending) entry.error = "REQUEST_TIMED_OUT";
    this.#done();
  }

  #look(entry: DeleteRecordsEntry): void {
    const { topic, partition: index } = entry.topicPartition;
    const partition = this.#getPartition(topic, index);
    if (typeof partition !== "string" && partition.leaderLog !== undefined) {
      entry.lowWatermark = partition.lowWatermark;
      return;
    }
    entry.error = typeof partition === "string" ? partition : "NOT_LEADER_OR_FOLLOWER";
    entry.lowWatermark = -1;
  }
}
