/**
 * The offset index and the time index of one segment, and the rule by which they are filled.
 *
 * @module
 */

import type { Logger } from "../env.ts";
import { CorruptRecordError } from "../errors.ts";
import { NO_TIMESTAMP } from "../record/record_batch.ts";
import type { FileRecords } from "./file_records.ts";
import type { IndexOptions } from "./index_file.ts";
import { OffsetIndex } from "./offset_index.ts";
import { TimeIndex } from "./time_index.ts";
import type { TimestampOffset } from "./timestamp_offset.ts";

/** What {@linkcode SegmentIndexes} needs to know. */
export interface SegmentIndexesOptions extends Omit<IndexOptions, "path"> {
  /** Told of a rebuild. */
  readonly logger: Logger;
  /** The data that the indexes are of. */
  readonly log: FileRecords;
  /** File of the offset index. */
  readonly offsetIndexPath: string;
  /** File of the time index. */
  readonly timeIndexPath: string;
  /** `index.interval.bytes`. */
  readonly intervalBytes: number;
}

/**
 * Both indexes get an entry for a batch before which more than `index.interval.bytes` were appended since the batch that
 * had the last entry, or since the segment was opened, recovered or truncated. The entry tells the batch's own last offset and
 * position, and the largest timestamp so far, that batch's included. The same for an append and for a
 * rebuild, so the same batches give the same bytes, which are Kafka's.
 *
 * An index that is missing or damaged is rebuilt from the data when it is first needed.
 */
export class SegmentIndexes {
  readonly #log: FileRecords;
  readonly #logger: Logger;
  readonly #intervalBytes: number;
  readonly #offsetIndex: OffsetIndex;
  readonly #timeIndex: TimeIndex;
  #offsetIndexChecked: boolean;
  #timeIndexChecked: boolean;
  #bytesSinceLastEntry = 0;
  #maxTimestamp = NO_TIMESTAMP;
  #offsetOfMaxTimestamp = -1;
  #maxTimestampIsKnown = false;

  /** Looks at no file. */
  constructor(options: SegmentIndexesOptions) {
    this.#log = options.log;
    this.#logger = options.logger;
    this.#intervalBytes = options.intervalBytes;
    this.#offsetIndex = new OffsetIndex({ ...options, path: options.offsetIndexPath });
    this.#timeIndex = new TimeIndex({ ...options, path: options.timeIndexPath });
    this.#offsetIndexChecked = this.#timeIndexChecked = options.isNew ?? false;
  }

  /** The offset index, in a state that can be trusted as far as can be told without reading all data. */
  get offsetIndex(): OffsetIndex {
    if (!this.#offsetIndexChecked) this.#checkOffsetIndex();
    return this.#offsetIndex;
  }

  /** The time index; as {@linkcode SegmentIndexes.offsetIndex}. */
  get timeIndex(): TimeIndex {
    if (!this.#timeIndexChecked) this.#checkTimeIndex();
    return this.#timeIndex;
  }

  /**
   * Largest timestamp so far, -1 without one, and the last offset of the first batch that has it. For a segment that was
   * just opened this is the last entry of its time index.
   */
  get maxTimestampAndOffsetSoFar(): TimestampOffset {
    this.#learnMaxTimestamp();
    return { timestamp: this.#maxTimestamp, offset: this.#offsetOfMaxTimestamp };
  }

  /** The timestamp of {@linkcode SegmentIndexes.maxTimestampAndOffsetSoFar}. */
  get maxTimestampSoFar(): number {
    this.#learnMaxTimestamp();
    return this.#maxTimestamp;
  }

  /** Takes note of a batch that was appended, and adds entries for it when they are due. */
  batchAppended(lastOffset: number, maxTimestamp: number, position: number, size: number): void {
    if (!this.#maxTimestampIsKnown) this.#learnMaxTimestamp();
    if (maxTimestamp > this.#maxTimestamp) {
      this.#maxTimestamp = maxTimestamp;
      this.#offsetOfMaxTimestamp = lastOffset;
    }
    if (this.#bytesSinceLastEntry > this.#intervalBytes) {
      this.#addEntries(lastOffset, position);
      this.#bytesSinceLastEntry = 0;
    }
    this.#bytesSinceLastEntry += size;
  }

  /** Adds the largest timestamp to the time index, and brings both files up to date. */
  finish(): void {
    this.timeIndex.maybeAppend(this.maxTimestampSoFar, this.#offsetOfMaxTimestamp, true);
    this.#bytesSinceLastEntry = 0;
    this.writeOut();
  }

  /** Drops all entries. */
  reset(): void {
    this.#offsetIndex.reset();
    this.#timeIndex.reset();
    this.#offsetIndexChecked = this.#timeIndexChecked = true;
    this.#bytesSinceLastEntry = 0;
    this.#maxTimestampIsKnown = false;
  }

  /** Drops the entries at and above `offset`; to be called before the data is cut. */
  truncateTo(offset: number): void {
    this.offsetIndex.truncateTo(offset);
    this.timeIndex.truncateTo(offset);
  }

  /** Finds the largest timestamp again, after the data was cut. */
  truncated(): void {
    this.#bytesSinceLastEntry = 0;
    if (this.maxTimestampSoFar < 0) return;
    const last = this.timeIndex.lastEntry;
    const behind = this.#log.largestTimestampAfter(this.offsetIndex.lookupPosition(last.offset));
    const largest = behind !== undefined && behind.timestamp > last.timestamp ? behind : last;
    this.#maxTimestamp = largest.timestamp;
    this.#offsetOfMaxTimestamp = largest.offset;
  }

  /** Brings both files up to date. */
  writeOut(): void {
    this.#offsetIndex.writeOut();
    this.#timeIndex.writeOut();
  }

  /** Resolves once both survive a power cut. */
  async flush(): Promise<void> {
    await this.#offsetIndex.flush();
    await this.#timeIndex.flush();
  }

  /** As {@linkcode SegmentIndexes.flush}, blocking. */
  flushSync(): void {
    this.#offsetIndex.flushSync();
    this.#timeIndex.flushSync();
  }

  /** Gives the memory back. */
  release(): void {
    this.#offsetIndex.release();
    this.#timeIndex.release();
  }

  /** Both, whatever state they are in: for what is done to the files. */
  get files(): readonly [OffsetIndex, TimeIndex] {
    return [this.#offsetIndex, this.#timeIndex];
  }

  #addEntries(lastOffset: number, position: number): void {
    const { offsetIndex, timeIndex } = this;
    // A full index stays as it is: reads go on from its last entry. (Kafka fails here, with the data already written.)
    if (!offsetIndex.isFull) offsetIndex.append(lastOffset, position);
    if (!timeIndex.isFull) timeIndex.maybeAppend(this.#maxTimestamp, this.#offsetOfMaxTimestamp);
  }

  #learnMaxTimestamp(): void {
    if (this.#maxTimestampIsKnown) return;
    const last = this.#log.sizeInBytes === 0
      ? { timestamp: NO_TIMESTAMP, offset: this.#timeIndex.baseOffset }
      : this.#timeIndex.lastEntryInFile() ?? this.timeIndex.lastEntry;
    this.#maxTimestamp = last.timestamp;
    this.#offsetOfMaxTimestamp = last.offset;
    this.#maxTimestampIsKnown = true;
  }

  #checkOffsetIndex(): void {
    this.#offsetIndexChecked = true;
    this.#checkOrRebuild(() => {
      this.#ensureExists(this.#offsetIndex);
      this.#offsetIndex.sanityCheck();
      this.#ensureWithinData(this.#offsetIndex, this.#offsetIndex.lastOffset);
    });
  }

  #checkTimeIndex(): void {
    this.#timeIndexChecked = true;
    this.#checkOrRebuild(() => {
      this.#ensureExists(this.#timeIndex);
      this.#timeIndex.sanityCheck();
      this.#ensureWithinData(this.#timeIndex, this.#timeIndex.lastEntry.offset);
    });
  }

  #ensureExists(index: OffsetIndex | TimeIndex): void {
    if (this.#log.sizeInBytes > 0 && !index.exists) {
      throw new CorruptRecordError(`Index file is missing: ${index.path}`);
    }
  }

  /** The last entry must tell of a batch that is there. */
  #ensureWithinData(index: OffsetIndex | TimeIndex, lastOffset: number): void {
    if (index.entries === 0) return;
    const position = this.offsetIndex.lookupPosition(Infinity);
    const lastInData = this.#log.lastOffsetAfter(position);
    if (lastInData === undefined || lastOffset > lastInData) {
      throw new CorruptRecordError(
        `Index file ${index.path} reaches beyond the last offset of its segment, ${lastInData}: ${lastOffset}`,
      );
    }
  }

  #checkOrRebuild(check: () => void): void {
    try {
      check();
    } catch (error) {
      if (!(error instanceof CorruptRecordError)) throw error;
      this.#rebuild(error);
    }
  }

  #rebuild(reason: CorruptRecordError): void {
    this.#logger.write("warn", "Rebuilding the indexes of a segment", {
      path: this.#log.path,
      reason: reason.message,
    });
    this.reset();
    let last = -1;
    try {
      this.#log.forEachBatch((lastOffset, maxTimestamp, position, size) => {
        if (lastOffset <= last) {
          throw new CorruptRecordError(
            `Offsets of batches go back at position ${position}: ${last} to ${lastOffset}`,
          );
        }
        last = lastOffset;
        this.batchAppended(lastOffset, maxTimestamp, position, size);
      });
    } catch (error) {
      if (!(error instanceof CorruptRecordError)) throw error;
      this.#logger.write("warn", "A segment is indexed up to a damaged batch only", {
        path: this.#log.path,
        reason: error.message,
      });
    }
    this.finish();
  }
}
