/**
 * The log of one partition.
 *
 * @module
 */

import { LogUnavailableError } from "../errors.ts";
import type { RecordBatchBuilder } from "../record/record_batch_builder.ts";
import { FUTURE_DIR_SUFFIX, type TopicPartition, topicPartitionKey } from "../file/file_names.ts";
import type { Segment } from "../segment/segment.ts";
import type { SegmentSet } from "../segment/segment_set.ts";
import type { TimestampAndOffset } from "../segment/timestamp_offset.ts";
import type { AbortedTxn } from "../segment/transaction_index.ts";
import { abortedTransactionsBetween } from "./aborted_transactions.ts";
import type { FetchData } from "./fetch_data.ts";
import {
  type EpochEndOffset,
  type LeaderEpochCache,
  UNDEFINED_EPOCH_OFFSET,
} from "./leader_epoch_cache.ts";
import { drain, type LoadProgress } from "./loading/load_progress.ts";
import { appendBuilt } from "./append/built_append.ts";
import { appendAsFollower, appendAsLeader, type AppendOptions } from "./append/log_append.ts";
import type { LogAppendInfo } from "./append/log_append_info.ts";
import type { LogConfig } from "./config/log_config.ts";
import { flushLog, flushLogSync } from "./log_flush.ts";
import { closeLog, deleteLog, renameLogDirectory } from "./log_lifecycle.ts";
import type { LogIdentity } from "./log_identity.ts";
import type { LogOffsetMetadata } from "./log_offset_metadata.ts";
import { openLogState, type PartitionLogOptions } from "./loading/log_open.ts";
import { locateOffset, readLog, type ReadOptions } from "./log_read.ts";
import {
  deleteOldSegments,
  incrementLogStartOffset,
  type LogStartOffsetIncrementReason,
} from "./log_retention.ts";
import { rollLog } from "./log_roll.ts";
import type { LogState } from "./log_state.ts";
import { truncateFully, truncateLog } from "./log_truncation.ts";
import { fetchOffsetByTimestamp } from "./offset_lookup.ts";
import { checkEpochNotStale } from "./append/producer_check.ts";
import type { ProducerStateEntry } from "./producer/producer_state_entry.ts";
import type { ProducerStateManager } from "./producer/producer_state_manager.ts";
import { removeSnapshotsOf } from "./segment_deletion.ts";
import { splitOverflowedSegment } from "./segment_split.ts";
import { replaceSegments } from "./segment_swap.ts";
import { VerificationGuard } from "./producer/verification_state_entry.ts";

export type { PartitionLogOptions } from "./loading/log_open.ts";

/** Where a log begins and ends, with the places on disk. */
export interface LogOffsetSnapshot {
  /** First offset that can be read. */
  readonly logStartOffset: number;
  /** Offset that the next record gets. */
  readonly logEndOffset: LogOffsetMetadata;
  /** Below it, all in-sync replicas have the records. */
  readonly highWatermark: LogOffsetMetadata;
  /** Below it, every transaction is decided. */
  readonly lastStableOffset: LogOffsetMetadata;
}

/**
 * One partition's log: an append-only sequence of record batches in segments, with what the engine knows about its
 * producers and leaders (Kafka's `UnifiedLog`). It is the composition of the rooms beside it, and has no idea of its own.
 *
 * All calls but the flushes are synchronous and leave the log consistent. What is appended survives the end of the process at
 * once, and a power cut once a flush has returned. Nothing happens by itself: the owner calls
 * {@linkcode PartitionLog.flush}, {@linkcode PartitionLog.deleteOldSegments} and
 * {@linkcode PartitionLog.deletePendingFiles} when it is time.
 */
export class PartitionLog {
  readonly #state: LogState;
  #lastFlushTime: number;
  #closed = false;

  private constructor(state: LogState) {
    this.#state = state;
    this.#lastFlushTime = state.env.clock.now();
  }

  /** Opens a log, or makes it, in one go; see {@linkcode PartitionLog.load}. */
  static open(options: PartitionLogOptions): PartitionLog {
    return drain(PartitionLog.load(options));
  }

  /**
   * Opens a log in slices: after an unclean stop everything behind the recovery point is read again.
   *
   * @throws {CorruptRecordError} when a checkpoint file of the log cannot be read
   * @throws {LogDirError} when the disk fails
   */
  static *load(options: PartitionLogOptions): Generator<LoadProgress, PartitionLog> {
    return new PartitionLog(yield* openLogState(options));
  }

  /** The partition. */
  get topicPartition(): TopicPartition {
    return this.#state.topicPartition;
  }

  /** Where the files are. */
  get directory(): string {
    return this.#state.directory;
  }

  /** The configs in force. */
  get config(): LogConfig {
    return this.#state.config;
  }

  /** The topic's id, when it is known. */
  get topicId(): string | undefined {
    return this.#state.identity.topicId;
  }

  /**
   * Whose the directory is, and how far that survives a power cut; for the owner of many logs.
   *
   * @internal
   */
  get identity(): LogIdentity {
    return this.#state.identity;
  }

  /** First offset that can be read. */
  get logStartOffset(): number {
    return this.#state.offsets.logStartOffset;
  }

  /** Offset that the next record gets. */
  get logEndOffset(): number {
    return this.#state.offsets.logEndOffset;
  }

  /** Below it, all in-sync replicas have the records. */
  get highWatermark(): number {
    return this.#state.offsets.highWatermark;
  }

  /** Below it, every transaction is decided. */
  get lastStableOffset(): number {
    return this.#state.offsets.lastStableOffset;
  }

  /** Start of the first transaction that is not decided, or whose end is not below the high watermark. */
  get firstUnstableOffset(): number | undefined {
    return this.#state.offsets.firstUnstableOffset;
  }

  /** Below it, records survive a power cut. */
  get recoveryPoint(): number {
    return this.#state.offsets.recoveryPoint;
  }

  /** Bytes of records in all segments. */
  get size(): number {
    return this.#state.segments.sizeInBytes;
  }

  /**
   * The segments; for looking at.
   *
   * @internal
   */
  get segments(): SegmentSet {
    return this.#state.segments;
  }

  /**
   * The segment that takes appends.
   *
   * @internal
   */
  get activeSegment(): Segment {
    return this.#state.segments.activeSegment;
  }

  /**
   * What is known of leader epochs.
   *
   * @internal
   */
  get leaderEpochCache(): LeaderEpochCache {
    return this.#state.leaderEpochs;
  }

  /**
   * What is known of producers.
   *
   * @internal
   */
  get producerStateManager(): ProducerStateManager {
    return this.#state.producers;
  }

  /** Whether this is a copy that is to take the partition's place in another log directory. */
  get isFuture(): boolean {
    return this.#state.directory.endsWith(FUTURE_DIR_SUFFIX);
  }

  /** Whether there is no record to read. */
  get isEmpty(): boolean {
    return this.logStartOffset === this.logEndOffset;
  }

  /** Whether the log was closed or deleted. */
  get isClosed(): boolean {
    return this.#closed;
  }

  /**
   * Producers by id.
   *
   * @internal
   */
  get activeProducers(): ReadonlyMap<number, ProducerStateEntry> {
    return this.#state.producers.activeProducers;
  }

  /**
   * Appends batches of a producer. Offsets, leader epoch and timestamps are set in the bytes that are given, as far as they need
   * not be rewritten. When an idempotent producer sends a batch again, nothing is written and the answer has the old offsets.
   *
   * @param records batches, one in the current format; incomplete bytes at the end are left out
   * @throws {InvalidRecordError} {CorruptRecordError} {ProducerStateError} when the records are refused; the log is as before
   * @throws {LogDirError} when the disk fails
   */
  appendAsLeader(
    records: Uint8Array,
    leaderEpoch: number,
    options: AppendOptions = {},
  ): LogAppendInfo {
    return appendAsLeader(this.#open(), records, leaderEpoch, options);
  }

  /**
   * Appends the records of a builder as the leader: {@linkcode PartitionLog.appendAsLeader} of what it builds, without a second
   * look at what it has just made. The builder's memory has the offsets then, and must be reset before the next append.
   *
   * @throws {InvalidRecordError} when the topic does not take the records; the log is as before
   * @throws {LogDirError} when the disk fails
   */
  appendBuilt(builder: RecordBatchBuilder, leaderEpoch: number): LogAppendInfo {
    return appendBuilt(this.#open(), builder, leaderEpoch);
  }

  /**
   * Appends what was fetched from the leader, with the leader's offsets and epochs.
   *
   * @throws {UnexpectedAppendOffsetError} when the records begin below the log end offset
   */
  appendAsFollower(records: Uint8Array, leaderEpoch: number): LogAppendInfo {
    return appendAsFollower(this.#open(), records, leaderEpoch);
  }

  /**
   * Finds the bytes from `startOffset` on. They begin with the whole batch that holds it; nothing is copied yet.
   *
   * @throws {OffsetOutOfRangeError} below the log start offset or above the log end offset
   */
  read(startOffset: number, options: ReadOptions): FetchData {
    return readLog(this.#open(), startOffset, options);
  }

  /** The first offset at or after a time, or one of the special offsets; see {@linkcode fetchOffsetByTimestamp}. */
  fetchOffsetByTimestamp(timestamp: number): TimestampAndOffset | undefined {
    return fetchOffsetByTimestamp(this.#open(), timestamp);
  }

  /** The aborted transactions that reach into [`startOffset`, `upperBoundOffset`). */
  collectAbortedTransactions(startOffset: number, upperBoundOffset: number): AbortedTxn[] {
    const { segments, offsets } = this.#open();
    const start = segments.floorSegment(startOffset);
    if (start === undefined) return [];
    const from = Math.max(startOffset, offsets.logStartOffset);
    return abortedTransactionsBetween(segments, start, from, upperBoundOffset);
  }

  /** Sets the high watermark, kept between log start and log end. Returns what was set. */
  updateHighWatermark(highWatermark: number): number {
    return this.#open().offsets.updateHighWatermark(highWatermark);
  }

  /** As a leader: raises the high watermark, and returns the old one if it did. */
  maybeIncrementHighWatermark(highWatermark: number): number | undefined {
    return this.#open().offsets.maybeIncrementHighWatermark(highWatermark);
  }

  /** As a follower: sets the high watermark, clamped, and returns the new one if it changed. */
  maybeUpdateHighWatermark(highWatermark: number): number | undefined {
    return this.#open().offsets.maybeUpdateHighWatermark(highWatermark);
  }

  /** Has a function told of every high watermark that is set; `undefined` ends that. */
  setHighWatermarkListener(listener: ((highWatermark: number) => void) | undefined): void {
    this.#state.offsets.onHighWatermarkUpdated = listener;
  }

  /** The offsets with their places on disk. */
  fetchOffsetSnapshot(): LogOffsetSnapshot {
    const { offsets } = this.#open();
    return {
      logStartOffset: offsets.logStartOffset,
      logEndOffset: offsets.logEnd,
      highWatermark: offsets.fetchHighWatermarkMetadata(),
      lastStableOffset: offsets.fetchLastStableOffsetMetadata(),
    };
  }

  /** An offset with its place; offset-only when the log does not hold it. */
  maybeConvertToOffsetMetadata(offset: number): LogOffsetMetadata {
    return locateOffset(this.#open(), offset);
  }

  /**
   * Raises the log start offset, up to the high watermark.
   *
   * @returns whether it was raised
   * @throws {OffsetOutOfRangeError} above the high watermark
   */
  maybeIncrementLogStartOffset(
    offset: number,
    reason: LogStartOffsetIncrementReason = "leader offset incremented",
  ): boolean {
    return incrementLogStartOffset(this.#open(), offset, reason);
  }

  /**
   * Makes the records below `offset` unreadable, and their segments deletable.
   *
   * @param offset up to the high watermark; -1 stands for that
   * @returns the log start offset
   * @throws {OffsetOutOfRangeError} above the high watermark
   */
  deleteRecords(offset: number): number {
    const state = this.#open();
    incrementLogStartOffset(
      state,
      offset === -1 ? state.offsets.highWatermark : offset,
      "client delete records request",
    );
    return state.offsets.logStartOffset;
  }

  /** Truncates so that every offset is below `targetOffset`. Returns whether there was anything to truncate. */
  truncateTo(targetOffset: number): boolean {
    return truncateLog(this.#open(), targetOffset);
  }

  /** Deletes all records; the next one gets `newOffset`. */
  truncateFullyAndStartAt(newOffset: number, logStartOffset: number = newOffset): void {
    truncateFully(this.#open(), newOffset, logStartOffset);
  }

  /**
   * Seals the active segment and starts a new one, at the log end offset or `expectedNextOffset` if that is higher.
   *
   * @internal
   */
  roll(expectedNextOffset?: number): Segment {
    return rollLog(this.#open(), expectedNextOffset);
  }

  /** Deletes what retention lets go. Returns the number of segments. */
  deleteOldSegments(): number {
    return deleteOldSegments(this.#open());
  }

  /** Removes the `.deleted` files that are due at `now`, ms since the epoch. Returns how many were. */
  deletePendingFiles(now: number): number {
    return this.#state.deletion.deletePending(now);
  }

  /** When {@linkcode PartitionLog.deletePendingFiles} will have something to do, ms since the epoch. */
  get nextPendingFileDueMs(): number | undefined {
    return this.#state.deletion.nextDueMs;
  }

  /**
   * Brings everything appended so far to the disk.
   *
   * @param forceFlushActiveSegment flush an empty active segment as well, so that its files survive
   */
  flush(forceFlushActiveSegment = false): Promise<void> {
    return this.#flush(this.logEndOffset, forceFlushActiveSegment);
  }

  /** Brings what is below `offset` to the disk. */
  flushUptoOffsetExclusive(offset: number): Promise<void> {
    return this.#flush(offset, false);
  }

  /** Flushes and blocks meanwhile. */
  flushSync(): void {
    if (flushLogSync(this.#open())) this.#lastFlushTime = this.#state.env.clock.now();
  }

  /** Up to where a flush is due because the log has rolled; `undefined` when none is. */
  get flushDueOffset(): number | undefined {
    const { baseOffset } = this.#state.segments.activeSegment;
    return baseOffset > this.recoveryPoint ? baseOffset : undefined;
  }

  /** How many records a power cut could take. */
  get unflushedMessages(): number {
    return this.logEndOffset - this.recoveryPoint;
  }

  /** When the log was last flushed, or opened; ms since the epoch. */
  get lastFlushTime(): number {
    return this.#lastFlushTime;
  }

  /**
   * Puts rewritten segments, flushed and named `.cleaned`, in the place of old ones; survives a crash at any step.
   *
   * @internal
   */
  replaceSegments(newSegments: readonly Segment[], oldSegments: readonly Segment[]): void {
    const state = this.#open();
    state.written = true;
    removeSnapshotsOf(state, replaceSegments(state, newSegments, oldSegments));
    state.offsets.forgetPositions();
  }

  /**
   * Puts several segments in the place of one whose offsets do not fit into its indexes; the cleaner does.
   *
   * @internal
   */
  splitOverflowedSegment(segment: Segment): Segment[] {
    const state = this.#open();
    state.written = true;
    const parts = splitOverflowedSegment(state, segment);
    state.offsets.forgetPositions();
    return parts;
  }

  /** Takes new configs over; open segments keep their index settings until the next roll. Returns the old ones. */
  updateConfig(config: LogConfig): LogConfig {
    const old = this.#state.config;
    this.#state.config = config;
    return old;
  }

  /**
   * Notes that a leader's epoch begins at an offset.
   *
   * @param durable have it on the disk at once, and not with the first record of the epoch. Nobody but a follower has use for an
   *   epoch without records. Default: `true`
   */
  assignEpochStartOffset(epoch: number, startOffset: number, durable = true): void {
    const { leaderEpochs } = this.#open();
    if (durable) leaderEpochs.assign(epoch, startOffset);
    else leaderEpochs.note(epoch, startOffset);
  }

  /** Where an epoch ends, and which one that was found for; `undefined` for one that is not known. */
  endOffsetForEpoch(epoch: number): EpochEndOffset | undefined {
    const found = this.#open().leaderEpochs.endOffsetFor(epoch, this.logEndOffset);
    return found.endOffset === UNDEFINED_EPOCH_OFFSET ? undefined : found;
  }

  /** Writes a snapshot of the producer state, if it has moved since the last one. */
  takeProducerSnapshot(): void {
    this.#open().producers.takeSnapshot();
  }

  /** Forgets producers that were silent for too long at `now`, ms since the epoch. */
  removeExpiredProducers(now: number): void {
    this.#open().producers.removeExpiredProducers(now);
  }

  /**
   * Starts to verify a producer's transaction (KIP-890): the guard goes along to the append.
   *
   * @returns the sentinel when the transaction is open here already
   * @throws {ProducerStateError} for an epoch that the producer has left behind
   */
  maybeStartTransactionVerification(
    producerId: number,
    sequence: number,
    epoch: number,
    supportsEpochBump: boolean,
  ): VerificationGuard {
    const { producers } = this.#open();
    checkEpochNotStale(producers, producerId, epoch);
    if (producers.hasOngoingTransaction(producerId, epoch)) return VerificationGuard.SENTINEL;
    return producers.maybeCreateVerificationStateEntry(
      producerId,
      sequence,
      epoch,
      supportsEpochBump,
    ).verificationGuard;
  }

  /**
   * Moves the directory beside its old place.
   *
   * @param reinitialize `false` when it is moved in order to be deleted
   * @param flushed `false` when whoever moves many of them flushes the directory that they are in himself
   */
  renameDir(name: string, reinitialize = true, flushed = true): void {
    renameLogDirectory(this.#open(), name, reinitialize, flushed);
  }

  /** Brings everything to the disk, with a producer snapshot at the log end, and releases the files. Twice is fine. */
  close(): void {
    if (this.#closed) return;
    try {
      closeLog(this.#state);
    } finally {
      this.closeHandlers();
    }
  }

  /** Releases the files without writing anything: the disk has failed. */
  closeHandlers(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#state.offsets.onHighWatermarkUpdated = undefined;
    this.#state.segments.closeHandlers();
    this.#state.deletion.close();
  }

  /** Removes the log and its directory for good. */
  delete(): void {
    this.#closed = true;
    deleteLog(this.#state);
  }

  async #flush(offset: number, includingActive: boolean): Promise<void> {
    if (await flushLog(this.#open(), offset, includingActive)) {
      this.#lastFlushTime = this.#state.env.clock.now();
    }
  }

  #open(): LogState {
    if (this.#closed) {
      throw new LogUnavailableError(
        `Cannot use a log that is closed: ${topicPartitionKey(this.#state.topicPartition)}`,
      );
    }
    return this.#state;
  }
}
