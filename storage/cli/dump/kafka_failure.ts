/**
 * What Kafka's tools print when a file cannot be opened or holds what it may not.
 *
 * @module
 */

import { errorCode } from "../../file/system_error.ts";
import { LogDirError, StorageError } from "../../errors.ts";
import { SegmentReader } from "../segment_reader.ts";
import { ToolFailure, type ToolIo, uncaught } from "../tool.ts";

const MAX_SEGMENT_BYTES = 2 ** 31 - 1;

const NIO_EXCEPTIONS: Readonly<{ [code: string]: string }> = {
  ENOENT: "java.nio.file.NoSuchFileException",
  EACCES: "java.nio.file.AccessDeniedException",
};

/**
 * A failed access to a file as Java's file exceptions show it.
 *
 * @param path the file as Kafka would name it
 */
export function fileFailure(error: unknown, path: string): unknown {
  if (!(error instanceof LogDirError)) return error;
  const className = NIO_EXCEPTIONS[errorCode(error.cause) ?? ""];
  if (className !== undefined) return uncaught(className, path, { cause: error });
  return uncaught("java.nio.file.FileSystemException", error.message, { cause: error });
}

/**
 * Opens a segment as `FileRecords.open` does.
 *
 * @param shownPath how messages name it
 */
export function openSegment(io: ToolIo, path: string, shownPath: string): SegmentReader {
  let reader: SegmentReader;
  try {
    reader = new SegmentReader(io.env.fileSystem, path);
  } catch (error) {
    throw fileFailure(error, shownPath);
  }
  if (reader.size > MAX_SEGMENT_BYTES) {
    reader.close();
    throw uncaught(
      "org.apache.kafka.common.KafkaException",
      `The size of segment ${shownPath} (${reader.size}) is larger than the maximum allowed segment size of ` +
        `${MAX_SEGMENT_BYTES}`,
    );
  }
  return reader;
}

/** `FileRecords.toString` of a whole file. */
export function fileRecordsText(size: number, shownPath: string): string {
  return `FileRecords(size=${size}, file=${shownPath}, start=0, end=${MAX_SEGMENT_BYTES})`;
}

/**
 * The end of `FileRecords.slice(position, size)`.
 *
 * @throws {ToolFailure} for a slice outside of the file
 */
export function sliceEnd(
  position: number,
  size: number,
  fileSize: number,
  shownPath: string,
): number {
  const records = fileRecordsText(fileSize, shownPath);
  const refuse = (message: string) => uncaught("java.lang.IllegalArgumentException", message);
  if (position < 0) throw refuse(`Invalid position: ${position} in read from ${records}`);
  if (position > fileSize) {
    throw refuse(`Slice from position ${position} exceeds end position of ${records}`);
  }
  if (size < 0) throw refuse(`Invalid size: ${size} in read from ${records}`);
  return Math.min(position + size, fileSize);
}

/** An error of the engine about content as Kafka's tool would let it through. */
export function contentFailure(error: unknown): unknown {
  if (!(error instanceof StorageError) || error instanceof ToolFailure) return error;
  const className = error instanceof LogDirError
    ? "java.io.IOException"
    : "org.apache.kafka.common.InvalidRecordException";
  return uncaught(className, error.message, { cause: error });
}
