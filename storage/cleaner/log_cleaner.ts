/**
 * Cleans the logs of a process in the background: Kafka's `LogCleaner`.
 *
 * Each of `log.cleaner.threads` slots takes the dirtiest log, cleans it, deletes old segments of compacted logs, and sleeps
 * `log.cleaner.backoff.ms` when there was nothing to clean. All slots share one thread with everything else, and give way
 * every few milliseconds; several of them keep a throttled or flushing cleaning from holding up the next log.
 *
 * @module
 */

import type { Env } from "../env.ts";
import { LogDirError, LogUnavailableError, StorageError } from "../errors.ts";
import { type TopicPartition, topicPartitionKey } from "../file/file_names.ts";
import type { PartitionLog } from "../log/partition_log.ts";
import { Cleaner } from "./cleaner.ts";
import { type CleanerConfig, validateCleanerReconfiguration } from "./cleaner_config.ts";
import type { CleanerStats } from "./cleaner_stats.ts";
import { isCleaningAborted } from "./cleaning_turn.ts";
import type { CleaningState } from "./cleaning_state.ts";
import type { LogToClean } from "./dirty_ratio.ts";
import { LogCleanerManager, type LogCleanerManagerOptions } from "./log_cleaner_manager.ts";
import { OffsetMap } from "./offset_map.ts";
import { Throttler } from "./throttler.ts";

/** What a log cleaner works with. */
export interface LogCleanerOptions extends LogCleanerManagerOptions {
  readonly config: CleanerConfig;
  /** Longest time in ms that the event loop is kept from others. Default: 4. */
  readonly sliceMs?: number;
}

/** How new configs are taken over. */
export interface ReconfigureOptions {
  /**
   * Whether the change was checked when it was decided, and is only carried out: then there may be any number of cleaners, and not only up to twice
   * and down to half of those there are. Default: `false`.
   */
  readonly isDecided?: boolean;
}

/** What the cleaner knows of one log. Times in ms since the epoch. */
export interface CleanerLogStatus {
  /** The log. */
  readonly topicPartition: TopicPartition;
  /** What is being done with it; `"uncleanable"` while it is left alone after a failure. */
  readonly state: CleaningState | "uncleanable";
  /** Pauses that are in force. */
  readonly pausedCount: number;
  /** How far it is clean, `undefined` when it never was. */
  readonly lastCleanOffset: number | undefined;
  /** Error of the last attempt, `undefined` when that went well. */
  readonly lastError: Error | undefined;
  /** Attempts that have failed in a row. */
  readonly retries: number;
  /** When the next attempt may be made after a failure. */
  readonly nextAttemptMs: number | undefined;
  /** What the last cleaning that went well has done. */
  readonly lastStats: CleanerStats | undefined;
}

/** Kafka's gauges of the cleaner. */
export interface CleanerMetrics {
  /** How full the fullest offset map was. */
  readonly maxBufferUtilizationPercent: number;
  /** Bytes written per byte read. */
  readonly cleanerRecopyPercent: number;
  /** How long the longest cleaning took. */
  readonly maxCleanTimeSecs: number;
  /** How late the latest log was by `max.compaction.lag.ms`. */
  readonly maxCompactionDelaySecs: number;
  /** Dirty ratio of the dirtiest log. */
  readonly maxDirtyPercent: number;
  /** Since when nobody has looked for a log to clean. */
  readonly timeSinceLastRunMs: number;
}

interface Slot {
  readonly cleaner: Cleaner;
  /** Cleanings of one slot wait for each other. */
  work: Promise<unknown>;
  lastStats: CleanerStats | undefined;
  maxCompactionDelayMs: number;
}

/** The background cleaner. */
export class LogCleaner {
  readonly #env: Env;
  readonly #logs: LogCleanerOptions["logs"];
  readonly #onLogDirFailure: (directory: string, error: LogDirError) => void;
  readonly #sliceMs: number | undefined;
  readonly #throttler: Throttler;
  readonly #lastStats = new Map<string, CleanerStats>();
  readonly manager: LogCleanerManager;
  #config: CleanerConfig;
  #slots: Slot[];
  /** Whether somebody has started the loops, and nobody has ended them. */
  #isStarted = false;
  #stop: AbortController | undefined;
  #loops: Promise<void>[] = [];
  #restarting: Promise<void> = Promise.resolve();

  constructor(options: LogCleanerOptions) {
    this.#env = options.env;
    this.#logs = options.logs;
    this.#onLogDirFailure = options.onLogDirFailure ?? (() => {});
    this.#sliceMs = options.sliceMs;
    this.#config = options.config;
    this.#throttler = new Throttler(options.env.clock, options.config.maxIoBytesPerSecond);
    this.manager = new LogCleanerManager(options);
    this.#slots = this.#newSlots();
  }

  /** The configs in force. */
  get config(): CleanerConfig {
    return this.#config;
  }

  /** How many logs can be cleaned at once. */
  get cleanerCount(): number {
    return this.#slots.length;
  }

  /** Whether the background loops run. */
  get isRunning(): boolean {
    return this.#stop !== undefined;
  }

  #newSlots(): Slot[] {
    const { numThreads, dedupeBufferSize, ioBufferSize, dedupeBufferLoadFactor } = this.#config;
    const slots: Slot[] = [];
    for (let id = 0; id < Math.max(1, numThreads); id++) {
      const share = Math.max(1, numThreads);
      const cleaner = new Cleaner({
        env: this.#env,
        id,
        offsetMap: new OffsetMap(Math.floor(dedupeBufferSize / share), this.#env.random),
        // One half for reading, one for writing; a batch header fits in any case.
        ioBufferSize: Math.max(1024, Math.floor(ioBufferSize / share / 2)),
        dupBufferLoadFactor: dedupeBufferLoadFactor,
        throttler: this.#throttler,
        ...(this.#sliceMs === undefined ? {} : { sliceMs: this.#sliceMs }),
      });
      slots.push({
        cleaner,
        work: Promise.resolve(),
        lastStats: undefined,
        maxCompactionDelayMs: 0,
      });
    }
    return slots;
  }

  /** Starts the background loops. */
  startup(): void {
    this.#isStarted = true;
    if (this.#stop === undefined) this.#startLoops();
  }

  #startLoops(): void {
    const stop = new AbortController();
    this.#stop = stop;
    if (this.#config.numThreads < 1) {
      this.#env.logger.write("warn", "log.cleaner.threads is below 1: nothing is cleaned", {});
      return;
    }
    this.#loops = this.#slots.map((slot) => this.#loop(slot, stop.signal));
  }

  /** Stops the loops; resolves when nothing is being cleaned any more. */
  async shutdown(): Promise<void> {
    this.#isStarted = false;
    await Promise.all([this.#stopLoops(), this.#restarting.catch(() => {})]);
  }

  async #stopLoops(): Promise<void> {
    this.#stop?.abort(new DOMException("The log cleaner is shutting down", "AbortError"));
    this.#stop = undefined;
    this.manager.states.stopAll();
    await Promise.all(this.#loops);
    this.#loops = [];
    await Promise.all(this.#slots.map((slot) => slot.work));
  }

  /**
   * Takes new configs over. The number of cleaners and their memory change by starting them anew: what is being cleaned is aborted
   * and will be begun again.
   *
   * @throws {InvalidConfigError} when Kafka does not allow the change of `log.cleaner.threads`
   */
  async reconfigure(config: CleanerConfig, options: ReconfigureOptions = {}): Promise<void> {
    if (options.isDecided !== true) validateCleanerReconfiguration(this.#config, config);
    const before = Object.entries(this.#config);
    // Most changes of a broker's configs are none of the cleaner's, and need not disturb it.
    if (before.every(([name, value]) => config[name as keyof CleanerConfig] === value)) return;
    this.#throttler.updateDesiredRatePerSec(config.maxIoBytesPerSecond);
    this.#config = config;
    await (this.#restarting = this.#restarting.catch(() => {}).then(() => this.#restart()));
  }

  /** Starts the cleaners anew, one change after the other; not those that were ended meanwhile. */
  async #restart(): Promise<void> {
    await this.#stopLoops();
    this.#slots = this.#newSlots();
    if (this.#isStarted) this.#startLoops();
  }

  async #loop(slot: Slot, stop: AbortSignal): Promise<void> {
    while (!stop.aborted) {
      const cleaned = await this.#inTurn(slot, () => this.#cleanOnce(slot, stop));
      this.manager.maintainUncleanablePartitions();
      if (cleaned || stop.aborted) {
        // A log that is small may be done without ever having given way.
        await this.#env.clock.sleep(0);
        continue;
      }
      try {
        await this.#env.clock.sleep(this.#config.backoffMs, stop);
      } catch (error) {
        if (!stop.aborted) throw error;
      }
    }
  }

  #inTurn<T>(slot: Slot, work: () => Promise<T>): Promise<T> {
    const result = slot.work.then(work);
    slot.work = result.then(() => {}, () => {});
    return result;
  }

  /**
   * One round: cleans the dirtiest log if one needs it, then deletes old segments of compacted logs. What the loops do again and
   * again; for callers with a loop of their own.
   *
   * @returns whether a log was cleaned
   */
  cleanFilthiestLog(): Promise<boolean> {
    const slot = this.#slots[0]!;
    return this.#inTurn(slot, () => this.#cleanOnce(slot));
  }

  async #cleanOnce(slot: Slot, stop?: AbortSignal): Promise<boolean> {
    let cleaned = false;
    const now = this.#env.clock.now();
    const grabbed = this.manager.grabFilthiestCompactedLog(now, this.#config);
    slot.maxCompactionDelayMs = grabbed.maxCompactionDelayMs;
    if (grabbed.cleanable !== undefined) {
      cleaned = await this.#clean(slot, grabbed.cleanable, grabbed.signal!) !== undefined;
    }
    if (stop?.aborted !== true) this.#deleteOldSegments();
    return cleaned;
  }

  /** Cleans a log that is in progress. Returns where it ended, or nothing when it was aborted or failed. */
  async #clean(
    slot: Slot,
    cleanable: LogToClean<PartitionLog>,
    signal: AbortSignal,
  ): Promise<number | undefined> {
    const { log, firstDirtyOffset } = cleanable;
    const key = topicPartitionKey(log.topicPartition);
    let endOffset = firstDirtyOffset;
    try {
      const result = await slot.cleaner.clean(cleanable, { signal });
      endOffset = result.endOffset;
      slot.lastStats = result.stats;
      this.#lastStats.set(key, result.stats);
      this.manager.failures.delete(key);
      this.#report(key, firstDirtyOffset, endOffset, result.stats);
      return endOffset;
    } catch (error) {
      if (!isCleaningAborted(error)) this.#failed(log, error);
      return undefined;
    } finally {
      this.manager.doneCleaning(log, endOffset);
    }
  }

  #failed(log: PartitionLog, error: unknown): void {
    // Closed, or its directory gone offline, in the meantime: nothing is wrong with the log.
    if (error instanceof LogUnavailableError && log.isClosed) return;
    if (error instanceof LogDirError) {
      this.#onLogDirFailure(this.manager.logDirectoryOf(log), error);
    }
    const now = this.#env.clock.now();
    this.manager.markPartitionUncleanable(log, error, now, this.#config);
  }

  #deleteOldSegments(): void {
    const deletable = this.manager.deletableLogs(this.#env.clock.now());
    try {
      for (const log of deletable) {
        try {
          log.deleteOldSegments();
        } catch (error) {
          this.#failed(log, error);
        }
      }
    } finally {
      this.manager.doneDeleting(deletable);
    }
  }

  #report(key: string, from: number, to: number, stats: CleanerStats): void {
    this.#env.logger.write("info", "Cleaned log", {
      partition: key,
      firstDirtyOffset: from,
      endOffset: to,
      bytesRead: stats.bytesRead,
      bytesWritten: stats.bytesWritten,
      messagesRead: stats.messagesRead,
      messagesWritten: stats.messagesWritten,
      seconds: stats.elapsedSecs,
      bufferUtilization: stats.bufferUtilization,
    });
    if (stats.invalidMessagesRead > 0) {
      this.#env.logger.write("warn", "Dropped records without a key during compaction", {
        partition: key,
        records: stats.invalidMessagesRead,
      });
    }
  }

  /**
   * Cleans one log now, however dirty it is, up to what can be cleaned; waits for its turn.
   *
   * @returns the first offset that is not clean then
   * @throws {StorageError} when the log is not there, its cleaning is paused, or was aborted
   * @throws {CorruptRecordError} when a batch is damaged
   */
  compact(topicPartition: TopicPartition): Promise<number> {
    const slot = this.#slots[0]!;
    return this.#inTurn(slot, () => this.#compact(slot, topicPartition));
  }

  async #compact(slot: Slot, topicPartition: TopicPartition): Promise<number> {
    const key = topicPartitionKey(topicPartition);
    await this.manager.states.settled(key);
    const log = this.#logs.get(key);
    if (log === undefined) {
      throw new StorageError(
        "KAFKA_STORAGE_ERROR",
        `Cannot compact a log that is not here: ${key}`,
      );
    }
    if (this.manager.states.get(key) !== "none") {
      throw new StorageError(
        "KAFKA_STORAGE_ERROR",
        `Cannot compact a log whose cleaning is paused: ${key}`,
      );
    }
    for (;;) {
      const now = this.#env.clock.now();
      const { cleanable } = this.manager.measure(
        log,
        this.manager.checkpoints.all().get(key),
        now,
      );
      const signal = this.manager.states.begin(key);
      const endOffset = await this.#clean(slot, cleanable, signal);
      if (endOffset === undefined) {
        throw this.manager.failures.get(key)?.error ??
          new StorageError("KAFKA_STORAGE_ERROR", `Compaction was aborted: ${key}`);
      }
      // The offset map may have been full before the end of what can be cleaned.
      if (endOffset >= cleanable.firstUncleanableOffset) return endOffset;
    }
  }

  /**
   * Aborts the cleaning of a log if one is under way. It touches nothing any more from the moment of this call on; the promise
   * resolves when it has cleaned up behind itself.
   */
  async abortCleaning(topicPartition: TopicPartition): Promise<void> {
    await this.abortAndPauseCleaning(topicPartition);
    this.resumeCleaning([topicPartition]);
  }

  /** As {@linkcode abortCleaning}, and keeps the log from being cleaned until {@linkcode resumeCleaning}. Pauses count. */
  abortAndPauseCleaning(topicPartition: TopicPartition): Promise<void> {
    return this.manager.states.abortAndPause(topicPartitionKey(topicPartition));
  }

  /** Undoes one pause of each log. */
  resumeCleaning(topicPartitions: Iterable<TopicPartition>): void {
    for (const topicPartition of topicPartitions) {
      this.manager.states.resume(topicPartitionKey(topicPartition));
    }
  }

  /** As {@linkcode LogCleanerManager.pauseCleaningForNonCompactedPartitions}. */
  pauseCleaningForNonCompactedPartitions(): PartitionLog[] {
    return this.manager.pauseCleaningForNonCompactedPartitions();
  }

  /** Drops logs that are gone from the checkpoint of a directory. */
  dropFromCheckpoint(logDirectory: string): void {
    this.manager.checkpoints.dropGone(logDirectory);
  }

  /** As {@linkcode LogCleanerManager.alterCheckpointDir}. */
  alterCheckpointDir(topicPartition: TopicPartition, from: string, to: string): void {
    this.manager.alterCheckpointDir(topicPartition, from, to);
  }

  /** As {@linkcode LogCleanerManager.maybeTruncateCheckpoint}. */
  maybeTruncateCheckpoint(
    logDirectory: string,
    topicPartition: TopicPartition,
    offset: number,
  ): void {
    this.manager.maybeTruncateCheckpoint(logDirectory, topicPartition, offset);
  }

  /** Leaves the checkpoint of a directory that has failed alone. */
  handleLogDirFailure(logDirectory: string): void {
    this.#env.logger.write("warn", "Stopping cleaning logs in dir", { directory: logDirectory });
    this.manager.checkpoints.removeLogDirectory(logDirectory);
  }

  /**
   * Waits until a log is clean up to `offset`.
   *
   * @param maxWaitMs the longest to wait
   * @returns whether it is
   */
  async awaitCleaned(
    topicPartition: TopicPartition,
    offset: number,
    maxWaitMs = 60_000,
  ): Promise<boolean> {
    const key = topicPartitionKey(topicPartition);
    const { clock } = this.#env;
    const deadline = clock.monotonic() + maxWaitMs;
    for (;;) {
      if ((this.manager.checkpoints.all().get(key) ?? -1) >= offset) return true;
      const left = deadline - clock.monotonic();
      if (left <= 0) return false;
      await clock.sleep(Math.min(100, left));
    }
  }

  /** What is known of a log. */
  status(topicPartition: TopicPartition): CleanerLogStatus {
    const key = topicPartitionKey(topicPartition);
    const state = this.manager.states.get(key);
    const failure = this.manager.failures.get(key);
    return {
      topicPartition,
      state: state === "none" && failure !== undefined ? "uncleanable" : state,
      pausedCount: this.manager.states.pausedCount(key),
      lastCleanOffset: this.manager.checkpoints.all().get(key),
      lastError: failure?.error,
      retries: failure?.retries ?? 0,
      nextAttemptMs: failure?.nextAttemptMs,
      lastStats: this.#lastStats.get(key),
    };
  }

  /** Kafka's gauges, of the last cleaning of each slot. */
  get metrics(): CleanerMetrics {
    let utilization = 0;
    let seconds = 0;
    let delayMs = 0;
    let read = 0;
    let written = 0;
    for (const { lastStats, maxCompactionDelayMs } of this.#slots) {
      delayMs = Math.max(delayMs, maxCompactionDelayMs);
      if (lastStats === undefined) continue;
      utilization = Math.max(utilization, lastStats.bufferUtilization);
      seconds = Math.max(seconds, lastStats.elapsedSecs);
      read += lastStats.bytesRead;
      written += lastStats.bytesWritten;
    }
    return {
      maxBufferUtilizationPercent: Math.floor(100 * utilization),
      cleanerRecopyPercent: Math.floor(100 * written / Math.max(read, 1)),
      maxCleanTimeSecs: Math.floor(seconds),
      maxCompactionDelaySecs: Math.floor(delayMs / 1000),
      maxDirtyPercent: Math.floor(100 * this.manager.dirtiestLogCleanableRatio),
      timeSinceLastRunMs: this.#env.clock.now() - this.manager.timeOfLastRun,
    };
  }
}
