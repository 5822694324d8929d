/**
 * Compares the three indexes of a segment with its batches, while those go by.
 *
 * @module
 */

import { readInt64 } from "../../bytes/byte_reader.ts";
import { StorageError } from "../../errors.ts";
import {
  OFFSET_ENTRY_SIZE,
  OffsetEntries,
  TIME_ENTRY_SIZE,
  TimeEntries,
} from "../dump/index_entries.ts";
import { type FaultSink, LimitedFaults } from "./fault.ts";

/** Entries before the zeros at the end, which a broker that was killed leaves of a preallocated index. */
function usedEntries(bytes: Uint8Array, entrySize: number): number {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end--;
  return Math.min(Math.ceil(end / entrySize), Math.floor(bytes.length / entrySize));
}

/** The sparse map from offsets to positions. */
export class OffsetIndexCheck {
  readonly #path: string;
  readonly #entries: OffsetEntries;
  readonly #count: number;
  readonly #faults: LimitedFaults;
  #slot = 0;
  /** Offsets of entries whose position was met, and that have to be the last offset of a batch from there on. */
  #pendingOffset = -1;
  #pendingSlot = -1;

  constructor(path: string, bytes: Uint8Array, baseOffset: number, sink: FaultSink) {
    this.#path = path;
    this.#faults = new LimitedFaults(sink);
    this.#entries = new OffsetEntries(bytes, baseOffset);
    if (bytes.length % OFFSET_ENTRY_SIZE !== 0) {
      this.#fault(0, `size is not a multiple of ${OFFSET_ENTRY_SIZE}: ${bytes.length}`);
    }
    this.#count = this.#inOrder(usedEntries(bytes, OFFSET_ENTRY_SIZE));
  }

  #fault(slot: number, message: string, offset?: number): void {
    this.#faults.report({
      kind: "index",
      file: this.#path,
      position: slot * OFFSET_ENTRY_SIZE,
      ...(offset === undefined ? {} : { offset }),
      message,
    });
  }

  /** Entries up to the first that goes back: behind it nothing can be found. */
  #inOrder(count: number): number {
    for (let slot = 1; slot < count; slot++) {
      const isInOrder = this.#entries.offset(slot) > this.#entries.offset(slot - 1) &&
        this.#entries.position(slot) > this.#entries.position(slot - 1);
      if (isInOrder) continue;
      this.#fault(
        slot,
        "entry is not above the one before it",
        this.#entries.offset(slot),
      );
      return slot;
    }
    return count;
  }

  /** A sound batch at `position` goes by. */
  batch(position: number, lastOffset: number): void {
    while (this.#slot < this.#count && this.#entries.position(this.#slot) < position) {
      this.#notABatch(this.#slot++);
    }
    if (this.#slot < this.#count && this.#entries.position(this.#slot) === position) {
      this.#settlePending(lastOffset - 1);
      this.#pendingSlot = this.#slot++;
      this.#pendingOffset = this.#entries.offset(this.#pendingSlot);
    }
    if (this.#pendingOffset >= 0 && lastOffset >= this.#pendingOffset) {
      if (lastOffset !== this.#pendingOffset) this.#wrongOffset();
      this.#pendingOffset = -1;
    }
  }

  /** The batches of an entry have gone by without its offset. */
  #settlePending(lastOffset: number): void {
    if (this.#pendingOffset < 0) return;
    if (this.#pendingOffset > lastOffset) this.#wrongOffset();
    this.#pendingOffset = -1;
  }

  #wrongOffset(): void {
    this.#fault(
      this.#pendingSlot,
      `no batch from position ${
        this.#entries.position(this.#pendingSlot)
      } on ends with the indexed offset`,
      this.#pendingOffset,
    );
  }

  #notABatch(slot: number): void {
    this.#fault(
      slot,
      `no batch starts at the indexed position ${this.#entries.position(slot)}`,
      this.#entries.offset(slot),
    );
  }

  /** The segment has ended. */
  finish(): void {
    while (this.#slot < this.#count) this.#notABatch(this.#slot++);
    if (this.#pendingOffset >= 0) this.#wrongOffset();
    this.#faults.finish("index", this.#path);
  }
}

/** The sparse map from times to offsets. */
export class TimeIndexCheck {
  readonly #path: string;
  readonly #entries: TimeEntries;
  readonly #count: number;
  readonly #faults: LimitedFaults;
  #slot = 0;
  #maxTimestamp = -1;

  constructor(path: string, bytes: Uint8Array, baseOffset: number, sink: FaultSink) {
    this.#path = path;
    this.#faults = new LimitedFaults(sink);
    this.#entries = new TimeEntries(bytes, baseOffset);
    if (bytes.length % TIME_ENTRY_SIZE !== 0) {
      this.#fault(0, `size is not a multiple of ${TIME_ENTRY_SIZE}: ${bytes.length}`);
    }
    this.#count = this.#inOrder(usedEntries(bytes, TIME_ENTRY_SIZE));
  }

  #fault(slot: number, message: string): void {
    const isEntry = slot < this.#entries.count;
    this.#faults.report({
      kind: "time-index",
      file: this.#path,
      position: slot * TIME_ENTRY_SIZE,
      ...(isEntry ? { offset: this.#entries.offset(slot) } : {}),
      message,
    });
  }

  #inOrder(count: number): number {
    for (let slot = 1; slot < count; slot++) {
      const isInOrder = this.#entries.offset(slot) > this.#entries.offset(slot - 1) &&
        this.#entries.timestamp(slot) > this.#entries.timestamp(slot - 1);
      if (isInOrder) continue;
      this.#fault(slot, "entry is not above the one before it");
      return slot;
    }
    return count;
  }

  /** A sound batch goes by. */
  batch(lastOffset: number, maxTimestamp: number): void {
    if (maxTimestamp > this.#maxTimestamp) this.#maxTimestamp = maxTimestamp;
    while (this.#slot < this.#count && this.#entries.offset(this.#slot) <= lastOffset) {
      const timestamp = this.#entries.timestamp(this.#slot);
      if (timestamp !== this.#maxTimestamp) {
        this.#fault(
          this.#slot,
          `indexed timestamp is ${timestamp}, the largest up to that offset is ${this.#maxTimestamp}`,
        );
      }
      this.#slot++;
    }
  }

  /** The segment has ended. */
  finish(): void {
    for (; this.#slot < this.#count; this.#slot++) {
      this.#fault(this.#slot, "the indexed offset is beyond the data");
    }
    this.#faults.finish("time-index", this.#path);
  }
}

const TXN_ENTRY_SIZE = 34;

/** An entry of a transaction index. */
interface IndexedAbort {
  readonly slot: number;
  readonly producerId: number;
  readonly firstOffset: number;
  readonly lastOffset: number;
  readonly lastStableOffset: number;
}

/** An aborted transaction, as the data tells it. */
export interface AbortInData {
  readonly producerId: number;
  /** Of its first batch; `undefined` when that is not in the log any more. */
  readonly firstOffset: number | undefined;
  /** Of the marker. */
  readonly lastOffset: number;
  /** `undefined` when it cannot be told from the part of the log that is there. */
  readonly lastStableOffset: number | undefined;
}

/** The list of aborted transactions. */
export class TxnIndexCheck {
  readonly #path: string;
  readonly #faults: LimitedFaults;
  readonly #entries = new Map<number, IndexedAbort>();

  /** @param bytes the file, empty when it is not there: an index without entries is not made */
  constructor(path: string, bytes: Uint8Array, baseOffset: number, sink: FaultSink) {
    this.#path = path;
    this.#faults = new LimitedFaults(sink);
    if (bytes.length % TXN_ENTRY_SIZE !== 0) {
      this.#fault(0, `size is not a multiple of ${TXN_ENTRY_SIZE}: ${bytes.length}`);
    }
    try {
      this.#read(bytes, baseOffset);
    } catch (error) {
      if (!(error instanceof StorageError)) throw error;
      this.#fault(this.#entries.size, error.message);
    }
  }

  #fault(slot: number, message: string, offset?: number): void {
    this.#faults.report({
      kind: "txn-index",
      file: this.#path,
      position: slot * TXN_ENTRY_SIZE,
      ...(offset === undefined ? {} : { offset }),
      message,
    });
  }

  #read(bytes: Uint8Array, baseOffset: number): void {
    let previous = baseOffset - 1;
    for (let slot = 0; (slot + 1) * TXN_ENTRY_SIZE <= bytes.length; slot++) {
      const at = slot * TXN_ENTRY_SIZE;
      const version = bytes[at]! << 8 | bytes[at + 1]!;
      if (version !== 0) {
        this.#fault(slot, `unknown version: ${version}`);
        return;
      }
      const entry = {
        slot,
        producerId: readInt64(bytes, at + 2),
        firstOffset: readInt64(bytes, at + 10),
        lastOffset: readInt64(bytes, at + 18),
        lastStableOffset: readInt64(bytes, at + 26),
      };
      if (entry.lastOffset <= previous) {
        this.#fault(slot, "entry is not above the one before it", entry.lastOffset);
        return;
      }
      previous = entry.lastOffset;
      this.#entries.set(entry.lastOffset, entry);
    }
  }

  /** An abort marker goes by. */
  abort(found: AbortInData): void {
    const { producerId, firstOffset, lastOffset, lastStableOffset } = found;
    const entry = this.#entries.get(lastOffset);
    if (entry === undefined) {
      // A marker without records, or whose records are compacted away, needs no entry.
      if (firstOffset !== undefined) {
        this.#faults.report({
          kind: "txn-index",
          file: this.#path,
          offset: lastOffset,
          message:
            `aborted transaction of producer ${producerId} from offset ${firstOffset} is not listed`,
        });
      }
      return;
    }
    this.#entries.delete(lastOffset);
    const expect = (name: string, indexed: number, actual: number | undefined) => {
      if (actual === undefined || indexed === actual) return;
      this.#fault(entry.slot, `${name} is ${indexed}, the data says ${actual}`, lastOffset);
    };
    expect("producer id", entry.producerId, producerId);
    expect("first offset", entry.firstOffset, firstOffset);
    expect("last stable offset", entry.lastStableOffset, lastStableOffset);
  }

  /** The segment has ended. */
  finish(): void {
    for (const entry of this.#entries.values()) {
      this.#fault(entry.slot, "no abort marker at the indexed last offset", entry.lastOffset);
    }
    this.#faults.finish("txn-index", this.#path);
  }
}
