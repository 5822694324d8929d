/**
 * What a fetch has brought of one partition. It is decoded as records are taken, batch by batch.
 *
 * @module
 */

import { type TopicPartition, topicPartitionKey } from "../../storage/file/file_names.ts";
import { batchSizeAt } from "../../storage/record/memory_records.ts";
import { LegacyRecordBatch } from "../../storage/record/legacy_record_batch.ts";
import type { Record } from "../../storage/record/record.ts";
import { readRecordHeaders } from "../../storage/record/record.ts";
import {
  type AnyRecordBatch,
  CURRENT_MAGIC,
  RecordBatch,
  type TimestampType,
} from "../../storage/record/record_batch.ts";
import type { RecordCursor } from "../../storage/record/record_cursor.ts";
import type { FetchResponsePartitionData } from "../protocol/messages/fetch.ts";
import { AbortedTransactions } from "./aborted_transactions.ts";
import { ConsumerError } from "./consumer_errors.ts";
import { ConsumerRecord } from "./consumer_record.ts";
import type { Deserializer } from "../serde/serializer.ts";
import type { RecordDeserializers } from "./record_deserializers.ts";
import type { IsolationLevel } from "./partition_state.ts";
import { RecordDeserializationError } from "./record_deserialization_error.ts";

/** How fetched records are read. */
export interface CompletedFetchOptions<K, V> {
  /** Whose records are shown. */
  readonly isolationLevel: IsolationLevel;
  /** Whether checksums are verified. */
  readonly checkCrcs: boolean;
  /** How keys and values are read. */
  readonly deserializers: RecordDeserializers<K, V>;
}

const NO_BYTES = new Uint8Array(0);
const NO_RECORDS: readonly never[] = [];

/** The records of one partition in an answer. */
export class CompletedFetch<K, V> {
  /** The partition. */
  readonly topicPartition: TopicPartition;
  /** What came. */
  readonly data: FetchResponsePartitionData;
  /** Whether the state of the partition has been taken over from it. */
  isInitialized = false;
  readonly #options: CompletedFetchOptions<K, V>;
  readonly #bytes: Uint8Array;
  readonly #aborted: AbortedTransactions | undefined;
  #nextFetchOffset: number;
  #lastEpoch = -1;
  #isConsumed = false;
  #hasReturnedRecords = false;
  /** Where the next batch begins. */
  #batchAt = 0;
  #batch: AnyRecordBatch | undefined;
  #timestampType: TimestampType = "CreateTime";
  /** Over the records of the batch; one of the two. */
  #cursor: RecordCursor | undefined;
  #legacy: Iterator<Record> | undefined;
  #legacyRecord: Record | undefined;
  /** Whether it stands on a record that could not be deserialized. */
  #isPending = false;
  #failure: unknown;
  #endOffset: number | undefined;

  /** Decodes nothing yet. */
  constructor(
    topicPartition: TopicPartition,
    fetchOffset: number,
    data: FetchResponsePartitionData,
    options: CompletedFetchOptions<K, V>,
  ) {
    this.topicPartition = topicPartition;
    this.data = data;
    this.#nextFetchOffset = fetchOffset;
    this.#options = options;
    this.#bytes = data.records ?? NO_BYTES;
    if (options.isolationLevel === "read_committed") {
      this.#aborted = new AbortedTransactions(data.abortedTransactions);
    }
  }

  /** The offset behind the last record that was taken, or passed over. */
  get nextFetchOffset(): number {
    return this.#nextFetchOffset;
  }

  /** Leader's epoch of the last batch that was reached; -1 when it is not known. */
  get lastEpoch(): number {
    return this.#lastEpoch;
  }

  /** Whether there is nothing left in it. */
  get isConsumed(): boolean {
    return this.#isConsumed;
  }

  /** Whether records were taken out of it. */
  get hasReturnedRecords(): boolean {
    return this.#hasReturnedRecords;
  }

  /** Bytes of records. */
  get sizeInBytes(): number {
    return this.#bytes.length;
  }

  /** Whether there are bytes in it that are too few for a batch. */
  get isCutOff(): boolean {
    const { length } = this.#bytes;
    if (length === 0) return false;
    try {
      const size = batchSizeAt(this.#bytes, 0);
      return size === undefined || size > length;
    } catch {
      // That these are no batches is told when records are taken.
      return false;
    }
  }

  /** The offset behind its last whole batch; `undefined` without one, and for bytes that are no batches. */
  get endOffset(): number | undefined {
    if (this.#endOffset === undefined) this.#endOffset = endOffsetOf(this.#bytes) ?? NaN;
    return Number.isNaN(this.#endOffset) ? undefined : this.#endOffset;
  }

  /** Nothing of it is wanted any more. */
  drain(): void {
    this.#isConsumed = true;
    this.#cursor = undefined;
    this.#legacy = undefined;
    this.#failure = undefined;
    this.#isPending = false;
  }

  /**
   * The next records, at most `max` of them. What is wrong behind some good ones is told the next time.
   *
   * @throws {RecordDeserializationError} for a record that a deserializer does not take
   * @throws {ConsumerError} for bytes that are no records, each time
   */
  take(max: number): readonly ConsumerRecord<K, V>[] {
    if (this.#failure !== undefined) throw this.#unreadable(this.#failure);
    if (this.#isConsumed) return NO_RECORDS;
    const records: ConsumerRecord<K, V>[] = [];
    while (records.length < max) {
      if (!this.#isPending) {
        try {
          if (!this.#advance()) break;
        } catch (error) {
          this.#failure = error;
          if (records.length > 0) break;
          throw this.#unreadable(error);
        }
      }
      this.#isPending = true;
      let record: ConsumerRecord<K, V>;
      try {
        record = this.#decode();
      } catch (error) {
        if (records.length > 0) break;
        throw error;
      }
      this.#isPending = false;
      records.push(record);
      this.#nextFetchOffset = record.offset + 1;
    }
    if (records.length > 0) this.#hasReturnedRecords = true;
    return records;
  }

  #unreadable(cause: unknown): ConsumerError {
    return new ConsumerError(
      "Received exception when fetching the next record from " +
        `${topicPartitionKey(this.topicPartition)}. If needed, please seek past the record to ` +
        "continue consumption.",
      { cause },
    );
  }

  /** Moves to the next record that a user may see. */
  #advance(): boolean {
    for (;;) {
      const cursor = this.#cursor;
      if (cursor !== undefined) {
        while (cursor.advance()) {
          if (cursor.offset < this.#nextFetchOffset) continue;
          if (!this.#batch!.isControlBatch) return true;
          this.#nextFetchOffset = cursor.offset + 1;
        }
        this.#cursor = undefined;
      } else if (this.#legacy !== undefined) {
        const { done, value } = this.#legacy.next();
        if (done === true) this.#legacy = undefined;
        else if (value.offset >= this.#nextFetchOffset) {
          this.#legacyRecord = value;
          return true;
        }
      } else if (!this.#nextBatch()) {
        return false;
      }
    }
  }

  /** Goes to the next batch; behind the last, to the offset after it, be that of a record that is compacted away. */
  #nextBatch(): boolean {
    const at = this.#batchAt;
    const size = batchSizeAt(this.#bytes, at);
    if (size === undefined || size > this.#bytes.length - at) {
      if (this.#batch !== undefined) {
        this.#nextFetchOffset = Math.max(this.#nextFetchOffset, this.#batch.nextOffset);
      }
      this.drain();
      return false;
    }
    this.#batchAt = at + size;
    const batch = batchAt(this.#bytes, at);
    this.#batch = batch;
    this.#lastEpoch = batch.partitionLeaderEpoch;
    if (this.#options.checkCrcs) this.#ensureValid(batch);
    if (this.#aborted?.hides(batch) === true) {
      this.#nextFetchOffset = batch.nextOffset;
      return true;
    }
    this.#timestampType = batch.timestampType;
    if (batch instanceof RecordBatch) this.#cursor = batch.cursor();
    else this.#legacy = batch.records();
    return true;
  }

  #ensureValid(batch: AnyRecordBatch): void {
    try {
      batch.ensureValid();
    } catch (error) {
      throw new ConsumerError(
        `Record batch for partition ${topicPartitionKey(this.topicPartition)} at offset ` +
          `${batch.baseOffset} is invalid, cause: ${(error as Error).message}`,
        { cause: error },
      );
    }
  }

  #decode(): ConsumerRecord<K, V> {
    const cursor = this.#cursor;
    if (cursor === undefined) {
      const { offset, timestamp, key, value } = this.#legacyRecord!;
      return this.#record(offset, timestamp, key, value, NO_BYTES, 0, 0);
    }
    const { bytes, keyAt, keySize, valueAt, valueSize } = cursor;
    return this.#record(
      cursor.offset,
      cursor.timestamp,
      keySize < 0 ? null : bytes.subarray(keyAt, keyAt + keySize),
      valueSize < 0 ? null : bytes.subarray(valueAt, valueAt + valueSize),
      bytes,
      cursor.headersAt,
      cursor.headerCount,
    );
  }

  #record(
    offset: number,
    timestamp: number,
    keyBytes: Uint8Array | null,
    valueBytes: Uint8Array | null,
    bytes: Uint8Array,
    headersAt: number,
    headerCount: number,
  ): ConsumerRecord<K, V> {
    const { topic, partition } = this.topicPartition;
    const { deserializers } = this.#options;
    let key = keyBytes as K | null;
    let value = valueBytes as V | null;
    let origin: "KEY" | "VALUE" = "KEY";
    try {
      if (deserializers.key !== undefined && keyBytes !== null) {
        key = this.#deserialize(deserializers.key, keyBytes, bytes, headersAt, headerCount);
      }
      origin = "VALUE";
      if (deserializers.value !== undefined && valueBytes !== null) {
        value = this.#deserialize(deserializers.value, valueBytes, bytes, headersAt, headerCount);
      }
    } catch (error) {
      const headers = readRecordHeaders(bytes, headersAt, headerCount);
      const timestampType = this.#timestampType;
      throw new RecordDeserializationError(
        origin,
        this.topicPartition,
        { offset, timestamp, timestampType, key: keyBytes, value: valueBytes, headers },
        error,
      );
    }
    return new ConsumerRecord(
      topic,
      partition,
      offset,
      timestamp,
      this.#timestampType,
      this.#lastEpoch,
      keyBytes === null ? -1 : keyBytes.length,
      valueBytes === null ? -1 : valueBytes.length,
      key,
      value,
      bytes,
      headersAt,
      headerCount,
    );
  }

  #deserialize<T>(
    deserializer: Deserializer<T>,
    field: Uint8Array,
    bytes: Uint8Array,
    headersAt: number,
    headerCount: number,
  ): T {
    const headers = () => readRecordHeaders(bytes, headersAt, headerCount);
    return deserializer.deserialize(field, this.topicPartition.topic, headers);
  }
}

function endOffsetOf(bytes: Uint8Array): number | undefined {
  let end: number | undefined;
  try {
    for (let at = 0;;) {
      const size = batchSizeAt(bytes, at);
      if (size === undefined || size > bytes.length - at) return end;
      end = batchAt(bytes, at).nextOffset;
      at += size;
    }
  } catch {
    // What is wrong with them is told when records are taken.
    return undefined;
  }
}

function batchAt(bytes: Uint8Array, at: number): AnyRecordBatch {
  return bytes[at + 16] === CURRENT_MAGIC
    ? new RecordBatch(bytes, at)
    : new LegacyRecordBatch(bytes, at);
}
