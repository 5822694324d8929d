/**
 * The broker properties that the log manager itself follows: how often its loops run, and how producers expire.
 *
 * @module
 */

import {
  anyValue,
  type ConfigDefinition,
  type ConfigValidator,
  inRange,
  parseConfigTable,
} from "../log/config/config_definition.ts";
import type { ConfigTexts } from "../log/config/log_config.ts";

/** The log manager's own configs. Times in ms. */
export interface LogManagerConfig {
  /** How often logs are looked at for a flush by `flush.ms`; 2^53 - 1 never. */
  readonly flushCheckMs: number;
  /** How often recovery points are written. */
  readonly flushRecoveryOffsetCheckpointMs: number;
  /** How often log start offsets are written. */
  readonly flushStartOffsetCheckpointMs: number;
  /** How often high watermarks are written. */
  readonly highWatermarkCheckpointMs: number;
  /** How often retention is applied. */
  readonly retentionCheckMs: number;
  /** How long after the start the loops begin. */
  readonly initialTaskDelayMs: number;
  /** How many logs of one directory are loaded at once, each a slice in turn; at the end, how many are flushed at once. */
  readonly recoveryThreadsPerDataDir: number;
  readonly maxTransactionTimeoutMs: number;
  readonly producerIdExpirationMs: number;
  readonly producerIdExpirationCheckIntervalMs: number;
  readonly transactionPartitionVerificationEnable: boolean;
  /** Whether compacted logs are cleaned. */
  readonly cleanerEnable: boolean;
}

function row(
  name: string,
  type: ConfigDefinition["type"],
  defaultValue: string,
  validator: ConfigValidator,
  documentation: string,
): ConfigDefinition {
  return {
    name,
    type,
    defaultValue,
    validator,
    documentation,
    brokerSynonyms: [],
    internal: false,
    seglog: false,
  };
}

/** Every broker property of the log manager itself; those that give defaults to topics are in `TOPIC_CONFIGS`. */
export const LOG_MANAGER_CONFIGS: readonly ConfigDefinition[] = [
  row(
    "log.cleaner.enable",
    "boolean",
    "true",
    anyValue,
    "Whether logs whose cleanup.policy has compact are compacted.",
  ),
  row(
    "log.flush.offset.checkpoint.interval.ms",
    "int",
    "60000",
    inRange(0),
    "How often the offset up to which each log is on the disk is written down. A recovery starts there.",
  ),
  row(
    "log.flush.scheduler.interval.ms",
    "long",
    "9223372036854775807",
    anyValue,
    "How often logs are looked at for a flush by flush.ms.",
  ),
  row(
    "log.flush.start.offset.checkpoint.interval.ms",
    "int",
    "60000",
    inRange(0),
    "How often the first offset of each log is written down, so that deleted records stay deleted.",
  ),
  row(
    "log.initial.task.delay.ms",
    "long",
    "30000",
    inRange(0),
    "How long after the start the periodic work begins, to keep it out of the way of loading.",
  ),
  row(
    "log.retention.check.interval.ms",
    "long",
    "300000",
    inRange(1),
    "How often old segments are looked for.",
  ),
  row(
    "num.recovery.threads.per.data.dir",
    "int",
    "2",
    inRange(1),
    "How many logs of one directory are loaded, or at the end flushed and closed, at once. Here these are not threads: the logs take turns.",
  ),
  row(
    "producer.id.expiration.check.interval.ms",
    "int",
    "600000",
    inRange(1),
    "How often producers that have gone silent are looked for.",
  ),
  row(
    "producer.id.expiration.ms",
    "int",
    "86400000",
    inRange(1),
    "How long after its last write a producer's sequence numbers are remembered, unless it has a transaction open.",
  ),
  row(
    "replica.high.watermark.checkpoint.interval.ms",
    "long",
    "5000",
    anyValue,
    "How often the high watermark of each log is written down.",
  ),
  row(
    "transaction.max.timeout.ms",
    "int",
    "900000",
    inRange(1),
    "The longest a transaction may stay open.",
  ),
  row(
    "transaction.partition.verification.enable",
    "boolean",
    "true",
    anyValue,
    "Whether a first transactional write must be verified with the coordinator (KIP-890).",
  ),
];

/**
 * Parses the log manager's own configs.
 *
 * @param properties the broker's properties; others are of no interest here
 * @throws {InvalidConfigError} in Kafka's words
 */
export function parseLogManagerConfig(properties: ConfigTexts = {}): LogManagerConfig {
  const values = parseConfigTable(LOG_MANAGER_CONFIGS, properties);
  const number = (name: string) => values.get(name) as number;
  return {
    flushCheckMs: number("log.flush.scheduler.interval.ms"),
    flushRecoveryOffsetCheckpointMs: number("log.flush.offset.checkpoint.interval.ms"),
    flushStartOffsetCheckpointMs: number("log.flush.start.offset.checkpoint.interval.ms"),
    highWatermarkCheckpointMs: number("replica.high.watermark.checkpoint.interval.ms"),
    retentionCheckMs: number("log.retention.check.interval.ms"),
    initialTaskDelayMs: number("log.initial.task.delay.ms"),
    recoveryThreadsPerDataDir: number("num.recovery.threads.per.data.dir"),
    maxTransactionTimeoutMs: number("transaction.max.timeout.ms"),
    producerIdExpirationMs: number("producer.id.expiration.ms"),
    producerIdExpirationCheckIntervalMs: number("producer.id.expiration.check.interval.ms"),
    transactionPartitionVerificationEnable: values.get(
      "transaction.partition.verification.enable",
    ) as boolean,
    cleanerEnable: values.get("log.cleaner.enable") as boolean,
  };
}
