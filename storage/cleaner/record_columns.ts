/**
 * The records of one batch, column by column: where each lies and what the cleaner decides by.
 *
 * @module
 */

import { sizeOfVarint, sizeOfVarlong, writeVarint, writeVarlong } from "../bytes/varint.ts";
import type { RecordCursor } from "../record/record_cursor.ts";
import type { OutputBuffer } from "./output_buffer.ts";

const INITIAL_CAPACITY = 1024;

/** Typed arrays that are used again for every batch, so that there is no object per record. */
export class RecordColumns {
  /** Holds the records: the batch, or what it decompresses to. */
  bytes: Uint8Array = new Uint8Array(0);
  /** How many there are. */
  count = 0;
  /** Position of each key. */
  keyStarts = new Int32Array(INITIAL_CAPACITY);
  /** Bytes of each key, -1 for none. */
  keySizes = new Int32Array(INITIAL_CAPACITY);
  /** Bytes of each value, -1 for none. */
  valueSizes = new Int32Array(INITIAL_CAPACITY);
  /** Each offset less the batch's base offset. */
  offsetDeltas = new Int32Array(INITIAL_CAPACITY);
  /** 1 for a record that stays, 0 for one that goes. */
  retained = new Uint8Array(INITIAL_CAPACITY);
  /** Largest timestamp of the records that stay, -1 when none has one. Set by {@linkcode retain}. */
  maxTimestamp = -1;
  /** Whether one of those that stay has no value. Set by {@linkcode retain}. */
  containsTombstones = false;

  #starts = new Int32Array(INITIAL_CAPACITY);
  #tails = new Int32Array(INITIAL_CAPACITY);
  #ends = new Int32Array(INITIAL_CAPACITY);
  #timestamps = new Float64Array(INITIAL_CAPACITY);

  /**
   * Takes all records of a batch.
   *
   * @param cursor on no record yet
   * @throws {CorruptRecordError} when they are damaged
   */
  read(cursor: RecordCursor): void {
    this.bytes = cursor.bytes;
    this.count = 0;
    while (cursor.advance()) {
      const i = this.count++;
      if (i === this.#starts.length) this.#grow();
      this.#starts[i] = cursor.end - cursor.sizeInBytes;
      this.#tails[i] = cursor.keyLengthAt;
      this.#ends[i] = cursor.end;
      this.#timestamps[i] = cursor.timestamp;
      this.offsetDeltas[i] = cursor.offsetDelta;
      this.keyStarts[i] = cursor.keyAt;
      this.keySizes[i] = cursor.keySize;
      this.valueSizes[i] = cursor.valueSize;
    }
  }

  /** Timestamp of the first one. */
  get firstTimestamp(): number {
    return this.#timestamps[0]!;
  }

  /** Drops what {@linkcode retained} says; what is kept moves together. Only what writing needs is kept of it. */
  retain(): void {
    const retained = this.retained;
    this.maxTimestamp = -1;
    this.containsTombstones = false;
    let kept = 0;
    for (let i = 0; i < this.count; i++) {
      if (retained[i] === 0) continue;
      const timestamp = this.#timestamps[i]!;
      if (timestamp > this.maxTimestamp) this.maxTimestamp = timestamp;
      if (this.valueSizes[i]! < 0) this.containsTombstones = true;
      this.#starts[kept] = this.#starts[i]!;
      this.#tails[kept] = this.#tails[i]!;
      this.#ends[kept] = this.#ends[i]!;
      this.#timestamps[kept] = timestamp;
      this.offsetDeltas[kept] = this.offsetDeltas[i]!;
      kept++;
    }
    this.count = kept;
  }

  /** Appends the records as they are; what lies one behind the other goes in one piece. */
  copyTo(output: OutputBuffer): void {
    const starts = this.#starts;
    const ends = this.#ends;
    const count = this.count;
    for (let i = 0; i < count;) {
      const start = starts[i]!;
      let end = ends[i++]!;
      while (i < count && starts[i] === end) end = ends[i++]!;
      output.append(this.bytes, start, end);
    }
  }

  /** Appends the records with their timestamp deltas counted from `baseTimestamp`. */
  rebaseTo(output: OutputBuffer, baseTimestamp: number): void {
    const bytes = this.bytes;
    for (let i = 0; i < this.count; i++) {
      const tail = this.#tails[i]!;
      const end = this.#ends[i]!;
      const offsetDelta = this.offsetDeltas[i]!;
      const timestampDelta = this.#timestamps[i]! - baseTimestamp;
      const body = 1 + sizeOfVarlong(timestampDelta) + sizeOfVarint(offsetDelta) + end - tail;
      const start = output.extend(sizeOfVarint(body) + body);
      const target = output.bytes;
      let at = writeVarint(target, start, body);
      target[at++] = 0; // attributes: no bit is in use
      at = writeVarlong(target, at, timestampDelta);
      at = writeVarint(target, at, offsetDelta);
      if (end - tail > 48) {
        target.set(bytes.subarray(tail, end), at);
      } else {
        for (let from = tail; from < end; from++) target[at++] = bytes[from]!;
      }
    }
  }

  #grow(): void {
    const size = this.#starts.length * 2;
    const ints = (from: Int32Array) => {
      const to = new Int32Array(size);
      to.set(from);
      return to;
    };
    this.keyStarts = ints(this.keyStarts);
    this.keySizes = ints(this.keySizes);
    this.valueSizes = ints(this.valueSizes);
    this.offsetDeltas = ints(this.offsetDeltas);
    this.#starts = ints(this.#starts);
    this.#tails = ints(this.#tails);
    this.#ends = ints(this.#ends);
    this.retained = new Uint8Array(size);
    const timestamps = new Float64Array(size);
    timestamps.set(this.#timestamps);
    this.#timestamps = timestamps;
  }
}
