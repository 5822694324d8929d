/**
 * The configs of a consumer, with Kafka's names, defaults and limits (Kafka's `ConsumerConfig`).
 *
 * @module
 */

import { InvalidConfigError } from "../../storage/errors.ts";
import {
  type ConfigValidator,
  inRange,
  oneOf,
} from "../../storage/log/config/config_definition.ts";
import type { ClientConfigRow, ClientConfigTable } from "../config/client_config.ts";
import { COMMON_CONFIGS } from "../config/common_configs.ts";
import { parseAutoOffsetReset } from "./auto_offset_reset.ts";

const atLeast0 = inRange(0);
const atLeast1 = inRange(1);

const autoOffsetReset: ConfigValidator = {
  validValues: "[latest, earliest, none, by_duration:PnDTnHnMn.nS]",
  ensureValid: (name, _value, text) => void parseAutoOffsetReset(text, name),
};

const groupProtocol: ConfigValidator = {
  validValues: "(case insensitive) [CLASSIC, CONSUMER]",
  ensureValid(name, _value, text) {
    const protocol = text.toLowerCase();
    if (protocol === "classic") return;
    throw new InvalidConfigError(
      `Invalid value ${text} for configuration ${name}: ` +
        (protocol === "consumer"
          ? "The consumer group protocol of KIP-848 is not supported, only CLASSIC"
          : "String must be one of (case insensitive): CLASSIC, CONSUMER"),
    );
  },
};

const nonEmpty: ConfigValidator = {
  validValues: "non-empty string",
  ensureValid(name, value, text) {
    if (value !== "") return;
    throw new InvalidConfigError(
      `Invalid value ${text} for configuration ${name}: String must be non-empty`,
    );
  },
};

/** Configs of Java's consumer for which there is nothing to configure here; setting one is warned of. */
export const CONSUMER_CONFIGS_WITHOUT_EFFECT: ClientConfigTable = {
  "send.buffer.bytes": noEffect("int", "131072", "medium", "The runtime sizes its sockets.", -1),
  "receive.buffer.bytes": noEffect("int", "65536", "medium", "The runtime sizes its sockets.", -1),
  "enable.metrics.push": noEffect("boolean", "true", "low", "Metrics are not sent to brokers."),
  "metrics.sample.window.ms": noEffect("long", "30000", "low", "There are no samples here.", 0),
  "metrics.num.samples": noEffect("int", "2", "low", "There are no samples here.", 1),
  "metrics.recording.level": noEffect("string", "INFO", "low", "There are no samples here."),
  "metric.reporters": noEffect("list", "", "low", "There is no JMX here."),
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

/** All configs of a consumer. */
export const CONSUMER_CONFIGS: ClientConfigTable = {
  ...COMMON_CONFIGS,
  ...CONSUMER_CONFIGS_WITHOUT_EFFECT,
  "allow.auto.create.topics": {
    type: "boolean",
    default: "true",
    importance: "medium",
    doc: "Whether brokers may create topics that are read and do not exist.",
  },
  "auto.commit.interval.ms": {
    type: "int",
    default: "5000",
    valid: atLeast0,
    importance: "low",
    doc: "How often positions are committed with enable.auto.commit, ms.",
  },
  "auto.offset.reset": {
    type: "string",
    default: "latest",
    valid: autoOffsetReset,
    importance: "medium",
    doc:
      "Where to begin when nothing is committed, or the offset is no longer there: earliest, latest, by_duration: and an ISO 8601 age, or none, which is an error.",
  },
  "check.crcs": {
    type: "boolean",
    default: "true",
    importance: "low",
    doc: "Whether the checksum of each batch is verified.",
  },
  "enable.auto.commit": {
    type: "boolean",
    default: "true",
    importance: "medium",
    doc:
      "Whether positions are committed in the background. Without group.id the default is false.",
  },
  "exclude.internal.topics": {
    type: "boolean",
    default: "true",
    importance: "medium",
    doc: "Whether a pattern leaves Kafka's own topics out.",
  },
  "fetch.max.bytes": {
    type: "int",
    default: "52428800",
    valid: atLeast0,
    importance: "medium",
    doc: "Bytes of an answer to a fetch; a batch that is larger comes all the same.",
  },
  "fetch.max.wait.ms": {
    type: "int",
    default: "500",
    valid: atLeast0,
    importance: "low",
    doc: "How long a broker waits for fetch.min.bytes, ms.",
  },
  "fetch.min.bytes": {
    type: "int",
    default: "1",
    valid: atLeast0,
    importance: "high",
    doc: "Bytes that a broker waits for before it answers a fetch.",
  },
  "group.id": {
    type: "string",
    default: null,
    importance: "high",
    doc: "The group: its members share the partitions, and its offsets are kept.",
  },
  "group.instance.id": {
    type: "string",
    default: null,
    valid: nonEmpty,
    importance: "medium",
    doc: "Name of a static member: when it comes back in time it gets its partitions again.",
  },
  "group.protocol": {
    type: "string",
    default: "classic",
    valid: groupProtocol,
    importance: "high",
    doc: "The protocol of groups. Only classic is supported.",
  },
  "heartbeat.interval.ms": {
    type: "int",
    default: "3000",
    importance: "high",
    doc: "How often a member tells its coordinator that it lives, ms.",
  },
  "interceptor.classes": {
    type: "list",
    default: "",
    importance: "low",
    doc:
      "Interceptors that see records before they are returned, and offsets when they are committed.",
  },
  "isolation.level": {
    type: "string",
    default: "read_uncommitted",
    valid: oneOf("read_committed", "read_uncommitted"),
    importance: "medium",
    doc:
      "Whether records of transactions are read before they are committed, and when they are aborted.",
  },
  "key.deserializer": {
    type: "class",
    default: null,
    importance: "high",
    doc: "How bytes become keys. Without one keys are bytes.",
  },
  "max.partition.fetch.bytes": {
    type: "int",
    default: "1048576",
    valid: atLeast0,
    importance: "high",
    doc: "Bytes of one partition in an answer to a fetch.",
  },
  "max.poll.interval.ms": {
    type: "int",
    default: "300000",
    valid: atLeast1,
    importance: "medium",
    doc: "How long a member of a group may go without a poll before it has to leave, ms.",
  },
  "max.poll.records": {
    type: "int",
    default: "500",
    valid: atLeast1,
    importance: "medium",
    doc: "Records that one poll returns at most.",
  },
  "partition.assignment.strategy": {
    type: "list",
    default:
      "org.apache.kafka.clients.consumer.RangeAssignor,org.apache.kafka.clients.consumer.CooperativeStickyAssignor",
    importance: "medium",
    doc: "How the partitions of a group are shared, the preferred way first.",
  },
  "session.timeout.ms": {
    type: "int",
    default: "45000",
    importance: "high",
    doc: "After how long without a heartbeat a member is out of its group, ms.",
  },
  "value.deserializer": {
    type: "class",
    default: null,
    importance: "high",
    doc: "How bytes become values. Without one values are bytes.",
  },
};
