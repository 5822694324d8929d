/**
 * The answer to a read: which bytes of which segment, copied only when and where the caller wants them.
 *
 * @module
 */

import { CorruptRecordError } from "../errors.ts";
import { logFileName } from "../file/file_names.ts";
import { batchesIn } from "../record/memory_records.ts";
import type { Segment } from "../segment/segment.ts";
import type { LogOffsetMetadata } from "./log_offset_metadata.ts";

/** A transaction that was aborted: its producer's records from `firstOffset` up to its abort marker are not to be delivered. */
export interface AbortedTransaction {
  /** The producer. */
  readonly producerId: number;
  /** Offset of its first record. */
  readonly firstOffset: number;
}

/** Where the bytes of a read lie, and what a reader is told beside them. */
export interface FetchDataOptions {
  /** Holds the bytes; absent when there are none. */
  readonly segment?: Segment;
  /** Place of the batch that holds the offset asked for. */
  readonly fetchOffset: LogOffsetMetadata;
  /** Bytes to read, from that place on. */
  readonly size: number;
  readonly firstEntryIncomplete: boolean;
  readonly verifyOnRead: boolean;
  readonly abortedTransactions?: readonly AbortedTransaction[];
}

/**
 * What a read found (Kafka's `FetchDataInfo`). The bytes stay in the file until {@linkcode FetchData.readInto} or
 * {@linkcode FetchData.bytes}; take them before the log is changed again.
 *
 * They begin with the whole batch that holds the offset asked for, so that the first records may be below
 * it, and the last batch may be cut off by the size limit.
 */
export class FetchData {
  readonly #segment: Segment | undefined;
  readonly #verifyOnRead: boolean;
  /** Place of the first batch, or of the end of what may be read when there is none. */
  readonly fetchOffset: LogOffsetMetadata;
  /** Bytes there are to read. */
  readonly size: number;
  /** The limit is below the size of the first batch: what is here of it is not whole. */
  readonly firstEntryIncomplete: boolean;
  /** Listed when the read asked for committed records only. */
  readonly abortedTransactions: readonly AbortedTransaction[] | undefined;

  /** @internal */
  constructor(options: FetchDataOptions) {
    this.#segment = options.segment;
    this.#verifyOnRead = options.verifyOnRead;
    this.fetchOffset = options.fetchOffset;
    this.size = options.size;
    this.firstEntryIncomplete = options.firstEntryIncomplete;
    this.abortedTransactions = options.abortedTransactions;
  }

  /**
   * Reads the bytes into a buffer of the caller.
   *
   * @param target has at least {@linkcode FetchData.size} bytes from `at` on
   * @returns the bytes read
   * @throws {CorruptRecordError} when the log verifies what is read and a batch fails its checksum
   */
  readInto(target: Uint8Array, at: number): number {
    if (this.#segment === undefined || this.size === 0) return 0;
    const read = this.#segment.readInto(
      this.fetchOffset.relativePositionInSegment,
      target,
      at,
      this.size,
    );
    if (this.#verifyOnRead) this.#verify(target, at, at + read);
    return read;
  }

  /** The bytes in a new buffer. */
  bytes(): Uint8Array {
    const target = new Uint8Array(this.size);
    const read = this.readInto(target, 0);
    return read === target.length ? target : target.subarray(0, read);
  }

  #verify(target: Uint8Array, start: number, end: number): void {
    const position = this.fetchOffset.relativePositionInSegment;
    let at = start;
    let offset = this.fetchOffset.messageOffset;
    try {
      for (const batch of batchesIn(target, start, end)) {
        offset = batch.baseOffset;
        batch.ensureValid();
        at += batch.sizeInBytes;
        offset = batch.nextOffset;
      }
    } catch (error) {
      if (!(error instanceof CorruptRecordError)) throw error;
      const file = logFileName(this.fetchOffset.segmentBaseOffset);
      throw new CorruptRecordError(
        `Corrupt batch in ${file} at position ${position + at - start}, offset ${offset}: ` +
          error.message,
        { cause: error },
      );
    }
  }
}
