/**
 * The configs of one log, parsed: Kafka's `LogConfig`. A value comes from the topic's overrides, else from the
 * broker's properties through their synonyms (`log.retention.hours` and the like), else from the table's default.
 *
 * @module
 */

import { InvalidConfigError } from "../../errors.ts";
import type { Random } from "../../env.ts";
import type { Compression } from "../../record/compression_type.ts";
import {
  type ConfigDefinition,
  type ConfigValue,
  convertSynonymValue,
  parseConfigValue,
} from "./config_definition.ts";
import { TOPIC_CONFIGS, topicConfig } from "./topic_configs.ts";

export { TOPIC_CONFIGS } from "./topic_configs.ts";

/** How `compression.type` says batches are stored. */
export type BrokerCompressionType =
  | "uncompressed"
  | "zstd"
  | "lz4"
  | "snappy"
  | "gzip"
  | "producer";

/** The configs of one log. Times in ms, sizes in bytes; "no limit" longs are 2^53 - 1. */
export interface LogConfig {
  /** `internal.segment.bytes` when set, else `segment.bytes`. */
  readonly segmentSize: number;
  /** `segment.ms`. */
  readonly segmentMs: number;
  /** `segment.jitter.ms`. */
  readonly segmentJitterMs: number;
  /** `segment.index.bytes`. */
  readonly maxIndexSize: number;
  /** `flush.messages`: records. */
  readonly flushInterval: number;
  /** `flush.ms`. */
  readonly flushMs: number;
  /** `retention.bytes`; -1 is no limit. */
  readonly retentionSize: number;
  /** `retention.ms`; -1 is no limit. */
  readonly retentionMs: number;
  /** `max.message.bytes`. */
  readonly maxMessageSize: number;
  /** `index.interval.bytes`. */
  readonly indexInterval: number;
  /** `file.delete.delay.ms`. */
  readonly fileDeleteDelayMs: number;
  /** `delete.retention.ms`. */
  readonly deleteRetentionMs: number;
  /** `min.compaction.lag.ms`. */
  readonly compactionLagMs: number;
  /** `max.compaction.lag.ms`. */
  readonly maxCompactionLagMs: number;
  /** `min.cleanable.dirty.ratio`, 0 to 1. */
  readonly minCleanableRatio: number;
  /** Whether `cleanup.policy` has compact. */
  readonly compact: boolean;
  /** Whether `cleanup.policy` has delete. */
  readonly delete: boolean;
  /** `unclean.leader.election.enable`. */
  readonly uncleanLeaderElectionEnable: boolean;
  /** `min.insync.replicas`. */
  readonly minInSyncReplicas: number;
  /** `compression.type`. */
  readonly compressionType: BrokerCompressionType;
  /** `preallocate`. */
  readonly preallocate: boolean;
  /** `message.timestamp.type`. */
  readonly messageTimestampType: "CreateTime" | "LogAppendTime";
  /** `message.timestamp.before.max.ms`. */
  readonly messageTimestampBeforeMaxMs: number;
  /** `message.timestamp.after.max.ms`. */
  readonly messageTimestampAfterMaxMs: number;
  /** `leader.replication.throttled.replicas`. */
  readonly leaderReplicationThrottledReplicas: readonly string[];
  /** `follower.replication.throttled.replicas`. */
  readonly followerReplicationThrottledReplicas: readonly string[];
  /** `remote.storage.enable`. */
  readonly remoteStorageEnable: boolean;
  /** `remote.log.copy.disable`. */
  readonly remoteLogCopyDisable: boolean;
  /** `remote.log.delete.on.disable`. */
  readonly remoteLogDeleteOnDisable: boolean;
  /** `local.retention.ms`, or `retention.ms` where that says -2. */
  readonly localRetentionMs: number;
  /** `local.retention.bytes`, or `retention.bytes` where that says -2. */
  readonly localRetentionBytes: number;
  /** The longest a segment stays active: `max.compaction.lag.ms` counts too for a compacted log. */
  readonly maxSegmentMs: number;
  /** Size that a new segment's file is made in. */
  readonly initFileSize: number;
  /** Ours: a segment whose newest record lies in the future is aged by its file's time. */
  readonly futureTimestampUsesFileTime: boolean;
  /** Ours: reads check the CRC of what they return. */
  readonly verifyOnRead: boolean;
  /** The topic's own configs, as they were written. */
  readonly originals: ReadonlyMap<string, string>;
  /** The codec and level that batches are stored with; `undefined` leaves each as its producer sent it. */
  compression(): Compression | undefined;
}

/** Configs by name, as text. */
export type ConfigTexts = Readonly<Record<string, string>>;

/**
 * The text that a config has when the topic does not set it: of the first synonym that the broker sets, or the
 * table's default.
 *
 * @param definition the config
 * @param brokerDefaults the broker's properties; names that are no synonym of a topic config are of no interest here
 * @throws {InvalidConfigError} when a synonym's value cannot be converted
 */
export function defaultConfigText(
  definition: ConfigDefinition,
  brokerDefaults: ConfigTexts,
): string | undefined {
  for (const synonym of definition.brokerSynonyms) {
    const text = brokerDefaults[synonym.name];
    if (text === undefined) continue;
    const value = convertSynonymValue(synonym, text);
    // KafkaConfig takes every negative log.retention.* for "no limit" and refuses 0.
    if (definition.name === "retention.ms") {
      if (/^\s*-\d+\s*$/.test(value)) return "-1";
      if (/^\s*\+?0+\s*$/.test(value)) {
        throw new InvalidConfigError(
          `${synonym.name} must be unlimited (-1) or, greater than or equal to 1: ${text}`,
        );
      }
    }
    try {
      parseConfigValue({ ...definition, name: synonym.name }, value);
    } catch (error) {
      if (!(error instanceof InvalidConfigError) || synonym.unit === "same") throw error;
      throw new InvalidConfigError(
        `Invalid value ${text} for configuration ${synonym.name}: ${definition.name} would be ${value}`,
        { cause: error },
      );
    }
    return value;
  }
  return definition.defaultValue;
}

/**
 * Refuses names that are no topic configs.
 *
 * @throws {InvalidConfigError} `Unknown topic config name: …`
 */
export function validateConfigNames(overrides: ConfigTexts): void {
  for (const name of Object.keys(overrides)) {
    if (topicConfig(name) === undefined) {
      throw new InvalidConfigError(`Unknown topic config name: ${name}`);
    }
  }
}

/**
 * Parses the configs of a log.
 *
 * ```ts
 * import { assert, assertEquals } from "@std/assert";
 *
 * const config = parseLogConfig({ "cleanup.policy": "compact" }, { "log.retention.hours": "2" });
 * assert(config.compact && !config.delete);
 * assertEquals(config.retentionMs, 2 * 60 * 60 * 1000);
 * ```
 *
 * @param overrides the topic's configs
 * @param brokerDefaults the broker's properties, for the topic configs' defaults
 * @throws {InvalidConfigError} for an unknown name, a value that is not allowed, or configs that contradict each other,
 *   in Kafka's words
 */
export function parseLogConfig(
  overrides: ConfigTexts = {},
  brokerDefaults: ConfigTexts = {},
): LogConfig {
  validateConfigNames(overrides);
  const values = new Map<string, ConfigValue>();
  for (const definition of TOPIC_CONFIGS) {
    const text = overrides[definition.name] ?? defaultConfigText(definition, brokerDefaults);
    if (text !== undefined) values.set(definition.name, parseConfigValue(definition, text));
  }
  const config = fromValues(values, new Map(Object.entries(overrides)));
  ensureConsistent(config, values);
  return config;
}

function fromValues(
  values: ReadonlyMap<string, ConfigValue>,
  originals: ReadonlyMap<string, string>,
): LogConfig {
  const number = (name: string) => values.get(name) as number;
  const flag = (name: string) => values.get(name) as boolean;
  const list = (name: string) => values.get(name) as readonly string[];
  const policy = list("cleanup.policy");
  const compact = policy.includes("compact");
  const segmentSize = (values.get("internal.segment.bytes") ?? number("segment.bytes")) as number;
  const segmentMs = number("segment.ms");
  const maxCompactionLagMs = number("max.compaction.lag.ms");
  const preallocate = flag("preallocate");
  const retentionMs = number("retention.ms");
  const retentionSize = number("retention.bytes");
  const localRetentionMs = number("local.retention.ms");
  const localRetentionBytes = number("local.retention.bytes");
  const compressionType = values.get("compression.type") as BrokerCompressionType;
  const compression = compressionOf(compressionType, number);
  return {
    segmentSize,
    segmentMs,
    segmentJitterMs: number("segment.jitter.ms"),
    maxIndexSize: number("segment.index.bytes"),
    flushInterval: number("flush.messages"),
    flushMs: number("flush.ms"),
    retentionSize,
    retentionMs,
    maxMessageSize: number("max.message.bytes"),
    indexInterval: number("index.interval.bytes"),
    fileDeleteDelayMs: number("file.delete.delay.ms"),
    deleteRetentionMs: number("delete.retention.ms"),
    compactionLagMs: number("min.compaction.lag.ms"),
    maxCompactionLagMs,
    minCleanableRatio: number("min.cleanable.dirty.ratio"),
    compact,
    delete: policy.includes("delete"),
    uncleanLeaderElectionEnable: flag("unclean.leader.election.enable"),
    minInSyncReplicas: number("min.insync.replicas"),
    compressionType,
    preallocate,
    messageTimestampType: values.get("message.timestamp.type") as "CreateTime" | "LogAppendTime",
    messageTimestampBeforeMaxMs: number("message.timestamp.before.max.ms"),
    messageTimestampAfterMaxMs: number("message.timestamp.after.max.ms"),
    leaderReplicationThrottledReplicas: list("leader.replication.throttled.replicas"),
    followerReplicationThrottledReplicas: list("follower.replication.throttled.replicas"),
    remoteStorageEnable: flag("remote.storage.enable"),
    remoteLogCopyDisable: flag("remote.log.copy.disable"),
    remoteLogDeleteOnDisable: flag("remote.log.delete.on.disable"),
    localRetentionMs: localRetentionMs === -2 ? retentionMs : localRetentionMs,
    localRetentionBytes: localRetentionBytes === -2 ? retentionSize : localRetentionBytes,
    maxSegmentMs: compact ? Math.min(maxCompactionLagMs, segmentMs) : segmentMs,
    initFileSize: preallocate ? segmentSize : 0,
    futureTimestampUsesFileTime: flag("seglog.future.timestamp.uses.file.time"),
    verifyOnRead: flag("seglog.verify.on.read"),
    originals,
    compression: () => compression,
  };
}

function compressionOf(
  type: BrokerCompressionType,
  number: (name: string) => number,
): Compression | undefined {
  switch (type) {
    case "producer":
      return undefined;
    case "uncompressed":
      return { type: "none" };
    case "snappy":
      return { type: "snappy" };
    case "gzip":
    case "lz4":
    case "zstd":
      return { type, level: number(`compression.${type}.level`) };
  }
}

/** What no single config can tell. */
function ensureConsistent(config: LogConfig, values: ReadonlyMap<string, ConfigValue>): void {
  if (config.compactionLagMs > config.maxCompactionLagMs) {
    throw new InvalidConfigError(
      `conflict topic config setting min.compaction.lag.ms (${config.compactionLagMs}) > ` +
        `max.compaction.lag.ms (${config.maxCompactionLagMs})`,
    );
  }
  if (!config.remoteStorageEnable) return;
  if (config.compact) {
    throw new InvalidConfigError(
      "Remote log storage only supports topics with cleanup.policy=delete or cleanup.policy being an empty list.",
    );
  }
  const localBytes = values.get("local.retention.bytes") as number;
  const localMs = values.get("local.retention.ms") as number;
  ensureLocalWithinTotal("bytes", localBytes, config.retentionSize);
  ensureLocalWithinTotal("ms", localMs, config.retentionMs);
  if (config.remoteLogCopyDisable) {
    ensureSameRetention("bytes", localBytes, config.retentionSize);
    ensureSameRetention("ms", localMs, config.retentionMs);
  }
}

function ensureLocalWithinTotal(unit: "bytes" | "ms", local: number, total: number): void {
  if (total <= -1 || local === -2) return;
  const name = `local.retention.${unit}`;
  if (local === -1) {
    throw new InvalidConfigError(
      `Invalid value -1 for configuration ${name}: ` +
        `Value must not be -1 as retention.${unit} value is set as ${total}.`,
    );
  }
  if (local > total) {
    throw new InvalidConfigError(
      `Invalid value ${local} for configuration ${name}: ` +
        `Value must not be more than retention.${unit} property value: ${total}`,
    );
  }
}

function ensureSameRetention(unit: "bytes" | "ms", local: number, total: number): void {
  if (local === -2 || local === total) return;
  throw new InvalidConfigError(
    `When \`remote.log.copy.disable\` is set to true, the \`local.retention.${unit}\` and ` +
      `\`retention.${unit}\` must be set to the identical value because there will be no more logs copied to the ` +
      "remote storage.",
  );
}

/**
 * What a broker checks when a topic's configs change, beyond what {@linkcode parseLogConfig} does: tiered storage
 * needs the broker's support, and is not switched off with its data left behind.
 *
 * @param existing the topic's configs so far
 * @param overrides the topic's configs to be
 * @param brokerDefaults the broker's properties
 * @param remoteStorageSystemEnabled whether the broker has tiered storage
 * @returns the parsed configs
 * @throws {InvalidConfigError} when they may not be so
 */
export function validateTopicConfigChange(
  existing: ConfigTexts,
  overrides: ConfigTexts,
  brokerDefaults: ConfigTexts,
  remoteStorageSystemEnabled: boolean,
): LogConfig {
  const config = parseLogConfig(overrides, brokerDefaults);
  if (config.remoteStorageEnable && !remoteStorageSystemEnabled) {
    throw new InvalidConfigError(
      "Tiered Storage functionality is disabled in the broker. Topic cannot be configured with remote log storage.",
    );
  }
  const wasEnabled = existing["remote.storage.enable"]?.trim().toLowerCase() === "true";
  if (wasEnabled && !config.remoteStorageEnable && !config.remoteLogDeleteOnDisable) {
    throw new InvalidConfigError(
      "It is invalid to disable remote storage without deleting remote data. " +
        "If you want to keep the remote data and turn to read only, please set " +
        "`remote.storage.enable=true,remote.log.copy.disable=true`. " +
        "If you want to disable remote storage and delete all remote data, please set " +
        "`remote.storage.enable=false,remote.log.delete.on.disable=true`.",
    );
  }
  return config;
}

/**
 * What a broker with tiered storage checks of its own properties: the local limits lie within the total ones.
 *
 * @throws {InvalidConfigError} when they do not
 */
export function validateBrokerLogConfig(
  brokerDefaults: ConfigTexts,
  remoteStorageSystemEnabled: boolean,
): void {
  const overrides: Record<string, string> = {};
  if (remoteStorageSystemEnabled) {
    overrides["remote.storage.enable"] = "true";
    // Only the limits are of interest here: the policy is each topic's matter.
    overrides["cleanup.policy"] = "delete";
  }
  parseLogConfig(overrides, brokerDefaults);
}

/**
 * How much earlier than `segment.ms` the next segment rolls, ms: a random part of `segment.jitter.ms`.
 */
export function randomSegmentJitter(config: LogConfig, random: Random): number {
  if (config.segmentJitterMs === 0) return 0;
  return Math.floor(random.next() * Math.min(config.segmentJitterMs, config.segmentMs));
}

/** The topic's own configs on one line; what is no known config is redacted, it may be a secret. */
export function overriddenConfigsAsLoggableString(overrides: ConfigTexts): string {
  const items = Object.keys(overrides).sort().map((name) =>
    `${name}=${topicConfig(name) === undefined ? "(redacted)" : overrides[name]}`
  );
  return `{${items.join(", ")}}`;
}
