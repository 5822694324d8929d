/**
 * Configs that all clients have (Kafka's `CommonClientConfigs`), with the defaults that most of them share.
 *
 * @module
 */

import { inRange, oneOf } from "../../storage/log/config/config_definition.ts";
import type { ClientConfigTable } from "./client_config.ts";

const atLeast0 = inRange(0);

/** The configs; a client overrides those whose default is another. */
export const COMMON_CONFIGS: ClientConfigTable = {
  "bootstrap.servers": {
    type: "list",
    importance: "high",
    doc: "Brokers, as host:port, from which the client learns of all the others.",
  },
  "client.id": {
    type: "string",
    default: "",
    importance: "medium",
    doc: "What the client calls itself in requests; brokers show it in logs and quotas.",
  },
  "client.rack": {
    type: "string",
    default: "",
    importance: "low",
    doc: "Where the client is; it may read from replicas in the same rack.",
  },
  "client.dns.lookup": {
    type: "string",
    default: "use_all_dns_ips",
    valid: oneOf("use_all_dns_ips", "resolve_canonical_bootstrap_servers_only"),
    importance: "medium",
    doc: "How names become addresses: all addresses of a name are tried, one after the other; " +
      "bootstrap servers are known by their canonical names, if that is wanted.",
  },
  "connections.max.idle.ms": {
    type: "long",
    default: "540000",
    importance: "medium",
    doc: "How long a connection may be idle before it is closed, ms; negative for ever.",
  },
  "default.api.timeout.ms": {
    type: "int",
    default: "60000",
    valid: atLeast0,
    importance: "medium",
    doc: "How long calls that have no time-out of their own may take, ms.",
  },
  "metadata.max.age.ms": {
    type: "long",
    default: "300000",
    valid: atLeast0,
    importance: "low",
    doc: "How old metadata may get before it is asked for again, ms.",
  },
  "metadata.recovery.strategy": {
    type: "string",
    default: "rebootstrap",
    valid: oneOf("none", "rebootstrap"),
    importance: "low",
    doc: "Whether bootstrap.servers are asked again when no known broker can be reached.",
  },
  "metadata.recovery.rebootstrap.trigger.ms": {
    type: "long",
    default: "300000",
    valid: atLeast0,
    importance: "low",
    doc: "How long no metadata may have been had before bootstrap.servers are asked again, ms.",
  },
  "reconnect.backoff.ms": {
    type: "long",
    default: "50",
    valid: atLeast0,
    importance: "low",
    doc: "How long to wait before connecting again after a failure, ms; doubles with each.",
  },
  "reconnect.backoff.max.ms": {
    type: "long",
    default: "1000",
    valid: atLeast0,
    importance: "low",
    doc: "The longest wait before connecting again, ms.",
  },
  "request.timeout.ms": {
    type: "int",
    default: "30000",
    valid: atLeast0,
    importance: "medium",
    doc: "How long an answer may take, ms.",
  },
  "retry.backoff.ms": {
    type: "long",
    default: "100",
    valid: atLeast0,
    importance: "low",
    doc: "How long to wait before a failed request is sent again, ms; doubles with each.",
  },
  "retry.backoff.max.ms": {
    type: "long",
    default: "1000",
    valid: atLeast0,
    importance: "low",
    doc: "The longest wait before a failed request is sent again, ms.",
  },
  "security.protocol": {
    type: "string",
    default: "PLAINTEXT",
    valid: oneOf("PLAINTEXT"),
    importance: "medium",
    doc: "The protocol to speak with brokers. Only PLAINTEXT so far.",
  },
  "socket.connection.setup.timeout.ms": {
    type: "long",
    default: "10000",
    valid: atLeast0,
    importance: "medium",
    doc: "How long connecting may take, ms; doubles with each failure.",
  },
  "socket.connection.setup.timeout.max.ms": {
    type: "long",
    default: "30000",
    valid: atLeast0,
    importance: "medium",
    doc: "The longest that connecting may take, ms.",
  },
};
