/**
 * Dumps a segment or a KRaft snapshot as text: a line for each batch, and for each record when that is asked for.
 *
 * @module
 */

import { CorruptRecordError } from "../../errors.ts";
import { LOG_SUFFIX } from "../../file/file_names.ts";
import type { Record } from "../../record/record.ts";
import type { AnyRecordBatch } from "../../record/record_batch.ts";
import { scanForDamage } from "../damage_scan.ts";
import type { RecordParser } from "../decoders/record_parser.ts";
import { baseName, parseJavaLong } from "../java_text.ts";
import type { SegmentReader } from "../segment_reader.ts";
import { uncaught } from "../tool.ts";
import { batchLine, RECORD_INDENT, recordMetadataText } from "./batch_text.ts";
import { batchSizeAt } from "./batch_walk.ts";
import { UNLIMITED_BYTES } from "./dump_options.ts";
import { absolutePathOf, type DumpRequest, printsContents, recordParser } from "./dump_request.ts";
import { contentFailure, openSegment, sliceEnd } from "./kafka_failure.ts";

/** Suffix of a KRaft snapshot. */
export const CHECKPOINT_SUFFIX = ".checkpoint";

const BOOTSTRAP_FILE = "bootstrap.checkpoint";

function headLine(path: string): string {
  const name = baseName(path);
  if (name.endsWith(LOG_SUFFIX)) {
    return `Log starting offset: ${parseJavaLong(name.split(".")[0]!)}`;
  }
  if (name === BOOTSTRAP_FILE) return "KRaft bootstrap snapshot";
  const match = /^(\d{20})-(\d{10})\.checkpoint$/.exec(name);
  if (match === null) throw uncaught("java.util.NoSuchElementException", "No value present");
  return `Snapshot end offset: ${Number(match[1])}, epoch: ${Number(match[2])}`;
}

class LogDump {
  readonly #request: DumpRequest;
  readonly #path: string;
  readonly #printContents: boolean;
  readonly #isDeep: boolean;
  readonly #parser: RecordParser;
  readonly #skipMetadata: boolean;
  readonly #hasRange: boolean;
  #lastOffset = -1;

  constructor(request: DumpRequest, path: string) {
    const { options, fromOffset, toOffset } = request;
    this.#request = request;
    this.#path = path;
    this.#printContents = printsContents(options);
    this.#isDeep = this.#printContents || options.has("deep-iteration");
    this.#parser = recordParser(options);
    this.#skipMetadata = options.has("skip-record-metadata");
    this.#hasRange = fromOffset > -Infinity || toOffset < Infinity;
  }

  run(maxBytes: number): void {
    const { output, io, skipDamage } = this.#request;
    output.print(headLine(this.#path));
    const reader = openSegment(io, this.#path, this.#path);
    try {
      const end = sliceEnd(0, maxBytes, reader.size, this.#path);
      if (skipDamage) this.#dumpPastDamage(reader, end);
      else this.#dumpAsKafka(reader, end, maxBytes);
    } finally {
      reader.close();
    }
  }

  #dumpAsKafka(reader: SegmentReader, end: number, maxBytes: number): void {
    const { output } = this.#request;
    let position = 0;
    while (true) {
      const size = batchSizeAt(reader, position, end, this.#path);
      if (size === 0) break;
      try {
        this.#dumpBatch(reader.batchAt(position, size), position);
      } catch (error) {
        throw contentFailure(error);
      }
      position += size;
    }
    if (end > position && maxBytes === UNLIMITED_BYTES) {
      output.print(`Found ${end - position} invalid bytes at the end of ${baseName(this.#path)}`);
    }
  }

  #dumpPastDamage(reader: SegmentReader, end: number): void {
    const { output, findings } = this.#request;
    for (const found of scanForDamage(reader, 0, end)) {
      if (found.kind === "damage") {
        findings.damages++;
        output.print(`Damage at position ${found.position}: ${found.bytes} bytes, ${found.reason}`);
        continue;
      }
      try {
        this.#dumpBatch(found.batch, found.position);
      } catch (error) {
        if (!(error instanceof CorruptRecordError)) throw error;
        findings.damages++;
        output.print(`Damage at position ${found.position}: ${found.size} bytes, ${error.message}`);
      }
    }
  }

  #dumpBatch(batch: AnyRecordBatch, position: number): void {
    const { fromOffset, toOffset, output } = this.#request;
    if (this.#hasRange) {
      if (batch.lastOffset < fromOffset || batch.baseOffset >= toOffset) return;
      if (this.#lastOffset === -1) this.#lastOffset = batch.baseOffset - 1;
    }
    output.print(batchLine(batch, position));
    if (this.#isDeep) this.#dumpRecords(batch);
  }

  #dumpRecords(batch: AnyRecordBatch): void {
    const { fromOffset, toOffset, output } = this.#request;
    const isControl = batch.isControlBatch;
    for (const record of batch.records()) {
      const { offset } = record;
      if (offset < fromOffset || offset >= toOffset) {
        this.#lastOffset = offset;
        continue;
      }
      if (offset !== this.#lastOffset + 1) this.#noteGap(this.#lastOffset, offset);
      this.#lastOffset = offset;
      let line = this.#skipMetadata ? "" : recordMetadataText(batch, record);
      if (this.#printContents && !isControl) {
        const { key, value } = this.#parse(record, line);
        if (this.#skipMetadata && (key !== undefined || value !== undefined)) line = RECORD_INDENT;
        if (key !== undefined) line += ` key: ${key}`;
        if (value !== undefined) line += ` payload: ${value}`;
      }
      output.print(line);
    }
  }

  /** Keys and values; what is known of a record that cannot be parsed is printed nevertheless. */
  #parse(record: Record, line: string): ReturnType<RecordParser["parse"]> {
    try {
      return this.#parser.parse(record);
    } catch (error) {
      if (line !== "") this.#request.output.print(line);
      throw error;
    }
  }

  #noteGap(previous: number, offset: number): void {
    const { nonConsecutive } = this.#request.findings;
    const key = absolutePathOf(this.#request, this.#path);
    let gaps = nonConsecutive.get(key);
    if (gaps === undefined) nonConsecutive.set(key, gaps = new Map());
    gaps.set(previous, offset);
  }
}

/**
 * Dumps one `.log` or `.checkpoint` file.
 *
 * @throws {ToolFailure} where Kafka's tool would end with an exception
 */
export function dumpLog(request: DumpRequest, path: string): void {
  // Kafka makes the decoders first, then asks for the limit.
  const dump = new LogDump(request, path);
  dump.run(request.options.integerOf("max-bytes"));
}
