/**
 * Workloads over one segment on disk, page-cached: each function makes its input once, in a directory of its own, and returns
 * the step to be measured. Beside those that touch the disk stands the raw system call that does the same.
 *
 * @module
 */

import fs from "node:fs";
import type { Env } from "../../storage/env.ts";
import { MemoryFileSystem } from "../../storage/file/memory_file_system.ts";
import { writeInt64 } from "../../storage/bytes/byte_writer.ts";
import { buildBatch } from "../../storage/record/record_batch_builder.ts";
import { OffsetIndex } from "../../storage/segment/offset_index.ts";
import { Segment } from "../../storage/segment/segment.ts";
import type { RecoveredProducers } from "../../storage/segment/segment_recovery.ts";
import { TimeIndex } from "../../storage/segment/time_index.ts";
import { systemEnv } from "../../storage/system_env.ts";
import { type RecordShape, sampleBytes, type Workload } from "./record.ts";

/** A workload that has files open. */
export interface SegmentWorkload extends Workload {
  /** Closes them. */
  close(): void;
}

const config = { segmentSize: 0x7fff_ffff, maxIndexSize: 10 * 1024 * 1024, indexInterval: 4096 };

function open(env: Env, directory: string): Segment {
  env.fileSystem.makeDirectory(directory);
  return Segment.open({ env, directory, baseOffset: 0, config });
}

function sample(shape: RecordShape): Uint8Array {
  return buildBatch(
    Array.from({ length: shape.records }, (_, i) => ({
      timestamp: 1_700_000_000_000 + i,
      value: sampleBytes(shape.valueSize, i + 1),
    })),
  );
}

/** Fills a segment with batches of that shape; gives the batch's size and how many there are. */
function fill(
  segment: Segment,
  shape: RecordShape,
  bytes: number,
): { size: number; count: number } {
  const batch = sample(shape);
  const count = Math.ceil(bytes / batch.length);
  for (let i = 0; i < count; i++) {
    writeInt64(batch, 0, i * shape.records);
    segment.append((i + 1) * shape.records - 1, batch);
  }
  return { size: batch.length, count };
}

/** 1,000 lookups at random offsets in an offset index of `entries`. */
export function indexLookupWorkload(entries: number): Workload {
  const index = new OffsetIndex({
    fileSystem: new MemoryFileSystem(),
    path: "/0.index",
    baseOffset: 0,
    maxIndexSize: entries * 8,
    isNew: true,
  });
  for (let i = 0; i < entries; i++) index.append(i * 100 + 99, i * 2000);
  const targets = randomOffsets(1000, entries * 100);
  return lookups(targets, (target) => index.lookupPosition(target));
}

/** 1,000 lookups at random times in a time index of `entries`. */
export function timeIndexLookupWorkload(entries: number): Workload {
  const index = new TimeIndex({
    fileSystem: new MemoryFileSystem(),
    path: "/0.timeindex",
    baseOffset: 0,
    maxIndexSize: (entries + 1) * 12,
    isNew: true,
  });
  for (let i = 0; i < entries; i++) index.maybeAppend(1_700_000_000_000 + i * 100, i * 100 + 99);
  const targets = randomOffsets(1000, entries * 100).map((at) => 1_700_000_000_000 + at);
  return lookups(targets, (target) => index.lookup(target).offset);
}

function lookups(targets: Float64Array, lookup: (target: number) => number): Workload {
  const step = () => {
    let sum = 0;
    for (const target of targets) sum += lookup(target);
    return sum;
  };
  return { step, bytes: 0, records: targets.length };
}

function randomOffsets(count: number, below: number): Float64Array {
  let state = 42;
  return Float64Array.from({ length: count }, () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor(state / 2 ** 32 * below);
  });
}

/** Appends one batch; the file starts anew at 1 GiB. */
export function segmentAppendWorkload(directory: string, shape: RecordShape): SegmentWorkload {
  const env = systemEnv();
  const batch = sample(shape);
  let segment = open(env, directory);
  let offset = 0;
  const step = () => {
    if (segment.size > 1 << 30) {
      segment.deleteIfExists();
      segment = open(env, directory);
      offset = 0;
    }
    writeInt64(batch, 0, offset);
    offset += shape.records;
    segment.append(offset - 1, batch);
    return offset;
  };
  const close = () => segment.deleteIfExists();
  return { step, close, bytes: batch.length, records: shape.records };
}

/** Writes the same bytes with `writeSync`. */
export function rawAppendWorkload(directory: string, shape: RecordShape): SegmentWorkload {
  fs.mkdirSync(directory, { recursive: true });
  const batch = sample(shape);
  const fd = fs.openSync(`${directory}/raw`, "w");
  let position = 0;
  const step = () => {
    if (position > 1 << 30) {
      fs.ftruncateSync(fd, 0);
      position = 0;
    }
    return position += fs.writeSync(fd, batch, 0, batch.length, position);
  };
  const close = () => fs.closeSync(fd);
  return { step, close, bytes: batch.length, records: shape.records };
}

/** Reads a segment of `bytes` from start to end, 1 MiB at a time by offset, as a fetch does. */
export function sequentialReadWorkload(
  directory: string,
  shape: RecordShape,
  bytes: number,
): SegmentWorkload {
  const segment = open(systemEnv(), directory);
  const { size, count } = fill(segment, shape, bytes);
  const target = new Uint8Array(1 << 20);
  const step = () => {
    let read = 0;
    while (read < segment.size) {
      const batches = Math.floor(read / size);
      const found = segment.read(batches * shape.records, target.length)!;
      const got = segment.readInto(found.position, target, 0, found.size);
      // The last batch may be cut off; the next read starts with it.
      read += got === target.length ? got - got % size : got;
    }
    return read;
  };
  const close = () => segment.deleteIfExists();
  return { step, close, bytes: segment.size, records: count * shape.records };
}

/** Goes through the batches of a segment of `bytes`, as the cleaner does. */
export function batchIterationWorkload(
  directory: string,
  shape: RecordShape,
  bytes: number,
): SegmentWorkload {
  const segment = open(systemEnv(), directory);
  const { count } = fill(segment, shape, bytes);
  const step = () => {
    let sum = 0;
    for (const batch of segment.batches()) sum += batch.lastOffset;
    return sum;
  };
  const close = () => segment.deleteIfExists();
  return { step, close, bytes: segment.size, records: count * shape.records };
}

/** Reads a file of `bytes` 1 MiB at a time with `readSync`. */
export function rawReadWorkload(directory: string, bytes: number): SegmentWorkload {
  fs.mkdirSync(directory, { recursive: true });
  const chunk = sampleBytes(1 << 20);
  const fd = fs.openSync(`${directory}/raw`, "w+");
  for (let at = 0; at < bytes; at += chunk.length) fs.writeSync(fd, chunk, 0, chunk.length, at);
  const step = () => {
    let read = 0;
    while (read < bytes) read += fs.readSync(fd, chunk, 0, chunk.length, read);
    return read;
  };
  const close = () => fs.closeSync(fd);
  return { step, close, bytes, records: 0 };
}

/** Reads the one batch that holds a random offset of a segment of `bytes`. */
export function randomReadWorkload(
  directory: string,
  shape: RecordShape,
  bytes: number,
): SegmentWorkload {
  const segment = open(systemEnv(), directory);
  const { size, count } = fill(segment, shape, bytes);
  const offsets = randomOffsets(4096, count * shape.records);
  const target = new Uint8Array(size);
  let n = 0;
  const step = () => {
    const found = segment.read(offsets[n++ & 4095]!, 1, segment.size, true)!;
    return segment.readInto(found.position, target, 0, found.size);
  };
  const close = () => segment.deleteIfExists();
  return { step, close, bytes: size, records: shape.records };
}

/** Finds the first record at a random time in a segment of `bytes`. */
export function timestampSearchWorkload(
  directory: string,
  shape: RecordShape,
  bytes: number,
): SegmentWorkload {
  const env = systemEnv();
  const segment = open(env, directory);
  const batch = Array.from({ length: shape.records }, (_, i) => sampleBytes(shape.valueSize, i));
  let offset = 0;
  while (segment.size < bytes) {
    const base = offset;
    const records = batch.map((value, i) => ({ timestamp: 1_700_000_000_000 + base + i, value }));
    offset += shape.records;
    segment.append(offset - 1, buildBatch(records, { baseOffset: base }));
  }
  const times = randomOffsets(4096, offset).map((at) => 1_700_000_000_000 + at);
  let n = 0;
  const step = () => segment.findOffsetByTimestamp(times[n++ & 4095]!)!.offset;
  const close = () => segment.deleteIfExists();
  return { step, close, bytes: 0, records: 1 };
}

const noProducers: RecoveredProducers = {
  prepareUpdate: () => ({ append: () => undefined }),
  update() {},
  lastStableOffset: () => 0,
  completeTxn() {},
  updateMapEndOffset() {},
};

/** Recovers a segment of `bytes`: every batch checked, the indexes made anew. */
export function recoveryWorkload(
  directory: string,
  shape: RecordShape,
  bytes: number,
): SegmentWorkload {
  const segment = open(systemEnv(), directory);
  const { count } = fill(segment, shape, bytes);
  const step = () => {
    const work = segment.recover(noProducers);
    for (;;) {
      const slice = work.next();
      if (slice.done) return slice.value;
    }
  };
  const close = () => segment.deleteIfExists();
  return { step, close, bytes: segment.size, records: count * shape.records };
}

/** Opens and closes `count` segments that hold records. */
export function openSegmentsWorkload(directory: string, count: number): SegmentWorkload {
  const env = systemEnv();
  env.fileSystem.makeDirectory(directory);
  const all = () =>
    Array.from(
      { length: count },
      (_, i) => Segment.open({ env, directory, baseOffset: i * 10, config }),
    );
  for (const segment of all()) {
    const { baseOffset } = segment;
    segment.append(baseOffset, buildBatch([{ value: sampleBytes(100) }], { baseOffset }));
    segment.close();
  }
  const step = () => {
    let size = 0;
    for (const segment of all()) {
      size += segment.size;
      segment.close();
    }
    return size;
  };
  const close = () => env.fileSystem.remove(directory);
  return { step, close, bytes: 0, records: count };
}
