/**
 * The configs of a subscription to the metrics of clients (KIP-714).
 *
 * @module
 */

import { KafkaError } from "../../client/protocol/error_codes.ts";
import { anyValue, type ConfigValidator } from "../../storage/log/config/config_definition.ts";
import { type ConfigType, parseValue } from "./config_definition.ts";
import { anyList } from "./config_validators.ts";

/** One config of a subscription. */
export interface ClientMetricsConfigDefinition {
  /** Kafka's name. */
  readonly name: string;
  /** Type of the value. */
  readonly type: ConfigType;
  /** Text of the default. */
  readonly defaultText: string;
  /** What values are allowed beyond the type. */
  readonly validator: ConfigValidator;
  /** What it does. */
  readonly documentation: string;
}

/** Every config of a subscription, by name. */
export const CLIENT_METRICS_CONFIGS: ReadonlyMap<string, ClientMetricsConfigDefinition> = new Map(
  ([
    {
      name: "interval.ms",
      type: "int",
      defaultText: "300000",
      validator: anyValue,
      documentation: "How often clients send their metrics, from 100 ms to an hour.",
    },
    {
      name: "match",
      type: "list",
      defaultText: "",
      validator: anyList,
      documentation:
        "Which clients send metrics: attributes with patterns that all have to match; empty for all.",
    },
    {
      name: "metrics",
      type: "list",
      defaultText: "",
      validator: anyList,
      documentation: "Beginnings of the names of the metrics that clients send; * for all.",
    },
  ] satisfies ClientMetricsConfigDefinition[]).map((definition) => [definition.name, definition]),
);

const ATTRIBUTES = [
  ...["client_instance_id", "client_id", "client_software_name", "client_software_version"],
  ...["client_source_address", "client_source_port"],
];

/**
 * Checks the configs that a subscription is to have.
 *
 * @throws {KafkaError} or {InvalidConfigError} in Kafka's words
 */
export function validateClientMetricsConfigs(
  subscription: string,
  configs: ReadonlyMap<string, string>,
): void {
  if (subscription === "") {
    throw new KafkaError("INVALID_REQUEST", "Subscription name can't be empty");
  }
  for (const name of configs.keys()) {
    if (CLIENT_METRICS_CONFIGS.has(name)) continue;
    throw new KafkaError("INVALID_REQUEST", `Unknown client metrics configuration: ${name}`);
  }
  for (const [name, text] of configs) {
    const { value } = parseValue(CLIENT_METRICS_CONFIGS.get(name)!, text);
    if (name === "interval.ms") validateInterval(value as number);
    if (name === "match") { for (const item of value as readonly string[]) validatePattern(item); }
  }
}

function validateInterval(interval: number): void {
  if (interval >= 100 && interval <= 3_600_000) return;
  throw new KafkaError(
    "INVALID_REQUEST",
    `Invalid value ${interval} for interval.ms, interval must be between 100 and 3600000 (1 hour)`,
  );
}

function validatePattern(item: string): void {
  const [attribute, pattern, ...rest] = item.split("=");
  try {
    const isPair = pattern !== undefined && pattern !== "" && rest.length === 0;
    if (isPair && ATTRIBUTES.includes(attribute!.trim())) {
      new RegExp(pattern.trim());
      return;
    }
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new KafkaError("INVALID_CONFIG", `Illegal client matching pattern: ${item}`);
}
