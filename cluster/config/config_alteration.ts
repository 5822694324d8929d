/**
 * What the broker that is asked to alter configs checks, before the controller decides: Kafka's `ConfigAdminManager`.
 *
 * @module
 */

import { KafkaError } from "../../client/protocol/error_codes.ts";
import { InvalidConfigError } from "../../storage/errors.ts";
import {
  ALTER_CONFIG_OP,
  type ConfigOp,
  type ResourceChange,
} from "../controller/config_changes.ts";
import { CONFIG_RESOURCE_TYPE } from "../controller/configs_image.ts";
import { sanitizeDynamicConfigs } from "./applied_configs.ts";
import type { BrokerConfig } from "./broker_config.ts";
import { BROKER_CONFIGS } from "./broker_configs.ts";
import { validateDynamicConfigs } from "./dynamic_broker_configs.ts";

/**
 * Checks what only the broker itself can tell of a change.
 *
 * @param config of this broker
 * @param change to one resource
 * @param existing what is set for the resource; `undefined` when the change replaces all of it (AlterConfigs)
 * @throws {KafkaError} in Kafka's words
 */
export function validateAlteration(
  config: BrokerConfig,
  { resource: { type, name }, ops }: ResourceChange,
  existing: ReadonlyMap<string, string> | undefined,
): void {
  const names = ops.map((op) => op.name);
  if (new Set(names).size < names.length) refuse("Error due to duplicate config keys");
  const nulls = ops.filter(({ value, operation }) =>
    value === null && operation !== ALTER_CONFIG_OP.DELETE
  );
  if (nulls.length > 0) {
    refuse(`Null value not supported for : ${nulls.map(({ name }) => name).join(", ")}`);
  }
  switch (type) {
    case CONFIG_RESOURCE_TYPE.BROKER:
      if (name !== "") validateNodeId(name, config.nodeId);
      return validateBrokerChange(config, name !== "", ops, existing);
    case CONFIG_RESOURCE_TYPE.TOPIC:
    case CONFIG_RESOURCE_TYPE.CLIENT_METRICS:
    case CONFIG_RESOURCE_TYPE.GROUP:
      return;
    case CONFIG_RESOURCE_TYPE.BROKER_LOGGER:
      // AlterConfigs never knew this kind. Whoever has the loggers checks the rest.
      if (existing !== undefined) return;
  }
  refuse(`Unknown resource type ${type}`);
}

function refuse(message: string): never {
  throw new KafkaError("INVALID_REQUEST", message);
}

function validateNodeId(name: string, nodeId: number): void {
  if (!/^[+-]?\d{1,10}$/.test(name)) refuse(`Node id must be an integer, but it is: ${name}`);
  if (Number(name) !== nodeId) {
    refuse(`Unexpected broker id, expected ${nodeId}, but received ${name}`);
  }
}

function validateBrokerChange(
  config: BrokerConfig,
  perBroker: boolean,
  ops: readonly ConfigOp[],
  existing: ReadonlyMap<string, string> | undefined,
): void {
  const configs = sanitizeDynamicConfigs(existing ?? new Map(), perBroker, []);
  for (const op of ops) apply(op, configs);
  try {
    validateDynamicConfigs(configs, perBroker);
    config.validateDynamic(configs, perBroker);
  } catch (cause) {
    // Kafka says so of every config of a broker that cannot be (KAFKA-13609).
    if (cause instanceof InvalidConfigError) {
      throw new KafkaError("INVALID_REQUEST", cause.message, { cause });
    }
    throw cause;
  }
}

function apply({ name, operation, value }: ConfigOp, configs: Map<string, string>): void {
  switch (operation) {
    case ALTER_CONFIG_OP.SET:
      configs.set(name, value!);
      return;
    case ALTER_CONFIG_OP.DELETE:
      configs.delete(name);
      return;
    case ALTER_CONFIG_OP.APPEND: {
      const list = itemsOf(name, configs, "append");
      const added = value!.split(",").filter((item) => !list.includes(item));
      configs.set(name, [...list, ...added].join(","));
      return;
    }
    case ALTER_CONFIG_OP.SUBTRACT: {
      const taken = value!.split(",");
      configs.set(
        name,
        itemsOf(name, configs, "subtract").filter((item) => !taken.includes(item)).join(","),
      );
      return;
    }
    default:
      refuse(`Unknown operations type ${operation}`);
  }
}

function itemsOf(name: string, configs: ReadonlyMap<string, string>, verb: string): string[] {
  const definition = BROKER_CONFIGS.get(name);
  if (definition === undefined) {
    throw new KafkaError("INVALID_CONFIG", `Unknown config name: ${name}`);
  }
  if (definition.type !== "list") {
    throw new KafkaError(
      "INVALID_CONFIG",
      `Config value ${verb} is not allowed for config key: ${name}`,
    );
  }
  const text = configs.get(name) ?? definition.defaultText ?? "";
  return text === "" ? [] : text.split(",");
}
