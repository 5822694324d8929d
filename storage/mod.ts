/**
 * Apache Kafka's log as an embeddable library: durable, indexed, compacted, and byte for byte Kafka's format.
 *
 * {@linkcode Log} is the front door: a log of typed records in a directory, or in memory.
 *
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { json, Log, MemoryFileSystem, string } from "@seglog/seglog/storage";
 *
 * using log = Log.open("/orders", {
 *   serde: json<{ total: number }>(),
 *   keySerde: string(),
 *   fileSystem: new MemoryFileSystem(), // leave it out, and the log is on the disk
 * });
 * log.append([{ key: "order-1", value: { total: 42 } }]);
 * for (const record of log.read()) {
 *   assertEquals([record.offset, record.key, record.value], [0, "order-1", { total: 42 }]);
 * }
 * await log.flush();
 * ```
 *
 * Below it are the engine's own parts, which a server is built of: {@linkcode LogManager} for many logs in several log
 * directories, {@linkcode PartitionLog} for one log as a leader or follower has it, {@linkcode RecordBatch} and
 * {@linkcode RecordBatchBuilder} for the bytes.
 *
 * @module
 */

export { type AppendResult, Log } from "./embedded/log.ts";
export type { LogReadOptions, ReadableOptions, ReadFrom, TailOptions } from "./embedded/log.ts";
export type {
  Durability,
  LogOptions,
  OwnLogOptions,
  UpkeepOptions,
} from "./embedded/log_options.ts";
export type { AppendHeaders, AppendRecord, LogRecord } from "./embedded/log_record.ts";
export { LatestView } from "./embedded/latest_view.ts";
export type { RecordCodec } from "./embedded/log_record.ts";
export type { ReadIsolation } from "./embedded/record_reader.ts";
export type { WritableOptions } from "./embedded/record_streams.ts";
export type { CompactionResult } from "./embedded/compaction.ts";

export type { Serde } from "./serde/serde.ts";
export { boolean } from "./serde/boolean.ts";
export { bytes } from "./serde/bytes.ts";
export { double, float } from "./serde/float.ts";
export { integer, long } from "./serde/integer.ts";
export { json } from "./serde/json.ts";
export { list } from "./serde/list.ts";
export { msgpack } from "./serde/msgpack.ts";
export { short } from "./serde/short.ts";
export { string } from "./serde/string.ts";
export { uuid } from "./serde/uuid.ts";
export { nothing } from "./serde/void.ts";

export {
  type AsyncDeleteOptions,
  type ExpectedMetaProperties,
  type GetOrCreateLogOptions,
  type LoadLogsProgress,
  LogManager,
  type LogManagerOptions,
  type MoveLogOptions,
  type MoveQuota,
  type ReconfigureOptions,
} from "./log_manager.ts";
export type { CleanerLogStatus, CleanerMetrics } from "./cleaner/log_cleaner.ts";
export type { CleanerStats } from "./cleaner/cleaner_stats.ts";
export type { CleaningState } from "./cleaner/cleaning_state.ts";
export { CLEANER_CONFIGS } from "./cleaner/cleaner_config.ts";
export type { UncleanableReason } from "./cleaner/dirty_ratio.ts";
export type {
  CleanabilityExplanation,
  CompactionExplanation,
  CompactionReason,
  DeletionExplanation,
} from "./cleaner/explain_cleanability.ts";
export { LOG_MANAGER_CONFIGS } from "./log_manager/log_manager_config.ts";

export {
  type LogOffsetSnapshot,
  PartitionLog,
  type PartitionLogOptions,
} from "./log/partition_log.ts";
export type { AppendOptions } from "./log/append/log_append.ts";
export type { AppendOrigin } from "./log/producer/append_origin.ts";
export type { LogAppendInfo } from "./log/append/log_append_info.ts";
export type { AbortedTransaction, FetchData } from "./log/fetch_data.ts";
export type { FetchIsolation, ReadOptions } from "./log/log_read.ts";
export type { LoadProgress } from "./log/loading/load_progress.ts";
export type { RecoveryMode } from "./log/loading/log_loader.ts";
export type { LogOffsetMetadata } from "./log/log_offset_metadata.ts";
export type { LogStartOffsetIncrementReason } from "./log/log_retention.ts";
export type { DeletionReason, SegmentDeletion } from "./log/retention.ts";
export type { EpochEndOffset } from "./log/leader_epoch_cache.ts";
export { VerificationGuard } from "./log/producer/verification_state_entry.ts";
export type { AbortedTxn } from "./segment/transaction_index.ts";
export type { TimestampAndOffset, TimestampOffset } from "./segment/timestamp_offset.ts";

export {
  type BrokerCompressionType,
  type ConfigTexts,
  type LogConfig,
  parseLogConfig,
  TOPIC_CONFIGS,
} from "./log/config/log_config.ts";
export type {
  ConfigDefinition,
  ConfigSynonym,
  ConfigType,
  ConfigUnit,
  ConfigValidator,
  ConfigValue,
} from "./log/config/config_definition.ts";
export type {
  NumericConfig,
  TopicConfigName,
  TopicConfigValues,
} from "./log/config/topic_configs.ts";
export {
  type PascalCase,
  type TopicConfigOptionName,
  type TopicConfigOptions,
  topicConfigTexts,
} from "./log/config/topic_config_options.ts";

export { Record, type RecordHeader } from "./record/record.ts";
export {
  type AnyRecordBatch,
  RecordBatch,
  type RecordsLimits,
  type TimestampType,
} from "./record/record_batch.ts";
export type { LegacyRecord, LegacyRecordBatch } from "./record/legacy_record_batch.ts";
export type { RecordCursor } from "./record/record_cursor.ts";
export type { Compression, CompressionType } from "./record/compression_type.ts";
export { batchAt, batchesIn } from "./record/memory_records.ts";
export {
  buildBatch,
  type NewRecord,
  RecordBatchBuilder,
  type RecordBatchOptions,
} from "./record/record_batch_builder.ts";

export type { Clock, Env, Logger, LogLevel, Random } from "./env.ts";
export { silentLogger } from "./env.ts";
export { consoleLogger, systemEnv, type SystemEnvOptions } from "./system_env.ts";
export type {
  DirectoryEntry,
  DirectoryLock,
  FileStat,
  FileSystem,
  LogFile,
  OpenOptions,
  VolumeSpace,
} from "./file/file_system.ts";
export { DiskFileSystem, type DiskFileSystemOptions } from "./file/disk_file_system.ts";
export { MemoryFileSystem, type MemoryFileSystemOptions } from "./file/memory_file_system.ts";
export type { TopicPartition } from "./file/file_names.ts";

export {
  CorruptRecordError,
  type ErrorCode,
  InvalidConfigError,
  InvalidRecordError,
  LogDirError,
  LogUnavailableError,
  OffsetOutOfRangeError,
  ProducerStateError,
  type RecordError,
  StorageError,
} from "./errors.ts";
