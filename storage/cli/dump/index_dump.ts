/**
 * Dumps an offset index, and compares it with its segment.
 *
 * @module
 */

import { LOG_SUFFIX } from "../../file/file_names.ts";
import { baseName, parseJavaLong } from "../java_text.ts";
import { toJsonText } from "../decoders/json_text.ts";
import { uncaught } from "../tool.ts";
import { batchSizeAt, lastOffsetAt } from "./batch_walk.ts";
import { absolutePathOf, type DumpRequest } from "./dump_request.ts";
import { OFFSET_ENTRY_SIZE, OffsetEntries, readIndexBytes } from "./index_entries.ts";
import { openSegment, sliceEnd } from "./kafka_failure.ts";

/** Path of the file with the same base offset and another suffix. */
export function siblingPath(path: string, suffix: string): string {
  const name = baseName(path);
  return `${path.slice(0, path.length - name.length)}${name.split(".")[0]}${suffix}`;
}

/** Ends as Kafka does when an index fails the check that a broker makes when it opens it. */
export function corruptIndex(message: string): Error {
  return uncaught("org.apache.kafka.storage.internals.log.CorruptIndexException", message);
}

function sanityCheck(
  entries: OffsetEntries,
  baseOffset: number,
  length: number,
  path: string,
): void {
  const lastOffset = entries.count === 0 ? baseOffset : entries.offset(entries.count - 1);
  if (entries.count !== 0 && lastOffset < baseOffset) {
    throw corruptIndex(
      `Corrupt index found, index file ${path} has non-zero size but the last offset is ${lastOffset} which is ` +
        `less than the base offset ${baseOffset}`,
    );
  }
  if (length % OFFSET_ENTRY_SIZE !== 0) {
    throw corruptIndex(
      `Index file ${path} is corrupt, found ${length} bytes which is neither positive nor a multiple of ` +
        `${OFFSET_ENTRY_SIZE}`,
    );
  }
}

/**
 * Dumps one `.index` file.
 *
 * @throws {ToolFailure} where Kafka's tool would end with an exception
 */
export function dumpIndex(request: DumpRequest, path: string): void {
  const { io, options, output, findings, json } = request;
  const maxMessageSize = options.integerOf("max-message-size");
  const baseOffset = parseJavaLong(baseName(path).split(".")[0]!);
  const logPath = siblingPath(path, LOG_SUFFIX);
  const shownLogPath = absolutePathOf(request, logPath);
  const shownPath = absolutePathOf(request, path);
  const reader = openSegment(io, logPath, shownLogPath);
  try {
    const bytes = readIndexBytes(request, path);
    const entries = new OffsetEntries(bytes, baseOffset);
    if (entries.count === 0) {
      if (!json) output.print(`${path} is empty.`);
      return;
    }
    if (options.has("index-sanity-check")) {
      sanityCheck(entries, baseOffset, bytes.length, shownPath);
      output.print(
        json ? toJsonText({ file: path, passed: true }) : `${path} passed sanity check.`,
      );
      return;
    }
    for (let slot = 0; slot < entries.count; slot++) {
      const offset = entries.offset(slot);
      // A broker that was killed leaves the preallocated rest of the file, all zeros.
      if (offset === baseOffset && slot > 0) return;
      const position = entries.position(slot);
      const end = sliceEnd(position, maxMessageSize, reader.size, shownLogPath);
      if (batchSizeAt(reader, position, end, shownLogPath) === 0) {
        throw uncaught("java.util.NoSuchElementException");
      }
      const lastOffset = lastOffsetAt(reader, position);
      if (lastOffset !== offset) {
        let mismatches = findings.indexMismatches.get(shownPath);
        if (mismatches === undefined) {
          findings.indexMismatches.set(shownPath, mismatches = new Map());
        }
        mismatches.set(offset, lastOffset);
      }
      if (options.has("verify-index-only")) continue;
      output.print(
        json
          ? toJsonText({ file: path, offset, position })
          : `offset: ${offset} position: ${position}`,
      );
    }
  } finally {
    reader.close();
  }
}
