/**
 * What a log knows of the producers that write to it. As
 * `org.apache.kafka.storage.internals.log.ProducerStateManager`.
 *
 * @module
 */

import { assert } from "@std/assert";
import type { Env } from "../../env.ts";
import { CorruptRecordError } from "../../errors.ts";
import { type TopicPartition, topicPartitionKey } from "../../file/file_names.ts";
import { NO_PRODUCER_ID } from "../../record/record_batch.ts";
import type { AppendOrigin } from "./append_origin.ts";
import { ProducerAppendInfo } from "./producer_append_info.ts";
import { inSnapshotOrder } from "./producer_snapshot.ts";
import { ProducerSnapshotFiles } from "./producer_snapshot_files.ts";
import { ProducerStateEntry } from "./producer_state_entry.ts";
import { type CompletedTxn, TransactionTable, type TxnMetadata } from "./transaction_table.ts";
import { VerificationStateEntry } from "./verification_state_entry.ts";

export type { AppendOrigin } from "./append_origin.ts";

/** A transaction may be this much older than the longest timeout before it counts as late, ms. */
export const LATE_TRANSACTION_BUFFER_MS = 5 * 60 * 1000;

/** What may change while a log is in use. */
export interface ProducerConfig {
  /** `producer.id.expiration.ms`. */
  readonly producerIdExpirationMs: number;
  /** `transaction.partition.verification.enable`. */
  readonly transactionVerificationEnabled: boolean;
}

/** What a {@linkcode ProducerStateManager} needs. */
export interface ProducerStateManagerOptions {
  /** The world. */
  readonly env: Env;
  /** The log's directory, where the snapshots are. */
  readonly directory: string;
  /** The partition, for messages. */
  readonly topicPartition: TopicPartition;
  /** Names of the files in the directory, when they are known. */
  readonly names?: readonly string[];
  /** `transaction.max.timeout.ms`. Default: 15 minutes. */
  readonly maxTransactionTimeoutMs?: number;
  /** `producer.id.expiration.ms`. Default: one day. */
  readonly producerIdExpirationMs?: number;
  /** `transaction.partition.verification.enable`. Default: `false`. */
  readonly transactionVerificationEnabled?: boolean;
}

/**
 * Per producer id: the epoch, which fences older instances of the producer; the last five batches, which tell a batch that
 * is sent again; the open transaction. From the transactions follows how far a reader of committed data may read.
 *
 * The state grows with the log (`prepareUpdate`, `update`, `completeTxn`, `updateMapEndOffset`) and is saved in
 * snapshots, so that loading a log needs to look at its tail only. A producer is forgotten when it has been idle for
 * `producer.id.expiration.ms`, but not while its transaction is open.
 */
export class ProducerStateManager {
  readonly #env: Env;
  readonly #topicPartition: string;
  readonly #snapshots: ProducerSnapshotFiles;
  readonly #producers = new Map<number, ProducerStateEntry>();
  readonly #verifications = new Map<number, VerificationStateEntry>();
  readonly #ongoingTxns = new TransactionTable();
  // Ended, but the marker is not below the high watermark yet.
  readonly #unreplicatedTxns = new TransactionTable();
  #lastMapOffset = 0;
  #lastSnapOffset = 0;
  #oldestTxnLastTimestamp = -1;
  /** `transaction.max.timeout.ms`. */
  readonly maxTransactionTimeoutMs: number;
  /** `producer.id.expiration.ms`; may change while the log is in use. */
  producerIdExpirationMs: number;
  /** Whether appends must have been verified with the transaction coordinator (KIP-890); may change while the log is in use. */
  transactionVerificationEnabled: boolean;

  /** Knows nothing yet; `truncateAndReload` loads what there is. Looks at which snapshots there are. */
  constructor(options: ProducerStateManagerOptions) {
    this.#env = options.env;
    this.#topicPartition = topicPartitionKey(options.topicPartition);
    this.maxTransactionTimeoutMs = options.maxTransactionTimeoutMs ?? 15 * 60 * 1000;
    this.producerIdExpirationMs = options.producerIdExpirationMs ?? 24 * 60 * 60 * 1000;
    this.transactionVerificationEnabled = options.transactionVerificationEnabled ?? false;
    this.#snapshots = new ProducerSnapshotFiles(options.env, options.directory, options.names);
  }

  /** Producers by id. */
  get activeProducers(): ReadonlyMap<number, ProducerStateEntry> {
    return this.#producers;
  }

  /** How many producers are known. */
  get producerIdCount(): number {
    return this.#producers.size;
  }

  /** Whether nothing is known. */
  get isEmpty(): boolean {
    return this.#producers.size === 0 && this.#unreplicatedTxns.size === 0;
  }

  /** The log up to this offset (exclusive) has gone into the state. */
  get mapEndOffset(): number {
    return this.#lastMapOffset;
  }

  /** Sets how far the log has gone into the state. */
  updateMapEndOffset(lastOffset: number): void {
    this.#lastMapOffset = lastOffset;
  }

  /** The state of a producer. */
  lastEntry(producerId: number): ProducerStateEntry | undefined {
    return this.#producers.get(producerId);
  }

  /** Start of the earliest open transaction. */
  get firstUndecidedOffset(): number | undefined {
    return this.#ongoingTxns.first?.firstOffset;
  }

  /** Start of the earliest transaction that is open, or whose marker is not below the high watermark yet. */
  firstUnstableOffset(): number | undefined {
    const unreplicated = this.#unreplicatedTxns.first?.firstOffset;
    const undecided = this.#ongoingTxns.first?.firstOffset;
    if (unreplicated === undefined) return undecided;
    if (undecided === undefined) return unreplicated;
    return Math.min(unreplicated, undecided);
  }

  /** Whether `producerId` has a transaction open in `producerEpoch`. */
  hasOngoingTransaction(producerId: number, producerEpoch: number): boolean {
    const entry = this.#producers.get(producerId);
    return entry !== undefined && entry.producerEpoch === producerEpoch &&
      entry.currentTxnFirstOffset !== undefined;
  }

  /** Whether the earliest open transaction has been silent for longer than any timeout allows. */
  hasLateTransaction(now: number): boolean {
    const last = this.#oldestTxnLastTimestamp;
    return last > 0 && now - last > this.maxTransactionTimeoutMs + LATE_TRANSACTION_BUFFER_MS;
  }

  /** Starts an append of a producer; nothing changes before {@linkcode ProducerStateManager.update}. */
  prepareUpdate(producerId: number, origin: AppendOrigin): ProducerAppendInfo {
    return new ProducerAppendInfo(
      this.#topicPartition,
      this.#producers.get(producerId) ?? ProducerStateEntry.empty(producerId),
      origin,
      this.#verifications.get(producerId),
      this.#env.logger,
    );
  }

  /** Takes over an append that has been written. */
  update(appendInfo: ProducerAppendInfo): void {
    assert(
      appendInfo.producerId !== NO_PRODUCER_ID,
      "Only batches with a producer id have a state",
    );
    const updated = appendInfo.toEntry();
    const current = this.#producers.get(appendInfo.producerId);
    if (current === undefined) this.#producers.set(appendInfo.producerId, updated);
    else current.update(updated);
    for (const transaction of appendInfo.startedTransactions) this.#ongoingTxns.put(transaction);
    this.#updateOldestTxnTimestamp();
  }

  /**
   * The last stable offset once `completedTxn` is complete; it goes into the transaction index before
   * {@linkcode ProducerStateManager.completeTxn}. Transactions that begin behind the marker do not count: a follower takes in
   * several batches at once, and knows of them already. (In Kafka they do, but for the producer's own next one, which may lie before
   * them; readers can then be given its records though it is aborted.)
   */
  lastStableOffset(completedTxn: CompletedTxn): number {
    for (const { firstOffset } of this.#ongoingTxns.values) {
      if (firstOffset > completedTxn.lastOffset) break;
      if (firstOffset !== completedTxn.firstOffset) return firstOffset;
    }
    return completedTxn.lastOffset + 1;
  }

  /**
   * Notes that a transaction has ended. It stays unstable until its marker is below the high watermark.
   *
   * @throws {CorruptRecordError} when it has not begun: the same batches are in the log twice
   */
  completeTxn(completedTxn: CompletedTxn): void {
    const transaction = this.#ongoingTxns.remove(completedTxn.firstOffset);
    if (transaction === undefined) {
      throw new CorruptRecordError(
        `Producer ${completedTxn.producerId} ends a transaction that has not begun, at offset: ${completedTxn.lastOffset}`,
      );
    }
    transaction.lastOffset = completedTxn.lastOffset;
    this.#unreplicatedTxns.put(transaction);
    this.#updateOldestTxnTimestamp();
  }

  /** Transactions whose markers are below `highWatermark` become stable. */
  onHighWatermarkUpdated(highWatermark: number): void {
    if (this.#unreplicatedTxns.size > 0) this.#unreplicatedTxns.removeEndedBefore(highWatermark);
  }

  /** The log starts at `logStartOffset` now. Producers stay: they may go on. */
  onLogStartOffsetIncremented(logStartOffset: number): void {
    this.#unreplicatedTxns.removeEndedBefore(logStartOffset);
    if (this.#lastMapOffset < logStartOffset) this.#lastMapOffset = logStartOffset;
    this.#lastSnapOffset = this.latestSnapshotOffset ?? logStartOffset;
  }

  /** Forgets the producers, and the verifications, that have been idle too long at `now`, ms since the epoch. */
  removeExpiredProducers(now: number): void {
    for (const [producerId, entry] of this.#producers) {
      if (this.#isExpired(entry, now)) this.#producers.delete(producerId);
    }
    for (const [producerId, entry] of this.#verifications) {
      if (now - entry.timestamp >= this.producerIdExpirationMs) {
        this.#verifications.delete(producerId);
      }
    }
  }

  /**
   * Brings the state to what it was at `logEndOffset`, or at the latest snapshot before it, with
   * {@linkcode ProducerStateManager.mapEndOffset} telling from where the log must be read. Snapshots outside of
   * the log are removed, those that can't be read as well, with a warning.
   *
   * @param now ms since the epoch; producers that have expired by then are not loaded
   */
  truncateAndReload(logStartOffset: number, logEndOffset: number, now: number): void {
    this.#snapshots.removeWhere((offset) => offset > logEndOffset || offset <= logStartOffset);
    if (logEndOffset === this.#lastMapOffset) {
      this.onLogStartOffsetIncremented(logStartOffset);
      return;
    }
    this.#clear();
    this.#loadFromSnapshot(logStartOffset, now);
  }

  /** Forgets everything, removes all snapshots, and goes on at `offset`. */
  truncateFullyAndStartAt(offset: number): void {
    this.#clear();
    this.#snapshots.removeWhere(() => true);
    this.#lastSnapOffset = 0;
    this.#lastMapOffset = offset;
  }

  /** Forgets everything and looks for snapshots in the directory, into which others may have put some. */
  truncateFullyAndReloadSnapshots(): void {
    this.truncateFullyAndStartAt(0);
    this.#snapshots.reload();
  }

  /** Takes over one entry as a snapshot has it. */
  loadProducerEntry(entry: ProducerStateEntry): void {
    this.#producers.set(entry.producerId, entry);
    const firstOffset = entry.currentTxnFirstOffset;
    if (firstOffset === undefined) return;
    const transaction: TxnMetadata = {
      producerId: entry.producerId,
      firstOffset,
      lastOffset: undefined,
    };
    this.#ongoingTxns.put(transaction);
  }

  /**
   * Takes over what `recovered` knows of each producer's last batches. A snapshot holds one of each; a producer that got no answers sends several
   * again, and none of them must be taken for new.
   */
  rememberBatchesOf(recovered: ProducerStateManager): void {
    for (const [producerId, entry] of this.#producers) {
      const other = recovered.lastEntry(producerId);
      if (other !== undefined) entry.rememberBatchesOf(other);
    }
  }

  /**
   * Saves the state as of {@linkcode ProducerStateManager.mapEndOffset}, unless the latest snapshot has it.
   *
   * @param sync whether the file is to survive a power cut when this returns; else the caller flushes it later
   * @returns its path, or `undefined` when none was written
   */
  takeSnapshot(sync = true): string | undefined {
    if (this.#lastMapOffset <= this.#lastSnapOffset) return undefined;
    const offset = this.#lastMapOffset;
    const path = this.#snapshots.write(offset, inSnapshotOrder(this.#producers.values()), sync);
    this.#lastSnapOffset = offset;
    this.#env.logger.write("info", "Wrote producer snapshot", {
      partition: this.#topicPartition,
      offset,
      producerIds: this.#producers.size,
    });
    return path;
  }

  /** Offset of the newest snapshot. */
  get latestSnapshotOffset(): number | undefined {
    return this.#snapshots.offsets.at(-1);
  }

  /** Offset of the oldest snapshot. */
  get oldestSnapshotOffset(): number | undefined {
    return this.#snapshots.offsets[0];
  }

  /** Path of the snapshot at `offset`, if there is one. */
  fetchSnapshot(offset: number): string | undefined {
    return this.#snapshots.offsets.includes(offset) ? this.#snapshots.path(offset) : undefined;
  }

  /**
   * Removes the snapshots that belong to no segment. The newest of them stays when it is above all segments: a clean stop writes
   * one at the log's end.
   *
   * @param reload whether to look at the directory first, where others may have written some
   */
  removeStraySnapshots(segmentBaseOffsets: Iterable<number>, reload: boolean = true): void {
    if (reload) this.#snapshots.reload();
    const segments = new Set(segmentBaseOffsets);
    let highest = -Infinity;
    for (const baseOffset of segments) highest = Math.max(highest, baseOffset);
    const strays = this.#snapshots.offsets.filter((offset) => !segments.has(offset));
    const newest = strays.pop();
    for (const offset of strays) this.#snapshots.remove(offset);
    if (newest !== undefined && newest < highest) this.#snapshots.remove(newest);
  }

  /** Removes the snapshots below `offset`. */
  deleteSnapshotsBefore(offset: number): void {
    this.#snapshots.removeWhere((snapshot) => snapshot < offset);
  }

  /**
   * Forgets the snapshot at `offset` and adds `.deleted` to its name.
   *
   * @returns its new path for the caller to remove later, or `undefined` when there is none
   */
  removeAndMarkSnapshotForDeletion(offset: number): string | undefined {
    return this.#snapshots.markForDeletion(offset);
  }

  /** The log's directory was moved to `directory`. */
  updateParentDir(directory: string): void {
    this.#snapshots.updateParentDir(directory);
  }

  /** The verification under way for a producer; makes one when there is none, and notes sequence and epoch (KIP-890). */
  maybeCreateVerificationStateEntry(
    producerId: number,
    sequence: number,
    epoch: number,
    supportsEpochBump: boolean,
  ): VerificationStateEntry {
    let entry = this.#verifications.get(producerId);
    if (entry === undefined) {
      const now = this.#env.clock.now();
      entry = new VerificationStateEntry(now, sequence, epoch, supportsEpochBump);
      this.#verifications.set(producerId, entry);
    }
    entry.maybeUpdateLowestSequenceAndEpoch(sequence, epoch);
    return entry;
  }

  /** The verification under way for a producer. */
  verificationStateEntry(producerId: number): VerificationStateEntry | undefined {
    return this.#verifications.get(producerId);
  }

  /** Ends the verification of a producer. */
  clearVerificationStateEntry(producerId: number): void {
    this.#verifications.delete(producerId);
  }

  #loadFromSnapshot(logStartOffset: number, now: number): void {
    for (;;) {
      const offset = this.latestSnapshotOffset;
      if (offset === undefined) {
        this.#lastSnapOffset = logStartOffset;
        this.#lastMapOffset = logStartOffset;
        return;
      }
      const path = this.#snapshots.path(offset);
      try {
        for (const entry of this.#snapshots.read(offset)) {
          if (!this.#isExpired(entry, now)) this.loadProducerEntry(entry);
        }
        this.#lastSnapOffset = offset;
        this.#lastMapOffset = offset;
        this.#updateOldestTxnTimestamp();
        this.#env.logger.write("info", "Loaded producer state from snapshot file", {
          partition: this.#topicPartition,
          path,
          producerIds: this.#producers.size,
        });
        return;
      } catch (error) {
        if (!(error instanceof CorruptRecordError)) throw error;
        this.#env.logger.write("warn", "Failed to load producer snapshot", {
          partition: this.#topicPartition,
          path,
          reason: error.message,
        });
        this.#snapshots.remove(offset);
      }
    }
  }

  #clear(): void {
    this.#producers.clear();
    this.#ongoingTxns.clear();
    this.#unreplicatedTxns.clear();
    this.#oldestTxnLastTimestamp = -1;
  }

  #isExpired(entry: ProducerStateEntry, now: number): boolean {
    return entry.currentTxnFirstOffset === undefined &&
      now - entry.lastTimestamp >= this.producerIdExpirationMs;
  }

  #updateOldestTxnTimestamp(): void {
    const oldest = this.#ongoingTxns.first;
    this.#oldestTxnLastTimestamp = oldest === undefined
      ? -1
      : this.#producers.get(oldest.producerId)?.lastTimestamp ?? -1;
  }
}
