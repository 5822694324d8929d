/**
 * Logs and their cleaner. Most rows are the engine's: a broker's config of the same meaning gives the default of a
 * topic's, or is the log manager's or the cleaner's own.
 *
 * @module
 */

import { CLEANER_CONFIGS } from "../../../storage/cleaner/cleaner_config.ts";
import { inRange } from "../../../storage/log/config/config_definition.ts";
import { TOPIC_CONFIGS } from "../../../storage/log/config/topic_configs.ts";
import { LOG_MANAGER_CONFIGS } from "../../../storage/log_manager/log_manager_config.ts";
import {
  type ConfigDefinition,
  type ConfigRow,
  defineConfigs,
  fromEngine,
  waitsFor,
  WORKS,
} from "../config_definition.ts";
import { nonEmptyList } from "../config_validators.ts";

type EngineRow = Pick<ConfigRow, "importance" | "update" | "status">;

const HIGH: EngineRow = { importance: "high" };
const MEDIUM: EngineRow = { importance: "medium" };
const LOW: EngineRow = { importance: "low" };
const DYNAMIC_HIGH: EngineRow = { ...HIGH, update: "cluster-wide" };
const DYNAMIC_MEDIUM: EngineRow = { ...MEDIUM, update: "cluster-wide" };
const DYNAMIC_LOW: EngineRow = { ...LOW, update: "cluster-wide" };
const TIERED: EngineRow = { ...DYNAMIC_MEDIUM, status: waitsFor("tiered storage") };

/** Defaults of topics whose broker config takes the same values. */
const TOPIC_DEFAULTS: Readonly<Record<string, EngineRow>> = {
  "compression.gzip.level": DYNAMIC_MEDIUM,
  "compression.lz4.level": DYNAMIC_MEDIUM,
  "compression.type": DYNAMIC_HIGH,
  "compression.zstd.level": DYNAMIC_MEDIUM,
  "log.cleaner.delete.retention.ms": DYNAMIC_MEDIUM,
  "log.cleaner.max.compaction.lag.ms": DYNAMIC_MEDIUM,
  "log.cleaner.min.cleanable.ratio": DYNAMIC_MEDIUM,
  "log.cleaner.min.compaction.lag.ms": DYNAMIC_MEDIUM,
  "log.cleanup.policy": DYNAMIC_MEDIUM,
  "log.flush.interval.messages": DYNAMIC_HIGH,
  "log.index.interval.bytes": DYNAMIC_MEDIUM,
  "log.index.size.max.bytes": DYNAMIC_MEDIUM,
  "log.local.retention.bytes": TIERED,
  "log.local.retention.ms": TIERED,
  "log.message.timestamp.after.max.ms": DYNAMIC_MEDIUM,
  "log.message.timestamp.before.max.ms": DYNAMIC_MEDIUM,
  "log.message.timestamp.type": DYNAMIC_MEDIUM,
  "log.preallocate": DYNAMIC_MEDIUM,
  "log.retention.bytes": DYNAMIC_HIGH,
  "log.segment.bytes": DYNAMIC_HIGH,
  "log.segment.delete.delay.ms": DYNAMIC_HIGH,
  "message.max.bytes": DYNAMIC_HIGH,
  "min.insync.replicas": DYNAMIC_HIGH,
  "unclean.leader.election.enable": DYNAMIC_HIGH,
};

/** What the log manager and the cleaner follow themselves. */
const OWN: Readonly<Record<string, EngineRow>> = {
  "log.cleaner.backoff.ms": DYNAMIC_MEDIUM,
  "log.cleaner.dedupe.buffer.size": DYNAMIC_MEDIUM,
  "log.cleaner.enable": MEDIUM,
  "log.cleaner.io.buffer.load.factor": DYNAMIC_MEDIUM,
  "log.cleaner.io.buffer.size": DYNAMIC_MEDIUM,
  "log.cleaner.io.max.bytes.per.second": DYNAMIC_MEDIUM,
  "log.cleaner.threads": DYNAMIC_MEDIUM,
  "log.flush.offset.checkpoint.interval.ms": HIGH,
  "log.flush.scheduler.interval.ms": HIGH,
  "log.flush.start.offset.checkpoint.interval.ms": HIGH,
  "log.initial.task.delay.ms": LOW,
  "log.retention.check.interval.ms": MEDIUM,
  "num.recovery.threads.per.data.dir": DYNAMIC_HIGH,
  "producer.id.expiration.check.interval.ms": LOW,
  "producer.id.expiration.ms": DYNAMIC_LOW,
  "replica.high.watermark.checkpoint.interval.ms": HIGH,
  "seglog.cleaner.retry.backoff.max.ms": LOW,
  "seglog.cleaner.retry.backoff.ms": LOW,
  "transaction.max.timeout.ms": HIGH,
  "transaction.partition.verification.enable": DYNAMIC_LOW,
};

/** Not shown by Kafka, which keeps them for tests or does not know them. */
const INTERNAL = /^(seglog\.|log\.initial\.task\.|producer\.id\.expiration\.check\.)/;

/** Configs whose number has another unit than the topic's, or that give way to one another. */
const WITH_SYNONYMS = defineConfigs(WORKS, {
  "log.dir": {
    type: "list",
    default: "/tmp/kafka-logs",
    valid: nonEmptyList,
    importance: "high",
    doc: "The log directories, when log.dirs is not set.",
  },
  "log.dirs": {
    type: "list",
    default: null,
    valid: nonEmptyList,
    importance: "high",
    doc: "The directories that logs are in, with commas between them.",
  },
  "log.flush.interval.ms": {
    type: "long",
    default: null,
    importance: "high",
    update: "cluster-wide",
    doc:
      "After how long unflushed records are flushed; log.flush.scheduler.interval.ms when it is not set.",
  },
  "log.retention.hours": {
    type: "int",
    default: "168",
    importance: "high",
    doc:
      "How old records may become before they are deleted, in hours; negative: no limit. log.retention.ms and " +
      "log.retention.minutes go first.",
  },
  "log.retention.minutes": {
    type: "int",
    default: null,
    importance: "high",
    doc: "As log.retention.hours, in minutes. log.retention.ms goes first.",
  },
  "log.retention.ms": {
    type: "long",
    default: null,
    importance: "high",
    update: "cluster-wide",
    doc: "As log.retention.hours, in milliseconds; -1: no limit.",
  },
  "log.roll.hours": {
    type: "int",
    default: "168",
    valid: inRange(1),
    importance: "high",
    doc:
      "After how long a segment is rolled although it is not full, in hours. log.roll.ms goes first.",
  },
  "log.roll.jitter.hours": {
    type: "int",
    default: "0",
    valid: inRange(0),
    importance: "high",
    doc:
      "Up to how much earlier a segment is rolled, by chance, in hours. log.roll.jitter.ms goes first.",
  },
  "log.roll.jitter.ms": {
    type: "long",
    default: null,
    importance: "high",
    update: "cluster-wide",
    doc: "As log.roll.jitter.hours, in milliseconds.",
  },
  "log.roll.ms": {
    type: "long",
    default: null,
    importance: "high",
    update: "cluster-wide",
    doc: "As log.roll.hours, in milliseconds.",
  },
});

function topicDefaults(): ConfigDefinition[] {
  return TOPIC_CONFIGS.flatMap((topic) => {
    const name = topic.brokerSynonyms[0]?.name;
    const row = name === undefined ? undefined : TOPIC_DEFAULTS[name];
    return name === undefined || row === undefined ? [] : [fromEngine({ ...topic, name }, row)];
  });
}

function own(): ConfigDefinition[] {
  return [...LOG_MANAGER_CONFIGS, ...CLEANER_CONFIGS].map((config) =>
    fromEngine({ ...config, internal: INTERNAL.test(config.name) }, OWN[config.name] ?? LOW)
  );
}

/** Configs of logs and their cleaner. */
export const LOG_CONFIGS: readonly ConfigDefinition[] = [
  ...topicDefaults(),
  ...own(),
  ...WITH_SYNONYMS,
];
