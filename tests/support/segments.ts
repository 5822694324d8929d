/** Segments, and batches to put in them, for tests. */

import { crc32 } from "node:zlib";
import type { Env } from "../../storage/env.ts";
import { readWholeFile } from "../../storage/file/file_system.ts";
import {
  buildBatch,
  type NewRecord,
  type RecordBatchOptions,
} from "../../storage/record/record_batch_builder.ts";
import { Segment, type SegmentOptions } from "../../storage/segment/segment.ts";
import type { RecoveredProducers } from "../../storage/segment/segment_recovery.ts";

const utf8 = new TextEncoder();

export const DIRECTORY = "/log/topic-0";

/** What a test may set of a segment. */
export interface TestSegmentOptions extends Partial<Omit<SegmentOptions, "config" | "env">> {
  readonly indexInterval?: number;
  readonly maxIndexSize?: number;
  readonly segmentSize?: number;
}

/** Opens a segment with small limits; an index entry is due every 10 bytes unless told otherwise. */
export function openSegment(env: Env, options: TestSegmentOptions = {}): Segment {
  const { indexInterval = 10, maxIndexSize = 1000, segmentSize = 1 << 20, ...rest } = options;
  env.fileSystem.makeDirectory(options.directory ?? DIRECTORY);
  return Segment.open({
    directory: DIRECTORY,
    baseOffset: 0,
    ...rest,
    env,
    config: { indexInterval, maxIndexSize, segmentSize },
  });
}

/** A magic 2 batch of text values whose timestamps are ten times their offsets. */
export function batch(
  baseOffset: number,
  values: readonly string[],
  options: RecordBatchOptions = {},
): Uint8Array {
  const records: NewRecord[] = values.map((value, i) => ({
    value: utf8.encode(value),
    timestamp: (baseOffset + i) * 10,
  }));
  return buildBatch(records, { baseOffset, ...options });
}

/** Appends such a batch. */
export function append(
  segment: Segment,
  baseOffset: number,
  values: readonly string[],
  options: RecordBatchOptions = {},
): Uint8Array {
  const bytes = batch(baseOffset, values, options);
  segment.append(baseOffset + values.length - 1, bytes);
  return bytes;
}

/** A message of magic 0 or 1, which is a batch of its own; as Kafka wrote them before 0.11. */
export function legacyMessage(
  offset: number,
  magic: 0 | 1,
  timestamp: number,
  value: string,
): Uint8Array {
  const payload = utf8.encode(value);
  const head = magic === 0 ? 6 : 14;
  const size = head + 4 + 4 + payload.length; // crc magic attributes [timestamp] key(-1) value
  const bytes = new Uint8Array(12 + size);
  const view = new DataView(bytes.buffer);
  view.setBigInt64(0, BigInt(offset));
  view.setInt32(8, size);
  view.setInt8(16, magic);
  if (magic === 1) view.setBigInt64(18, BigInt(timestamp));
  view.setInt32(12 + head, -1);
  view.setInt32(12 + head + 4, payload.length);
  bytes.set(payload, 12 + head + 8);
  view.setUint32(12, crc32(bytes.subarray(16)));
  return bytes;
}

/** Joins bytes. */
export function join(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** The whole content of a file, empty when there is none. */
export function fileBytes(env: Env, path: string): Uint8Array {
  return env.fileSystem.stat(path) === undefined
    ? new Uint8Array(0)
    : readWholeFile(env.fileSystem, path);
}

/** Makes a file with that content. */
export function writeFile(env: Env, path: string, bytes: Uint8Array): void {
  env.fileSystem.remove(path);
  const file = env.fileSystem.open(path, { create: true });
  file.write(0, bytes);
  file.close();
}

/** Writes over part of a file, behind the back of who has it open. */
export function overwrite(env: Env, path: string, position: number, bytes: Uint8Array): void {
  const file = env.fileSystem.open(path);
  file.write(position, bytes);
  file.close();
}

/** Producers that recovery feeds and that keep nothing. */
export const noProducers: RecoveredProducers = {
  prepareUpdate: () => ({ append: () => undefined }),
  update() {},
  lastStableOffset: () => 0,
  completeTxn() {},
  updateMapEndOffset() {},
};

/** Recovers in one go; the bytes cut off. */
export function recover(
  segment: Segment,
  producers: RecoveredProducers = noProducers,
): number {
  const work = segment.recover(producers);
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}

/** The bytes that a read finds. */
export function readBytes(
  segment: Segment,
  startOffset: number,
  maxSize = 1 << 20,
  maxPosition?: number,
  minOneMessage?: boolean,
): Uint8Array | undefined {
  const found = segment.read(startOffset, maxSize, maxPosition, minOneMessage);
  if (found === undefined) return undefined;
  const bytes = new Uint8Array(found.size);
  segment.readInto(found.position, bytes, 0, found.size);
  return bytes;
}

/** First and last offset of every batch. */
export function offsetsOf(segment: Segment): [number, number][] {
  return [...segment.batches()].map((each) => [each.baseOffset, each.lastOffset]);
}
