/**
 * Records on their way into the metadata log, or into a snapshot: gathered into batches as Kafka's `BatchAccumulator` does.
 *
 * What one append gives stays in one batch. Several appends share a batch until it is drained or full. A data batch has no
 * keys, and every record the time at which its batch was begun.
 *
 * @module
 */

import { sizeOfVarint } from "../../storage/bytes/varint.ts";
import { InvalidRecordError, LogUnavailableError } from "../../storage/errors.ts";
import { RECORD_BATCH_OVERHEAD } from "../../storage/record/record_batch.ts";
import { RecordBatchBuilder } from "../../storage/record/record_batch_builder.ts";
import { buildControlBatch, type ControlMessage } from "./control_messages.ts";
import type { CommittedBatch } from "./raft_listener.ts";

/** Bytes that a batch of the metadata log may have; Kafka's `KafkaRaftClient.MAX_BATCH_SIZE_BYTES`. */
export const MAX_BATCH_SIZE_BYTES: number = 8 * 1024 * 1024;
/** Full batches that may wait to be drained. */
const MAX_WAITING_BATCHES = 10;

/** A batch that is ready to be written. */
export interface CompletedBatch extends CommittedBatch {
  /** The batch; good until the next append. */
  readonly bytes: Uint8Array;
  /** The control records, when it is a control batch. */
  readonly controlMessages: readonly ControlMessage[];
}

/** Options of {@linkcode BatchAccumulator}. */
export interface BatchAccumulatorOptions {
  /** Epoch of the leader, in every batch. */
  readonly epoch: number;
  /** Offset of the first record. */
  readonly baseOffset: number;
  /** Bytes that a batch may have. Default: 8 MiB. */
  readonly maxBatchSize?: number;
  /** Full batches that may wait; more is an error. Default: 10. */
  readonly maxWaiting?: number;
}

/** Gathers records into batches. */
export class BatchAccumulator {
  readonly #epoch: number;
  readonly #maxBatchSize: number;
  readonly #maxWaiting: number;
  readonly #builder = new RecordBatchBuilder();
  #completed: CompletedBatch[] = [];
  #records: Uint8Array[] = [];
  #baseOffset: number;
  #timestamp = 0;

  /** Starts empty. */
  constructor(options: BatchAccumulatorOptions) {
    this.#epoch = options.epoch;
    this.#maxBatchSize = options.maxBatchSize ?? MAX_BATCH_SIZE_BYTES;
    this.#maxWaiting = options.maxWaiting ?? MAX_WAITING_BATCHES;
    this.#baseOffset = options.baseOffset;
  }

  /** Offset that the next record gets. */
  get nextOffset(): number {
    return this.#baseOffset + this.#records.length;
  }

  /** Whether nothing waits. */
  get isEmpty(): boolean {
    return this.#records.length === 0 && this.#completed.length === 0;
  }

  /** Whether a full batch waits, or control records do. */
  get hasCompleted(): boolean {
    return this.#completed.length > 0;
  }

  /**
   * Adds records that belong together.
   *
   * @param records the values
   * @param now ms since the epoch, for the batch that they may begin
   * @returns the offset of the last one
   * @throws {InvalidRecordError} when no batch can hold them
   * @throws {LogUnavailableError} when too many full batches wait
   */
  append(records: readonly Uint8Array[], now: number): number {
    if (this.#completed.length >= this.#maxWaiting) {
      throw new LogUnavailableError(
        `Attempting to append records when the number of batches ${this.#completed.length} reached ${this.#maxWaiting}`,
      );
    }
    if (records.length === 0) return this.nextOffset - 1;
    const used = this.#records.length === 0
      ? RECORD_BATCH_OVERHEAD
      : this.#builder.estimatedSizeInBytes;
    if (used + sizeOfRecords(records, this.#records.length) > this.#maxBatchSize) {
      const alone = RECORD_BATCH_OVERHEAD + sizeOfRecords(records, 0);
      if (alone > this.#maxBatchSize) {
        throw new InvalidRecordError(
          "RECORD_LIST_TOO_LARGE",
          `The total record(s) size of ${alone} exceeds the maximum allowed batch size of ${this.#maxBatchSize}`,
        );
      }
      this.#complete(true);
    }
    if (this.#records.length === 0) {
      this.#timestamp = now;
      this.#builder.reset({ baseOffset: this.#baseOffset, partitionLeaderEpoch: this.#epoch });
    }
    for (const record of records) {
      this.#builder.append(this.#timestamp, null, record);
      this.#records.push(record);
    }
    return this.nextOffset - 1;
  }

  /** Adds a control batch, behind all that was added before. Returns the offset of its last record. */
  appendControl(messages: readonly ControlMessage[], now: number): number {
    this.#complete(true);
    const baseOffset = this.#baseOffset;
    const bytes = buildControlBatch(messages, { baseOffset, epoch: this.#epoch, timestamp: now });
    const lastOffset = baseOffset + messages.length - 1;
    this.#completed.push({
      baseOffset,
      lastOffset,
      epoch: this.#epoch,
      appendTimestamp: now,
      sizeInBytes: bytes.length,
      records: [],
      bytes,
      controlMessages: messages,
    });
    this.#baseOffset = lastOffset + 1;
    return lastOffset;
  }

  /** Takes out the full batches and leaves the one that still grows. */
  drainCompleted(): CompletedBatch[] {
    const batches = this.#completed;
    this.#completed = [];
    return batches;
  }

  /** Takes out everything. */
  drain(): CompletedBatch[] {
    this.#complete(false);
    return this.drainCompleted();
  }

  #complete(copied: boolean): void {
    const records = this.#records;
    if (records.length === 0) return;
    const built = this.#builder.build();
    const bytes = copied ? built.slice() : built;
    this.#completed.push({
      baseOffset: this.#baseOffset,
      lastOffset: this.nextOffset - 1,
      epoch: this.#epoch,
      appendTimestamp: this.#timestamp,
      sizeInBytes: bytes.length,
      records,
      bytes,
      controlMessages: [],
    });
    this.#baseOffset = this.nextOffset;
    this.#records = [];
  }
}

/** Bytes of the records in a batch, the first of them at `offsetDelta`. */
function sizeOfRecords(records: readonly Uint8Array[], offsetDelta: number): number {
  let size = 0;
  for (const { length } of records) {
    // Attributes, timestamp delta, no key and no headers take a byte each.
    const body = 4 + sizeOfVarint(offsetDelta++) + sizeOfVarint(length) + length;
    size += sizeOfVarint(body) + body;
  }
  return size;
}
