/**
 * What a producer is told of a record that was written (Kafka's `RecordMetadata`).
 *
 * @module
 */

import { writeInt32, writeInt64 } from "../../storage/bytes/byte_writer.ts";
import { crc32c } from "../../storage/bytes/crc32c.ts";

/** Where a record is. */
export class RecordMetadata {
  /** The topic. */
  readonly topic: string;
  /** The partition; -1 when none was chosen. */
  readonly partition: number;
  /** The offset; -1 when it is not known, as with `acks=0`. */
  readonly offset: number;
  /** Ms since the epoch: the record's, or with `message.timestamp.type=LogAppendTime` the broker's; -1 when it is not known. */
  readonly timestamp: number;
  /** Bytes of the key; -1 for no key. */
  readonly serializedKeySize: number;
  /** Bytes of the value; -1 for no value. */
  readonly serializedValueSize: number;

  /** Takes the values as they are. */
  constructor(
    topic: string,
    partition: number,
    offset: number,
    timestamp: number,
    serializedKeySize: number,
    serializedValueSize: number,
  ) {
    this.topic = topic;
    this.partition = partition;
    this.offset = offset;
    this.timestamp = timestamp;
    this.serializedKeySize = serializedKeySize;
    this.serializedValueSize = serializedValueSize;
  }

  /** Whether the offset is known. */
  get hasOffset(): boolean {
    return this.offset !== -1;
  }

  /** Whether the timestamp is known. */
  get hasTimestamp(): boolean {
    return this.timestamp !== -1;
  }

  /**
   * A checksum of timestamp and sizes. Records have none of their own since message format 2; this is what Kafka's clients up to
   * version 3 show in its place, a CRC32C.
   */
  get checksum(): number {
    const bytes = new Uint8Array(16);
    writeInt64(bytes, 0, this.timestamp);
    writeInt32(bytes, 8, this.serializedKeySize);
    writeInt32(bytes, 12, this.serializedValueSize);
    return crc32c(bytes) >>> 0;
  }

  /** `topic-partition@offset`. */
  toString(): string {
    return `${this.topic}-${this.partition}@${this.offset}`;
  }
}
