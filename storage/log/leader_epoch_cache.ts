/**
 * Which leader wrote which part of a log. As `org.apache.kafka.storage.internals.epoch.LeaderEpochFileCache`.
 *
 * @module
 */

import { type Logger, silentLogger } from "../env.ts";
import { CorruptRecordError } from "../errors.ts";
import { type TopicPartition, topicPartitionKey } from "../file/file_names.ts";
import type {
  EpochEntry,
  LeaderEpochCheckpointFile,
} from "../file/leader_epoch_checkpoint_file.ts";

export type { EpochEntry } from "../file/leader_epoch_checkpoint_file.ts";

/** Stands for an epoch that is not known. */
export const UNDEFINED_EPOCH: number = -1;
/** Stands for the end offset of an epoch that is not known. */
export const UNDEFINED_EPOCH_OFFSET: number = -1;

/** Where an epoch ends. */
export interface EpochEndOffset {
  /** The epoch, or {@linkcode UNDEFINED_EPOCH}. */
  readonly epoch: number;
  /** First offset behind the epoch, or {@linkcode UNDEFINED_EPOCH_OFFSET}. */
  readonly endOffset: number;
}

/**
 * Leader epochs and the offset each starts at, both strictly ascending: an entry that does not fit takes out those that it
 * contradicts.
 *
 * A new entry is on disk when {@linkcode LeaderEpochCache.assign} returns. What a truncation takes out is written with
 * the next {@linkcode LeaderEpochCache.flush} or entry, for it happens where waiting for the disk hurts; if a crash comes
 * first, the file has entries too many, and loading the log truncates them again.
 */
export class LeaderEpochCache {
  readonly #topicPartition: TopicPartition;
  readonly #name: string;
  readonly #checkpoint: LeaderEpochCheckpointFile;
  readonly #logger: Logger;
  #entries: EpochEntry[] = [];
  #dirty = false;

  /**
   * Loads what the checkpoint file has.
   *
   * @param topicPartition the partition, for messages
   * @param checkpoint where the entries are kept
   * @param logger told of contradictions
   * @param entries what to start with instead of the file's content
   * @throws {CorruptRecordError} when the file cannot be read as one
   */
  constructor(
    topicPartition: TopicPartition,
    checkpoint: LeaderEpochCheckpointFile,
    logger: Logger = silentLogger,
    entries: Iterable<EpochEntry> = checkpoint.read(),
  ) {
    this.#topicPartition = topicPartition;
    this.#name = topicPartitionKey(topicPartition);
    this.#checkpoint = checkpoint;
    this.#logger = logger;
    for (const entry of entries) this.#add(entry.epoch, entry.startOffset);
  }

  /**
   * Notes that `epoch` starts at `startOffset`. It is on the disk when this returns, with all that was not written before; nothing
   * happens when it is the latest epoch, starts there or before, and is written.
   *
   * @throws {CorruptRecordError} for a negative epoch or offset
   */
  assign(epoch: number, startOffset: number): void {
    this.note(epoch, startOffset);
    // Should the write fail, the next call, or the next flush, makes up for it.
    if (this.#dirty) this.#write();
  }

  /** As {@linkcode LeaderEpochCache.assign}, but it is written with the first record of the epoch, or the next flush. */
  note(epoch: number, startOffset: number): void {
    if (this.#add(epoch, startOffset)) this.#dirty = true;
  }

  /** Notes several epochs, and writes once. */
  assignAll(entries: Iterable<EpochEntry>): void {
    let changed = false;
    for (const { epoch, startOffset } of entries) {
      if (this.#add(epoch, startOffset)) changed = true;
    }
    if (changed) this.#write();
  }

  /** Whether there is an entry. */
  get nonEmpty(): boolean {
    return this.#entries.length > 0;
  }

  /** All entries, oldest first. */
  get epochEntries(): readonly EpochEntry[] {
    return this.#entries.slice();
  }

  /** The newest entry. */
  get latestEntry(): EpochEntry | undefined {
    return this.#entries[this.#entries.length - 1];
  }

  /** The newest epoch. */
  get latestEpoch(): number | undefined {
    return this.latestEntry?.epoch;
  }

  /** The oldest entry. */
  get earliestEntry(): EpochEntry | undefined {
    return this.#entries[0];
  }

  /** The epoch before `epoch`, or before the newest one. */
  previousEpoch(epoch?: number): number | undefined {
    const before = epoch ?? this.latestEpoch;
    return before === undefined ? undefined : this.previousEntry(before)?.epoch;
  }

  /** The entry with the largest epoch below `epoch`. */
  previousEntry(epoch: number): EpochEntry | undefined {
    return this.#entries[this.#indexOfEpoch(epoch) - 1];
  }

  /** The smallest known epoch above `epoch`. */
  nextEpoch(epoch: number): number | undefined {
    return this.#entries[this.#indexOfEpoch(epoch + 1)]?.epoch;
  }

  /** The entry of `epoch`. */
  epochEntry(epoch: number): EpochEntry | undefined {
    const entry = this.#entries[this.#indexOfEpoch(epoch)];
    return entry?.epoch === epoch ? entry : undefined;
  }

  /**
   * Where the largest known epoch up to `requestedEpoch` ends: at the start of the next one, or at the log's end. This is
   * what tells a follower, or a consumer, how far it agrees with this log.
   *
   * An epoch older than all that are known ends where the first known one starts: its data is gone. One newer than all is
   * unknown.
   *
   * @param requestedEpoch an epoch, or {@linkcode UNDEFINED_EPOCH}
   * @param logEndOffset the log end offset
   */
  endOffsetFor(requestedEpoch: number, logEndOffset: number): EpochEndOffset {
    if (requestedEpoch !== UNDEFINED_EPOCH) {
      if (requestedEpoch === this.latestEpoch) {
        return { epoch: requestedEpoch, endOffset: logEndOffset };
      }
      const at = this.#indexOfEpoch(requestedEpoch + 1);
      const next = this.#entries[at];
      if (next !== undefined) {
        const epoch = this.#entries[at - 1]?.epoch ?? requestedEpoch;
        return { epoch, endOffset: next.startOffset };
      }
    }
    return { epoch: UNDEFINED_EPOCH, endOffset: UNDEFINED_EPOCH_OFFSET };
  }

  /** The epoch that `offset` belongs to; `undefined` below the first known one. */
  epochForOffset(offset: number): number | undefined {
    return this.#entries[indexOfStartOffset(this.#entries, offset + 1) - 1]?.epoch;
  }

  /** The entries of the offsets from `startOffset` to `endOffset` (exclusive), the first one cut to start there. */
  epochEntriesInRange(startOffset: number, endOffset: number): readonly EpochEntry[] {
    const fromStart = startOffset >= 0 ? cutStart(this.#entries, startOffset) : this.#entries;
    return cutEnd(fromStart, endOffset).slice();
  }

  /** Takes out the entries that start at or behind `endOffset`. A negative offset does nothing. */
  truncateFromEnd(endOffset: number): void {
    this.#replace(cutEnd(this.#entries, endOffset));
  }

  /** Takes out the entries below `startOffset`; the one that holds it starts there from now on. A negative offset does nothing. */
  truncateFromStart(startOffset: number): void {
    this.#replace(cutStart(this.#entries, startOffset));
  }

  /** Takes out all entries and writes that. */
  clearAndFlush(): void {
    this.#entries = [];
    this.#write();
  }

  /** Takes out all entries, here only: the file is about to go. */
  clear(): void {
    this.#entries = [];
    this.#dirty = false;
  }

  /** Writes what truncations have changed since the last write. */
  flush(): void {
    if (this.#dirty) this.#write();
  }

  /** A cache of the same entries over another file: the directory was renamed. Writes nothing. */
  withCheckpoint(checkpoint: LeaderEpochCheckpointFile): LeaderEpochCache {
    const cache = new LeaderEpochCache(
      this.#topicPartition,
      checkpoint,
      this.#logger,
      this.#entries,
    );
    cache.#dirty = this.#dirty;
    return cache;
  }

  /** Returns whether `epoch` and `startOffset` made a difference. */
  #add(epoch: number, startOffset: number): boolean {
    if (epoch < 0 || startOffset < 0) {
      throw new CorruptRecordError(
        `Received invalid partition leader epoch entry of ${this.#name}: epoch ${epoch}, start offset ${startOffset}`,
      );
    }
    const entries = this.#entries;
    const latest = entries[entries.length - 1];
    if (latest !== undefined && latest.epoch === epoch && latest.startOffset <= startOffset) {
      return false;
    }
    let kept = entries.length;
    while (
      kept > 0 &&
      (entries[kept - 1]!.epoch >= epoch || entries[kept - 1]!.startOffset >= startOffset)
    ) kept--;
    const removed = entries.splice(kept);
    entries.push({ epoch, startOffset });
    // An epoch that ends where it started has no data: nobody needs to hear of its end.
    const hadData = removed.length > 1 ||
      removed.some((entry) => entry.startOffset !== startOffset);
    if (hadData) {
      this.#logger.write("warn", "New epoch entry caused truncation of conflicting entries", {
        partition: this.#name,
        epoch,
        startOffset,
        removed,
      });
    }
    return true;
  }

  #replace(entries: EpochEntry[]): void {
    if (entries === this.#entries) return;
    this.#entries = entries;
    this.#dirty = true;
  }

  #write(): void {
    this.#checkpoint.write(this.#entries);
    this.#dirty = false;
  }

  /** Index of the first entry with `epoch` or a newer one. */
  #indexOfEpoch(epoch: number): number {
    const entries = this.#entries;
    let at = entries.length;
    // From the end: nearly all questions are about the newest few.
    while (at > 0 && entries[at - 1]!.epoch >= epoch) at--;
    return at;
  }
}

/** Index of the first entry that starts at or behind `offset`. */
function indexOfStartOffset(entries: readonly EpochEntry[], offset: number): number {
  let at = entries.length;
  while (at > 0 && entries[at - 1]!.startOffset >= offset) at--;
  return at;
}

/** The entries without those that start at or behind `endOffset`; `entries` itself when that is all of them. */
function cutEnd(entries: EpochEntry[], endOffset: number): EpochEntry[] {
  if (endOffset < 0) return entries;
  const kept = indexOfStartOffset(entries, endOffset);
  return kept === entries.length ? entries : entries.slice(0, kept);
}

/** The entries from `startOffset` on, the first one moved up to it; `entries` itself when that changes nothing. */
function cutStart(entries: EpochEntry[], startOffset: number): EpochEntry[] {
  const first = indexOfStartOffset(entries, startOffset + 1) - 1;
  if (first < 0) return entries;
  const { epoch, startOffset: oldStart } = entries[first]!;
  if (first === 0 && oldStart === startOffset) return entries;
  return [{ epoch, startOffset }, ...entries.slice(first + 1)];
}
