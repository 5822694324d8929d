/**
 * What the configs of groups must be to one another.
 *
 * @module
 */

import { InvalidConfigError } from "../../storage/errors.ts";
import type { ConfigValues } from "./config_values.ts";

const PROTOCOLS = ["consumer", "share", "streams"];
/** Settings of groups with bounds; of share groups, with their kind in front already. */
const SHARE_BOUNDED = [
  "delivery.count.limit",
  "partition.max.record.locks",
  "record.lock.duration.ms",
];

/**
 * Checks the configs of groups against one another.
 *
 * @throws {InvalidConfigError} in Kafka's words
 */
export function validateGroups(values: ConfigValues): void {
  for (const protocol of PROTOCOLS) validateProtocol(values, `group.${protocol}.`);
  const assignors = values.list("group.share.assignors");
  if (assignors.length !== 1) {
    throw new InvalidConfigError(
      `group.share.assignors must contain exactly one assignor, but found ${assignors.length}`,
    );
  }
  atMost(values, "group.streams.num.standby.replicas", "group.streams.max.standby.replicas");
  for (const setting of SHARE_BOUNDED) {
    atLeast(values, `group.share.max.${setting}`, `group.share.${setting}`);
    atLeast(values, `group.share.${setting}`, `group.share.min.${setting}`);
  }
  atLeast(values, "group.share.max.share.sessions", "group.share.max.size");
  if (!values.list("group.coordinator.rebalance.protocols").includes("classic")) {
    throw new InvalidConfigError("Disabling the 'classic' protocol is not supported.");
  }
}

function validateProtocol(values: ConfigValues, group: string): void {
  for (const setting of ["heartbeat.interval.ms", "session.timeout.ms"]) {
    validateBounded(values, group, setting);
  }
  const heartbeat = `${group}heartbeat.interval.ms`;
  const session = `${group}session.timeout.ms`;
  if (values.number(heartbeat) >= values.number(session)) {
    throw new InvalidConfigError(`${heartbeat} must be less than ${session}`);
  }
  validateBounded(values, group, "assignment.interval.ms");
}

function validateBounded(values: ConfigValues, group: string, setting: string): void {
  const [least, own, most] = [
    `${group}min.${setting}`,
    `${group}${setting}`,
    `${group}max.${setting}`,
  ];
  atLeast(values, most, least);
  atLeast(values, own, least);
  atMost(values, own, most);
}

function atLeast(values: ConfigValues, name: string, least: string): void {
  if (values.number(name) >= values.number(least)) return;
  throw new InvalidConfigError(`${name} must be greater than or equal to ${least}`);
}

function atMost(values: ConfigValues, name: string, most: string): void {
  if (values.number(name) <= values.number(most)) return;
  throw new InvalidConfigError(`${name} must be less than or equal to ${most}`);
}
