/**
 * The configs of a producer, with Kafka's names, defaults and limits (Kafka's `ProducerConfig`).
 *
 * @module
 */

import { InvalidConfigError } from "../../storage/errors.ts";
import {
  type ConfigValidator,
  gzipLevel,
  inRange,
  oneOf,
} from "../../storage/log/config/config_definition.ts";
import type { ClientConfigRow, ClientConfigTable } from "../config/client_config.ts";
import { COMMON_CONFIGS } from "../config/common_configs.ts";

const MAX_INT = 0x7fff_ffff;

const nonEmpty: ConfigValidator = {
  validValues: "non-empty string",
  ensureValid(name, value, text) {
    if (value !== "") return;
    throw new InvalidConfigError(
      `Invalid value ${text} for configuration ${name}: String must be non-empty`,
    );
  },
};

/** Configs of Java's producer for which there is nothing to configure here; setting one is warned of. */
export const CONFIGS_WITHOUT_EFFECT: ClientConfigTable = {
  "send.buffer.bytes": noEffect("int", "131072", "medium", "The runtime sizes its sockets.", -1),
  "receive.buffer.bytes": noEffect("int", "32768", "medium", "The runtime sizes its sockets.", -1),
  "enable.metrics.push": noEffect("boolean", "true", "low", "Metrics are not sent to brokers."),
  "metrics.sample.window.ms": noEffect("long", "30000", "low", "Metrics are totals.", 0),
  "metrics.num.samples": noEffect("int", "2", "low", "Metrics are totals.", 1),
  "metrics.recording.level": noEffect("string", "INFO", "low", "All metrics are kept."),
  "metric.reporters": noEffect("list", "", "low", "There is no JMX here."),
  "transaction.two.phase.commit.enable": noEffect(
    "boolean",
    "false",
    "low",
    "As in Kafka 4.3: its brokers do not take part in two-phase commits yet.",
  ),
  "security.providers": noEffect("string", null, "low", "There are no Java providers here."),
  "config.providers": noEffect("list", "", "low", "Values are taken as they are given."),
};

function noEffect(
  type: ClientConfigRow["type"],
  value: string | null,
  importance: ClientConfigRow["importance"],
  why: string,
  min?: number,
): ClientConfigRow {
  const doc = `Has no effect. ${why}`;
  const row: ClientConfigRow = { type, default: value, importance, doc };
  return min === undefined ? row : { ...row, valid: inRange(min) };
}

/** All configs of a producer. */
export const PRODUCER_CONFIGS: ClientConfigTable = {
  ...COMMON_CONFIGS,
  ...CONFIGS_WITHOUT_EFFECT,
  "acks": {
    type: "string",
    default: "all",
    valid: oneOf("all", "-1", "0", "1"),
    importance: "low",
    doc:
      "Who must have a record before it counts as written: 0 nobody, 1 the leader, all (or -1) all replicas in sync.",
  },
  "batch.size": {
    type: "int",
    default: "16384",
    valid: inRange(0),
    importance: "medium",
    doc: "Bytes of a batch; records to the same partition share one. 0 for no batching.",
  },
  "buffer.memory": {
    type: "long",
    default: "33554432",
    valid: inRange(0),
    importance: "high",
    doc:
      "Bytes of records that may wait to be sent. When it is used up, sends wait for max.block.ms.",
  },
  "compression.type": {
    type: "string",
    default: "none",
    valid: oneOf("none", "gzip", "snappy", "lz4", "zstd"),
    importance: "high",
    doc: "How batches are compressed.",
  },
  "compression.gzip.level": {
    type: "int",
    default: "-1",
    valid: gzipLevel,
    importance: "medium",
    doc: "Level with compression.type=gzip.",
  },
  "compression.lz4.level": {
    type: "int",
    default: "9",
    valid: inRange(1, 17),
    importance: "medium",
    doc: "Level with compression.type=lz4.",
  },
  "compression.zstd.level": {
    type: "int",
    default: "3",
    valid: inRange(-131_072, 22),
    importance: "medium",
    doc: "Level with compression.type=zstd.",
  },
  "delivery.timeout.ms": {
    type: "int",
    default: "120000",
    valid: inRange(0),
    importance: "medium",
    doc:
      "How long a record may take from its batch until it is written or given up, retries included, ms.",
  },
  "enable.idempotence": {
    type: "boolean",
    default: "true",
    importance: "low",
    doc:
      "Whether retries must neither double nor reorder records. Needs acks=all, retries, and at most 5 requests in flight.",
  },
  "interceptor.classes": {
    type: "list",
    default: "",
    importance: "low",
    doc: "Interceptors that see records before they are sent and when they are answered for.",
  },
  "key.serializer": {
    type: "class",
    default: null,
    importance: "high",
    doc: "How keys become bytes. Without one, texts are UTF-8 and bytes are taken as they are.",
  },
  "linger.ms": {
    type: "long",
    default: "5",
    valid: inRange(0),
    importance: "medium",
    doc: "How long a batch that is not full waits for more records, ms.",
  },
  "max.block.ms": {
    type: "long",
    default: "60000",
    valid: inRange(0),
    importance: "medium",
    doc:
      "How long a send waits for metadata and memory, and how long transactional calls may take, ms.",
  },
  "max.in.flight.requests.per.connection": {
    type: "int",
    default: "5",
    valid: inRange(1),
    importance: "low",
    doc: "Requests to a broker that may wait for answers at once.",
  },
  "max.request.size": {
    type: "int",
    default: "1048576",
    valid: inRange(0),
    importance: "medium",
    doc: "Bytes of a request, and of a record before compression.",
  },
  "metadata.max.idle.ms": {
    type: "long",
    default: "300000",
    valid: inRange(5000),
    importance: "low",
    doc: "How long metadata of a topic is kept that nothing is sent to, ms.",
  },
  "partitioner.adaptive.partitioning.enable": {
    type: "boolean",
    default: "true",
    importance: "low",
    doc: "Whether records without a key go to partitions whose brokers are faster more often.",
  },
  "partitioner.availability.timeout.ms": {
    type: "long",
    default: "0",
    valid: inRange(0),
    importance: "low",
    doc:
      "After how long without taking records a broker's partitions are passed over, ms; 0 for never.",
  },
  "partitioner.class": {
    type: "class",
    default: null,
    importance: "medium",
    doc:
      "How partitions are chosen. Without one: by the key's hash, and without a key one partition a batch.",
  },
  "partitioner.ignore.keys": {
    type: "boolean",
    default: "false",
    importance: "medium",
    doc: "Whether keys have no say in the choice of a partition.",
  },
  "retries": {
    type: "int",
    default: String(MAX_INT),
    valid: inRange(0, MAX_INT),
    importance: "high",
    doc: "How often a batch is sent again after a failure that may pass.",
  },
  "transaction.timeout.ms": {
    type: "int",
    default: "60000",
    importance: "low",
    doc: "How long a transaction may be open before the broker aborts it, ms.",
  },
  "transactional.id": {
    type: "string",
    default: null,
    valid: nonEmpty,
    importance: "low",
    doc: "Name under which this producer, and the one that comes after it, makes transactions.",
  },
  "value.serializer": {
    type: "class",
    default: null,
    importance: "high",
    doc: "How values become bytes. Without one, texts are UTF-8 and bytes are taken as they are.",
  },
};
