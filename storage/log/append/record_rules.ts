/**
 * The rules that a single batch or record must keep to be appended, and how breaches are told. As the static checks of
 * `org.apache.kafka.storage.internals.log.LogValidator`.
 *
 * @module
 */

import { InvalidRecordError, type RecordError } from "../../errors.ts";
import type { AnyRecordBatch, TimestampType } from "../../record/record_batch.ts";
import { NO_TIMESTAMP } from "../../record/record_batch.ts";
import type { AppendOrigin } from "../producer/append_origin.ts";

/** What the rules need of the topic's config and the time. */
export interface RecordRulesOptions {
  /** Ms since the epoch. */
  readonly now: number;
  /** Whether the topic is compacted, so that records need keys. */
  readonly compactedTopic: boolean;
  /** `message.timestamp.type`. */
  readonly timestampType: TimestampType;
  /** `message.timestamp.before.max.ms`. */
  readonly timestampBeforeMaxMs: number;
  /** `message.timestamp.after.max.ms`. */
  readonly timestampAfterMaxMs: number;
}

/** The fields of a record that the rules look at: of a record, or of a cursor that stands on it. */
export interface CheckedRecord {
  /** Its offset, as the sender has it. */
  readonly offset: number;
  /** Ms since the epoch, -1 for none. */
  readonly timestamp: number;
  /** Bytes of its key, -1 for none. */
  readonly keySize: number;
  /** Bytes of its value, -1 for none. */
  readonly valueSize: number;
}

/**
 * Refuses a batch for what its header says.
 *
 * @param magic format of the first batch of the append, which all must share
 * @param where the partition's name, for messages
 * @throws {InvalidRecordError}
 */
export function checkBatch(
  batch: AnyRecordBatch,
  magic: number,
  origin: AppendOrigin,
  where: string,
): void {
  if (batch.magic !== magic) {
    throw invalid(
      `Batch magic ${batch.magic} is not the same as the first batch's magic byte ${magic} in topic partition ${where}`,
    );
  }
  if (origin !== "client") return;
  if (magic >= 2) {
    const { baseOffset, lastOffset } = batch;
    const spanned = lastOffset - baseOffset + 1;
    if (spanned <= 0) {
      throw invalid(
        `Batch has an invalid offset range: [${baseOffset}, ${lastOffset}] in topic partition ${where}`,
      );
    }
    const count = batch.count ?? 0;
    if (count <= 0) {
      throw invalid(
        `Invalid reported count for record batch: ${count} in topic partition ${where}`,
      );
    }
    if (spanned !== count) {
      throw invalid(
        `Inconsistent batch offset range [${baseOffset}, ${lastOffset}] and count of records ${count} in topic partition ${where}`,
      );
    }
  }
  if (batch.isControlBatch) {
    throw invalid(`Clients are not allowed to write control records in topic partition ${where}`);
  }
  if (batch.hasProducerId && batch.baseSequence < 0) {
    throw invalid(
      `Invalid sequence number ${batch.baseSequence} in record batch with producerId ${batch.producerId} in topic partition ${where}`,
    );
  }
}

/** Checks the records of one batch one after another and gathers what is wrong with them. */
export class RecordRules {
  readonly #options: RecordRulesOptions;
  readonly #where: string;
  // A record whose timestamp lies within needs no second look; empty for a batch that may have none at all.
  readonly #minTimestamp: number;
  readonly #maxTimestamp: number;
  readonly #forbidsAppendTime: boolean;
  #errors: RecordError[] | undefined;
  #hasTimestampError = false;

  /**
   * Starts with the first record of a batch.
   *
   * @param options what the records are held to
   * @param batch the batch that holds them
   * @param where the partition's name, for messages
   */
  constructor(options: RecordRulesOptions, batch: AnyRecordBatch, where: string) {
    this.#options = options;
    this.#where = where;
    this.#forbidsAppendTime = batch.timestampType === "LogAppendTime";
    const checksRange = options.timestampType === "CreateTime";
    this.#minTimestamp = checksRange ? options.now - options.timestampBeforeMaxMs : -Infinity;
    this.#maxTimestamp = checksRange ? options.now + options.timestampAfterMaxMs : Infinity;
  }

  /** Whether all records so far are fine. */
  get passed(): boolean {
    return this.#errors === undefined;
  }

  /** Checks the record at `index` (0-based) of the batch. Returns whether it is fine. */
  check(record: CheckedRecord, index: number): boolean {
    const { timestamp } = record;
    if (
      (record.keySize >= 0 || !this.#options.compactedTopic) && !this.#forbidsAppendTime &&
      (timestamp === NO_TIMESTAMP ||
        (timestamp >= this.#minTimestamp && timestamp <= this.#maxTimestamp))
    ) return true;
    return this.#checkSlowly(record, index);
  }

  /** Notes that the record at `index` is refused for another reason. */
  refuse(index: number, message: string): void {
    (this.#errors ??= []).push({ batchIndex: index, message });
  }

  /**
   * Ends the batch.
   *
   * @throws {InvalidRecordError} when a record was not fine, with all of them in `recordErrors`
   */
  finish(): void {
    const errors = this.#errors;
    if (errors === undefined) return;
    if (this.#hasTimestampError) {
      throw new InvalidRecordError(
        "INVALID_TIMESTAMP",
        "One or more records have been rejected due to invalid timestamp",
        errors,
      );
    }
    const shown = errors.slice(0, 3).map(({ batchIndex, message }) =>
      `RecordError(batchIndex=${batchIndex}, message='${message}')`
    );
    throw new InvalidRecordError(
      "INVALID_RECORD",
      `One or more records have been rejected due to ${errors.length} record errors in total, ` +
        `and only showing the first three errors at most: [${shown.join(", ")}]`,
      errors,
    );
  }

  #checkSlowly(record: CheckedRecord, index: number): boolean {
    const { now, compactedTopic, timestampType, timestampBeforeMaxMs, timestampAfterMaxMs } =
      this.#options;
    const { timestamp, offset } = record;
    if (compactedTopic && record.keySize < 0) {
      this.refuse(
        index,
        `Compacted topic cannot accept message without key in topic partition ${this.#where}`,
      );
      return false;
    }
    if (timestampType === "CreateTime" && timestamp !== NO_TIMESTAMP) {
      if (timestamp >= this.#minTimestamp && timestamp <= this.#maxTimestamp) return true;
      this.#hasTimestampError = true;
      this.refuse(
        index,
        `Timestamp ${timestamp} of message with offset ${offset} is out of range. The timestamp should be within ` +
          `[${now - timestampBeforeMaxMs}, ${now + timestampAfterMaxMs}]`,
      );
      return false;
    }
    if (!this.#forbidsAppendTime) return true;
    this.#hasTimestampError = true;
    this.refuse(
      index,
      `Invalid timestamp type in message ${describeRecord(record)}. ` +
        "Producer should not set timestamp type to LogAppendTime.",
    );
    return false;
  }
}

/** A record in a few words, for messages. */
export function describeRecord(record: CheckedRecord): string {
  const { offset, timestamp, keySize, valueSize } = record;
  return `DefaultRecord(offset=${offset}, timestamp=${timestamp}, ` +
    `key=${Math.max(keySize, 0)} bytes, value=${Math.max(valueSize, 0)} bytes)`;
}

/** An error of a whole batch. */
export function invalid(message: string, cause?: unknown): InvalidRecordError {
  return new InvalidRecordError(
    "INVALID_RECORD",
    message,
    [],
    cause === undefined ? undefined : { cause },
  );
}
