/**
 * One record as the log holds it: an offset, a timestamp, a key and a value that may each be null, and headers.
 *
 * @module
 */

import { readVarint, varintEnd } from "../bytes/varint.ts";

/** A name and a value beside a record's own. The same name may come more than once; the order is kept. */
export interface RecordHeader {
  /** The name; UTF-8 in the batch. */
  readonly key: string;
  /** The value, or null. */
  readonly value: Uint8Array | null;
}

const NO_HEADERS: readonly RecordHeader[] = [];

// BOM kept: a name that starts with U+FEFF is not the name without it.
const utf8 = new TextDecoder("utf-8", { ignoreBOM: true });

/** A header's name: nearly always a few ASCII letters, for which a decoder's call costs more than the work. */
function headerKey(bytes: Uint8Array, at: number, end: number): string {
  if (end - at > 24) return utf8.decode(bytes.subarray(at, end));
  let key = "";
  for (let i = at; i < end; i++) {
    const byte = bytes[i]!;
    if (byte >= 0x80) return utf8.decode(bytes.subarray(at, end));
    key += String.fromCharCode(byte);
  }
  return key;
}

/** The headers of a record whose bounds were checked, their values as views. */
export function readRecordHeaders(
  bytes: Uint8Array,
  headersAt: number,
  count: number,
): readonly RecordHeader[] {
  if (count === 0) return NO_HEADERS;
  const headers: RecordHeader[] = [];
  let at = headersAt;
  for (let i = 0; i < count; i++) {
    const keySize = readVarint(bytes, at, bytes.length);
    const keyEnd = varintEnd + keySize;
    const key = headerKey(bytes, varintEnd, keyEnd);
    const valueSize = readVarint(bytes, keyEnd, bytes.length);
    at = varintEnd;
    if (valueSize < 0) {
      headers.push({ key, value: null });
    } else {
      headers.push({ key, value: bytes.subarray(at, at + valueSize) });
      at += valueSize;
    }
  }
  return headers;
}

/**
 * A record inside a batch's bytes, or inside what they decompress to. Key, value and headers are views that are made when they
 * are asked for; they see what happens to the bytes. As `org.apache.kafka.common.record.internal.DefaultRecord`.
 */
export class Record {
  /** Its place in the log. */
  readonly offset: number;
  /** Ms since the epoch, given by the producer or by the log (see the batch's timestamp type); -1 for none. */
  readonly timestamp: number;
  /** The idempotent producer's number of it, or -1. */
  readonly sequence: number;
  /** Bytes that it takes in the batch before compression, its length prefix included. */
  readonly sizeInBytes: number;
  /** Length of the key in bytes, -1 when there is none. */
  readonly keySize: number;
  /** Length of the value in bytes, -1 when there is none. */
  readonly valueSize: number;

  readonly #bytes: Uint8Array;
  readonly #keyAt: number;
  readonly #valueAt: number;
  readonly #headersAt: number;
  readonly #headerCount: number;

  /**
   * Made by a {@linkcode RecordCursor}, which has checked the bounds.
   *
   * @param bytes where key, value and headers lie
   * @param offset the absolute offset
   * @param timestamp the effective timestamp
   * @param sequence the sequence number, or -1
   * @param sizeInBytes the stored size
   * @param keyAt position of the key
   * @param keySize its length, or -1
   * @param valueAt position of the value
   * @param valueSize its length, or -1
   * @param headersAt position of the first header
   * @param headerCount how many there are
   */
  constructor(
    bytes: Uint8Array,
    offset: number,
    timestamp: number,
    sequence: number,
    sizeInBytes: number,
    keyAt: number,
    keySize: number,
    valueAt: number,
    valueSize: number,
    headersAt: number,
    headerCount: number,
  ) {
    this.#bytes = bytes;
    this.offset = offset;
    this.timestamp = timestamp;
    this.sequence = sequence;
    this.sizeInBytes = sizeInBytes;
    this.#keyAt = keyAt;
    this.keySize = keySize;
    this.#valueAt = valueAt;
    this.valueSize = valueSize;
    this.#headersAt = headersAt;
    this.#headerCount = headerCount;
  }

  /** Whether there is a key, be it an empty one. */
  get hasKey(): boolean {
    return this.keySize >= 0;
  }

  /** Whether there is a value; a record without one deletes its key from a compacted log. */
  get hasValue(): boolean {
    return this.valueSize >= 0;
  }

  /** The key, as a view; null when there is none. */
  get key(): Uint8Array | null {
    if (this.keySize < 0) return null;
    return this.#bytes.subarray(this.#keyAt, this.#keyAt + this.keySize);
  }

  /** The value, as a view; null when there is none. */
  get value(): Uint8Array | null {
    if (this.valueSize < 0) return null;
    return this.#bytes.subarray(this.#valueAt, this.#valueAt + this.valueSize);
  }

  /** The headers in order, their values as views. */
  get headers(): readonly RecordHeader[] {
    return readRecordHeaders(this.#bytes, this.#headersAt, this.#headerCount);
  }
}
