/**
 * The metadata log: `__cluster_metadata-0`, a log of the engine whose offsets and epochs the quorum assigns, with its snapshots.
 *
 * What is below the latest snapshot's offset may go, and goes by size and age (`metadata.max.retention.*`) once a second snapshot
 * is there. Opening checks the whole log again: it keeps no recovery point, as its records are few.
 *
 * @module
 */

import type { Env } from "../../storage/env.ts";
import { CorruptRecordError } from "../../storage/errors.ts";
import { makeDurableDirectory } from "../../storage/file/durable_directory.ts";
import { joinPath } from "../../storage/file/paths.ts";
import { METADATA_TOPIC_ID } from "../../storage/bytes/uuid.ts";
import { PartitionLog } from "../../storage/log/partition_log.ts";
import { batchesIn } from "../../storage/record/memory_records.ts";
import type { RecordBatch } from "../../storage/record/record_batch.ts";
import { endOffsetForEpoch, lastEpoch } from "./log_epochs.ts";
import { isWholeBefore, metadataBatches } from "./metadata_batches.ts";
import { type MetadataLogConfig, metadataTopicConfig } from "./metadata_log_config.ts";
import { compareOffsetAndEpoch, type OffsetAndEpoch } from "./offset_and_epoch.ts";
import { SnapshotFiles } from "./snapshot_files.ts";
import { snapshotDeletionReason } from "./snapshot_retention.ts";

/** Name of the metadata log's directory. */
export const METADATA_LOG_DIRECTORY = "__cluster_metadata-0";
/** The partition. */
const METADATA_PARTITION = { topic: "__cluster_metadata", partition: 0 };

/** How a {@linkcode RaftLog} is opened. */
export interface RaftLogOptions {
  /** The world. */
  readonly env: Env;
  /** The log directory that holds the metadata log. */
  readonly directory: string;
  /** Its configs. */
  readonly config: MetadataLogConfig;
}

/** The metadata log with its snapshots. */
export class RaftLog {
  readonly #env: Env;
  readonly #config: MetadataLogConfig;
  readonly #log: PartitionLog;
  /** The snapshots. */
  readonly snapshots: SnapshotFiles;

  private constructor(env: Env, config: MetadataLogConfig, log: PartitionLog) {
    this.#env = env;
    this.#config = config;
    this.#log = log;
    this.snapshots = new SnapshotFiles(
      env,
      log.directory,
      log.logStartOffset,
      config.deleteDelayMs,
    );
  }

  /**
   * Opens the log, or makes it. A torn or damaged end is cut off; a log that ends before its latest snapshot begins anew behind it.
   *
   * @throws {CorruptRecordError} when what is left does not make a whole
   */
  static open({ env, directory, config }: RaftLogOptions): RaftLog {
    const path = joinPath(directory, METADATA_LOG_DIRECTORY);
    makeDurableDirectory(env.fileSystem, path);
    const log = PartitionLog.open({
      env,
      directory: path,
      topicPartition: METADATA_PARTITION,
      config: metadataTopicConfig(config),
      hadCleanShutdown: false,
      // A process may have been killed between making the directory and flushing its name.
      isNameUnflushed: true,
      topicId: METADATA_TOPIC_ID,
    });
    try {
      const raftLog = new RaftLog(env, config, log);
      raftLog.#truncateToLatestSnapshot();
      // Only what is committed gets into a snapshot.
      raftLog.updateHighWatermark(raftLog.snapshots.latest?.offset ?? 0);
      return raftLog;
    } catch (error) {
      log.closeHandlers();
      throw error;
    }
  }

  /** Where the files are. */
  get directory(): string {
    return this.#log.directory;
  }

  /** First offset that can be read. */
  get startOffset(): number {
    return this.#log.logStartOffset;
  }

  /** Offset that the next record gets. */
  get endOffset(): number {
    return this.#log.logEndOffset;
  }

  /** Below it, records are committed. */
  get highWatermark(): number {
    return this.#log.highWatermark;
  }

  /** Epoch of the last record, or of the snapshot that the log begins behind. */
  get lastEpoch(): number {
    return lastEpoch(this.#log, this.snapshots);
  }

  /** The largest epoch in the log up to `epoch`, and where it ends; the log's end when there is none. */
  endOffsetForEpoch(epoch: number): OffsetAndEpoch {
    return endOffsetForEpoch(this.#log, this.snapshots, epoch);
  }

  /** Appends batches that have their offsets and epoch. */
  append(batches: Uint8Array, epoch: number): void {
    this.#log.appendAsLeader(batches, epoch, { origin: "raft_leader" });
  }

  /**
   * Appends what was fetched from the leader of `epoch`; batches of a later epoch, and one that is not whole, are left out.
   *
   * @throws {CorruptRecordError} when the batches are damaged, or do not begin at the log's end
   */
  appendAsFollower(batches: Uint8Array, epoch: number): void {
    for (const { baseOffset } of batchesIn(batches)) {
      if (baseOffset === this.endOffset) break;
      throw new CorruptRecordError(
        `Fetched metadata records begin at offset ${baseOffset}, and not at the log's end: ${this.endOffset}`,
      );
    }
    this.#log.appendAsFollower(batches, epoch);
  }

  /** Cuts the log off at an offset. */
  truncateTo(offset: number): void {
    this.#log.truncateTo(offset);
  }

  /** Takes a snapshot that was fetched for the whole log, and begins the log anew behind it. */
  beginAnewAt(id: OffsetAndEpoch): void {
    this.snapshots.add(id);
    this.#log.truncateFullyAndStartAt(id.offset);
    this.snapshots.deleteBefore(id, "the partition was fully truncated");
  }

  /** Batches from the one that begins at `offset` on, at least one; the last one may be cut off. */
  bytesFrom(offset: number, maxBytes: number): Uint8Array {
    return this.#log.read(offset, { maxBytes, isolation: "log_end" }).bytes();
  }

  /** Resolves once what was appended survives a power cut. */
  flush(): Promise<void> {
    return this.#log.flush();
  }

  /** As {@linkcode RaftLog.flush}, blocking. */
  flushSync(): void {
    this.#log.flushSync();
  }

  /** Notes that what is below `offset` is committed. */
  updateHighWatermark(offset: number): void {
    this.#log.updateHighWatermark(offset);
  }

  /** The batches from the one that holds `from` up to `to`, in memory of their own. */
  batches(from: number, to: number = this.endOffset): Generator<RecordBatch> {
    return metadataBatches(this.#log, from, to);
  }

  /**
   * Lets go of what is below a snapshot: older snapshots, and whole segments.
   *
   * @returns whether anything went
   */
  deleteBeforeSnapshot(id: OffsetAndEpoch, reason: string): boolean {
    const { latest } = this.snapshots;
    if (latest === undefined || !this.snapshots.has(id)) return false;
    if (id.offset <= this.startOffset || compareOffsetAndEpoch(id, latest) > 0) return false;
    if (id.offset > this.highWatermark) return false;
    if (!this.#log.maybeIncrementLogStartOffset(id.offset, "snapshot generated")) return false;
    const segments = this.#log.deleteOldSegments();
    const snapshots = this.snapshots.deleteBefore(id, reason);
    return segments + snapshots > 0;
  }

  /** Lets go of snapshots, oldest first, as size and age say; the newest stays. Returns whether anything went. */
  clean(now: number): boolean {
    let cleaned = false;
    while (true) {
      const [oldest, next] = this.snapshots.ids;
      if (oldest === undefined || next === undefined) return cleaned;
      const reason = snapshotDeletionReason({
        now,
        logSize: this.#log.size,
        snapshotsSize: this.snapshots.totalSize,
        oldestTimestamp: this.snapshots.timestamp(oldest),
      }, this.#config);
      if (reason === undefined || !this.deleteBeforeSnapshot(next, reason)) return cleaned;
      cleaned = true;
    }
  }

  /** When files that were let go are to be removed, ms since the epoch. */
  get nextPendingFileDueMs(): number | undefined {
    const dues = [this.#log.nextPendingFileDueMs, this.snapshots.nextDueMs]
      .filter((due) => due !== undefined);
    return dues.length === 0 ? undefined : Math.min(...dues);
  }

  /** Removes the files that are due. */
  deletePendingFiles(now: number): void {
    this.#log.deletePendingFiles(now);
    this.snapshots.removeDue(now);
  }

  /** Brings everything to the disk and releases the files. Twice is fine. */
  close(): void {
    this.#log.close();
    this.snapshots.removeDue(Infinity);
  }

  /** Releases the files without writing anything: the disk has failed. */
  closeHandlers(): void {
    this.#log.closeHandlers();
  }

  #truncateToLatestSnapshot(): void {
    const latest = this.snapshots.latest;
    if (latest === undefined) return;
    const epoch = this.#log.leaderEpochCache.latestEpoch ?? 0;
    const isAhead = latest.epoch > epoch ||
      latest.epoch === epoch && latest.offset > this.endOffset;
    if (!isAhead && isWholeBefore(this.#log, latest.offset)) return;
    this.#env.logger.write("warn", "Metadata log ends before its latest snapshot; beginning anew", {
      directory: this.directory,
      logEndOffset: this.endOffset,
      ...latest,
    });
    this.beginAnewAt(latest);
  }
}
