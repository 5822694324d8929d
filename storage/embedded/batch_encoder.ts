/**
 * Packs typed records into batches that the log takes.
 *
 * @module
 */

import type { Clock } from "../env.ts";
import { InvalidRecordError } from "../errors.ts";
import type { LogConfig } from "../log/config/log_config.ts";
import type { RecordBatchOptions } from "../record/record_batch_builder.ts";
import { RecordBatchBuilder } from "../record/record_batch_builder.ts";
import { type AppendRecord, encodeHeaders, type RecordCodec } from "./log_record.ts";

/** More than the numbers around a record's key and value take. */
const RECORD_OVERHEAD = 64;

/** Turns records into batches, each within the size that the log takes. Its memory is used again and again. */
export class BatchEncoder<V, K> {
  readonly #clock: Clock;
  readonly #codec: RecordCodec<V, K>;
  readonly #builder = new RecordBatchBuilder();

  constructor(clock: Clock, codec: RecordCodec<V, K>) {
    this.#clock = clock;
    this.#codec = codec;
  }

  /**
   * Puts records into batches; in nearly all cases into one.
   *
   * @returns the batches before the last, which most often are none, and the builder that holds the last one until the next call;
   *   it is empty when there are no records
   * @throws {InvalidRecordError} when a record cannot be encoded, or is too large; then none is to be appended
   */
  encode(
    records: Iterable<AppendRecord<V, K>>,
    config: LogConfig,
  ): { earlier: readonly Uint8Array[]; last: RecordBatchBuilder } {
    const builder = this.#builder;
    const limit = Math.min(config.maxMessageSize, config.segmentSize);
    const compression = config.compression();
    const options: RecordBatchOptions = {
      writeLimit: limit,
      ...(compression === undefined ? {} : { compression }),
    };
    const earlier: Uint8Array[] = [];
    const now = this.#clock.now();
    builder.reset(options);
    for (const record of records) {
      const key = this.#codec.encodeKey(record.key);
      const value = this.#codec.encodeValue(record.value);
      const headers = encodeHeaders(record.headers);
      const timestamp = record.timestamp ?? now;
      const roughly = (key === null ? 0 : key.length) + (value === null ? 0 : value.length) +
        RECORD_OVERHEAD;
      if (
        (headers !== undefined || builder.estimatedSizeInBytes + roughly > limit) &&
        !builder.hasRoomFor(timestamp, key, value, headers)
      ) {
        earlier.push(checkSize(builder.build().slice(), limit));
        builder.reset(options);
      }
      builder.append(timestamp, key, value, headers);
    }
    checkSize(builder.build(), limit);
    return { earlier, last: builder };
  }
}

function checkSize(batch: Uint8Array, limit: number): Uint8Array {
  if (batch.length <= limit) return batch;
  throw new InvalidRecordError(
    "MESSAGE_TOO_LARGE",
    `Record takes ${batch.length} bytes in a batch of its own, which is more than ` +
      `max.message.bytes and segment.bytes allow: ${limit}`,
  );
}
