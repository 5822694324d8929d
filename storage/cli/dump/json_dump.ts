/**
 * Dumps a segment or a KRaft snapshot as JSON, a line for each record and for each place of damage.
 *
 * @module
 */

import { CorruptRecordError } from "../../errors.ts";
import type { Record } from "../../record/record.ts";
import type { AnyRecordBatch } from "../../record/record_batch.ts";
import { scanForDamage } from "../damage_scan.ts";
import { parseControlRecord } from "../decoders/control_record_text.ts";
import { quoteJson, toJsonText } from "../decoders/json_text.ts";
import type { RecordParser } from "../decoders/record_parser.ts";
import { type DumpRequest, printsContents, recordParser } from "./dump_request.ts";
import { openSegment, sliceEnd } from "./kafka_failure.ts";

const strictUtf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** Members for bytes: text when they are UTF-8, else base64 with a member that says so. */
function bytesMembers(name: string, bytes: Uint8Array | null): string {
  if (bytes === null) return `"${name}":null`;
  let text: string;
  try {
    text = strictUtf8.decode(bytes);
  } catch {
    return `"${name}":"${bytes.toBase64()}","${name}Encoding":"base64"`;
  }
  return `"${name}":${quoteJson(text)}`;
}

class JsonDump {
  readonly #request: DumpRequest;
  readonly #path: string;
  /** A decoder that was asked for; without one bytes are shown as they are. */
  readonly #parser: RecordParser | undefined;
  readonly #skipMetadata: boolean;

  constructor(request: DumpRequest, path: string) {
    const { options } = request;
    this.#request = request;
    this.#path = path;
    const parser = recordParser(options);
    const isAsked = parser.givesJson || options.has("remote-log-metadata-decoder") ||
      options.has("key-decoder-class") || options.has("value-decoder-class");
    this.#parser = printsContents(options) && isAsked ? parser : undefined;
    this.#skipMetadata = options.has("skip-record-metadata");
  }

  run(): void {
    const { io, options } = this.#request;
    const reader = openSegment(io, this.#path, this.#path);
    try {
      const end = sliceEnd(0, options.integerOf("max-bytes"), reader.size, this.#path);
      for (const found of scanForDamage(reader, 0, end)) {
        const { position } = found;
        if (found.kind === "damage") {
          // What --max-bytes cuts through is not damage.
          if (end < reader.size && position + found.bytes === end) break;
          this.#printDamage(position, found.bytes, found.reason);
          continue;
        }
        try {
          this.#dumpBatch(found.batch, position);
        } catch (error) {
          if (!(error instanceof CorruptRecordError)) throw error;
          this.#printDamage(position, found.size, error.message);
        }
      }
    } finally {
      reader.close();
    }
  }

  #printDamage(position: number, bytes: number, reason: string): void {
    const { output, findings } = this.#request;
    findings.damages++;
    output.print(toJsonText({ file: this.#path, damage: reason, position, bytes }));
  }

  #dumpBatch(batch: AnyRecordBatch, position: number): void {
    const { fromOffset, toOffset, output } = this.#request;
    if (batch.lastOffset < fromOffset) return;
    const isControl = batch.isControlBatch;
    if (isControl && this.#skipMetadata) return;
    const tail = this.#skipMetadata ? "" : this.#batchMembers(batch, position);
    const timestampType = batch.timestampType;
    for (const record of batch.records()) {
      if (record.offset < fromOffset || record.offset >= toOffset) continue;
      let line = `{"file":${quoteJson(this.#path)},"offset":${record.offset}`;
      if (!this.#skipMetadata) {
        line += `,"timestamp":${record.timestamp},"timestampType":"${timestampType}"`;
        if (record.sequence >= 0) line += `,"sequence":${record.sequence}`;
      }
      line += isControl ? this.#controlMembers(record) : this.#contentMembers(record);
      output.print(`${line}${tail}}`);
    }
  }

  #batchMembers(batch: AnyRecordBatch, position: number): string {
    let members = "";
    if (batch.magic >= 2) members += `,"partitionLeaderEpoch":${batch.partitionLeaderEpoch}`;
    if (batch.hasProducerId) {
      members += `,"producerId":${batch.producerId},"producerEpoch":${batch.producerEpoch}`;
    }
    if (batch.isTransactional) members += `,"isTransactional":true`;
    if (batch.deleteHorizonMs !== undefined) {
      members += `,"deleteHorizonMs":${batch.deleteHorizonMs}`;
    }
    if (batch.isCompressed) members += `,"compression":"${batch.compressionType}"`;
    return `${members},"magic":${batch.magic},"position":${position}`;
  }

  #controlMembers(record: Record): string {
    const { type, typeId, coordinatorEpoch, data } = parseControlRecord(record);
    return `,"control":${
      toJsonText({
        type,
        typeId,
        ...(coordinatorEpoch === undefined ? {} : { coordinatorEpoch }),
        ...(data === undefined ? {} : { data }),
      })
    }`;
  }

  #contentMembers(record: Record): string {
    if (this.#parser !== undefined) {
      const { key, value } = this.#parser.parse(record);
      return `,"key":${this.#decoded(key)},"value":${this.#decoded(value)}`;
    }
    const members = `,${bytesMembers("key", record.key)},${bytesMembers("value", record.value)}`;
    const { headers } = record;
    if (headers.length === 0) return members;
    const texts = headers.map(({ key, value }) =>
      `{"key":${quoteJson(key)},${bytesMembers("value", value)}}`
    );
    return `${members},"headers":[${texts.join(",")}]`;
  }

  #decoded(text: string | undefined): string {
    if (text === undefined || text === "<DELETE>") return "null";
    return this.#parser!.givesJson && text.startsWith("{") ? text : quoteJson(text);
  }
}

/** Dumps one `.log` or `.checkpoint` file as JSON. */
export function dumpLogAsJson(request: DumpRequest, path: string): void {
  new JsonDump(request, path).run();
}
