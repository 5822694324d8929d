/**
 * Reads a segment file from front to back through one buffer.
 *
 * @module
 */

import { readInt32 } from "../bytes/byte_reader.ts";
import type { FileSystem, LogFile } from "../file/file_system.ts";
import { LegacyRecordBatch } from "../record/legacy_record_batch.ts";
import { type AnyRecordBatch, LOG_OVERHEAD, RecordBatch } from "../record/record_batch.ts";
import { ToolFailure } from "./tool.ts";

const WINDOW_BYTES = 1024 * 1024;

/** The largest batch that is taken into memory; a broker's `message.max.bytes` is 1 MiB unless it was raised. */
const MAX_BATCH_BYTES = 512 * 1024 * 1024;

/** A window that slides over a file. */
export class SegmentReader {
  /** The file as the user named it. */
  readonly path: string;
  /** Size of the file when it was opened. */
  readonly size: number;
  /** What {@linkcode SegmentReader.at} has put in memory; a later call may change it. */
  bytes: Uint8Array = new Uint8Array(0);
  readonly #file: LogFile;
  #start = 0;
  #end = 0;

  /** @throws {LogDirError} when the file cannot be opened */
  constructor(fileSystem: FileSystem, path: string) {
    this.path = path;
    this.#file = fileSystem.open(path, { readOnly: true });
    this.size = this.#file.size();
  }

  /**
   * Makes bytes of the file available.
   *
   * @returns where in {@linkcode SegmentReader.bytes} the file's byte at `position` is; up to the end of the file, `length`
   * bytes from there on are there
   */
  at(position: number, length: number): number {
    const wanted = Math.min(position + length, this.size);
    if (position < this.#start || wanted > this.#end) this.#fill(position, wanted - position);
    return position - this.#start;
  }

  #fill(position: number, length: number): void {
    if (length > MAX_BATCH_BYTES) {
      throw new ToolFailure(
        `A batch at position ${position} of ${this.path} is larger than ${MAX_BATCH_BYTES} bytes: ${length}`,
      );
    }
    const capacity = Math.max(Math.min(WINDOW_BYTES, this.size), length);
    if (this.bytes.length < capacity) this.bytes = new Uint8Array(capacity);
    this.#start = position;
    this.#end = position + this.#file.read(position, this.bytes, 0, this.bytes.length);
  }

  /** How many bytes of the file from `position` on are in memory. */
  available(position: number): number {
    return position < this.#start ? 0 : Math.max(0, this.#end - position);
  }

  /** Length field of the batch at `position`. */
  lengthAt(position: number): number {
    const at = this.at(position, LOG_OVERHEAD);
    return readInt32(this.bytes, at + 8);
  }

  /**
   * The batch at `position`, valid until the next call of any method.
   *
   * @param size its size, which {@linkcode SegmentReader.lengthAt} has told
   */
  batchAt(position: number, size: number): AnyRecordBatch {
    const at = this.at(position, size);
    const magic = this.bytes[at + 16]! << 24 >> 24;
    return magic < 2 ? new LegacyRecordBatch(this.bytes, at) : new RecordBatch(this.bytes, at);
  }

  close(): void {
    this.#file.close();
  }
}
