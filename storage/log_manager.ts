/**
 * The log directories of a process and the logs in them.
 *
 * @module
 */

import { validateCleanerReconfiguration } from "./cleaner/cleaner_config.ts";
import {
  type CleanabilityExplanation,
  explainCleanability,
} from "./cleaner/explain_cleanability.ts";
import {
  type CleanerLogStatus,
  type CleanerMetrics,
  LogCleaner,
  type ReconfigureOptions,
} from "./cleaner/log_cleaner.ts";
import type { Env } from "./env.ts";
import { type LogDirError, LogUnavailableError } from "./errors.ts";
import { type TopicPartition, topicPartitionKey } from "./file/file_names.ts";
import type { ConfigTexts, LogConfig } from "./log/config/log_config.ts";
import { drain } from "./log/loading/load_progress.ts";
import type { PartitionLog } from "./log/partition_log.ts";
import { abandonLogs, closeLogs } from "./log_manager/close_logs.ts";
import { loadLogs } from "./log_manager/load_logs.ts";
import { LogConfigs } from "./log_manager/log_configs.ts";
import { createLog, type GetOrCreateLogOptions } from "./log_manager/log_creation.ts";
import {
  asyncDelete,
  asyncDeleteAll,
  type AsyncDeleteOptions,
  deleteLogs,
  settleDeletions,
} from "./log_manager/log_deletion.ts";
import {
  type ExpectedMetaProperties,
  LogDirectories,
  normalizePath,
  trySucceeds,
} from "./log_manager/log_directories.ts";
import { LogDirectory } from "./log_manager/log_directory.ts";
import type { LoadLogsProgress } from "./log_manager/log_loading.ts";
import {
  moveLog,
  type MoveLogOptions,
  replaceCurrentWithFutureLog,
} from "./log_manager/log_move.ts";
import { LogRegistry } from "./log_manager/log_registry.ts";
import { truncateLogFully, truncateLogs } from "./log_manager/log_truncation.ts";
import {
  cleanupLogs,
  flushDirtyLogs,
  flushRolledSegments,
  startTasks,
} from "./log_manager/maintenance.ts";
import { type ManagerState, producerConfig, writeCheckpoint } from "./log_manager/manager_state.ts";
import { NewLogs } from "./log_manager/new_logs.ts";
import { PendingDeletions } from "./log_manager/pending_deletions.ts";
import { PeriodicTasks } from "./log_manager/periodic_tasks.ts";

export type { ReconfigureOptions } from "./cleaner/log_cleaner.ts";
export type { GetOrCreateLogOptions } from "./log_manager/log_creation.ts";
export type { AsyncDeleteOptions } from "./log_manager/log_deletion.ts";
export type { ExpectedMetaProperties } from "./log_manager/log_directories.ts";
export type { LoadLogsProgress } from "./log_manager/log_loading.ts";
export type { MoveQuota } from "./log_manager/log_copy.ts";
export type { MoveLogOptions } from "./log_manager/log_move.ts";

/** How {@linkcode LogManager.open} goes about it. */
export interface LogManagerOptions {
  /** The world. */
  readonly env: Env;
  /** The log directories; each is made when it is missing. */
  readonly logDirs: readonly string[];
  /** Broker properties: the defaults of topic configs, the manager's and the cleaner's own. Others are ignored. */
  readonly properties?: ConfigTexts;
  /** The configs of a topic beyond the defaults. */
  readonly topicConfigs?: (topic: string) => ConfigTexts | undefined;
  /**
   * Whose directories these must be, by their `meta.properties`. With `create`, that file is made where it is missing.
   * Left out: whatever is there is fine, as long as the directories agree.
   */
  readonly metaProperties?: ExpectedMetaProperties;
  /** Directories that are known to be bad. */
  readonly initialOfflineDirs?: readonly string[];
  /** Whether a log that was found does not belong here any more; it is renamed to `-stray` and not served. */
  readonly isStray?: (log: PartitionLog) => boolean;
  /** Told of every slice of loading. */
  readonly onProgress?: (progress: LoadLogsProgress) => void;
  /** Told when a directory has gone offline, with the partitions that went with it. */
  readonly onLogDirFailure?: (
    directory: string,
    partitions: readonly TopicPartition[],
    error: LogDirError,
  ) => void;
  /** Run the periodic work: flushing, retention, cleaning, deletion, checkpoints. Default: `true`. */
  readonly background?: boolean;
  /** Ends the opening; what was opened is closed. */
  readonly signal?: AbortSignal;
}

/**
 * Opens the logs of several log directories, makes, moves and deletes them, and does their periodic work: Kafka's
 * `LogManager`. A directory whose disk fails goes offline with its logs, and the others go on. It is the composition of
 * the rooms in `log_manager/`.
 *
 * @example
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { buildBatch, LogManager, MemoryFileSystem, systemEnv } from "@seglog/seglog/storage";
 *
 * const env = { ...systemEnv(), fileSystem: new MemoryFileSystem() };
 * await using manager = await LogManager.open({ env, logDirs: ["/disk1", "/disk2"] });
 * const log = manager.getOrCreateLog({ topic: "events", partition: 0 }, { isNew: true });
 * log.appendAsLeader(buildBatch([{ value: new TextEncoder().encode("hello") }]), 0);
 * assertEquals(manager.getLog({ topic: "events", partition: 0 })?.logEndOffset, 1);
 * ```
 */
export class LogManager implements AsyncDisposable {
  readonly #state: ManagerState;
  readonly #tasks: PeriodicTasks;
  readonly #moving = new Set<string>();
  readonly #onLogDirFailure: NonNullable<LogManagerOptions["onLogDirFailure"]>;
  #shutdown: Promise<void> | undefined;

  private constructor(options: LogManagerOptions) {
    const directories = new LogDirectories(
      options.env,
      options.logDirs,
      (directory, error) => this.#directoryFailed(directory, error),
    );
    this.#state = {
      env: directories.env,
      directories,
      registry: new LogRegistry(),
      configs: new LogConfigs(
        options.properties ?? {},
        options.topicConfigs ?? (() => undefined),
      ),
      deletions: new PendingDeletions(),
      newLogs: new NewLogs({
        clock: options.env.clock,
        logger: options.env.logger,
        background: options.background ?? true,
      }),
      cleaner: undefined,
    };
    this.#tasks = new PeriodicTasks(options.env.clock, options.env.logger);
    this.#onLogDirFailure = options.onLogDirFailure ?? (() => {});
  }

  /**
   * Takes the log directories and loads every log in them; after an unclean stop what was not flushed is checked again. Loading
   * goes in slices, all directories at once, and gives way to the event loop meanwhile.
   *
   * @throws {LogUnavailableError} when another process has a directory, or a directory belongs to another cluster or node
   * @throws {LogDirError} when no directory can be used
   */
  static async open(options: LogManagerOptions): Promise<LogManager> {
    const manager = new LogManager(options);
    try {
      await manager.#start(options);
      return manager;
    } catch (error) {
      manager.#shutdown = Promise.resolve();
      await manager.#stopWork();
      abandonLogs(manager.#state);
      throw error;
    }
  }

  async #start(options: LogManagerOptions): Promise<void> {
    const state = this.#state;
    const { env, directories, registry, configs } = state;
    directories.take(options.initialOfflineDirs ?? []);
    directories.checkMetaProperties(options.metaProperties ?? {});
    await loadLogs(state, {
      isStray: options.isStray ?? (() => false),
      onProgress: options.onProgress ?? (() => {}),
      signal: options.signal,
    });
    directories.ensureSomeLive();
    directories.startServing();
    const background = options.background ?? true;
    if (configs.manager.cleanerEnable) {
      state.cleaner = new LogCleaner({
        env,
        config: configs.cleaner,
        logDirectories: this.liveLogDirs,
        logs: registry.current,
        onLogDirFailure: (directory, error) => directories.diskFailed(directory, error),
      });
      if (background) state.cleaner.startup();
    }
    if (background) startTasks(state, this.#tasks);
  }

  /** The directories that work. */
  get liveLogDirs(): string[] {
    return this.#state.directories.live.map(({ path }) => path);
  }

  /** The directories that have failed. */
  get offlineLogDirs(): string[] {
    return this.#state.directories.offlinePaths;
  }

  /** The partitions whose logs were closed because their directory failed, with that directory. */
  get offlinePartitions(): ReadonlyMap<string, string> {
    this.#state.directories.settle();
    return this.#state.registry.offline;
  }

  /** The directories of logs that do not belong here. */
  get strayLogs(): string[] {
    return [...this.#state.registry.strays];
  }

  /** The directories of partitions that are about to be removed. */
  get logsToBeDeleted(): readonly string[] {
    return this.#state.deletions.directories;
  }

  /** What the cleaner knows of a log: how far it is clean, the last error and when it is tried again; `undefined` without a cleaner. */
  cleanerStatus(topicPartition: TopicPartition): CleanerLogStatus | undefined {
    return this.#state.cleaner?.status(topicPartition);
  }

  /** Kafka's gauges of the cleaner; `undefined` without one. */
  get cleanerMetrics(): CleanerMetrics | undefined {
    return this.#state.cleaner?.metrics;
  }

  /**
   * Compacts a log now, however dirty it is; all but its active segment, and what `min.compaction.lag.ms` protects.
   *
   * @returns the offset up to which it is clean
   * @throws {StorageError} when the cleaner is off, the log is not here, or the cleaning was aborted
   */
  async compact(topicPartition: TopicPartition): Promise<number> {
    const { cleaner } = this.#usable();
    if (cleaner === undefined) {
      throw new LogUnavailableError(
        `Cannot compact with log.cleaner.enable=false: ${topicPartitionKey(topicPartition)}`,
      );
    }
    return await cleaner.compact(topicPartition);
  }

  /** Why a log is, or is not, compacted and shortened now; `undefined` when it is not here. */
  explain(topicPartition: TopicPartition): CleanabilityExplanation | undefined {
    const log = this.getLog(topicPartition);
    if (log === undefined) return undefined;
    const status = this.cleanerStatus(topicPartition);
    return explainCleanability(log, {
      now: this.#state.env.clock.now(),
      lastCleanOffset: status?.lastCleanOffset,
      status,
    });
  }

  /** The configs of a topic that has none of its own. */
  get currentDefaultConfig(): LogConfig {
    return this.#state.configs.defaults;
  }

  /**
   * Whether a directory works.
   *
   * @throws {LogUnavailableError} when it is none of the log directories
   */
  isLogDirOnline(directory: string): boolean {
    return this.#state.directories.isOnline(directory);
  }

  /** Id of a directory that works, `undefined` when it has none. */
  directoryId(directory: string): string | undefined {
    return this.#state.directories.liveAt(normalizePath(directory))?.directoryId;
  }

  /** The directory, of those that work, that has an id. */
  directoryPath(directoryId: string): string | undefined {
    return this.#state.directories.live.find((dir) => dir.directoryId === directoryId)?.path;
  }

  /** Directories that get no new partitions, unless every one of them is listed. */
  get cordonedLogDirs(): ReadonlySet<string> {
    return this.#state.registry.cordoned;
  }

  /** Sets them. */
  updateCordonedLogDirs(directories: Iterable<string>): void {
    this.#state.registry.cordoned = new Set([...directories].map(normalizePath));
  }

  /** The directories for the next partition, the one with the fewest logs first. */
  nextLogDirs(): string[] {
    return this.#state.registry.nextLogDirs(this.liveLogDirs);
  }

  /** The broker epoch in the marks of the last clean stop, when all directories agree on it. Only for directories not opened yet. */
  static readBrokerEpochFromCleanShutdownFiles(
    env: Env,
    logDirs: readonly string[],
  ): number | undefined {
    let epoch: number | undefined;
    for (const path of logDirs.map(normalizePath)) {
      const found = new LogDirectory(env, path).readBrokerEpoch();
      if (found === undefined || (epoch !== undefined && found !== epoch)) return undefined;
      epoch = found;
    }
    return epoch;
  }

  /**
   * The log of a partition, `undefined` when it is not here. Ask again instead of keeping it: a log that was deleted or moved
   * stays readable for a while, but what is appended to it is lost.
   */
  getLog(topicPartition: TopicPartition, isFuture = false): PartitionLog | undefined {
    this.#state.directories.settle();
    return this.#state.registry.get(topicPartition, isFuture);
  }

  /** All logs, those on their way to another directory too. */
  get allLogs(): PartitionLog[] {
    this.#state.directories.settle();
    return this.#state.registry.all;
  }

  /** All logs of a topic. */
  logsByTopic(topic: string): PartitionLog[] {
    this.#state.directories.settle();
    return this.#state.registry.ofTopic(topic);
  }

  /** Notes in which directory a partition's log is to be made, or a log is to be moved to. */
  maybeUpdatePreferredLogDir(topicPartition: TopicPartition, directory: string): void {
    this.#state.registry.prefer(topicPartition, normalizePath(directory));
  }

  /**
   * The log of a partition; it is made when it is not here, in the directory preferred for it, or the one with the fewest logs.
   *
   * @throws {LogDirError} when it may be in a directory that is offline, or no directory takes it
   * @throws {StorageError} `INCONSISTENT_TOPIC_ID` when it belongs to a topic of another id
   */
  getOrCreateLog(
    topicPartition: TopicPartition,
    options: GetOrCreateLogOptions = {},
  ): PartitionLog {
    const state = this.#usable();
    const found = state.registry.get(topicPartition, options.isFuture ?? false);
    if (found === undefined) return createLog(state, topicPartition, options);
    if (options.topicId !== undefined) found.identity.assign(options.topicId);
    return found;
  }

  /**
   * Truncates logs, and writes the recovery points of their directories.
   *
   * @param offsets the offset that each log is to end at; partitions that are not here are passed over
   */
  truncateTo(offsets: Iterable<readonly [TopicPartition, number]>, isFuture = false): void {
    truncateLogs(this.#usable(), offsets, isFuture);
  }

  /** Deletes all records of a log, and starts it at another offset. */
  truncateFullyAndStartAt(
    topicPartition: TopicPartition,
    newOffset: number,
    isFuture = false,
    logStartOffset: number = newOffset,
  ): void {
    truncateLogFully(this.#usable(), topicPartition, newOffset, logStartOffset, isFuture);
  }

  /** Writes the recovery points of all directories. */
  checkpointLogRecoveryOffsets(): void {
    writeCheckpoint(this.#state, "recovery point");
  }

  /** Writes the log start offsets of all directories. */
  checkpointLogStartOffsets(): void {
    writeCheckpoint(this.#state, "log start offset");
  }

  /** Writes the high watermarks of all directories. */
  checkpointHighWatermarks(): void {
    writeCheckpoint(this.#state, "high watermark");
  }

  /**
   * Renames a partition's directory to `-delete`; it is removed `file.delete.delay.ms` later.
   *
   * @returns the log, which is not served any more; `undefined` when there was none
   * @throws {LogDirError} when the log may be in a directory that is offline
   */
  asyncDelete(
    topicPartition: TopicPartition,
    options: AsyncDeleteOptions = {},
  ): PartitionLog | undefined {
    return asyncDelete(this.#usable(), topicPartition, options);
  }

  /** After calls of {@linkcode LogManager.asyncDelete} that left it open: a power cut does not undo them any more. */
  settleDeletions(): void {
    settleDeletions(this.#usable());
  }

  /**
   * Deletes the logs, current and future, of several partitions; checkpoints are written once for all.
   *
   * @param isStray put them aside instead
   * @param onError told of a partition that could not be deleted; the others are
   */
  asyncDeleteAll(
    topicPartitions: Iterable<TopicPartition>,
    isStray: boolean,
    onError: (topicPartition: TopicPartition, error: unknown) => void,
  ): void {
    asyncDeleteAll(this.#usable(), topicPartitions, isStray, onError);
  }

  /**
   * Removes the directories, and the files of retired segments, that have waited for `file.delete.delay.ms`.
   *
   * @returns ms until there is more to do
   */
  deleteLogs(): number {
    return drain(deleteLogs(this.#usable()));
  }

  /**
   * Deletes the segments that retention lets go, of all logs that are not compacted; the cleaner sees to the others.
   *
   * @returns the number of segments
   */
  cleanupLogs(): Promise<number> {
    return cleanupLogs(this.#usable());
  }

  /** Flushes every log that was last flushed `flush.ms` ago, or longer. */
  flushDirtyLogs(): Promise<void> {
    return flushDirtyLogs(this.#usable());
  }

  /** Flushes the segments that are full; the active ones wait for `flush.ms`. */
  flushRolledSegments(): Promise<void> {
    return flushRolledSegments(this.#usable());
  }

  /**
   * Takes a topic's configs over, for its logs and those that will be made.
   *
   * @throws {InvalidConfigError} when they are not valid; then nothing has changed
   */
  updateTopicConfig(topic: string, overrides: ConfigTexts): void {
    const config = this.#usable().configs.set(topic, overrides);
    for (const log of this.logsByTopic(topic)) this.#updateConfig(log, config);
  }

  /**
   * Takes the broker's properties over: defaults of topics, periods of the manager's work, what is remembered of producers, the
   * cleaner's settings.
   *
   * @throws {InvalidConfigError} when they are not valid; then nothing has changed
   */
  async reconfigure(properties: ConfigTexts, options: ReconfigureOptions = {}): Promise<void> {
    const { configs, cleaner } = this.#usable();
    const topics = new Set(this.allLogs.map((log) => log.topicPartition.topic));
    const next = configs.prepare(properties, topics);
    if (cleaner !== undefined && options.isDecided !== true) {
      validateCleanerReconfiguration(cleaner.config, next.cleaner);
    }
    const byTopic = next.apply();
    for (const log of this.allLogs) {
      this.#updateConfig(log, byTopic.get(log.topicPartition.topic)!);
      Object.assign(log.producerStateManager, producerConfig(configs.manager));
    }
    await cleaner?.reconfigure(next.cleaner, options);
  }

  #updateConfig(log: PartitionLog, config: LogConfig): void {
    const old = log.updateConfig(config);
    if (old.compact && !config.compact) {
      this.#state.cleaner?.abortCleaning(log.topicPartition);
    }
  }

  /**
   * Moves a log to another log directory: it is copied, in slices, while it goes on being written and read; once the copy has
   * caught up it takes the log's place. A move that was cut short goes on where it was.
   *
   * @returns the log in its new place
   * @throws {LogUnavailableError} when it is being moved already, or the directory is offline
   */
  async moveLog(
    topicPartition: TopicPartition,
    directory: string,
    options: MoveLogOptions = {},
  ): Promise<PartitionLog> {
    const state = this.#usable();
    const key = topicPartitionKey(topicPartition);
    const path = normalizePath(directory);
    if (!this.isLogDirOnline(path)) {
      throw new LogUnavailableError(`Cannot move ${key}, the log directory is offline: ${path}`);
    }
    if (this.#moving.has(key)) {
      throw new LogUnavailableError(`Log is being moved already: ${key}`);
    }
    this.#moving.add(key);
    try {
      return await moveLog(state, topicPartition, path, options);
    } finally {
      this.#moving.delete(key);
    }
  }

  /**
   * Puts the future log, which must have caught up, in the place of the current one, whose directory is deleted later.
   *
   * @throws {LogUnavailableError} when one of them is missing
   */
  replaceCurrentWithFutureLog(topicPartition: TopicPartition): void {
    replaceCurrentWithFutureLog(this.#usable(), topicPartition);
  }

  /**
   * Takes a directory offline: its logs are closed as they are, and listed in {@linkcode LogManager.offlinePartitions}. Errors of
   * the disk lead here by themselves.
   */
  handleLogDirFailure(directory: string, error: LogDirError): void {
    this.#state.directories.fail(directory, error);
  }

  #directoryFailed({ path }: LogDirectory, error: LogDirError): void {
    const { env, registry, deletions, cleaner } = this.#state;
    cleaner?.handleLogDirFailure(path);
    const partitions = registry.dropDirectory(path);
    trySucceeds(() => deletions.forgetDirectory(path));
    env.logger.write("error", "Stopping serving logs in failed log directory", {
      directory: path,
      partitions: partitions.map(topicPartitionKey),
      error,
    });
    this.#onLogDirFailure(path, partitions, error);
  }

  #usable(): ManagerState {
    if (this.#shutdown !== undefined) {
      throw new LogUnavailableError("Cannot use a log manager that was shut down");
    }
    this.#state.directories.ensureSomeLive();
    return this.#state;
  }

  async #stopWork(): Promise<void> {
    await this.#tasks.stop();
    await this.#state.cleaner?.shutdown();
    await this.#state.newLogs.settle();
    this.#state.directories.settle();
  }

  /**
   * Stops the periodic work, flushes and closes all logs, writes the checkpoints and marks each directory as cleanly stopped,
   * provided that all logs in it were loaded and closed well. Twice is fine.
   *
   * @param brokerEpoch noted in the mark. Default: what the mark said before, as without it Kafka's controller would take the
   *   stop for an unclean one
   */
  shutdown(brokerEpoch?: number): Promise<void> {
    return this.#shutdown ??= this.#stopAndClose(brokerEpoch);
  }

  async #stopAndClose(brokerEpoch: number | undefined): Promise<void> {
    const { logger } = this.#state.env;
    logger.write("info", "Shutting down log manager", {});
    await this.#stopWork();
    await closeLogs(this.#state, brokerEpoch);
    logger.write("info", "Shutdown of log manager complete", {});
  }

  /** {@linkcode LogManager.shutdown}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown();
  }
}
