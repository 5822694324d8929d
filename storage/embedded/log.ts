/**
 * A durable log in one process, with no server: the engine with types, iterators and streams on it.
 *
 * @module
 */

import {
  type CleanabilityExplanation,
  explainCleanability,
} from "../cleaner/explain_cleanability.ts";
import type { Env } from "../env.ts";
import { InvalidConfigError, LogUnavailableError, type StorageError } from "../errors.ts";
import { type TopicPartition, topicPartitionKey } from "../file/file_names.ts";
import { type LogConfig, parseLogConfig } from "../log/config/log_config.ts";
import { PartitionLog } from "../log/partition_log.ts";
import { type TopicConfigOptions, topicConfigTexts } from "../log/config/topic_config_options.ts";
import type { CheckpointedLog } from "../log_manager/log_directory.ts";
import { PeriodicTasks } from "../log_manager/periodic_tasks.ts";
import { bytes } from "../serde/bytes.ts";
import type { Serde } from "../serde/serde.ts";
import { systemEnv } from "../system_env.ts";
import { AppendSignal } from "./append_signal.ts";
import { BatchEncoder } from "./batch_encoder.ts";
import { LatestView } from "./latest_view.ts";
import { locateLog, LogHome, type LogPlace } from "./log_home.ts";
import { configTextsOf, type Durability, type LogOptions } from "./log_options.ts";
import { type AppendRecord, type LogRecord, RecordCodec } from "./log_record.ts";
import { readableEnd, type ReadIsolation, readRecords } from "./record_reader.ts";
import { recordReadable, recordWritable, type WritableOptions } from "./record_streams.ts";
import { type CompactionResult, compactLog } from "./compaction.ts";

/** What an append has done. */
export interface AppendResult {
  /** Offset of the first record. */
  readonly baseOffset: number;
  /** Offset of the last record; `baseOffset - 1` when there was none. */
  readonly lastOffset: number;
  /** Largest timestamp of the records, ms since the epoch; the time of the append with `message.timestamp.type=LogAppendTime`. */
  readonly timestamp: number;
}

/** Where reading begins. */
export interface ReadFrom {
  /** First offset, or one of the ends of the log. An offset that is not there any more is an error. */
  readonly from?: number | "earliest" | "latest" | undefined;
  /** Begin at the first record of this time, or later: ms since the epoch. Wins over `from`. */
  readonly fromTimestamp?: number | undefined;
  /** `"committed"` leaves out transactions that are aborted or still open. Default: `"committed"`. */
  readonly isolation?: ReadIsolation | undefined;
}

/** What {@linkcode Log.read} reads. */
export interface LogReadOptions extends ReadFrom {
  /** End before this offset. Default: the end of the log as it is when reading begins. */
  readonly to?: number | undefined;
}

/** What {@linkcode Log.tail} follows. */
export interface TailOptions extends ReadFrom {
  /** Ends the iteration, which throws the signal's reason. */
  readonly signal?: AbortSignal | undefined;
}

/** What {@linkcode Log.readable} streams. */
export interface ReadableOptions extends LogReadOptions {
  /** Wait for new records at the end instead of ending there. Default: `false`. */
  readonly follow?: boolean | undefined;
}

/** Kafka's period of checkpointing recovery points, ms. */
const CHECKPOINT_INTERVAL_MS = 60_000;
const UPKEEP_INTERVAL_MS = 5 * 60_000;
const NO_LIMIT = Number.MAX_SAFE_INTEGER;

let sharedSystem: Env | undefined;

/** One world for all logs of the process, so that logs in one Kafka log directory know of each other. */
function system(): Env {
  return sharedSystem ??= systemEnv();
}

/**
 * A durable, indexed, compacted log of typed records.
 *
 * It lives in a directory of its own, or in a partition's directory that Apache Kafka wrote, and what it writes is Kafka's
 * format. One `Log` writes; any number of iterators, tails and views read beside it. Another process is refused.
 *
 * @example Append and read
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { json, Log, MemoryFileSystem, string } from "@seglog/seglog/storage";
 *
 * using log = Log.open("/events", {
 *   serde: json<{ clicks: number }>(),
 *   keySerde: string(),
 *   fileSystem: new MemoryFileSystem(), // leave it out for the disk
 *   segmentBytes: 64 * 1024 * 1024,
 *   cleanupPolicy: "compact",
 * });
 * const { baseOffset } = log.append([
 *   { key: "ann", value: { clicks: 1 } },
 *   { key: "bob", value: { clicks: 5 } },
 *   { key: "ann", value: { clicks: 2 } },
 * ]);
 * assertEquals([...log.read({ from: baseOffset })].map((record) => record.key), ["ann", "bob", "ann"]);
 * assertEquals(log.latest().get("ann"), { clicks: 2 });
 * ```
 *
 * @typeParam V type of the values
 * @typeParam K type of the keys
 */
export class Log<V = Uint8Array, K = Uint8Array> implements Disposable, AsyncDisposable {
  readonly #env: Env;
  readonly #place: LogPlace;
  readonly #home: LogHome;
  readonly #log: PartitionLog;
  readonly #codec: RecordCodec<V, K>;
  readonly #encoder: BatchEncoder<V, K>;
  readonly #appended = new AppendSignal();
  readonly #stop = new AbortController();
  readonly #tasks: PeriodicTasks;
  readonly #leaderEpoch: number;
  #overrides: Record<string, string>;
  #cleanerOffset: number | undefined;
  #lastCheckpointMs: number;
  #intervalFlush: Promise<void> | undefined;
  #compaction: Promise<CompactionResult> | undefined;
  #failure: unknown;
  #closed = false;

  private constructor(
    env: Env,
    place: LogPlace,
    home: LogHome,
    log: PartitionLog,
    overrides: Record<string, string>,
    cleanerOffset: number | undefined,
    options: LogOptions<V, K>,
  ) {
    this.#env = env;
    this.#place = place;
    this.#home = home;
    this.#log = log;
    this.#overrides = overrides;
    this.#cleanerOffset = cleanerOffset;
    // Without a serde V and K are Uint8Array: the types of the options say so.
    this.#codec = new RecordCodec(
      options.serde ?? bytes() as unknown as Serde<V>,
      options.keySerde ?? bytes() as unknown as Serde<K>,
    );
    this.#encoder = new BatchEncoder(env.clock, this.#codec);
    this.#tasks = new PeriodicTasks(env.clock, env.logger);
    this.#leaderEpoch = Math.max(log.leaderEpochCache.latestEpoch ?? 0, 0);
    this.#lastCheckpointMs = env.clock.now();
    // Alone, what is appended is on all replicas at once.
    log.updateHighWatermark(log.logEndOffset);
    if (options.upkeep) this.#startUpkeep(options.upkeep === true ? {} : options.upkeep);
  }

  /**
   * Opens the log in a directory, or makes it. After an unclean stop, what was not flushed is checked first, and a torn end is
   * cut off; that blocks for about a second per GiB of unflushed data.
   *
   * A directory beside a `meta.properties`, as in Kafka's log directories, is opened as that partition: the lock and the
   * checkpoints of the directory above count then, and after `close` that directory is as clean as it was found.
   *
   * @example A file on the disk
   * ```ts
   * import { assertEquals } from "@std/assert";
   * import { Log, string } from "@seglog/seglog/storage";
   *
   * const directory = Deno.makeTempDirSync();
   * {
   *   using log = Log.open(directory, { serde: string(), durability: "each-append" });
   *   log.append([{ value: "hello" }]);
   * }
   * using log = Log.open(directory, { serde: string() });
   * assertEquals([...log.read()].map((record) => record.value), ["hello"]);
   * log.close();
   * Deno.removeSync(directory, { recursive: true });
   * ```
   *
   * @param path the directory
   * @param options serdes, durability, and every topic config of Kafka in camel case
   * @throws {LogUnavailableError} when this process or another one has it open
   * @throws {InvalidConfigError} for a config that Kafka does not allow
   * @throws {LogDirError} when the disk fails
   */
  static open<V = Uint8Array, K = Uint8Array>(
    path: string,
    options: LogOptions<V, K> = {},
  ): Log<V, K> {
    const world = options.env ?? system();
    const env: Env = {
      ...world,
      fileSystem: options.fileSystem ?? world.fileSystem,
      logger: options.logger ?? world.logger,
    };
    const overrides = configTextsOf(options);
    const config = parseLogConfig(overrides);
    const place = locateLog(env.fileSystem, path);
    const home = LogHome.take(env, place);
    let log: PartitionLog | undefined;
    try {
      const found = home.read(topicPartitionKey(place.topicPartition));
      const recheck = options.recheck ?? false;
      log = PartitionLog.open({
        env,
        directory: place.directory,
        topicPartition: place.topicPartition,
        config,
        logStartOffset: found.logStartOffset,
        recoveryPoint: recheck ? 0 : found.recoveryPoint,
        hadCleanShutdown: found.hadCleanShutdown && !recheck,
        // A home was made to last; a directory in it may be new, or left by a process that was killed.
        isNameUnflushed: place.home !== place.directory,
        ...(options.recovery === undefined ? {} : { recovery: options.recovery }),
      });
      return new Log(env, place, home, log, overrides, found.cleanerOffset, options);
    } catch (error) {
      log?.closeHandlers();
      home.release(false);
      throw error;
    }
  }

  /** Where the files are. */
  get directory(): string {
    return this.#place.directory;
  }

  /** The partition that the log is to Kafka. */
  get topicPartition(): TopicPartition {
    return this.#place.topicPartition;
  }

  /** The configs in force. */
  get config(): LogConfig {
    return this.#log.config;
  }

  /** When appended records survive a power cut, by the configs in force. */
  get durability(): Durability {
    const { flushInterval, flushMs } = this.#log.config;
    if (flushInterval === 1) return "each-append";
    return flushMs < NO_LIMIT ? { everyMs: flushMs } : "manual";
  }

  /** First offset that can be read. */
  get logStartOffset(): number {
    return this.#log.logStartOffset;
  }

  /** Offset that the next record gets. */
  get logEndOffset(): number {
    return this.#log.logEndOffset;
  }

  /** Everything below survives a power cut. */
  get flushedOffset(): number {
    return this.#log.recoveryPoint;
  }

  /** Bytes of records on disk. */
  get size(): number {
    return this.#log.size;
  }

  /** Whether the log was closed. */
  get isClosed(): boolean {
    return this.#closed;
  }

  /** The log as the engine sees it, for what this class does not show. Do not close it, and append only here. */
  get partitionLog(): PartitionLog {
    return this.#log;
  }

  /**
   * Appends records, in one batch, or in several when they exceed `max.message.bytes`. When one of them is refused, none is
   * appended. They survive the end of the process when this returns; see {@linkcode Durability} for power cuts.
   *
   * @example
   * ```ts
   * import { assertEquals } from "@std/assert";
   * import { Log, MemoryFileSystem, string } from "@seglog/seglog/storage";
   *
   * using log = Log.open("/log", { serde: string(), fileSystem: new MemoryFileSystem() });
   * log.append([{ value: "first" }]);
   * const result = log.append([{ value: "second", headers: { source: "web" } }, { value: "third" }]);
   * assertEquals([result.baseOffset, result.lastOffset], [1, 2]);
   * ```
   *
   * @throws {InvalidRecordError} for a record that is too large, cannot be encoded, lacks a key in a compacted log, or whose
   *   timestamp is too far from now
   * @throws {LogDirError} when the disk fails
   */
  append(records: Iterable<AppendRecord<V, K>>): AppendResult {
    const log = this.#open();
    const { earlier, last } = this.#encoder.encode(records, log.config);
    const baseOffset = log.logEndOffset;
    let timestamp = -1;
    try {
      for (const batch of earlier) {
        timestamp = Math.max(
          timestamp,
          log.appendAsLeader(batch, this.#leaderEpoch).maxTimestamp,
        );
      }
      if (last.count > 0) {
        timestamp = Math.max(timestamp, log.appendBuilt(last, this.#leaderEpoch).maxTimestamp);
      }
    } finally {
      if (log.logEndOffset > baseOffset) {
        log.updateHighWatermark(log.logEndOffset);
        this.#appended.notify();
      }
    }
    this.#afterAppend();
    return { baseOffset, lastOffset: log.logEndOffset - 1, timestamp };
  }

  #afterAppend(): void {
    const log = this.#log;
    if (log.config.flushMs < NO_LIMIT && log.unflushedMessages > 0) {
      this.#intervalFlush ??= this.#flushLater(log.config.flushMs);
    }
    const due = log.nextPendingFileDueMs;
    if (due !== undefined && due <= this.#env.clock.now()) {
      log.deletePendingFiles(this.#env.clock.now());
    }
  }

  async #flushLater(delayMs: number): Promise<void> {
    try {
      await this.#env.clock.sleep(delayMs, this.#stop.signal);
      // From here on a new append starts a new wait: this flush may not cover it.
      this.#intervalFlush = undefined;
      await this.#log.flush();
    } catch (error) {
      if (this.#stop.signal.aborted) return;
      this.#failure = error;
      this.#env.logger.write("error", "Failed to flush the log", {
        directory: this.directory,
        error,
      });
    }
  }

  /**
   * Iterates over records in order of offset, up to the end that the log has when the iteration begins. Reading is
   * synchronous, in pieces of some 100 KiB; what is appended or compacted meanwhile does not disturb it.
   *
   * @example
   * ```ts
   * import { assertEquals } from "@std/assert";
   * import { Log, MemoryFileSystem, string } from "@seglog/seglog/storage";
   *
   * using log = Log.open("/log", { serde: string(), fileSystem: new MemoryFileSystem() });
   * const hour = 60 * 60 * 1000;
   * const start = Date.now() - 3 * hour;
   * log.append(["a", "b", "c"].map((value, i) => ({ value, timestamp: start + i * hour })));
   * assertEquals([...log.read({ from: 1, to: 2 })].map((record) => record.value), ["b"]);
   * assertEquals([...log.read({ fromTimestamp: start + 1 })].map((record) => record.value), ["b", "c"]);
   * ```
   *
   * @throws {OffsetOutOfRangeError} when `from` is below the log start offset or above the end
   * @throws {CorruptRecordError} for a record that is damaged, or not of the serde's type
   */
  read(options: LogReadOptions = {}): IterableIterator<LogRecord<V, K>> {
    this.#open();
    return this.#read(this.#startOf(options, "earliest"), options.to, options.isolation);
  }

  *#read(
    from: number,
    to: number | undefined,
    isolation: ReadIsolation = "committed",
  ): Generator<LogRecord<V, K>, void> {
    const log = this.#open();
    const end = Math.min(to ?? Infinity, readableEnd(log, isolation));
    // Asking at the end is fine, asking beyond it is not: the log says so.
    if (from >= end && from <= log.logEndOffset && from >= log.logStartOffset) return;
    for (const record of readRecords(log, from, end, isolation)) yield this.#codec.decode(record);
  }

  #startOf({ from, fromTimestamp }: ReadFrom, otherwise: "earliest" | "latest"): number {
    const log = this.#log;
    if (fromTimestamp !== undefined) {
      return this.offsetForTimestamp(fromTimestamp) ?? log.logEndOffset;
    }
    const start = from ?? otherwise;
    if (start === "earliest") return log.logStartOffset;
    return start === "latest" ? log.logEndOffset : start;
  }

  /**
   * Iterates over records for ever: those there are from `from` on, then each one as it is appended. It is woken by the
   * append, nothing is polled. It ends when the log is closed.
   *
   * @example
   * ```ts
   * import { assertEquals } from "@std/assert";
   * import { Log, MemoryFileSystem, string } from "@seglog/seglog/storage";
   *
   * using log = Log.open("/log", { serde: string(), fileSystem: new MemoryFileSystem() });
   * queueMicrotask(() => log.append([{ value: "news" }]));
   * for await (const record of log.tail({ signal: AbortSignal.timeout(60_000) })) {
   *   assertEquals(record.value, "news");
   *   break;
   * }
   * ```
   *
   * @param options where to begin (default: at the end), and a signal that ends it
   * @throws the signal's reason, when it aborts
   */
  async *tail(options: TailOptions = {}): AsyncGenerator<LogRecord<V, K>, void> {
    const { signal, isolation = "committed" } = options;
    const log = this.#open();
    let next = this.#startOf(options, "latest");
    for (;;) {
      signal?.throwIfAborted();
      if (this.#closed) return;
      const end = readableEnd(log, isolation);
      if (next < end) {
        for (const record of this.#read(next, end, isolation)) {
          next = record.offset + 1;
          yield record;
          signal?.throwIfAborted();
          if (this.#closed) return;
        }
        next = Math.max(next, end);
      } else {
        await this.#appended.wait(signal);
      }
    }
  }

  /**
   * The last value of each key, as compaction would leave it, now and at any later time: the view reads what was appended since
   * whenever it is looked at. It keeps a record for each live key in memory.
   *
   * @example
   * ```ts
   * import { assertEquals } from "@std/assert";
   * import { Log, MemoryFileSystem, string } from "@seglog/seglog/storage";
   *
   * using log = Log.open("/log", {
   *   serde: string(),
   *   keySerde: string(),
   *   fileSystem: new MemoryFileSystem(),
   * });
   * const users = log.latest();
   * log.append([{ key: "1", value: "Ann" }, { key: "2", value: "Bob" }]);
   * log.append([{ key: "1", value: "Anna" }, { key: "2", value: null }]);
   * assertEquals([...users.entries()], [["1", "Anna"]]);
   * ```
   */
  latest(options: { readonly isolation?: ReadIsolation } = {}): LatestView<V, K> {
    return new LatestView(this.#open(), this.#codec, options.isolation ?? "committed");
  }

  /**
   * The records as a stream, pulled as its reader asks for them.
   *
   * @example
   * ```ts
   * import { assertEquals } from "@std/assert";
   * import { Log, MemoryFileSystem, string } from "@seglog/seglog/storage";
   *
   * using log = Log.open("/log", { serde: string(), fileSystem: new MemoryFileSystem() });
   * log.append([{ value: "a" }, { value: "b" }]);
   * const values = await Array.fromAsync(log.readable(), (record) => record.value);
   * assertEquals(values, ["a", "b"]);
   * ```
   */
  readable(options: ReadableOptions = {}): ReadableStream<LogRecord<V, K>> {
    this.#open();
    if (!options.follow) return recordReadable(() => this.read(options));
    return recordReadable((signal) => this.#follow(options, signal));
  }

  async *#follow(
    options: ReadableOptions,
    signal: AbortSignal,
  ): AsyncGenerator<LogRecord<V, K>, void> {
    const from = this.#startOf(options, "earliest");
    const to = options.to ?? Infinity;
    if (from >= to) return;
    for await (
      const record of this.tail({ from, isolation: options.isolation, signal })
    ) {
      if (record.offset >= to) return;
      yield record;
      if (record.offset + 1 >= to) return;
    }
  }

  /**
   * A stream that appends what is written to it, gathered into batches. Closing it appends the rest and flushes the log;
   * aborting it drops what is not appended yet. The log stays open.
   *
   * @example
   * ```ts
   * import { assertEquals } from "@std/assert";
   * import { Log, MemoryFileSystem, string } from "@seglog/seglog/storage";
   *
   * using log = Log.open("/log", { serde: string(), fileSystem: new MemoryFileSystem() });
   * await ReadableStream.from(["a", "b"])
   *   .pipeThrough(new TransformStream({
   *     transform: (value, controller) => controller.enqueue({ value }),
   *   }))
   *   .pipeTo(log.writable());
   * assertEquals([log.logEndOffset, log.flushedOffset], [2, 2]);
   * ```
   */
  writable(options: WritableOptions = {}): WritableStream<AppendRecord<V, K>> {
    this.#open();
    return recordWritable<V, K>(
      this.#env.clock,
      (records) => void this.append(records),
      () => this.flush(),
      options,
    );
  }

  /**
   * Resolves once everything appended so far survives a power cut.
   *
   * @throws {LogDirError} when the disk fails; what was appended since the last flush may be lost then
   */
  async flush(): Promise<void> {
    const log = this.#open();
    try {
      await log.flush(true);
    } catch (error) {
      this.#failure ??= error;
      throw error;
    }
    if (this.#closed) return;
    const now = this.#env.clock.now();
    // Only recovery gets faster by it, so it need not be written each time.
    if (now - this.#lastCheckpointMs >= CHECKPOINT_INTERVAL_MS) {
      this.#lastCheckpointMs = now;
      this.#home.write(this.#checkpointed(), "recovery point");
    }
  }

  /**
   * Deletes the records below an offset: they cannot be read from now on, and their segments go with the next retention.
   *
   * @example
   * ```ts
   * import { assertEquals } from "@std/assert";
   * import { Log, MemoryFileSystem, string } from "@seglog/seglog/storage";
   *
   * using log = Log.open("/log", { serde: string(), fileSystem: new MemoryFileSystem() });
   * log.append([{ value: "a" }, { value: "b" }, { value: "c" }]);
   * log.deleteRecords(2);
   * assertEquals([...log.read()].map((record) => record.value), ["c"]);
   * ```
   *
   * @param offset the first one that stays
   * @returns the log start offset
   * @throws {OffsetOutOfRangeError} above the end of the log
   */
  deleteRecords(offset: number): number {
    const start = this.#open().deleteRecords(offset);
    this.#home.write(this.#checkpointed(), "log start offset");
    return start;
  }

  /**
   * Deletes the segments that have outlived `retention.ms`, `retention.bytes` or the log start offset. Their files are removed
   * `file.delete.delay.ms` later, by the next call of this, or the next append or opening.
   *
   * @returns how many segments were deleted
   */
  applyRetention(): number {
    const log = this.#open();
    const now = this.#env.clock.now();
    const deleted = log.deleteOldSegments();
    log.deletePendingFiles(now);
    if (deleted > 0) this.#home.write(this.#checkpointed(), "log start offset");
    return deleted;
  }

  /**
   * Compacts the log now: of each key only the last record stays. The active segment is rolled first, so that all
   * records take part but those that `min.compaction.lag.ms` protects. It works in slices of a few milliseconds, and appends
   * and reads go on meanwhile.
   *
   * @example
   * ```ts
   * import { assertEquals } from "@std/assert";
   * import { Log, MemoryFileSystem, string } from "@seglog/seglog/storage";
   *
   * await using log = Log.open("/log", {
   *   serde: string(),
   *   keySerde: string(),
   *   cleanupPolicy: "compact",
   *   fileSystem: new MemoryFileSystem(),
   * });
   * log.append([{ key: "k", value: "old" }, { key: "k", value: "new" }]);
   * await log.compact();
   * assertEquals([...log.read()].map((record) => [record.offset, record.value]), [[1, "new"]]);
   * ```
   *
   * @throws {InvalidConfigError} when `cleanup.policy` does not have `compact`
   * @throws {DOMException} `AbortError` when the log is closed meanwhile
   */
  compact(): Promise<CompactionResult> {
    const log = this.#open();
    if (!log.config.compact) {
      return Promise.reject(
        new InvalidConfigError(
          `Cannot compact a log whose cleanup.policy does not have compact: ${this.directory}`,
        ),
      );
    }
    return this.#compaction ??= this.#compact().finally(() => this.#compaction = undefined);
  }

  async #compact(roll = true): Promise<CompactionResult> {
    const log = this.#log;
    if (roll && log.activeSegment.size > 0) log.roll();
    const result = await compactLog(this.#env, log, this.#cleanerOffset, this.#stop.signal);
    this.#cleanerOffset = result.cleanUpTo;
    if (!this.#closed) {
      this.#home.write(this.#checkpointed(), "cleaner offset");
      log.deletePendingFiles(this.#env.clock.now());
    }
    return result;
  }

  #startUpkeep({ intervalMs = UPKEEP_INTERVAL_MS }: { readonly intervalMs?: number }): void {
    this.#tasks.start("upkeep", intervalMs, async () => {
      await this.#maintain();
      return intervalMs;
    });
  }

  /** One round of upkeep. */
  async #maintain(): Promise<void> {
    const log = this.#log;
    if (log.config.delete || log.logStartOffset > (log.segments.firstSegment?.baseOffset ?? 0)) {
      this.applyRetention();
    }
    log.removeExpiredProducers(this.#env.clock.now());
    const rolled = log.flushDueOffset;
    if (rolled !== undefined) await log.flushUptoOffsetExclusive(rolled);
    if (this.#compaction === undefined && this.explain().compaction.now) {
      this.#compaction = this.#compact(false).finally(() => this.#compaction = undefined);
      await this.#compaction;
    }
    if (this.#closed) return;
    log.deletePendingFiles(this.#env.clock.now());
    this.#home.write(this.#checkpointed(), "recovery point");
  }

  /**
   * The first offset whose record has this time or a later one; `undefined` when there is none.
   *
   * @param timestamp ms since the epoch
   */
  offsetForTimestamp(timestamp: number): number | undefined {
    return this.#open().fetchOffsetByTimestamp(timestamp)?.offset;
  }

  /**
   * Why the log is, or is not, compacted and shortened by upkeep now, with the numbers that decide.
   *
   * @example
   * ```ts
   * import { assertEquals } from "@std/assert";
   * import { Log, MemoryFileSystem } from "@seglog/seglog/storage";
   *
   * using log = Log.open("/log", { fileSystem: new MemoryFileSystem(), cleanupPolicy: "compact" });
   * log.append([{ key: new Uint8Array(1), value: new Uint8Array(1) }]);
   * const { compaction } = log.explain();
   * assertEquals([compaction.now, compaction.reason], [false, "active segment"]);
   * ```
   */
  explain(): CleanabilityExplanation {
    return explainCleanability(this.#open(), {
      now: this.#env.clock.now(),
      lastCleanOffset: this.#cleanerOffset,
    });
  }

  /**
   * Changes topic configs of the open log; they take effect at once, sizes of segments with the next one. Others stay.
   *
   * @example
   * ```ts
   * import { assertEquals } from "@std/assert";
   * import { Log, MemoryFileSystem } from "@seglog/seglog/storage";
   *
   * using log = Log.open("/log", { fileSystem: new MemoryFileSystem(), retentionMs: 1000 });
   * log.updateConfig({ cleanupPolicy: ["compact", "delete"] });
   * assertEquals([log.config.compact, log.config.retentionMs], [true, 1000]);
   * ```
   *
   * @throws {InvalidConfigError} when they are not valid; then nothing has changed
   */
  updateConfig(configs: TopicConfigOptions): void {
    const log = this.#open();
    const overrides = { ...this.#overrides, ...topicConfigTexts(configs) };
    log.updateConfig(parseLogConfig(overrides));
    this.#overrides = overrides;
  }

  #open(): PartitionLog {
    if (this.#closed) {
      throw new LogUnavailableError(`Cannot use a log that is closed: ${this.directory}`);
    }
    // After a failed flush nobody knows what is on the disk: going on would acknowledge what may be lost.
    if (this.#failure !== undefined) {
      const { message } = this.#failure as StorageError;
      throw new LogUnavailableError(`Cannot use a log that failed to flush: ${message}`, {
        cause: this.#failure,
      });
    }
    return this.#log;
  }

  #checkpointed(): CheckpointedLog {
    const log = this.#log;
    return {
      topicPartition: this.#place.topicPartition,
      recoveryPoint: log.recoveryPoint,
      logStartOffset: log.logStartOffset,
      highWatermark: log.highWatermark,
      firstSegmentOffset: log.segments.firstSegment?.baseOffset ?? log.logStartOffset,
      cleanerOffset: this.#cleanerOffset,
    };
  }

  /**
   * Flushes and closes the log, blocking; tails end. When a compaction or the upkeep may be at work, use
   * `await using`, or await {@linkcode Log.shutdown}, which wait for them. Closing twice is fine.
   */
  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#stop.abort(new DOMException("The log was closed", "AbortError"));
    void this.#tasks.stop();
    this.#appended.notify();
    let closedWell = false;
    try {
      this.#log.close();
      this.#home.write(
        this.#checkpointed(),
        "recovery point",
        "log start offset",
        "high watermark",
        "cleaner offset",
      );
      closedWell = this.#failure === undefined;
    } finally {
      this.#log.closeHandlers();
      this.#home.release(closedWell);
    }
  }

  /** Ends background work, flushes without blocking, and closes the log. */
  async shutdown(): Promise<void> {
    if (this.#closed) return;
    this.#stop.abort(new DOMException("The log was closed", "AbortError"));
    await this.#tasks.stop();
    try {
      await this.#compaction;
    } catch {
      // It was aborted just now, or told its caller what went wrong.
    }
    try {
      if (!this.#closed && this.#failure === undefined) await this.#log.flush(true);
    } finally {
      this.close();
    }
  }

  /** {@linkcode Log.close}. */
  [Symbol.dispose](): void {
    this.close();
  }

  /** {@linkcode Log.shutdown}. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.shutdown();
  }
}
