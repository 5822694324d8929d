/**
 * The entries of `.index` and `.timeindex` files as they lie in the file, damaged or not.
 *
 * @module
 */

import { readInt32 } from "../../bytes/byte_reader.ts";
import { readWholeFile } from "../../file/file_system.ts";
import { uncaught } from "../tool.ts";
import { absolutePathOf, type DumpRequest } from "./dump_request.ts";
import { fileFailure } from "./kafka_failure.ts";

/** Bytes of an entry of `.index`. */
export const OFFSET_ENTRY_SIZE = 8;
/** Entries at the end of an index that Kafka looks at first: 8 KiB. */
const WARM_ENTRIES = 8192 / OFFSET_ENTRY_SIZE;
/** Bytes of an entry of `.timeindex`. */
export const TIME_ENTRY_SIZE = 12;

/**
 * The bytes of an index.
 *
 * @throws {ToolFailure} when it is not there. Kafka makes an empty file then, and fails on its size; we leave the
 * directory as it is
 */
export function readIndexBytes(request: DumpRequest, path: string): Uint8Array {
  const { fileSystem } = request.io.env;
  if (fileSystem.stat(path) === undefined) {
    throw uncaught("java.lang.IllegalArgumentException", "Invalid max index size: -1");
  }
  try {
    return readWholeFile(fileSystem, path);
  } catch (error) {
    throw fileFailure(error, absolutePathOf(request, path));
  }
}

/** An offset index, whole entries only. */
export class OffsetEntries {
  readonly #bytes: Uint8Array;
  readonly #baseOffset: number;
  readonly count: number;

  constructor(bytes: Uint8Array, baseOffset: number) {
    this.#bytes = bytes;
    this.#baseOffset = baseOffset;
    this.count = Math.floor(bytes.length / OFFSET_ENTRY_SIZE);
  }

  offset(slot: number): number {
    return this.#baseOffset + readInt32(this.#bytes, slot * OFFSET_ENTRY_SIZE);
  }

  position(slot: number): number {
    return readInt32(this.#bytes, slot * OFFSET_ENTRY_SIZE + 4);
  }

  /**
   * Position of the last entry at or below `offset`, 0 when there is none. Takes Kafka's steps, so that it
   * ends where Kafka does in an index that is out of order.
   */
  lookup(offset: number): number {
    if (this.count === 0) return 0;
    const firstHot = Math.max(0, this.count - 1 - WARM_ENTRIES);
    let slot: number;
    if (this.offset(firstHot) < offset) slot = this.#search(offset, firstHot, this.count - 1);
    else if (this.offset(0) > offset) return 0;
    else slot = this.#search(offset, 0, firstHot);
    return this.position(slot);
  }

  #search(offset: number, begin: number, end: number): number {
    let low = begin;
    let high = end;
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      const found = this.offset(middle);
      if (found === offset) return middle;
      if (found > offset) high = middle - 1;
      else low = middle;
    }
    return low;
  }
}

/** A time index, whole entries only. */
export class TimeEntries {
  readonly #view: DataView;
  readonly #baseOffset: number;
  readonly count: number;

  constructor(bytes: Uint8Array, baseOffset: number) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#baseOffset = baseOffset;
    this.count = Math.floor(bytes.length / TIME_ENTRY_SIZE);
  }

  /** A bigint only where a number would not be exact, which is in garbage. */
  timestamp(slot: number): number | bigint {
    const value = this.#view.getBigInt64(slot * TIME_ENTRY_SIZE);
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : value;
  }

  offset(slot: number): number {
    return this.#baseOffset + this.#view.getInt32(slot * TIME_ENTRY_SIZE + 8);
  }
}
