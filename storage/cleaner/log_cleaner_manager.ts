/**
 * Chooses the logs to clean, and keeps record of what is done with each: Kafka's `LogCleanerManager`.
 *
 * @module
 */

import type { Env } from "../env.ts";
import type { LogDirError } from "../errors.ts";
import { type TopicPartition, topicPartitionKey } from "../file/file_names.ts";
import { parentPath } from "../file/paths.ts";
import type { PartitionLog } from "../log/partition_log.ts";
import { CleanerCheckpoints } from "./cleaner_checkpoints.ts";
import type { CleanerConfig } from "./cleaner_config.ts";
import { CleaningFailures } from "./cleaning_failures.ts";
import { CleaningStates } from "./cleaning_state.ts";
import {
  cleanableOffsets,
  filthiest,
  isCleanable,
  logExtent,
  type LogToClean,
  logToClean,
  maxCompactionDelay,
} from "./dirty_ratio.ts";

/** The logs, by `topic-partition`; a `Map<string, PartitionLog>` will do. What it holds may change at any time. */
export interface CleanerLogs {
  values(): Iterable<PartitionLog>;
  get(key: string): PartitionLog | undefined;
}

/** What the manager works with. */
export interface LogCleanerManagerOptions {
  readonly env: Env;
  readonly logs: CleanerLogs;
  /** Directories that hold checkpoints. */
  readonly logDirectories: Iterable<string>;
  /** The directory that holds a log's checkpoint. Default: the one above the log's. */
  readonly logDirectoryOf?: ((log: PartitionLog) => string) | undefined;
  /** Told of a directory that can no longer be read or written. */
  readonly onLogDirFailure?: ((directory: string, error: LogDirError) => void) | undefined;
}

/** What came of looking for a log to clean. */
export interface GrabResult {
  /** The log, now in progress; `undefined` when none needs cleaning. */
  readonly cleanable: LogToClean<PartitionLog> | undefined;
  /** Tells the cleaning to stop. */
  readonly signal: AbortSignal | undefined;
  /** Logs that need cleaning. */
  readonly cleanablePartitions: number;
  /** Logs that are late by `max.compaction.lag.ms`. */
  readonly delayedPartitions: number;
  /** ms that the latest of them is late. */
  readonly maxCompactionDelayMs: number;
}

/** Knows what is being done with each log. */
export class LogCleanerManager {
  readonly #env: Env;
  readonly #logs: CleanerLogs;
  readonly #logDirectoryOf: (log: PartitionLog) => string;
  readonly states: CleaningStates = new CleaningStates();
  readonly failures: CleaningFailures = new CleaningFailures();
  readonly checkpoints: CleanerCheckpoints;
  #dirtiestLogCleanableRatio = 0;
  #timeOfLastRun: number;

  constructor(options: LogCleanerManagerOptions) {
    this.#env = options.env;
    this.#logs = options.logs;
    this.#logDirectoryOf = options.logDirectoryOf ?? ((log) => parentPath(log.directory));
    this.checkpoints = new CleanerCheckpoints(
      options.env,
      options.logDirectories,
      (directory, key) => {
        const log = this.#logs.get(key);
        return log !== undefined && this.#logDirectoryOf(log) === directory;
      },
      options.onLogDirFailure ?? (() => {}),
    );
    this.#timeOfLastRun = options.env.clock.now();
  }

  /** Dirty ratio of the dirtiest log at the last look, 0 to 1. */
  get dirtiestLogCleanableRatio(): number {
    return this.#dirtiestLogCleanableRatio;
  }

  /** When logs were last looked at, ms since the epoch. */
  get timeOfLastRun(): number {
    return this.#timeOfLastRun;
  }

  /** The directory that holds the checkpoint of `log`. */
  logDirectoryOf(log: PartitionLog): string {
    return this.#logDirectoryOf(log);
  }

  /**
   * Measures what a cleaning of `log` would cover, and puts its checkpoint right if it cannot be.
   *
   * @param lastCleanOffset as checkpointed
   * @param now ms since the epoch
   */
  measure(
    log: PartitionLog,
    lastCleanOffset: number | undefined,
    now: number,
  ): { cleanable: LogToClean<PartitionLog>; compactionDelayMs: number } {
    const extent = logExtent(log);
    const offsets = cleanableOffsets(extent, lastCleanOffset, now);
    if (offsets.checkpointWarning !== undefined) {
      this.#env.logger.write("warn", offsets.checkpointWarning, {
        partition: topicPartitionKey(log.topicPartition),
      });
    }
    if (offsets.forceUpdateCheckpoint) {
      const directory = this.#logDirectoryOf(log);
      this.checkpoints.update(directory, log.topicPartition, offsets.firstDirtyOffset);
    }
    const compactionDelayMs = maxCompactionDelay(extent, offsets.firstDirtyOffset, now);
    const cleanable = logToClean(
      log,
      extent,
      offsets.firstDirtyOffset,
      offsets.firstUncleanableDirtyOffset,
      compactionDelayMs > 0,
    );
    return { cleanable, compactionDelayMs };
  }

  /**
   * Chooses the log with the largest dirty ratio of those that need cleaning, and puts it in progress.
   *
   * @param config says how long a log is left alone that cannot even be measured
   */
  grabFilthiestCompactedLog(
    now: number,
    config: Pick<CleanerConfig, "retryBackoffMs" | "retryBackoffMaxMs">,
  ): GrabResult {
    this.#timeOfLastRun = now;
    const lastClean = this.checkpoints.all();
    const cleanables: LogToClean<PartitionLog>[] = [];
    let delayedPartitions = 0;
    let maxCompactionDelayMs = 0;
    this.#dirtiestLogCleanableRatio = 0;
    for (const log of this.#logs.values()) {
      if (!log.config.compact || !this.#isFree(log, now)) continue;
      const key = topicPartitionKey(log.topicPartition);
      try {
        const { cleanable, compactionDelayMs } = this.measure(log, lastClean.get(key), now);
        if (compactionDelayMs > 0) delayedPartitions++;
        maxCompactionDelayMs = Math.max(maxCompactionDelayMs, compactionDelayMs);
        if (cleanable.totalBytes === 0) continue;
        this.#dirtiestLogCleanableRatio = Math.max(
          this.#dirtiestLogCleanableRatio,
          cleanable.cleanableRatio,
        );
        if (isCleanable(cleanable, log.config)) cleanables.push(cleanable);
      } catch (error) {
        // One log that cannot be measured must not keep the others from being cleaned.
        this.markPartitionUncleanable(log, error, now, config);
      }
    }
    const cleanable = filthiest(cleanables);
    const signal = cleanable === undefined
      ? undefined
      : this.states.begin(topicPartitionKey(cleanable.topicPartition));
    return {
      cleanable,
      signal,
      cleanablePartitions: cleanables.length,
      delayedPartitions,
      maxCompactionDelayMs,
    };
  }

  #isFree(log: PartitionLog, now: number): boolean {
    const key = topicPartitionKey(log.topicPartition);
    return this.states.get(key) === "none" && !log.isClosed &&
      !this.failures.isUncleanable(key, now);
  }

  /** Logs with compaction whose old segments may be deleted now, put in progress: what is below the log start goes in any case. */
  deletableLogs(now: number): PartitionLog[] {
    const deletable = [...this.#logs.values()]
      .filter((log) => log.config.compact && this.#isFree(log, now));
    for (const log of deletable) this.states.begin(topicPartitionKey(log.topicPartition));
    return deletable;
  }

  /** Ends what {@linkcode deletableLogs} began. */
  doneDeleting(logs: readonly PartitionLog[]): void {
    for (const log of logs) this.states.end(topicPartitionKey(log.topicPartition));
  }

  /**
   * Pauses the cleaning of logs without compaction, so that retention can work on them while someone may turn compaction on.
   *
   * @returns the logs that are paused now; {@linkcode CleaningStates.resume} each of them
   */
  pauseCleaningForNonCompactedPartitions(): PartitionLog[] {
    const free = [...this.#logs.values()].filter((log) =>
      !log.config.compact && this.states.get(topicPartitionKey(log.topicPartition)) === "none"
    );
    // Nothing is in progress with them, so that each is paused when the call returns.
    for (const log of free) void this.states.abortAndPause(topicPartitionKey(log.topicPartition));
    return free;
  }

  /** Ends the cleaning of a log, and notes how far it came unless it was aborted. */
  doneCleaning(log: PartitionLog, endOffset: number): void {
    const { topicPartition } = log;
    if (this.states.end(topicPartitionKey(topicPartition))) {
      this.checkpoints.update(this.#logDirectoryOf(log), topicPartition, endOffset);
    }
  }

  /** Leaves a log alone for a while, because of an error. */
  markPartitionUncleanable(
    log: PartitionLog,
    error: unknown,
    now: number,
    config: Pick<CleanerConfig, "retryBackoffMs" | "retryBackoffMaxMs">,
  ): void {
    const key = topicPartitionKey(log.topicPartition);
    const cause = error instanceof Error ? error : new Error(String(error));
    const failure = this.failures.add(key, this.#logDirectoryOf(log), cause, now, config);
    this.#env.logger.write("warn", "Failed to clean log, it is left alone for a while", {
      partition: key,
      error: cause,
      retries: failure.retries,
      nextAttemptMs: failure.nextAttemptMs,
    });
  }

  /** Lowers the checkpoint of a compacted log to `offset` if it is above: the log was truncated there. */
  maybeTruncateCheckpoint(
    logDirectory: string,
    topicPartition: TopicPartition,
    offset: number,
  ): void {
    if (this.#logs.get(topicPartitionKey(topicPartition))?.config.compact === true) {
      this.checkpoints.maybeTruncate(logDirectory, topicPartition, offset);
    }
  }

  /** Takes what is known of a log from one log directory to another. */
  alterCheckpointDir(topicPartition: TopicPartition, from: string, to: string): void {
    this.checkpoints.move(topicPartition, from, to);
    this.failures.move(topicPartitionKey(topicPartition), from, to);
  }

  /** Bytes that could be cleaned in logs of a directory whose cleaning has failed. */
  uncleanableBytes(logDirectory: string, now: number): number {
    const lastClean = this.checkpoints.all();
    let bytes = 0;
    for (const key of this.failures.in(logDirectory)) {
      const log = this.#logs.get(key);
      if (log === undefined || log.isClosed) continue;
      bytes += this.measure(log, lastClean.get(key), now).cleanable.cleanableBytes;
    }
    return bytes;
  }

  /** Forgets the failures of logs that are gone. */
  maintainUncleanablePartitions(): void {
    this.failures.retain((key) => this.#logs.get(key) !== undefined);
  }
}
