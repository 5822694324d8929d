/**
 * The configs of an admin client, with Kafka's names, defaults and limits (Kafka's `AdminClientConfig`).
 *
 * @module
 */

import { inRange, oneOf } from "../../storage/log/config/config_definition.ts";
import type { ClientConfigRow, ClientConfigTable } from "../config/client_config.ts";
import { COMMON_CONFIGS } from "../config/common_configs.ts";

const MAX_INT = 0x7fff_ffff;

/** Configs of Java's admin client for which there is nothing to configure here; setting one is warned of. */
export const ADMIN_CONFIGS_WITHOUT_EFFECT: ClientConfigTable = {
  "send.buffer.bytes": noEffect("int", "131072", "The runtime sizes its sockets.", inRange(-1)),
  "receive.buffer.bytes": noEffect("int", "65536", "The runtime sizes its sockets.", inRange(-1)),
  "enable.metrics.push": noEffect("boolean", "false", "Metrics are not sent to brokers."),
  "metrics.sample.window.ms": noEffect("long", "30000", "There are no metrics.", inRange(0)),
  "metrics.num.samples": noEffect("int", "2", "There are no metrics.", inRange(1)),
  "metrics.recording.level": noEffect(
    "string",
    "INFO",
    "There are no metrics.",
    oneOf("INFO", "DEBUG", "TRACE"),
  ),
  "metric.reporters": noEffect("list", "", "There is no JMX here."),
  "security.providers": noEffect("string", null, "There are no Java providers here."),
  "config.providers": noEffect("list", "", "Values are taken as they are given."),
};

function noEffect(
  type: ClientConfigRow["type"],
  value: string | null,
  why: string,
  valid?: ClientConfigRow["valid"],
): ClientConfigRow {
  const doc = `Has no effect. ${why}`;
  const row: ClientConfigRow = { type, default: value, importance: "low", doc };
  return valid === undefined ? row : { ...row, valid };
}

const { "client.rack": _consumers, ...SHARED } = COMMON_CONFIGS;

/** All configs of an admin client. */
export const ADMIN_CONFIGS: ClientConfigTable = {
  ...SHARED,
  ...ADMIN_CONFIGS_WITHOUT_EFFECT,
  "bootstrap.servers": {
    type: "list",
    default: "",
    importance: "high",
    doc:
      "Brokers, as host:port, from which the client learns of all the others. Either these or bootstrap.controllers.",
  },
  "bootstrap.controllers": {
    type: "list",
    default: "",
    importance: "high",
    doc:
      "Controllers, as host:port, to work with instead of brokers. Few calls work with controllers.",
  },
  "connections.max.idle.ms": { ...COMMON_CONFIGS["connections.max.idle.ms"]!, default: "300000" },
  "retries": {
    type: "int",
    default: String(MAX_INT),
    valid: inRange(0, MAX_INT),
    importance: "low",
    doc: "How often a request that has failed is sent again, within the time that the call has.",
  },
};
