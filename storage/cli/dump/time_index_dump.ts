/**
 * Dumps a time index, and compares it with its segment.
 *
 * @module
 */

import { INDEX_SUFFIX, LOG_SUFFIX } from "../../file/file_names.ts";
import { LOG_OVERHEAD } from "../../record/record_batch.ts";
import { toJsonText } from "../decoders/json_text.ts";
import { baseName, parseJavaLong } from "../java_text.ts";
import type { SegmentReader } from "../segment_reader.ts";
import { batchSizeAt, lastOffsetAt } from "./batch_walk.ts";
import { absolutePathOf, type DumpFindings, type DumpRequest } from "./dump_request.ts";
import { OffsetEntries, readIndexBytes, TIME_ENTRY_SIZE, TimeEntries } from "./index_entries.ts";
import { corruptIndex, siblingPath } from "./index_dump.ts";
import { contentFailure, openSegment, sliceEnd } from "./kafka_failure.ts";

function sanityCheck(entries: TimeEntries, baseOffset: number, length: number, path: string): void {
  const last = entries.count - 1;
  if (last >= 0 && entries.timestamp(last) < entries.timestamp(0)) {
    throw corruptIndex(
      `Corrupt time index found, time index file (${path}) has non-zero size but the last timestamp is ` +
        `${entries.timestamp(last)} which is less than the first timestamp ${entries.timestamp(0)}`,
    );
  }
  if (last >= 0 && entries.offset(last) < baseOffset) {
    throw corruptIndex(
      `Corrupt time index found, time index file (${path}) has non-zero size but the last offset is ` +
        `${entries.offset(last)} which is less than the first offset ${baseOffset}`,
    );
  }
  if (length % TIME_ENTRY_SIZE !== 0) {
    throw corruptIndex(
      `Time index file ${path} is corrupt, found ${length} bytes which is neither positive nor a multiple of ` +
        `${TIME_ENTRY_SIZE}`,
    );
  }
}

/** Where the batches of a segment start, as far as a walk has shown that the rest of the file is in order. */
class BatchChain {
  readonly #reader: SegmentReader;
  readonly #shownPath: string;
  #positions = new Uint32Array(1024);
  #count = 0;

  constructor(reader: SegmentReader, shownPath: string) {
    this.#reader = reader;
    this.#shownPath = shownPath;
  }

  #has(position: number): boolean {
    let low = 0;
    let high = this.#count;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.#positions[middle]! < position) low = middle + 1;
      else high = middle;
    }
    return low < this.#count && this.#positions[low] === position;
  }

  #add(position: number): void {
    if (this.#count === this.#positions.length) {
      const grown = new Uint32Array(this.#count * 2);
      grown.set(this.#positions);
      this.#positions = grown;
    }
    this.#positions[this.#count++] = position;
  }

  /**
   * Kafka reads all batches behind `start` before it looks for one, and fails if any of them is damaged.
   *
   * @returns position of the first batch that reaches `offset`, or -1
   */
  find(start: number, offset: number): number {
    const { size } = this.#reader;
    let found = -1;
    for (let position = start;;) {
      const isKnown = this.#has(position);
      if (isKnown && found >= 0) return found;
      const batchSize = batchSizeAt(this.#reader, position, size, this.#shownPath);
      if (batchSize === 0) return found;
      if (found < 0 && lastOffsetAt(this.#reader, position) >= offset) found = position;
      if (!isKnown && (this.#count === 0 || position > this.#positions[this.#count - 1]!)) {
        this.#add(position);
      }
      position += batchSize;
    }
  }
}

function note<T>(map: Map<string, [T, T][]>, path: string, pair: [T, T]): void {
  const pairs = map.get(path);
  if (pairs === undefined) map.set(path, [pair]);
  else pairs.push(pair);
}

function maxTimestampAt(reader: SegmentReader, position: number): number {
  const batch = reader.batchAt(position, LOG_OVERHEAD + reader.lengthAt(position));
  let maxTimestamp = -1;
  try {
    for (const record of batch.records()) {
      if (record.timestamp > maxTimestamp) maxTimestamp = record.timestamp;
    }
  } catch (error) {
    throw contentFailure(error);
  }
  return maxTimestamp;
}

function compare(
  findings: DumpFindings,
  shownPath: string,
  reader: SegmentReader,
  found: number,
  entry: { timestamp: number | bigint; offset: number; previousTimestamp: number | bigint },
): void {
  const lastOffset = found < 0 ? -1 : lastOffsetAt(reader, found);
  if (lastOffset !== entry.offset) {
    note(findings.offsetsNotFound, shownPath, [entry.offset, lastOffset]);
    return;
  }
  const maxTimestamp = maxTimestampAt(reader, found);
  if (maxTimestamp !== entry.timestamp) {
    note(findings.timestampMismatches, shownPath, [entry.timestamp, maxTimestamp]);
  }
  if (entry.previousTimestamp >= entry.timestamp) {
    note(findings.timestampsOutOfOrder, shownPath, [entry.timestamp, entry.previousTimestamp]);
  }
}

/**
 * Dumps one `.timeindex` file.
 *
 * @throws {ToolFailure} where Kafka's tool would end with an exception
 */
export function dumpTimeIndex(request: DumpRequest, path: string): void {
  const { io, options, output, findings, json } = request;
  const baseOffset = parseJavaLong(baseName(path).split(".")[0]!);
  const logPath = siblingPath(path, LOG_SUFFIX);
  const shownLogPath = absolutePathOf(request, logPath);
  const shownPath = absolutePathOf(request, path);
  const reader = openSegment(io, logPath, shownLogPath);
  try {
    const indexBytes = readIndexBytes(request, siblingPath(path, INDEX_SUFFIX));
    const offsetEntries = new OffsetEntries(indexBytes, baseOffset);
    const bytes = readIndexBytes(request, path);
    const entries = new TimeEntries(bytes, baseOffset);
    if (options.has("index-sanity-check")) {
      sanityCheck(entries, baseOffset, bytes.length, shownPath);
      output.print(
        json ? toJsonText({ file: path, passed: true }) : `${path} passed sanity check.`,
      );
      return;
    }
    const chain = new BatchChain(reader, shownLogPath);
    let previousTimestamp: number | bigint = -1;
    for (let slot = 0; slot < entries.count; slot++) {
      const timestamp = entries.timestamp(slot);
      const offset = entries.offset(slot);
      // A broker that was killed leaves the preallocated rest of the file, all zeros.
      if (offset === baseOffset && slot > 0) return;
      const start = offsetEntries.lookup(offset);
      sliceEnd(start, Infinity, reader.size, shownLogPath);
      const found = chain.find(start, offset);
      compare(findings, shownPath, reader, found, { timestamp, offset, previousTimestamp });
      if (!options.has("verify-index-only")) {
        output.print(
          json
            ? toJsonText({ file: path, timestamp, offset })
            : `timestamp: ${timestamp} offset: ${offset}`,
        );
      }
      previousTimestamp = timestamp;
    }
  } finally {
    reader.close();
  }
}
