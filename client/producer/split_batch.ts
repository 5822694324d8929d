/**
 * Cutting a batch up that a broker found too large.
 *
 * @module
 */

import { RECORD_BATCH_OVERHEAD, RecordBatch } from "../../storage/record/record_batch.ts";
import { RecordBatchBuilder } from "../../storage/record/record_batch_builder.ts";
import type { Compression } from "../../storage/record/compression_type.ts";
import { ProducerBatch } from "./producer_batch.ts";
import { recordSizeUpperBound } from "./record_size.ts";

/**
 * Puts a batch's records into smaller ones, in their order. Who waits for them waits for the parts.
 *
 * @param batchSize `batch.size`: what the parts are to have; a part that is too large itself is halved
 */
export function splitBatch(
  batch: ProducerBatch,
  batchSize: number,
  compression: Compression,
): readonly ProducerBatch[] {
  const records = [...new RecordBatch(batch.build()).records()];
  const sizes = records.map(({ key, value, headers }) =>
    RECORD_BATCH_OVERHEAD + recordSizeUpperBound(key, value, headers)
  );
  const target = batch.isSplit
    ? Math.max(...sizes, Math.floor(batch.estimatedBytes / 2))
    : batchSize;
  const parts: ProducerBatch[] = [];
  records.forEach(({ timestamp, key, value, headers }, index) => {
    const ack = batch.acks.at(index);
    if (parts.at(-1)?.tryAppend(timestamp, key, value, headers, ack)) return;
    parts.at(-1)?.close();
    const writeLimit = Math.max(sizes[index]!, target);
    const part = new ProducerBatch({
      queue: batch.queue,
      builder: new RecordBatchBuilder({ compression, writeLimit }),
      createdMs: batch.createdMs,
      writeLimit,
      // What was hoped of compression has led to this.
      ratio: 1,
      reservedBytes: 0,
      isSplit: true,
    });
    part.tryAppend(timestamp, key, value, headers, ack);
    parts.push(part);
  });
  parts.at(-1)?.close();
  return parts;
}
