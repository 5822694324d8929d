/**
 * Workloads over record batches: each function makes its input once and returns the step to be measured.
 *
 * @module
 */

import { crc32c } from "../../storage/bytes/crc32c.ts";
import { compress, decompress } from "../../storage/record/compression.ts";
import { type CompressionType, RecordBatch } from "../../storage/record/record_batch.ts";
import { buildBatch, RecordBatchBuilder } from "../../storage/record/record_batch_builder.ts";

/** A batch's records. */
export interface RecordShape {
  /** Records in a batch. */
  readonly records: number;
  /** Bytes of a value; a key has 16. */
  readonly valueSize: number;
}

/** A step to repeat, and how much of what one is. */
export interface Workload {
  /** Does one step and returns something that depends on its work. */
  readonly step: () => number;
  /** Bytes a step goes through. */
  readonly bytes: number;
  /** Records a step goes through. */
  readonly records: number;
}

const KEY_SIZE = 16;

/** Bytes that compress a little, as text does; the same at every call. */
export function sampleBytes(length: number, seed = 1): Uint8Array {
  const words = "offset segment record leader epoch batch index broker fetch commit ".split(" ");
  const bytes = new Uint8Array(length);
  let state = seed >>> 0;
  let at = 0;
  while (at < length) {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    const word = words[(state >>> 8) % words.length]!;
    for (let i = 0; i < word.length && at < length; i++) bytes[at++] = word.charCodeAt(i);
    if (at < length) bytes[at++] = 33 + ((state >>> 16) % 90);
  }
  return bytes;
}

function sampleBatch(shape: RecordShape): Uint8Array {
  return buildBatch(
    Array.from({ length: shape.records }, (_, i) => ({
      timestamp: 1_700_000_000_000 + i,
      key: sampleBytes(KEY_SIZE, i + 1),
      value: sampleBytes(shape.valueSize, i + 7),
    })),
  );
}

/** The checksum of `bytes` bytes. */
export function crc32cWorkload(bytes: number): Workload {
  const input = sampleBytes(bytes);
  return { step: () => crc32c(input), bytes, records: 0 };
}

/**
 * A batch decoded to records.
 *
 * @param touch `none`: offsets, timestamps and sizes; `value`: the value of each as well; `all`: key, value and headers
 */
export function decodeWorkload(shape: RecordShape, touch: "none" | "value" | "all"): Workload {
  const batch = new RecordBatch(sampleBatch(shape));
  const step = () => {
    let sum = 0;
    for (const record of batch.records()) {
      sum += record.offset;
      if (touch === "none") continue;
      sum += record.value!.length;
      if (touch === "all") sum += record.key!.length + record.headers.length;
    }
    return sum;
  };
  return { step, bytes: batch.sizeInBytes, records: shape.records };
}

/** A batch gone through with a cursor: no object for a record. */
export function cursorWorkload(shape: RecordShape): Workload {
  const batch = new RecordBatch(sampleBatch(shape));
  const step = () => {
    let sum = 0;
    for (const cursor = batch.cursor(); cursor.advance();) sum += cursor.offset + cursor.valueSize;
    return sum;
  };
  return { step, bytes: batch.sizeInBytes, records: shape.records };
}

/** A batch encoded from records, its checksum included. */
export function encodeWorkload(shape: RecordShape): Workload {
  const builder = new RecordBatchBuilder();
  const key = sampleBytes(KEY_SIZE);
  const value = sampleBytes(shape.valueSize);
  const step = () => {
    builder.reset();
    for (let i = 0; i < shape.records; i++) builder.append(1_700_000_000_000 + i, key, value);
    return builder.build().length;
  };
  return { step, bytes: step(), records: shape.records };
}

/** The records of a batch compressed. */
export function compressWorkload(type: CompressionType, shape: RecordShape): Workload {
  const input = sampleBatch(shape);
  return {
    step: () => compress({ type }, input).length,
    bytes: input.length,
    records: shape.records,
  };
}

/** The records of a batch decompressed. */
export function decompressWorkload(type: CompressionType, shape: RecordShape): Workload {
  const input = sampleBatch(shape);
  const compressed = compress({ type }, input);
  const step = () => decompress(type, compressed, 0, compressed.length, 1 << 30, 2).length;
  return { step, bytes: input.length, records: shape.records };
}
