/**
 * Which changes of a running broker's configs are refused, although the configs would do for a start.
 *
 * @module
 */

import { InvalidConfigError } from "../../storage/errors.ts";
import { brokerListeners } from "./broker_listeners.ts";
import type { ConfigValues } from "./config_values.ts";
import { isSecurityConfig } from "./dynamic_broker_configs.ts";
import { logDirectories, retentionTime } from "./validate_broker_config.ts";

const THREAD_POOLS = [
  ...["num.io.threads", "num.replica.fetchers", "num.recovery.threads.per.data.dir"],
  "background.threads",
];
/** Configs of a listener that may change while it is open. */
const LISTENER_LIMITS = ["max.connections", "max.connection.creation.rate", "num.network.threads"];
const REMOTE_THREAD_POOLS = [
  "remote.log.reader.threads",
  "remote.log.manager.copier.thread.pool.size",
  "remote.log.manager.expiration.thread.pool.size",
  "remote.log.manager.follower.thread.pool.size",
];

/**
 * Checks a change.
 *
 * @throws {InvalidConfigError} in Kafka's words
 */
export function validateReconfiguration(current: ConfigValues, next: ConfigValues): void {
  try {
    validateListenerLimits(current, next);
    for (const name of THREAD_POOLS) validateThreadCount(current, next, name);
    validateCleanerThreads(current, next);
    validateLocalRetention(next);
    validateCordonedLogDirs(next);
    validateListeners(current, next);
    for (const name of REMOTE_THREAD_POOLS) validateThreadCount(current, next, name);
  } catch (cause) {
    if (!(cause instanceof InvalidConfigError)) throw cause;
    throw new InvalidConfigError(
      `Invalid value org.apache.kafka.common.config.ConfigException: ${cause.message} ` +
        "for configuration Invalid dynamic configuration",
      { cause },
    );
  }
}

function validateThreadCount(current: ConfigValues, next: ConfigValues, name: string): void {
  ensureThreadCount(name, current.number(name), next.number(name));
}

/** A number of threads at most doubles or halves at once. */
function ensureThreadCount(name: string, before: number, after: number): void {
  if (after === before) return;
  const refused = `Dynamic thread count update validation failed for ${name}=${after}`;
  if (after <= 0) throw new InvalidConfigError(`${refused}, value should be at least 1`);
  if (after < Math.floor(before / 2)) {
    throw new InvalidConfigError(
      `${refused}, value should be at least half the current value ${before}`,
    );
  }
  if (after > before * 2) {
    throw new InvalidConfigError(
      `${refused}, value should not be greater than double the current value ${before}`,
    );
  }
}

function validateListenerLimits(current: ConfigValues, next: ConfigValues): void {
  for (const { listenerName } of brokerListeners(next).broker) {
    const threads = (values: ConfigValues) =>
      values.forListener(listenerName, "num.network.threads") as number;
    ensureThreadCount("num.network.threads", threads(current), threads(next));
    for (const name of ["max.connections", "max.connection.creation.rate"]) {
      const own = `listener.name.${listenerName.toLowerCase()}.${name}`;
      if (!next.isSet(own) || next.properties.get(own) === current.properties.get(own)) continue;
      const limit = next.forListener(listenerName, name) as number;
      if (limit <= 0) throw new InvalidConfigError(`Invalid ${name} ${limit}`);
    }
  }
}

function validateCleanerThreads(current: ConfigValues, next: ConfigValues): void {
  const before = current.number("log.cleaner.threads");
  const after = next.number("log.cleaner.threads");
  if (after === before) return;
  if (after < 1) throw new InvalidConfigError("Log cleaner threads should be at least 1");
  if (after < Math.floor(before / 2)) {
    throw new InvalidConfigError(
      `Log cleaner threads cannot be reduced to less than half the current value ${before}`,
    );
  }
  if (after > before * 2) {
    throw new InvalidConfigError(
      `Log cleaner threads cannot be increased to more than double the current value ${before}`,
    );
  }
}

/** What stays on the local disk is a part of what is kept at all. */
function validateLocalRetention(next: ConfigValues): void {
  const limits = [
    ["ms", Math.max(retentionTime(next), -1)],
    ["bytes", next.number("log.retention.bytes")],
  ] as const;
  for (const [unit, total] of limits) {
    const name = `log.local.retention.${unit}`;
    const local = next.number(name);
    if (total < 0 || local === -2) continue;
    if (local === -1) {
      throw new InvalidConfigError(
        `Invalid value -1 for configuration ${name}: Value must not be -1 as log.retention.${unit} value is set ` +
          `as ${total}.`,
      );
    }
    if (local > total) {
      throw new InvalidConfigError(
        `Invalid value ${local} for configuration ${name}: Value must not be more than log.retention.${unit} ` +
          `property value: ${total}`,
      );
    }
  }
}

function validateCordonedLogDirs(next: ConfigValues): void {
  const cordoned = next.list("cordoned.log.dirs");
  if (cordoned.includes("*")) return;
  for (const directory of cordoned) {
    if (logDirectories(next).includes(directory)) continue;
    throw new InvalidConfigError(
      `Invalid value [${
        cordoned.join(", ")
      }] for configuration cordoned.log.dirs: Invalid entry in ` +
        `cordoned.log.dirs: ${directory}. All cordoned log dirs must be entries of log.dirs or log.dir.`,
    );
  }
}

function validateListeners(current: ConfigValues, next: ConfigValues): void {
  const isChanged = ["listeners", "listener.security.protocol.map"]
    .some((name) => current.text(name) !== next.text(name));
  if (!isChanged) return;
  const before = brokerListeners(current);
  const after = brokerListeners(next);
  const names = after.all.map(({ listenerName }) => listenerName);
  const shown = (all: readonly string[]) =>
    `Set(${all.map((name) => `ListenerName(${name})`).join(", ")})`;
  const advertised = before.advertisedBroker.map(({ listenerName }) => listenerName);
  if (!advertised.every((name) => names.includes(name))) {
    throw new InvalidConfigError(
      `Advertised listeners '${shown(advertised)}' must be a subset of listeners '${shown(names)}'`,
    );
  }
  for (const { listenerName, securityProtocol } of before.all) {
    const same = after.all.find((listener) => listener.listenerName === listenerName);
    if (same === undefined) continue;
    if (fixedConfigs(current, listenerName) !== fixedConfigs(next, listenerName)) {
      throw new InvalidConfigError(
        `Configs cannot be updated dynamically for existing listener ListenerName(${listenerName}), ` +
          "restart broker or create a new listener for update",
      );
    }
    if (same.securityProtocol !== securityProtocol) {
      throw new InvalidConfigError(
        `Security protocol cannot be updated for existing listener ListenerName(${listenerName})`,
      );
    }
  }
}

/** What a listener has for itself and keeps as long as it is open, as a text. */
function fixedConfigs(values: ConfigValues, listenerName: string): string {
  const prefix = `listener.name.${listenerName.toLowerCase()}.`;
  return JSON.stringify(
    [...values.properties].filter(([name]) => {
      const base = name.startsWith(prefix) ? name.slice(prefix.length) : undefined;
      return base !== undefined && !isSecurityConfig(base) && !LISTENER_LIMITS.includes(base);
    }).sort(([a], [b]) => a < b ? -1 : 1),
  );
}
