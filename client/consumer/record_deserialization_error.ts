/**
 * A record that a deserializer does not take.
 *
 * @module
 */

import { type TopicPartition, topicPartitionKey } from "../../storage/file/file_names.ts";
import type { RecordHeader } from "../../storage/record/record.ts";
import type { TimestampType } from "../../storage/record/record_batch.ts";
import { ConsumerError } from "./consumer_errors.ts";

/** The record, as far as it could be read. */
export interface UndeserializedRecord {
  /** Its offset. */
  readonly offset: number;
  /** Ms since the epoch; -1 for none. */
  readonly timestamp: number;
  /** Whose clock the timestamp comes from. */
  readonly timestampType: TimestampType;
  /** The key's bytes. */
  readonly key: Uint8Array | null;
  /** The value's bytes. */
  readonly value: Uint8Array | null;
  /** Names and values beside it. */
  readonly headers: readonly RecordHeader[];
}

/**
 * Bytes of a key or a value are not what the deserializer takes (Kafka's `RecordDeserializationException`). The next poll tries the same record
 * again: whoever wants to pass it over seeks to the offset behind it.
 */
export class RecordDeserializationError extends ConsumerError {
  /** What could not be read. */
  readonly origin: "KEY" | "VALUE";
  /** Where the record is. */
  readonly topicPartition: TopicPartition;
  /** The record. */
  readonly record: UndeserializedRecord;

  /** Tells where it happened; `cause` is what the deserializer threw. */
  constructor(
    origin: "KEY" | "VALUE",
    topicPartition: TopicPartition,
    record: UndeserializedRecord,
    cause: unknown,
  ) {
    super(
      `Error deserializing ${origin} for partition ${topicPartitionKey(topicPartition)} ` +
        `at offset ${record.offset}. If needed, please seek past the record to continue consumption.`,
      { cause },
    );
    this.origin = origin;
    this.topicPartition = topicPartition;
    this.record = record;
  }

  /** The record's offset. */
  get offset(): number {
    return this.record.offset;
  }
}
