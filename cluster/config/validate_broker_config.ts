/**
 * What a broker's configs must be to one another: Kafka's `KafkaConfig.validateValues`.
 *
 * @module
 */

import { InvalidConfigError } from "../../storage/errors.ts";
import type { BrokerListeners } from "./broker_listeners.ts";
import type { ConfigValues } from "./config_values.ts";
import { parsePairs } from "./listeners.ts";
import { require } from "./requirement.ts";
import { validateGroups } from "./validate_groups.ts";
import { validateRoles } from "./validate_roles.ts";

const HOST = /^[0-9a-zA-Z\-%._:]*$/;

/** The log directories: `log.dirs`, else `log.dir`. */
export function logDirectories(values: ConfigValues): readonly string[] {
  return values.isSet("log.dirs") ? values.list("log.dirs") : values.list("log.dir");
}

/** `max.connections.per.ip.overrides`, by host. */
export function connectionOverrides(values: ConfigValues): Map<string, number> {
  const name = "max.connections.per.ip.overrides";
  const pairs = parsePairs(name, values.string(name) ?? "");
  return new Map([...pairs].map(([host, count]) => {
    if (!/^[+-]?\d+$/.test(count)) {
      throw new InvalidConfigError(
        `Invalid value ${count} for configuration ${name}: Not a number of type INT`,
      );
    }
    return [host, Number(count)];
  }));
}

/**
 * Checks what no single config can tell.
 *
 * @throws {InvalidConfigError} in Kafka's words
 */
export function validateBrokerConfig(values: ConfigValues, listeners: BrokerListeners): void {
  validateGroups(values);
  validateEarlyStartListeners(values, listeners);
  if (values.number("node.id") !== values.number("broker.id")) {
    throw new InvalidConfigError("You must set `node.id` to the same value as `broker.id`.");
  }
  validateLogs(values);
  const wait = values.number("replica.fetch.wait.max.ms");
  require(
    wait <= values.number("replica.socket.timeout.ms"),
    "replica.socket.timeout.ms should always be at least replica.fetch.wait.max.ms to prevent unnecessary socket " +
      "timeouts",
  );
  require(
    wait <= values.number("replica.lag.time.max.ms"),
    "replica.fetch.wait.max.ms should always be less than or equal to replica.lag.time.max.ms to prevent frequent " +
      "changes in ISR",
  );
  validateRoles(values, listeners);
  if (values.list("process.roles").includes("broker")) validateCordonedLogDirs(values);
  for (const advertised of [listeners.advertisedBroker, listeners.advertisedController]) {
    require(
      !advertised.some(({ host }) => host === "0.0.0.0"),
      "advertised.listeners cannot use the nonroutable meta-address 0.0.0.0. Use a routable IP address.",
    );
  }
  validateInterBrokerMechanism(values, listeners);
  validateConnections(values);
}

function validateEarlyStartListeners(values: ConfigValues, { all }: BrokerListeners): void {
  for (const name of values.list("early.start.listeners")) {
    if (all.some(({ listenerName }) => listenerName === name)) continue;
    throw new InvalidConfigError(
      `early.start.listeners contains listener ${name}, but this is not contained in listeners or ` +
        "controller.listener.names",
    );
  }
}

function validateLogs(values: ConfigValues): void {
  const rollMs = values.optionalNumber("log.roll.ms");
  require(rollMs === undefined || rollMs >= 1, "log.roll.ms must be greater than or equal to 1");
  const jitterMs = values.optionalNumber("log.roll.jitter.ms");
  require(
    jitterMs === undefined || jitterMs >= 0,
    "log.roll.jitter.ms must be greater than or equal to 0",
  );
  // Every negative number stands for no limit.
  require(
    retentionTime(values) !== 0,
    "log.retention.ms must be unlimited (-1) or, greater than or equal to 1",
  );
  require(
    logDirectories(values).length > 0,
    "At least one log directory must be defined via log.dirs or log.dir.",
  );
  const threads = Math.max(values.number("log.cleaner.threads"), 1);
  require(
    Math.floor(values.number("log.cleaner.dedupe.buffer.size") / threads) > 1024 * 1024,
    "log.cleaner.dedupe.buffer.size must be at least 1MB per cleaner thread.",
  );
}

/** How long records are kept, ms; negative for no limit. */
export function retentionTime(values: ConfigValues): number {
  const minutes = values.optionalNumber("log.retention.minutes");
  return values.optionalNumber("log.retention.ms") ??
    (minutes === undefined ? values.number("log.retention.hours") * 3_600_000 : minutes * 60_000);
}

function validateCordonedLogDirs(values: ConfigValues): void {
  const cordoned = values.list("cordoned.log.dirs");
  if (cordoned.includes("*")) {
    require(
      cordoned.length === 1,
      "When cordoned.log.dirs is set to *, it must not contain other values",
    );
    return;
  }
  const unknown = cordoned.filter((directory) => !logDirectories(values).includes(directory));
  require(
    unknown.length === 0,
    "All entries in cordoned.log.dirs must be present in log.dirs or log.dir. " +
      `Missing entries : ${unknown.join(", ")}`,
  );
}

function validateInterBrokerMechanism(values: ConfigValues, listeners: BrokerListeners): void {
  if (!listeners.interBrokerSecurityProtocol.startsWith("SASL_")) return;
  const mechanisms = values.forListener(
    listeners.interBrokerListenerName,
    "sasl.enabled.mechanisms",
  ) as readonly string[];
  require(
    mechanisms.includes(values.string("sasl.mechanism.inter.broker.protocol")!),
    "sasl.mechanism.inter.broker.protocol must be included in sasl.enabled.mechanisms when SASL is used for " +
      "inter-broker communication",
  );
}

function validateConnections(values: ConfigValues): void {
  const queued = values.number("queued.max.request.bytes");
  require(
    queued <= 0 || queued >= values.number("socket.request.max.bytes"),
    "queued.max.request.bytes must be larger or equal to socket.request.max.bytes",
  );
  const overrides = connectionOverrides(values);
  if (values.number("max.connections.per.ip") === 0) {
    require(
      overrides.size > 0,
      "max.connections.per.ip can be set to zero only if max.connections.per.ip.overrides property is set.",
    );
  }
  const invalid = [...overrides.keys()].filter((host) => !HOST.test(host));
  if (invalid.length > 0) {
    throw new InvalidConfigError(
      `max.connections.per.ip.overrides contains invalid addresses : ${invalid.join(",")}`,
    );
  }
  const idle = values.number("connections.max.idle.ms");
  const delay = values.number("connection.failed.authentication.delay.ms");
  require(
    idle < 0 || delay < idle,
    `connection.failed.authentication.delay.ms=${delay} should always be less than connections.max.idle.ms=${idle} ` +
      "to prevent failed authentication responses from timing out",
  );
}
