/**
 * The configs that a group can have of its own.
 *
 * @module
 */

import { InvalidConfigError } from "../../storage/errors.ts";
import {
  anyValue,
  type ConfigValidator,
  inRange,
  oneOf,
} from "../../storage/log/config/config_definition.ts";
import { BROKER_CONFIGS } from "./broker_configs.ts";
import { type ConfigType, parseValue } from "./config_definition.ts";
import type { ConfigValues } from "./config_values.ts";

/** One config of a group. */
export interface GroupConfigDefinition {
  /** Kafka's name. */
  readonly name: string;
  /** Type of the value. */
  readonly type: ConfigType;
  /** Text of the default, where the broker has none. */
  readonly defaultText: string | undefined;
  /** The broker's config that gives the default. */
  readonly brokerSynonym: string | undefined;
  /** What values are allowed beyond the type. */
  readonly validator: ConfigValidator;
  /** What it does. */
  readonly documentation: string;
}

const DURATION =
  /^[+-]?P(?=.)([+-]?\d+D)?(T(?=.)([+-]?\d+H)?([+-]?\d+M)?([+-]?\d+([.,]\d*)?S)?)?$/i;

const shareAutoOffsetReset: ConfigValidator = {
  validValues: "[latest, earliest, by_duration:PnDTnHnMn.nS]",
  ensureValid(name, value, text) {
    const strategy = value as string;
    if (strategy === "latest" || strategy === "earliest") return;
    const duration = strategy.startsWith("by_duration:") ? strategy.slice(12) : "";
    if (DURATION.test(duration) && !duration.includes("-")) return;
    throw new InvalidConfigError(
      `Invalid value ${text} for configuration ${name}: Invalid value \`${text}\` for configuration ${name}. ` +
        "The value must be either 'earliest', 'latest' or of the format 'by_duration:<PnDTnHnMn.nS>'.",
    );
  },
};

/** A config whose meaning, and default, is that of a broker's. */
function ofBroker(name: string, least: number): GroupConfigDefinition {
  const brokerSynonym = `group.${name}`;
  return {
    name,
    type: "int",
    defaultText: undefined,
    brokerSynonym,
    validator: inRange(least),
    documentation: BROKER_CONFIGS.get(brokerSynonym)!.documentation,
  };
}

function ofGroup(
  name: string,
  type: ConfigType,
  defaultText: string,
  validator: ConfigValidator,
  documentation: string,
): GroupConfigDefinition {
  return { name, type, defaultText, brokerSynonym: undefined, validator, documentation };
}

/** Every config of a group, by name. */
export const GROUP_CONFIGS: ReadonlyMap<string, GroupConfigDefinition> = new Map(
  [
    ...["consumer", "share", "streams"].flatMap((kind) => [
      ofBroker(`${kind}.session.timeout.ms`, 1),
      ofBroker(`${kind}.heartbeat.interval.ms`, 1),
      ofBroker(`${kind}.assignment.interval.ms`, 0),
    ]),
    ofBroker("share.record.lock.duration.ms", 1000),
    ofBroker("share.delivery.count.limit", 2),
    ofBroker("share.partition.max.record.locks", 100),
    ofBroker("streams.num.standby.replicas", 0),
    ofBroker("streams.initial.rebalance.delay.ms", 0),
    ofGroup(
      "share.auto.offset.reset",
      "string",
      "latest",
      shareAutoOffsetReset,
      "Where a share group begins in a partition: at its start (earliest), at its end (latest), or some time back " +
        "(by_duration: and an ISO duration).",
    ),
    ofGroup(
      "share.isolation.level",
      "string",
      "read_uncommitted",
      oneOf("read_committed", "read_uncommitted"),
      "Whether a share group also gets records of transactions that are open or were aborted.",
    ),
    ofGroup(
      "share.renew.acknowledge.enable",
      "boolean",
      "true",
      anyValue,
      "Whether a member of a share group may keep a record for longer by saying so.",
    ),
  ].map((definition) => [definition.name, definition]),
);

/** Settings that a group may set within the broker's bounds, in the order in which they are checked. */
const BOUNDED = [
  ...["consumer.heartbeat.interval.ms", "consumer.session.timeout.ms"],
  ...["consumer.assignment.interval.ms", "share.heartbeat.interval.ms", "share.session.timeout.ms"],
  ...["share.record.lock.duration.ms", "share.delivery.count.limit"],
  ...["share.partition.max.record.locks", "share.assignment.interval.ms"],
  ...["streams.heartbeat.interval.ms", "streams.session.timeout.ms"],
  ...["streams.num.standby.replicas", "streams.assignment.interval.ms"],
];

/**
 * Checks the configs that a group is to have.
 *
 * @throws {InvalidConfigError} in Kafka's words
 */
export function validateGroupConfigs(
  configs: ReadonlyMap<string, string>,
  broker: ConfigValues,
): void {
  for (const name of configs.keys()) {
    if (!GROUP_CONFIGS.has(name)) {
      throw new InvalidConfigError(`Unknown group config name: ${name}`);
    }
  }
  for (const [name, text] of configs) parseValue(GROUP_CONFIGS.get(name)!, text);
  const valueOf = (name: string) => {
    const text = configs.get(name);
    return text === undefined ? broker.number(`group.${name}`) : Number(text);
  };
  for (const name of BOUNDED) {
    // The broker's own interval may leave its bounds for a while; only a group's is checked.
    if (name.endsWith(".assignment.interval.ms") && !configs.has(name)) continue;
    const dot = name.indexOf(".");
    const bound = (side: string) => `group.${name.slice(0, dot)}.${side}.${name.slice(dot + 1)}`;
    const [least, most] = name === "streams.num.standby.replicas"
      ? [undefined, "group.streams.max.standby.replicas"]
      : [bound("min"), bound("max")];
    if (least !== undefined && valueOf(name) < broker.number(least)) {
      throw new InvalidConfigError(`${name} must be greater than or equal to ${least}`);
    }
    if (valueOf(name) > broker.number(most)) {
      throw new InvalidConfigError(`${name} must be less than or equal to ${most}`);
    }
  }
  for (const kind of ["consumer", "share", "streams"]) {
    const [session, heartbeat] = [`${kind}.session.timeout.ms`, `${kind}.heartbeat.interval.ms`];
    if (valueOf(session) <= valueOf(heartbeat)) {
      throw new InvalidConfigError(`${session} must be greater than ${heartbeat}`);
    }
  }
}
