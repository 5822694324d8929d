/**
 * The table of every topic-level config: those of Apache Kafka 4.3 (its `TopicConfig`, `LogConfig` and
 * `ServerTopicConfigSynonyms`), and two of this engine under the prefix `seglog.`.
 *
 * @module
 */

import {
  anyValue,
  type ConfigDefinition,
  type ConfigSynonym,
  type ConfigType,
  type ConfigUnit,
  type ConfigValidator,
  gzipLevel,
  inRange,
  listOf,
  oneOf,
  throttledReplicas,
} from "./config_definition.ts";

/** A number, or its text when it may not fit a safe integer. */
export type NumericConfig = number | bigint | string;

/** Every topic config by Kafka's name, with the type a program may set it as. */
export interface TopicConfigValues {
  /** What happens to old segments: `delete`, `compact`, both or none. */
  "cleanup.policy": string | readonly string[];
  /** Level with `compression.type=gzip`: -1 or 1 to 9. */
  "compression.gzip.level": NumericConfig;
  /** Level with `compression.type=lz4`: 1 to 17. */
  "compression.lz4.level": NumericConfig;
  /** How batches are compressed on disk. */
  "compression.type": "uncompressed" | "zstd" | "lz4" | "snappy" | "gzip" | "producer";
  /** Level with `compression.type=zstd`: up to 22. */
  "compression.zstd.level": NumericConfig;
  /** How long a compacted log keeps tombstones. */
  "delete.retention.ms": NumericConfig;
  /** How long a file that is out of the log stays on disk. */
  "file.delete.delay.ms": NumericConfig;
  /** After how many unflushed records an append waits for the disk. */
  "flush.messages": NumericConfig;
  /** After how long unflushed records are flushed. */
  "flush.ms": NumericConfig;
  /** Replicas throttled on the follower's side. */
  "follower.replication.throttled.replicas": string | readonly string[];
  /** Bytes of data between two index entries. */
  "index.interval.bytes": NumericConfig;
  /** Size limit of a segment without a lower bound; wins over `segment.bytes`. */
  "internal.segment.bytes": NumericConfig;
  /** Replicas throttled on the leader's side. */
  "leader.replication.throttled.replicas": string | readonly string[];
  /** Tiered storage: bytes that stay on the local disk. */
  "local.retention.bytes": NumericConfig;
  /** Tiered storage: how long segments stay on the local disk. */
  "local.retention.ms": NumericConfig;
  /** After how long a record must be cleaned. */
  "max.compaction.lag.ms": NumericConfig;
  /** Largest batch. */
  "max.message.bytes": NumericConfig;
  /** How far a record's time may lie ahead. */
  "message.timestamp.after.max.ms": NumericConfig;
  /** How far a record's time may lie behind. */
  "message.timestamp.before.max.ms": NumericConfig;
  /** Whose time a record has. */
  "message.timestamp.type": "CreateTime" | "LogAppendTime";
  /** From what share of uncleaned bytes on a log is cleaned, 0 to 1. */
  "min.cleanable.dirty.ratio": number | string;
  /** How long a record stays uncompacted. */
  "min.compaction.lag.ms": NumericConfig;
  /** Replicas in sync that a write with acks=all needs. */
  "min.insync.replicas": NumericConfig;
  /** Make a segment's file in its full size at once. */
  "preallocate": boolean;
  /** Tiered storage: copy nothing more. */
  "remote.log.copy.disable": boolean;
  /** Tiered storage: delete remote data when it is switched off. */
  "remote.log.delete.on.disable": boolean;
  /** Tiered storage: on. */
  "remote.storage.enable": boolean;
  /** Bytes to keep; -1 no limit. */
  "retention.bytes": NumericConfig;
  /** How long to keep segments; -1 no limit. */
  "retention.ms": NumericConfig;
  /** Age a segment with records from the future by its file's time. */
  "seglog.future.timestamp.uses.file.time": boolean;
  /** Check the CRC of what is read. */
  "seglog.verify.on.read": boolean;
  /** Size limit of a segment, at least 1 MiB. */
  "segment.bytes": NumericConfig;
  /** Size limit of an offset index. */
  "segment.index.bytes": NumericConfig;
  /** How much earlier than `segment.ms` a segment may roll, by chance. */
  "segment.jitter.ms": NumericConfig;
  /** How long a segment is active at most. */
  "segment.ms": NumericConfig;
  /** Let a replica that is not in sync become leader. */
  "unclean.leader.election.enable": boolean;
}

/** Name of a topic config. */
export type TopicConfigName = keyof TopicConfigValues;

interface Row {
  readonly type: ConfigType;
  readonly default?: string;
  readonly valid?: ConfigValidator;
  readonly brokers?: readonly ConfigSynonym[];
  readonly internal?: true;
  readonly seglog?: true;
  readonly doc: string;
}

const MAX_LONG = "9223372036854775807";
const WEEK_MS = "604800000";

function same(...names: readonly string[]): ConfigSynonym[] {
  return names.map((name) => ({ name, unit: "same" }));
}

function converted(name: string, unit: ConfigUnit): ConfigSynonym {
  return { name, unit };
}

const TABLE: { readonly [Name in TopicConfigName]: Row } = {
  "cleanup.policy": {
    type: "list",
    default: "delete",
    valid: listOf("compact", "delete"),
    brokers: same("log.cleanup.policy"),
    doc:
      "What happens to old segments: `delete` drops them once retention.ms or retention.bytes is passed, " +
      "`compact` keeps the last value of every key. Both may be given. An empty list keeps everything for good " +
      "(with tiered storage the local limits still hold).",
  },
  "compression.gzip.level": {
    type: "int",
    default: "-1",
    valid: gzipLevel,
    brokers: same("compression.gzip.level"),
    doc: "Level used when compression.type is gzip; -1 is the library's own default.",
  },
  "compression.lz4.level": {
    type: "int",
    default: "9",
    valid: inRange(1, 17),
    brokers: same("compression.lz4.level"),
    doc: "Level used when compression.type is lz4.",
  },
  "compression.type": {
    type: "string",
    default: "producer",
    valid: oneOf("uncompressed", "zstd", "lz4", "snappy", "gzip", "producer"),
    brokers: same("compression.type"),
    doc:
      "How batches are compressed on disk. `producer` leaves each batch as it came; any other value " +
      "rewrites batches that came otherwise.",
  },
  "compression.zstd.level": {
    type: "int",
    default: "3",
    valid: inRange(-131072, 22),
    brokers: same("compression.zstd.level"),
    doc: "Level used when compression.type is zstd.",
  },
  "delete.retention.ms": {
    type: "long",
    default: "86400000",
    valid: inRange(0),
    brokers: same("log.cleaner.delete.retention.ms"),
    doc:
      "How long a compacted log keeps tombstones and transaction markers after they were first cleaned. " +
      "It bounds the time a reader that began at the start has to finish without missing a deletion.",
  },
  "file.delete.delay.ms": {
    type: "long",
    default: "60000",
    valid: inRange(0),
    brokers: same("log.segment.delete.delay.ms"),
    doc:
      "How long a file that is no longer part of the log stays on disk (renamed to *.deleted) before it is removed.",
  },
  "flush.messages": {
    type: "long",
    default: MAX_LONG,
    valid: inRange(1),
    brokers: same("log.flush.interval.messages"),
    doc:
      "After how many unflushed records an append waits for the disk. 1 flushes every append. The default " +
      "leaves it to the operating system and to replication.",
  },
  "flush.ms": {
    type: "long",
    default: MAX_LONG,
    valid: inRange(0),
    brokers: same("log.flush.interval.ms", "log.flush.scheduler.interval.ms"),
    doc:
      "After how long unflushed records are flushed; looked at every log.flush.scheduler.interval.ms.",
  },
  "follower.replication.throttled.replicas": {
    type: "list",
    default: "",
    valid: throttledReplicas,
    doc:
      "Replicas whose replication is throttled on the follower's side: partition:broker pairs, or * for all.",
  },
  "index.interval.bytes": {
    type: "int",
    default: "4096",
    valid: inRange(0),
    brokers: same("log.index.interval.bytes"),
    doc:
      "How many bytes of data lie between two entries of the offset index; the time index gets an entry at " +
      "the same moments when the time has grown. Smaller: finer lookups, larger indexes.",
  },
  "internal.segment.bytes": {
    type: "int",
    internal: true,
    doc:
      "Size limit of a segment without the lower bound of segment.bytes, over which it wins. For tests.",
  },
  "leader.replication.throttled.replicas": {
    type: "list",
    default: "",
    valid: throttledReplicas,
    doc:
      "Replicas whose replication is throttled on the leader's side: partition:broker pairs, or * for all.",
  },
  "local.retention.bytes": {
    type: "long",
    default: "-2",
    valid: inRange(-2),
    brokers: same("log.local.retention.bytes"),
    doc:
      "Tiered storage: how many bytes of segments stay on the local disk. -2 follows retention.bytes; " +
      "it may not exceed that.",
  },
  "local.retention.ms": {
    type: "long",
    default: "-2",
    valid: inRange(-2),
    brokers: same("log.local.retention.ms"),
    doc:
      "Tiered storage: how long segments stay on the local disk. -2 follows retention.ms; it may not exceed that.",
  },
  "max.compaction.lag.ms": {
    type: "long",
    default: MAX_LONG,
    valid: inRange(1),
    brokers: same("log.cleaner.max.compaction.lag.ms"),
    doc:
      "After how long a record must be cleaned even when the dirty ratio is low. Also bounds how long a " +
      "segment of a compacted log stays active.",
  },
  "max.message.bytes": {
    type: "int",
    default: "1048588",
    valid: inRange(0),
    brokers: same("message.max.bytes"),
    doc: "Largest record batch that the log takes, after compression.",
  },
  "message.timestamp.after.max.ms": {
    type: "long",
    default: "3600000",
    valid: inRange(0),
    brokers: same("log.message.timestamp.after.max.ms"),
    doc:
      "How far a record's time may lie ahead of the clock; later ones are refused. Without effect when " +
      "message.timestamp.type is LogAppendTime.",
  },
  "message.timestamp.before.max.ms": {
    type: "long",
    default: MAX_LONG,
    valid: inRange(0),
    brokers: same("log.message.timestamp.before.max.ms"),
    doc:
      "How far a record's time may lie behind the clock; earlier ones are refused. Without effect when " +
      "message.timestamp.type is LogAppendTime.",
  },
  "message.timestamp.type": {
    type: "string",
    default: "CreateTime",
    valid: oneOf("CreateTime", "LogAppendTime"),
    brokers: same("log.message.timestamp.type"),
    doc: "Whether a record's time is the one its producer gave, or that of the append.",
  },
  "min.cleanable.dirty.ratio": {
    type: "double",
    default: "0.5",
    valid: inRange(0, 1),
    brokers: same("log.cleaner.min.cleanable.ratio"),
    doc:
      "From what share of uncleaned bytes on a compacted log is cleaned. Higher: rarer and more effective " +
      "cleanings, more space taken by overwritten records. max.compaction.lag.ms overrides it.",
  },
  "min.compaction.lag.ms": {
    type: "long",
    default: "0",
    valid: inRange(0),
    brokers: same("log.cleaner.min.compaction.lag.ms"),
    doc: "How long a record stays as it was appended before it may be compacted away.",
  },
  "min.insync.replicas": {
    type: "int",
    default: "1",
    valid: inRange(1),
    brokers: same("min.insync.replicas"),
    doc:
      "How many replicas in sync, the leader among them, a write with acks=all needs; with fewer it fails.",
  },
  "preallocate": {
    type: "boolean",
    default: "false",
    brokers: same("log.preallocate"),
    doc: "Whether a new segment's file is made in its full size at once.",
  },
  "remote.log.copy.disable": {
    type: "boolean",
    default: "false",
    doc:
      "Tiered storage: no more segments are copied to the remote tier, which becomes read-only; retention then " +
      "follows retention.ms and retention.bytes alone.",
  },
  "remote.log.delete.on.disable": {
    type: "boolean",
    default: "false",
    doc:
      "Tiered storage: whether the remote data is deleted when it is switched off; must be true to switch it off.",
  },
  "remote.storage.enable": {
    type: "boolean",
    default: "false",
    doc: "Whether segments are copied to the remote tier. Can be switched off only together with " +
      "remote.log.delete.on.disable=true.",
  },
  "retention.bytes": {
    type: "long",
    default: "-1",
    brokers: same("log.retention.bytes"),
    doc: "How large one partition may grow before its oldest segments are deleted; -1: no limit. " +
      "0 rolls the active segment too.",
  },
  "retention.ms": {
    type: "long",
    default: WEEK_MS,
    valid: inRange(-1),
    brokers: [
      ...same("log.retention.ms"),
      converted("log.retention.minutes", "minutes to ms"),
      converted("log.retention.hours", "hours to ms"),
    ],
    doc:
      "How old the newest record of a segment may be before the segment is deleted; -1: no limit. " +
      "An expired active segment is rolled first.",
  },
  "seglog.future.timestamp.uses.file.time": {
    type: "boolean",
    default: "false",
    seglog: true,
    doc:
      "Whether a segment whose newest record lies in the future is aged by the time its file was last " +
      "written. Without it such a record holds back retention by time until its time has come (which is " +
      "Kafka's behaviour, and logged as a warning here).",
  },
  "seglog.verify.on.read": {
    type: "boolean",
    default: "false",
    seglog: true,
    doc:
      "Whether every read checks the CRC of the batches it returns, so that a bit that flipped on disk is " +
      "an error for the reader and not wrong data.",
  },
  "segment.bytes": {
    type: "int",
    default: "1073741824",
    valid: inRange(1024 * 1024),
    brokers: same("log.segment.bytes"),
    doc:
      "Size limit of a segment's data file. Retention and compaction work on whole segments, so a larger one " +
      "means fewer files and coarser steps.",
  },
  "segment.index.bytes": {
    type: "int",
    default: "10485760",
    valid: inRange(4),
    brokers: same("log.index.size.max.bytes"),
    doc: "Size limit of a segment's offset index; a full index rolls the segment.",
  },
  "segment.jitter.ms": {
    type: "long",
    default: "0",
    valid: inRange(0),
    brokers: [
      ...same("log.roll.jitter.ms"),
      converted("log.roll.jitter.hours", "hours to ms"),
    ],
    doc:
      "Up to how much earlier than segment.ms a segment is rolled, by chance, so that many logs do not roll at once.",
  },
  "segment.ms": {
    type: "long",
    default: WEEK_MS,
    valid: inRange(1),
    brokers: [...same("log.roll.ms"), converted("log.roll.hours", "hours to ms")],
    doc:
      "After how long a segment is rolled although it is not full, so that retention and compaction get at it.",
  },
  "unclean.leader.election.enable": {
    type: "boolean",
    default: "false",
    brokers: same("unclean.leader.election.enable"),
    doc:
      "Whether a replica that is not in sync may become leader when no other is left, at the price of lost records.",
  },
};

/** Every topic config, sorted by name. */
export const TOPIC_CONFIGS: readonly ConfigDefinition[] = Object.entries(TABLE)
  .map(([name, row]) => ({
    name,
    type: row.type,
    defaultValue: row.default,
    validator: row.valid ?? anyValue,
    documentation: row.doc,
    brokerSynonyms: row.brokers ?? [],
    internal: row.internal ?? false,
    seglog: row.seglog ?? false,
  }))
  .sort((a, b) => a.name < b.name ? -1 : 1);

const BY_NAME: ReadonlyMap<string, ConfigDefinition> = new Map(
  TOPIC_CONFIGS.map((definition) => [definition.name, definition]),
);

/** The definition of a topic config, `undefined` for a name that is none. */
export function topicConfig(name: string): ConfigDefinition | undefined {
  return BY_NAME.get(name);
}
