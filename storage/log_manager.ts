/**
 * The log directories of a process and the logs in them.
 *
 * @module
 */

import { LogCleaner } from "./cleaner/log_cleaner.ts";
import { parseCleanerConfig, validateCleanerReconfiguration } from "./cleaner/cleaner_config.ts";
import type { Env } from "./env.ts";
import { CorruptRecordError, LogDirError, LogUnavailableError, StorageError } from "./errors.ts";
import {
  logDeleteDirName,
  logDirName,
  logFutureDirName,
  logStrayDirName,
  type ParsedLogDirName,
  parseTopicPartitionName,
  type TopicPartition,
  topicPartitionKey,
  uniqueId,
} from "./file/file_names.ts";
import {
  type MetaProperties,
  randomDirectoryId,
  verifyMetaProperties,
} from "./file/meta_properties_file.ts";
import { joinPath, parentPath } from "./file/paths.ts";
import { randomUuid } from "./file/uuid.ts";
import {
  type ConfigTexts,
  type LogConfig,
  overriddenConfigsAsLoggableString,
  parseLogConfig,
} from "./log/log_config.ts";
import { PartitionLog } from "./log/partition_log.ts";
import {
  type CheckpointedLog,
  type CheckpointName,
  LogDirectory,
} from "./log_manager/log_directory.ts";
import {
  type DirectoryJobs,
  loadInSlices,
  type LoadJob,
  type LoadLogsProgress,
  runInSlices,
} from "./log_manager/log_loading.ts";
import { type LogManagerConfig, parseLogManagerConfig } from "./log_manager/log_manager_config.ts";
import { catchUp, copyToFutureLog } from "./log_manager/log_move.ts";
import { PendingDeletions } from "./log_manager/pending_deletions.ts";
import { PeriodicTasks } from "./log_manager/periodic_tasks.ts";
import { WatchedFileSystem } from "./log_manager/watched_file_system.ts";

export type { LoadLogsProgress } from "./log_manager/log_loading.ts";

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
  readonly metaProperties?: {
    readonly clusterId?: string;
    readonly nodeId?: number;
    readonly create?: boolean;
  };
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

/** Which log {@linkcode LogManager.getOrCreateLog} is asked for. */
export interface GetOrCreateLogOptions {
  /** The partition never existed here: it may be made although a directory is offline that could hold it. */
  readonly isNew?: boolean;
  /** The log that is to take the partition's place, in the directory preferred for it. */
  readonly isFuture?: boolean;
  /** Id of the topic, kept in `partition.metadata`. */
  readonly topicId?: string;
  /** Id of the directory to make it in; of no effect when one is preferred. */
  readonly targetLogDirectoryId?: string;
}

/** How {@linkcode LogManager.asyncDelete} goes about it. */
export interface AsyncDeleteOptions {
  /** Delete the future log. */
  readonly isFuture?: boolean;
  /** Put it aside as `-stray` and keep it. */
  readonly isStray?: boolean;
  /** Write the directory's checkpoints. Default: `true`. */
  readonly checkpoint?: boolean;
}

/** A directory that the cleaner and tiered storage keep beside the logs. */
const NOT_LOGS: ReadonlySet<string> = new Set(["remote-log-index-cache"]);
/** KRaft's own log, which its own engine opens. */
const METADATA_TOPIC = "__cluster_metadata";
/** How soon after a roll the segments before it are flushed, ms. */
const ROLLED_FLUSH_CHECK_MS = 1000;

/**
 * Opens the logs of several log directories, makes, moves and deletes them, and does their periodic work: Kafka's
 * `LogManager`. A directory whose disk fails goes offline with its logs, and the others go on.
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
  readonly #env: Env;
  readonly #options: LogManagerOptions;
  readonly #directories: readonly LogDirectory[];
  readonly #live = new Set<LogDirectory>();
  readonly #currentLogs = new Map<string, PartitionLog>();
  readonly #futureLogs = new Map<string, PartitionLog>();
  readonly #strayLogs = new Map<string, string>();
  readonly #offlinePartitions = new Map<string, string>();
  readonly #preferredLogDirs = new Map<string, string>();
  readonly #topicConfigs = new Map<string, ConfigTexts>();
  readonly #deletions = new PendingDeletions();
  readonly #moving = new Set<string>();
  readonly #failures: { readonly directory: LogDirectory; readonly error: LogDirError }[] = [];
  readonly #tasks: PeriodicTasks;
  #cordonedLogDirs: ReadonlySet<string> = new Set();
  #properties: ConfigTexts;
  #config: LogManagerConfig;
  #defaultLogConfig: LogConfig;
  #cleaner: LogCleaner | undefined;
  #shutdown: Promise<void> | undefined;
  #allFailed: LogDirError | undefined;

  private constructor(options: LogManagerOptions) {
    const inner = options.env;
    this.#options = options;
    this.#env = {
      ...inner,
      fileSystem: new WatchedFileSystem(inner.fileSystem, (error) => this.#onDiskFailure(error)),
    };
    this.#properties = options.properties ?? {};
    this.#config = parseLogManagerConfig(this.#properties);
    this.#defaultLogConfig = parseLogConfig({}, this.#properties);
    const paths = options.logDirs.map(normalizePath);
    if (paths.length === 0) throw new LogUnavailableError("No log directory given: []");
    if (new Set(paths).size < paths.length) {
      throw new LogUnavailableError(`Duplicate log directory found: ${paths.join(", ")}`);
    }
    this.#directories = paths.map((path) => new LogDirectory(this.#env, path));
    this.#tasks = new PeriodicTasks(inner.clock, inner.logger);
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
      await manager.#start();
      return manager;
    } catch (error) {
      await manager.#abandon();
      throw error;
    }
  }

  async #start(): Promise<void> {
    this.#prepareDirectories();
    this.#checkMetaProperties();
    await this.#loadLogs();
    this.#settleFailures();
    this.#ensureSomeLive();
    if (this.#config.cleanerEnable) {
      this.#cleaner = new LogCleaner({
        env: this.#env,
        config: parseCleanerConfig(this.#properties),
        logDirectories: this.liveLogDirs,
        logs: this.#currentLogs,
        onLogDirFailure: (directory, error) => this.handleLogDirFailure(directory, error),
      });
    }
    if (this.#options.background ?? true) {
      this.#cleaner?.startup();
      this.#startTasks();
    }
  }

  #prepareDirectories(): void {
    const offline = new Set((this.#options.initialOfflineDirs ?? []).map(normalizePath));
    for (const directory of this.#directories) this.#live.add(directory);
    for (const directory of this.#directories) {
      this.#guard(directory, () => {
        if (offline.has(directory.path)) {
          throw new LogDirError(
            directory.path,
            `Failed to load ${directory.path}: known to be offline`,
          );
        }
        directory.create();
        directory.lock();
      });
    }
    this.#settleFailures();
    this.#ensureSomeLive();
  }

  #checkMetaProperties(): void {
    const { clusterId, nodeId, create = false } = this.#options.metaProperties ?? {};
    const found = new Map<string, MetaProperties>();
    for (const directory of this.#live) {
      this.#guard(directory, () => {
        const properties = directory.readMetaProperties();
        if (properties !== undefined) found.set(directory.path, properties);
      });
    }
    this.#settleFailures();
    verifyMetaProperties(found, {
      ...(clusterId === undefined ? {} : { clusterId }),
      ...(nodeId === undefined ? {} : { nodeId }),
    });
    if (!create) return;
    const [first] = found.values();
    const { random } = this.#env;
    const identity = {
      version: 1 as const,
      clusterId: clusterId ?? first?.clusterId ?? randomUuid(random),
      nodeId: nodeId ?? first?.nodeId ?? 0,
    };
    const ids = [...found.values()].flatMap(({ directoryId }) => directoryId ?? []);
    for (const directory of this.#live) {
      if (directory.directoryId !== undefined) continue;
      this.#guard(directory, () => {
        const directoryId = randomDirectoryId(random, ids);
        ids.push(directoryId);
        directory.writeMetaProperties({ ...(directory.metaProperties ?? identity), directoryId });
      });
    }
    this.#settleFailures();
  }

  async #loadLogs(): Promise<void> {
    const { clock, logger } = this.#env;
    const start = clock.monotonic();
    const configs = new Map<string, LogConfig>();
    const jobs: DirectoryJobs[] = [];
    for (const directory of this.#live) {
      const found = this.#guard(directory, () => this.#jobsOf(directory, configs));
      if (found !== undefined) jobs.push({ directory: directory.path, jobs: found });
    }
    this.#settleFailures();
    await runInSlices(
      loadInSlices(jobs, this.#config.recoveryThreadsPerDataDir),
      clock,
      (progress) => {
        if (progress.done) {
          logger.write("info", "Completed load of log", {
            directory: progress.directory,
            log: progress.log,
            completed: progress.totalLogs - progress.remainingLogs,
            of: progress.totalLogs,
          });
        }
        this.#options.onProgress?.(progress);
      },
      this.#options.signal,
    );
    for (const directory of this.#live) directory.loadCompleted = true;
    logger.write("info", "Loaded logs", {
      logs: this.#currentLogs.size + this.#futureLogs.size,
      ms: Math.round(clock.monotonic() - start),
      uncleanLogDirs: [...this.#live].filter((dir) => !dir.hadCleanShutdown).map(({ path }) =>
        path
      ),
    });
  }

  #jobsOf(directory: LogDirectory, configs: Map<string, LogConfig>): (() => LoadJob)[] {
    directory.takeCleanShutdownMark();
    const recoveryPoints = directory.readCheckpoint("recovery point");
    const logStartOffsets = directory.readCheckpoint("log start offset");
    const highWatermarks = directory.readCheckpoint("high watermark");
    const jobs: (() => LoadJob)[] = [];
    for (const { name, isDirectory } of this.#env.fileSystem.list(directory.path)) {
      if (!isDirectory || NOT_LOGS.has(name)) continue;
      const parsed = parseTopicPartitionName(name);
      if (parsed === undefined) {
        throw new LogUnavailableError(
          `Found directory ${joinPath(directory.path, name)}, which is not in the form of ` +
            `topic-partition or topic-partition.uniqueId-delete (if marked for deletion): ${name}`,
        );
      }
      const { topicPartition } = parsed;
      if (topicPartition.topic === METADATA_TOPIC) continue;
      const key = topicPartitionKey(topicPartition);
      jobs.push(() => ({
        name,
        work: this.#loadLog(directory, name, parsed, configs, {
          recoveryPoint: recoveryPoints.get(key) ?? 0,
          logStartOffset: logStartOffsets.get(key) ?? 0,
          highWatermark: highWatermarks.get(key) ?? 0,
        }),
      }));
    }
    const fields = { directory: directory.path, logs: jobs.length };
    const { logger } = this.#env;
    if (jobs.length === 0) logger.write("info", "No logs found to be loaded", fields);
    else if (directory.hadCleanShutdown) {
      logger.write("info", "Skipping recovery of logs since clean shutdown file was found", fields);
    } else {
      logger.write("info", "Recovering logs since no clean shutdown file was found", fields);
    }
    return jobs;
  }

  *#loadLog(
    parent: LogDirectory,
    name: string,
    { topicPartition, kind }: ParsedLogDirName,
    configs: Map<string, LogConfig>,
    offsets: {
      readonly recoveryPoint: number;
      readonly logStartOffset: number;
      readonly highWatermark: number;
    },
  ): Generator<{ readonly bytes: number }, void> {
    const directory = joinPath(parent.path, name);
    if (!this.#live.has(parent)) return;
    if (kind === "delete") {
      const { fileSystem, clock } = this.#env;
      this.#deletions.add({
        directory,
        parent: parent.path,
        since: clock.now(),
        remove: () => fileSystem.remove(directory),
        close: () => {},
      });
      return;
    }
    if (kind === "stray") {
      this.#addStray(directory);
      return;
    }
    const { topic } = topicPartition;
    let config = configs.get(topic);
    if (config === undefined) configs.set(topic, config = this.#fetchLogConfig(topic));
    let log: PartitionLog;
    try {
      log = yield* PartitionLog.load({
        ...this.#logOptions(directory, topicPartition, config),
        logStartOffset: offsets.logStartOffset,
        recoveryPoint: offsets.recoveryPoint,
        hadCleanShutdown: parent.hadCleanShutdown,
      });
    } catch (error) {
      if (!(error instanceof LogDirError)) throw error;
      this.#env.logger.write("error", "Error while loading log", { directory, error });
      this.handleLogDirFailure(parent.path, error);
      return;
    }
    if (!this.#live.has(parent)) {
      // The directory failed while this log was being loaded.
      log.closeHandlers();
      return;
    }
    log.updateHighWatermark(offsets.highWatermark);
    if (this.#options.isStray?.(log) ?? false) {
      log.renameDir(logStrayDirName(topicPartition, uniqueId(this.#env.random)), false);
      log.close();
      this.#addStray(log.directory);
      return;
    }
    const logs = kind === "future" ? this.#futureLogs : this.#currentLogs;
    const key = topicPartitionKey(topicPartition);
    const previous = logs.get(key);
    if (previous !== undefined) {
      log.closeHandlers();
      throw new LogUnavailableError(
        kind === "future"
          ? `Duplicate log directories found: ${directory}, ${previous.directory}`
          : `Duplicate log directories for ${key} are found in both ${directory} and ` +
            `${previous.directory}. It is likely because log directory failure happened while ` +
            "the log was being moved. Delete the one in the directory that is known to have failed by hand.",
      );
    }
    logs.set(key, log);
  }

  #addStray(directory: string): void {
    this.#strayLogs.set(directory, directory);
    this.#env.logger.write("warn", "Stray log is kept aside and not served", { directory });
  }

  #logOptions(
    directory: string,
    topicPartition: TopicPartition,
    config: LogConfig,
  ): Pick<
    Parameters<typeof PartitionLog.load>[0],
    | "env"
    | "directory"
    | "topicPartition"
    | "config"
    | "maxTransactionTimeoutMs"
    | "producerIdExpirationMs"
    | "transactionVerificationEnabled"
  > {
    return {
      env: this.#env,
      directory,
      topicPartition,
      config,
      maxTransactionTimeoutMs: this.#config.maxTransactionTimeoutMs,
      producerIdExpirationMs: this.#config.producerIdExpirationMs,
      transactionVerificationEnabled: this.#config.transactionPartitionVerificationEnable,
    };
  }

  #startTasks(): void {
    const config = () => this.#config;
    const { initialTaskDelayMs } = this.#config;
    const start = (name: string, period: () => number, task: () => void | Promise<unknown>) =>
      this.#tasks.start(name, initialTaskDelayMs, async () => {
        await task();
        return period();
      });
    start("log retention", () => config().retentionCheckMs, () => this.cleanupLogs());
    start("log flusher", () => config().flushCheckMs, () => this.flushDirtyLogs());
    start("recovery point checkpoint", () => config().flushRecoveryOffsetCheckpointMs, () => {
      this.checkpointLogRecoveryOffsets();
    });
    start("log start offset checkpoint", () => config().flushStartOffsetCheckpointMs, () => {
      this.checkpointLogStartOffsets();
    });
    start("high watermark checkpoint", () => config().highWatermarkCheckpointMs, () => {
      this.checkpointHighWatermarks();
    });
    start(
      "producer id expiration",
      () => config().producerIdExpirationCheckIntervalMs,
      () => this.removeExpiredProducers(),
    );
    this.#tasks.start("rolled segment flush", ROLLED_FLUSH_CHECK_MS, async () => {
      await this.flushRolledSegments();
      return ROLLED_FLUSH_CHECK_MS;
    });
    this.#tasks.start("log deletion", initialTaskDelayMs, () => this.deleteLogs());
  }

  /** The directories that work. */
  get liveLogDirs(): string[] {
    this.#settleFailures();
    return this.#directories.filter((dir) => this.#live.has(dir)).map(({ path }) => path);
  }

  /** The directories that have failed. */
  get offlineLogDirs(): string[] {
    this.#settleFailures();
    return this.#directories.filter((dir) => !this.#live.has(dir)).map(({ path }) => path);
  }

  /** The partitions whose logs were closed because their directory failed, with that directory. */
  get offlinePartitions(): ReadonlyMap<string, string> {
    this.#settleFailures();
    return this.#offlinePartitions;
  }

  /** The directories of logs that do not belong here. */
  get strayLogs(): string[] {
    return [...this.#strayLogs.keys()];
  }

  /** The directories of partitions that are about to be removed. */
  get logsToBeDeleted(): readonly string[] {
    return this.#deletions.directories;
  }

  /** The cleaner, when there is one. */
  get cleaner(): LogCleaner | undefined {
    return this.#cleaner;
  }

  /** The configs of a topic that has none of its own. */
  get currentDefaultConfig(): LogConfig {
    return this.#defaultLogConfig;
  }

  /** Whether a directory works. */
  isLogDirOnline(directory: string): boolean {
    const path = normalizePath(directory);
    this.#settleFailures();
    const found = this.#directories.find((dir) => dir.path === path);
    if (found === undefined) {
      throw new LogUnavailableError(`Log dir is not found in the config: ${directory}`);
    }
    return this.#live.has(found);
  }

  /** Id of a live directory, `undefined` when it has none. */
  directoryId(directory: string): string | undefined {
    return this.#liveDirectory(normalizePath(directory))?.directoryId;
  }

  /** The live directory that has an id. */
  directoryPath(directoryId: string): string | undefined {
    this.#settleFailures();
    return [...this.#live].find((dir) => dir.directoryId === directoryId)?.path;
  }

  /** Directories that get no new partitions, unless every one of them is listed. */
  get cordonedLogDirs(): ReadonlySet<string> {
    return this.#cordonedLogDirs;
  }

  /** Sets them. */
  updateCordonedLogDirs(directories: Iterable<string>): void {
    this.#cordonedLogDirs = new Set([...directories].map(normalizePath));
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

  /** The log of a partition, `undefined` when it is not here. */
  getLog(topicPartition: TopicPartition, isFuture = false): PartitionLog | undefined {
    this.#settleFailures();
    return (isFuture ? this.#futureLogs : this.#currentLogs).get(topicPartitionKey(topicPartition));
  }

  /** All logs, those on their way to another directory too. */
  get allLogs(): PartitionLog[] {
    this.#settleFailures();
    return [...this.#currentLogs.values(), ...this.#futureLogs.values()];
  }

  /** All logs of a topic. */
  logsByTopic(topic: string): PartitionLog[] {
    return this.allLogs.filter((log) => log.topicPartition.topic === topic);
  }

  /** Notes in which directory a partition's log is to be made, or a log is to be moved to. */
  maybeUpdatePreferredLogDir(topicPartition: TopicPartition, directory: string): void {
    const path = normalizePath(directory);
    const isThere = (log: PartitionLog | undefined) =>
      log !== undefined && parentPath(log.directory) === path;
    if (isThere(this.getLog(topicPartition)) || isThere(this.getLog(topicPartition, true))) return;
    this.#preferredLogDirs.set(topicPartitionKey(topicPartition), path);
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
    this.#ensureUsable();
    const { isFuture = false, topicId } = options;
    const key = topicPartitionKey(topicPartition);
    const found = this.getLog(topicPartition, isFuture);
    if (found === undefined) return this.#createLog(topicPartition, key, options);
    if (topicId !== undefined && found.topicId !== undefined && found.topicId !== topicId) {
      throw new StorageError(
        "INCONSISTENT_TOPIC_ID",
        `Tried to assign topic ID ${topicId} to log for topic partition ${key}, ` +
          `but log already contained topic ID ${found.topicId}`,
      );
    }
    return found;
  }

  #createLog(
    topicPartition: TopicPartition,
    key: string,
    { isNew = false, isFuture = false, topicId, targetLogDirectoryId }: GetOrCreateLogOptions,
  ): PartitionLog {
    const offline = this.offlineLogDirs;
    if (!isNew && offline.length > 0) {
      throw new LogDirError(
        offline[0]!,
        `Can not create log for ${key} because log directories are offline: ${offline.join(", ")}`,
      );
    }
    const preferred = this.#preferredLogDirs.get(key) ??
      (targetLogDirectoryId === undefined ? undefined : this.directoryPath(targetLogDirectoryId));
    if (isFuture) {
      if (preferred === undefined) {
        throw new LogUnavailableError(
          `Can not create the future log without having a preferred log directory: ${key}`,
        );
      }
      const current = this.getLog(topicPartition);
      if (current !== undefined && parentPath(current.directory) === preferred) {
        throw new LogUnavailableError(
          `Can not create the future log in the current log directory of this partition: ${key}`,
        );
      }
    }
    const candidates = preferred === undefined ? this.nextLogDirs() : [preferred];
    const name = isFuture
      ? logFutureDirName(topicPartition, uniqueId(this.#env.random))
      : logDirName(topicPartition);
    const config = this.#fetchLogConfig(topicPartition.topic);
    let failure: LogDirError | undefined;
    for (const path of candidates) {
      const parent = this.#liveDirectory(path);
      if (parent === undefined) continue;
      try {
        const log = this.#openNew(parent, name, topicPartition, config, topicId);
        (isFuture ? this.#futureLogs : this.#currentLogs).set(key, log);
        this.#preferredLogDirs.delete(key);
        this.#env.logger.write("info", "Created log for partition", {
          partition: key,
          directory: log.directory,
          properties: overriddenConfigsAsLoggableString(Object.fromEntries(config.originals)),
        });
        return log;
      } catch (error) {
        if (!(error instanceof LogDirError)) throw error;
        failure = error;
        this.handleLogDirFailure(path, error);
      }
    }
    throw new LogDirError(
      candidates[0] ?? "",
      `No log directories available. Tried ${candidates.join(", ")}`,
      failure === undefined ? {} : { cause: failure },
    );
  }

  #openNew(
    parent: LogDirectory,
    name: string,
    topicPartition: TopicPartition,
    config: LogConfig,
    topicId: string | undefined,
  ): PartitionLog {
    const { fileSystem } = this.#env;
    const directory = joinPath(parent.path, name);
    fileSystem.makeDirectory(directory);
    // What is flushed in it later would not help if a power cut took the directory's name.
    fileSystem.flushDirectory(parent.path);
    return PartitionLog.open({
      ...this.#logOptions(directory, topicPartition, config),
      hadCleanShutdown: true,
      ...(topicId === undefined ? {} : { topicId }),
    });
  }

  /** The directories for the next partition, the one with the fewest logs first; those cordoned off last of all. */
  nextLogDirs(): string[] {
    const live = this.liveLogDirs;
    if (live.length <= 1) return live;
    const counts = new Map(live.map((path) => [path, 0]));
    for (const log of this.allLogs) {
      const path = parentPath(log.directory);
      counts.set(path, (counts.get(path) ?? 0) + 1);
    }
    const open = live.filter((path) => !this.#cordonedLogDirs.has(path));
    // A partition may have been assigned here right before all directories were cordoned off.
    if (open.length === 0) return [live[0]!];
    return open.sort((a, b) => counts.get(a)! - counts.get(b)!);
  }

  /**
   * Truncates logs, and writes the recovery points of their directories.
   *
   * @param offsets the offset that each log is to end at; partitions that are not here are passed over
   */
  truncateTo(
    offsets: Iterable<readonly [TopicPartition, number]>,
    isFuture = false,
  ): void {
    const affected = new Set<string>();
    for (const [topicPartition, offset] of offsets) {
      const log = this.getLog(topicPartition, isFuture);
      if (log === undefined) continue;
      // A log that was moved can be clean up into its active segment. Kafka lets the cleaner's checkpoint stand
      // then, and what is appended below it later goes uncleaned until it is overtaken.
      const stopsCleaner = !isFuture &&
        (log.config.compact || offset < log.activeSegment.baseOffset);
      this.#withoutCleaning(stopsCleaner ? log : undefined, () => {
        if (log.truncateTo(offset)) affected.add(parentPath(log.directory));
      });
    }
    for (const path of affected) this.#checkpoint("recovery point", path);
  }

  /** Deletes all records of a log, and starts it at another offset. */
  truncateFullyAndStartAt(
    topicPartition: TopicPartition,
    newOffset: number,
    isFuture = false,
    logStartOffset: number = newOffset,
  ): void {
    const log = this.getLog(topicPartition, isFuture);
    if (log === undefined) return;
    this.#withoutCleaning(isFuture ? undefined : log, () => {
      log.truncateFullyAndStartAt(newOffset, logStartOffset);
    });
    this.#checkpoint("recovery point", parentPath(log.directory));
  }

  /** Does something that the cleaner must not meet, and takes the cleaner's checkpoint back to the active segment. */
  #withoutCleaning(log: PartitionLog | undefined, work: () => void): void {
    const cleaner = log === undefined ? undefined : this.#cleaner;
    if (log === undefined || cleaner === undefined) return work();
    const { topicPartition } = log;
    cleaner.abortAndPauseCleaning(topicPartition);
    try {
      work();
      cleaner.maybeTruncateCheckpoint(
        parentPath(log.directory),
        topicPartition,
        log.activeSegment.baseOffset,
      );
    } finally {
      cleaner.resumeCleaning([topicPartition]);
    }
  }

  /** Writes the recovery points of all directories. */
  checkpointLogRecoveryOffsets(): void {
    this.#checkpoint("recovery point");
  }

  /** Writes the log start offsets of all directories. */
  checkpointLogStartOffsets(): void {
    this.#checkpoint("log start offset");
  }

  /** Writes the high watermarks of all directories. */
  checkpointHighWatermarks(): void {
    this.#checkpoint("high watermark");
  }

  #checkpoint(name: CheckpointName, ...paths: readonly string[]): void {
    this.#settleFailures();
    const logs = this.#logsByDirectory();
    for (const directory of [...this.#live]) {
      if (paths.length > 0 && !paths.includes(directory.path)) continue;
      this.#guard(directory, () => {
        directory.writeCheckpoint(name, (logs.get(directory.path) ?? []).map(checkpointed));
      });
    }
    this.#settleFailures();
  }

  #logsByDirectory(): Map<string, PartitionLog[]> {
    const byDirectory = new Map<string, PartitionLog[]>();
    for (const logs of [this.#currentLogs, this.#futureLogs]) {
      for (const log of logs.values()) {
        const path = parentPath(log.directory);
        const list = byDirectory.get(path);
        if (list === undefined) byDirectory.set(path, [log]);
        else list.push(log);
      }
    }
    return byDirectory;
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
    this.#ensureUsable();
    const { isFuture = false, isStray = false, checkpoint = true } = options;
    const key = topicPartitionKey(topicPartition);
    const logs = isFuture ? this.#futureLogs : this.#currentLogs;
    const log = this.getLog(topicPartition, isFuture);
    if (log === undefined) {
      const offline = this.offlineLogDirs;
      if (offline.length === 0) return undefined;
      throw new LogDirError(
        offline[0]!,
        `Failed to delete ${isFuture ? "future log" : "log"} for ${key}: it may be in one of the ` +
          `offline directories ${offline.join(", ")}`,
      );
    }
    logs.delete(key);
    const parent = parentPath(log.directory);
    if (!isFuture) {
      this.#cleaner?.abortCleaning(topicPartition);
      if (checkpoint) this.#cleaner?.updateCheckpoints(parent, topicPartition);
    }
    const id = uniqueId(this.#env.random);
    if (isStray) {
      log.renameDir(logStrayDirName(topicPartition, id), false);
      log.close();
      this.#addStray(log.directory);
    } else {
      log.renameDir(logDeleteDirName(topicPartition, id), false);
      this.#scheduleDeletion(log);
    }
    if (checkpoint) {
      this.#checkpoint("recovery point", parent);
      this.#checkpoint("log start offset", parent);
    }
    return log;
  }

  #scheduleDeletion(log: PartitionLog): void {
    const { directory } = log;
    this.#deletions.add({
      directory,
      parent: parentPath(directory),
      since: this.#env.clock.now(),
      remove: () => log.delete(),
      close: () => log.closeHandlers(),
    });
    this.#env.logger.write("info", "Log is scheduled for deletion", {
      partition: topicPartitionKey(log.topicPartition),
      directory,
    });
  }

  /**
   * Deletes the logs, current and future, of several partitions; checkpoints are written once for all.
   *
   * @param onError told of a partition that could not be deleted; the others are
   */
  asyncDeleteAll(
    topicPartitions: Iterable<TopicPartition>,
    isStray: boolean,
    onError: (topicPartition: TopicPartition, error: unknown) => void,
  ): void {
    const affected = new Set<string>();
    for (const topicPartition of topicPartitions) {
      for (const isFuture of [false, true]) {
        const log = this.getLog(topicPartition, isFuture);
        if (log === undefined) continue;
        const path = parentPath(log.directory);
        affected.add(path);
        try {
          this.asyncDelete(topicPartition, { isFuture, isStray, checkpoint: false });
          if (!isFuture) this.#cleaner?.updateCheckpoints(path, topicPartition);
        } catch (error) {
          onError(topicPartition, error);
        }
      }
    }
    if (affected.size === 0) return;
    this.#checkpoint("recovery point", ...affected);
    this.#checkpoint("log start offset", ...affected);
  }

  /**
   * Removes the directories, and the files of retired segments, that have waited for `file.delete.delay.ms`.
   *
   * @returns ms until there is more to do
   */
  deleteLogs(): number {
    this.#settleFailures();
    const { clock, logger } = this.#env;
    const now = clock.now();
    const delayMs = this.#defaultLogConfig.fileDeleteDelayMs;
    let next = this.#deletions.removeDue(now, delayMs, ({ directory }, error) => {
      if (error === undefined) logger.write("info", "Deleted log", { directory });
      else logger.write("error", "Failed to delete log", { directory, error });
    }) ?? Math.max(delayMs, 1);
    for (const log of this.allLogs) {
      this.#guardLog(log, () => log.deletePendingFiles(now));
      const due = log.nextPendingFileDueMs;
      if (due !== undefined) next = Math.min(next, Math.max(1, due - now));
    }
    this.#settleFailures();
    return next;
  }

  /**
   * Deletes the segments that retention lets go, of all logs that are not compacted; the cleaner sees to the others.
   *
   * @returns the number of segments
   */
  async cleanupLogs(): Promise<number> {
    this.#settleFailures();
    const { clock } = this.#env;
    const paused = this.#cleaner?.pauseCleaningForNonCompactedPartitions();
    const deletable = paused ??
      [...this.#currentLogs.values()].filter((log) => !log.config.compact);
    let deleted = 0;
    let sliceStart = clock.monotonic();
    try {
      for (const log of deletable) {
        deleted += this.#deleteOldSegments(log);
        const future = this.#futureLogs.get(topicPartitionKey(log.topicPartition));
        if (future !== undefined) deleted += this.#deleteOldSegments(future);
        if (clock.monotonic() - sliceStart > 8) {
          await clock.sleep(0);
          sliceStart = clock.monotonic();
        }
      }
    } finally {
      this.#cleaner?.resumeCleaning(deletable.map((log) => log.topicPartition));
      this.#settleFailures();
    }
    return deleted;
  }

  #deleteOldSegments(log: PartitionLog): number {
    if (log.isClosed) return 0;
    return this.#guardLog(log, () => log.deleteOldSegments()) ?? 0;
  }

  /** Flushes every log that was last flushed `flush.ms` ago, or longer. */
  async flushDirtyLogs(): Promise<void> {
    const now = this.#env.clock.now();
    for (const log of this.allLogs) {
      if (log.isClosed || now - log.lastFlushTime < log.config.flushMs) continue;
      await this.#flushLog(log, () => log.flush(false));
    }
    this.#settleFailures();
  }

  /** Flushes the segments that were full, so that recovery has less to read; the active ones wait for `flush.ms`. */
  async flushRolledSegments(): Promise<void> {
    for (const log of this.allLogs) {
      if (log.isClosed) continue;
      const due = log.flushDueOffset;
      if (due !== undefined) await this.#flushLog(log, () => log.flushUptoOffsetExclusive(due));
    }
    this.#settleFailures();
  }

  async #flushLog(log: PartitionLog, flush: () => Promise<void>): Promise<void> {
    try {
      await flush();
    } catch (error) {
      // Deleted or closed meanwhile.
      if (log.isClosed) return;
      this.#env.logger.write("error", "Error flushing log", { directory: log.directory, error });
      if (error instanceof LogDirError) {
        this.handleLogDirFailure(parentPath(log.directory), error);
      }
    }
  }

  /** Forgets producers that have gone silent. */
  removeExpiredProducers(): void {
    const now = this.#env.clock.now();
    for (const log of this.allLogs) log.removeExpiredProducers(now);
  }

  /**
   * Takes a topic's configs over, for its logs and those that will be made.
   *
   * @throws {InvalidConfigError} when they are not valid; then nothing has changed
   */
  updateTopicConfig(topic: string, overrides: ConfigTexts): void {
    const config = parseLogConfig(overrides, this.#properties);
    this.#topicConfigs.set(topic, { ...overrides });
    for (const log of this.logsByTopic(topic)) this.#updateConfig(log, config);
  }

  #updateConfig(log: PartitionLog, config: LogConfig): void {
    const old = log.updateConfig(config);
    if (old.compact && !config.compact) this.#cleaner?.abortCleaning(log.topicPartition);
  }

  /**
   * Takes the broker's properties over: defaults of topics, periods of the manager's work, the cleaner's settings.
   *
   * @throws {InvalidConfigError} when they are not valid; then nothing has changed
   */
  async reconfigure(properties: ConfigTexts): Promise<void> {
    const config = parseLogManagerConfig(properties);
    const defaultLogConfig = parseLogConfig({}, properties);
    const cleanerConfig = parseCleanerConfig(properties);
    const topics = new Map<string, LogConfig>();
    for (const { topicPartition: { topic } } of this.allLogs) {
      if (!topics.has(topic)) {
        topics.set(topic, parseLogConfig(this.#overridesOf(topic) ?? {}, properties));
      }
    }
    if (this.#cleaner !== undefined) {
      validateCleanerReconfiguration(this.#cleaner.config, cleanerConfig);
    }
    this.#config = config;
    this.#properties = { ...properties };
    this.#defaultLogConfig = defaultLogConfig;
    for (const log of this.allLogs) {
      this.#updateConfig(log, topics.get(log.topicPartition.topic)!);
    }
    await this.#cleaner?.reconfigure(cleanerConfig);
  }

  #overridesOf(topic: string): ConfigTexts | undefined {
    return this.#topicConfigs.get(topic) ?? this.#options.topicConfigs?.(topic);
  }

  #fetchLogConfig(topic: string): LogConfig {
    const overrides = this.#overridesOf(topic);
    if (overrides === undefined) return this.#defaultLogConfig;
    return parseLogConfig(overrides, this.#properties);
  }

  /**
   * Moves a log to another log directory: it is copied, in slices, while it goes on being written and read; once the copy has
   * caught up it takes the log's place. A move that was cut short goes on where it was.
   *
   * @param options `bytesPerSecond` limits the copying; `signal` ends the move, the copy stays
   * @returns the log in its new place
   * @throws {LogUnavailableError} when it is being moved already, or the directory is offline
   */
  async moveLog(
    topicPartition: TopicPartition,
    directory: string,
    options: { readonly bytesPerSecond?: number; readonly signal?: AbortSignal } = {},
  ): Promise<PartitionLog> {
    this.#ensureUsable();
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
      const current = this.getLog(topicPartition);
      if (current === undefined) throw new LogUnavailableError(`No such log to move: ${key}`);
      if (parentPath(current.directory) === path) return current;
      const leftover = this.getLog(topicPartition, true);
      if (leftover !== undefined && parentPath(leftover.directory) !== path) {
        this.asyncDelete(topicPartition, { isFuture: true });
      }
      this.maybeUpdatePreferredLogDir(topicPartition, path);
      const future = this.getOrCreateLog(topicPartition, {
        isNew: true,
        isFuture: true,
        ...(current.topicId === undefined ? {} : { topicId: current.topicId }),
      });
      const copy = { clock: this.#env.clock, ...options };
      await copyToFutureLog(current, future, copy);
      // The bulk is made durable while the log still serves; the rest, appended meanwhile, is little.
      await future.flush(true);
      await copyToFutureLog(current, future, copy);
      // What was appended since that resolved: nothing can come in between from here on.
      catchUp(current, future);
      this.replaceCurrentWithFutureLog(topicPartition);
      return future;
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
    const key = topicPartitionKey(topicPartition);
    const source = this.getLog(topicPartition);
    const target = this.getLog(topicPartition, true);
    if (source === undefined) {
      throw new LogUnavailableError(`The current replica is offline: ${key}`);
    }
    if (target === undefined) {
      throw new LogUnavailableError(`The future replica is offline: ${key}`);
    }
    this.#cleaner?.abortAndPauseCleaning(topicPartition);
    try {
      const highWatermark = source.highWatermark;
      const sourceDir = parentPath(source.directory);
      target.renameDir(logDirName(topicPartition), true);
      target.updateHighWatermark(highWatermark);
      this.#futureLogs.delete(key);
      this.#currentLogs.set(key, target);
      this.#cleaner?.alterCheckpointDir(topicPartition, sourceDir, parentPath(target.directory));
      try {
        source.renameDir(logDeleteDirName(topicPartition, uniqueId(this.#env.random)), false);
        this.#scheduleDeletion(source);
      } catch (error) {
        // Its directory is offline, and it is in no map any more that would let it be closed.
        source.closeHandlers();
        throw error;
      }
      this.#checkpoint("recovery point", sourceDir, parentPath(target.directory));
      this.#checkpoint("log start offset", sourceDir, parentPath(target.directory));
    } finally {
      this.#cleaner?.resumeCleaning([topicPartition]);
    }
    this.#env.logger.write("info", "Replaced current log with future log", {
      partition: key,
      directory: target.directory,
    });
  }

  /** Stops the cleaning of a partition until {@linkcode LogManager.resumeCleaning}. */
  abortAndPauseCleaning(topicPartition: TopicPartition): void {
    this.#cleaner?.abortAndPauseCleaning(topicPartition);
  }

  /** Lets a partition be cleaned again. */
  resumeCleaning(topicPartition: TopicPartition): void {
    this.#cleaner?.resumeCleaning([topicPartition]);
  }

  #onDiskFailure(error: LogDirError): void {
    const directory = this.#directories.find(({ path }) =>
      error.path === path || error.path.startsWith(`${path}/`) ||
      normalizePath(error.path).startsWith(`${path}/`)
    );
    if (directory === undefined || !this.#live.has(directory)) return;
    if (this.#failures.some((failure) => failure.directory === directory)) return;
    this.#failures.push({ directory, error });
    // Not at once: the call that failed is still under way.
    queueMicrotask(() => this.#settleFailures());
  }

  #settleFailures(): void {
    while (this.#failures.length > 0) {
      const { directory, error } = this.#failures.shift()!;
      this.handleLogDirFailure(directory.path, error);
    }
  }

  /**
   * Takes a directory offline: its logs are closed as they are, and listed in {@linkcode LogManager.offlinePartitions}. Errors of
   * the disk lead here by themselves.
   */
  handleLogDirFailure(path: string, error: LogDirError): void {
    const directory = this.#liveDirectory(normalizePath(path));
    if (directory === undefined) return;
    this.#live.delete(directory);
    this.#cleaner?.handleLogDirFailure(directory.path);
    const partitions: TopicPartition[] = [];
    for (const logs of [this.#currentLogs, this.#futureLogs]) {
      for (const [key, log] of logs) {
        if (parentPath(log.directory) !== directory.path) continue;
        logs.delete(key);
        if (logs === this.#currentLogs) {
          partitions.push(log.topicPartition);
          this.#offlinePartitions.set(key, directory.path);
        }
        swallow(() => log.closeHandlers());
      }
    }
    swallow(() => this.#deletions.forgetDirectory(directory.path));
    swallow(() => directory.unlock());
    this.#env.logger.write("error", "Stopping serving logs in failed log directory", {
      directory: directory.path,
      partitions: partitions.map(topicPartitionKey),
      error,
    });
    if (this.#live.size === 0) {
      const all = this.#directories.map((dir) => dir.path).join(", ");
      this.#allFailed = new LogDirError(
        directory.path,
        `All log directories have failed: ${all}`,
        { cause: error },
      );
    }
    this.#options.onLogDirFailure?.(directory.path, partitions, error);
  }

  #liveDirectory(path: string): LogDirectory | undefined {
    for (const directory of this.#live) if (directory.path === path) return directory;
    return undefined;
  }

  /** Does something in a directory; an error of the disk takes the directory offline, and the result is `undefined`. */
  #guard<T>(directory: LogDirectory, work: () => T): T | undefined {
    try {
      return work();
    } catch (error) {
      if (!(error instanceof LogDirError)) throw error;
      this.handleLogDirFailure(directory.path, error);
      return undefined;
    }
  }

  #guardLog<T>(log: PartitionLog, work: () => T): T | undefined {
    const directory = this.#liveDirectory(parentPath(log.directory));
    return directory === undefined ? undefined : this.#guard(directory, work);
  }

  #ensureSomeLive(): void {
    if (this.#allFailed !== undefined) throw this.#allFailed;
  }

  #ensureUsable(): void {
    this.#settleFailures();
    if (this.#shutdown !== undefined) {
      throw new LogUnavailableError("Cannot use a log manager that was shut down");
    }
    this.#ensureSomeLive();
  }

  /**
   * Stops the periodic work, flushes and closes all logs, writes the checkpoints and marks each directory as cleanly stopped,
   * provided that all logs in it were loaded and closed well. Twice is fine.
   *
   * @param brokerEpoch noted in the mark; -1 without a broker
   */
  shutdown(brokerEpoch = -1): Promise<void> {
    return this.#shutdown ??= this.#doShutdown(brokerEpoch);
  }

  async #doShutdown(brokerEpoch: number): Promise<void> {
    const { logger } = this.#env;
    logger.write("info", "Shutting down log manager", {});
    await this.#tasks.stop();
    await this.#cleaner?.shutdown();
    this.#settleFailures();
    try {
      const logs = this.#logsByDirectory();
      // The directories are disks of their own: they are flushed side by side.
      await Promise.all(
        [...this.#live].map((directory) =>
          this.#closeDirectory(directory, logs.get(directory.path) ?? [], brokerEpoch)
        ),
      );
    } finally {
      this.#releaseEverything();
    }
    logger.write("info", "Shutdown of log manager complete", {});
  }

  async #closeDirectory(
    directory: LogDirectory,
    logs: readonly PartitionLog[],
    brokerEpoch: number,
  ): Promise<void> {
    let clean = directory.hadCleanShutdown || directory.loadCompleted;
    for (const log of logs) {
      try {
        await log.flush(true);
        log.close();
      } catch (error) {
        clean = false;
        this.#env.logger.write("warn", "Error while closing log", {
          directory: log.directory,
          error,
        });
      }
    }
    if (!clean) return;
    this.#guard(directory, () => {
      const checkpoints = logs.map(checkpointed);
      directory.writeCheckpoint("recovery point", checkpoints);
      directory.writeCheckpoint("log start offset", checkpoints);
      directory.writeCheckpoint("high watermark", checkpoints);
      directory.markCleanShutdown(brokerEpoch);
    });
  }

  /** After a failed start: nothing is marked, so that the next start recovers what this one did not. */
  async #abandon(): Promise<void> {
    this.#shutdown ??= Promise.resolve();
    await this.#tasks.stop();
    await this.#cleaner?.shutdown();
    // A directory that had been stopped cleanly, and was not touched since, is so still.
    for (const directory of this.#live) {
      const logs = this.#logsByDirectory().get(directory.path) ?? [];
      if (directory.hadCleanShutdown && logs.every((log) => trySucceeds(() => log.close()))) {
        swallow(() => directory.markCleanShutdown());
      }
    }
    this.#releaseEverything();
  }

  #releaseEverything(): void {
    for (const logs of [this.#currentLogs, this.#futureLogs]) {
      for (const log of logs.values()) swallow(() => log.closeHandlers());
    }
    swallow(() => this.#deletions.close());
    for (const directory of this.#directories) swallow(() => directory.unlock());
  }

  /** {@linkcode LogManager.shutdown}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown();
  }
}

function checkpointed(log: PartitionLog): CheckpointedLog {
  return {
    topicPartition: log.topicPartition,
    recoveryPoint: log.recoveryPoint,
    logStartOffset: log.logStartOffset,
    highWatermark: log.highWatermark,
    firstSegmentOffset: log.segments.firstSegment?.baseOffset ?? log.logStartOffset,
  };
}

/** One spelling for a path: no doubled slash, no `.`, no slash at the end. */
function normalizePath(path: string): string {
  const parts = path.split("/").filter((part, i) => part !== "." && (part !== "" || i === 0));
  const joined = parts.join("/");
  return joined === "" ? (path.startsWith("/") ? "/" : ".") : joined;
}

/** Closes what a failed disk may refuse to close. */
function swallow(work: () => void): void {
  trySucceeds(work);
}

function trySucceeds(work: () => void): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (error instanceof StorageError || error instanceof CorruptRecordError) return false;
    throw error;
  }
}
