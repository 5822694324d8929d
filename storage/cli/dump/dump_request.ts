/**
 * What one run of `dump-log` was asked for, as far as all files share it.
 *
 * @module
 */

import { ClassDecoderParser } from "../decoders/class_decoder.ts";
import { clusterMetadataParser } from "../decoders/cluster_metadata_decoder.ts";
import {
  offsetsParser,
  shareGroupStateParser,
  transactionLogParser,
} from "../decoders/coordinator_decoder.ts";
import type { RecordParser } from "../decoders/record_parser.ts";
import { remoteLogMetadataParser } from "../decoders/remote_log_metadata_decoder.ts";
import type { ParsedOptions } from "../option_parser.ts";
import { absolutePath } from "../java_text.ts";
import type { LineOutput, ToolIo } from "../tool.ts";
import { PRINTING_OPTIONS } from "./dump_options.ts";

/** Where an index disagrees with the data; printed behind all the files, as Kafka does. */
export interface DumpFindings {
  /** By index file: indexed offset -> the offset that the log has there. */
  readonly indexMismatches: Map<string, Map<number, number>>;
  /** By time index file: indexed timestamp, and the largest timestamp of the batch. */
  readonly timestampMismatches: Map<string, [number | bigint, number | bigint][]>;
  /** By time index file: indexed timestamp, and the one before it. */
  readonly timestampsOutOfOrder: Map<string, [number | bigint, number | bigint][]>;
  /** By time index file: indexed offset, and the offset that the log has there, or -1. */
  readonly offsetsNotFound: Map<string, [number, number][]>;
  /** By log file: offset -> the offset behind it, where that is not the next one. */
  readonly nonConsecutive: Map<string, Map<number, number>>;
  /** Places of damage that were gone past. */
  damages: number;
}

/** What the dumpers of each kind of file are given. */
export interface DumpRequest {
  readonly io: ToolIo;
  readonly options: ParsedOptions;
  readonly output: LineOutput;
  readonly findings: DumpFindings;
  readonly json: boolean;
  readonly skipDamage: boolean;
  readonly fromOffset: number;
  /** Exclusive. */
  readonly toOffset: number;
}

/** A request with nothing found yet. */
export function dumpRequest(
  io: ToolIo,
  options: ParsedOptions,
  output: LineOutput,
  skipDamage: boolean,
): DumpRequest {
  return {
    io,
    options,
    output,
    findings: {
      indexMismatches: new Map(),
      timestampMismatches: new Map(),
      timestampsOutOfOrder: new Map(),
      offsetsNotFound: new Map(),
      nonConsecutive: new Map(),
      damages: 0,
    },
    json: options.has("json"),
    skipDamage,
    fromOffset: options.longOf("from-offset") ?? -Infinity,
    toOffset: options.longOf("to-offset") ?? Infinity,
  };
}

/** `File.getAbsolutePath` of a file of the request. */
export function absolutePathOf(request: DumpRequest, path: string): string {
  return absolutePath(path, request.io.workingDirectory ?? "/");
}

/** Whether keys and values are to be printed. */
export function printsContents(options: ParsedOptions): boolean {
  return PRINTING_OPTIONS.some((name) => options.has(name));
}

/**
 * What decodes keys and values.
 *
 * @throws {ToolFailure} for a decoder class that is not known
 */
export function recordParser(options: ParsedOptions): RecordParser {
  if (options.has("offsets-decoder")) return offsetsParser();
  if (options.has("transaction-log-decoder")) return transactionLogParser();
  if (options.has("cluster-metadata-decoder")) return clusterMetadataParser();
  if (options.has("remote-log-metadata-decoder")) return remoteLogMetadataParser();
  if (options.has("share-group-state-decoder")) return shareGroupStateParser();
  return new ClassDecoderParser(
    options.valueOf("key-decoder-class")!,
    options.valueOf("value-decoder-class")!,
  );
}
