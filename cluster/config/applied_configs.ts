/**
 * What of the dynamic configs in the metadata a broker takes.
 *
 * @module
 */

import { InvalidConfigError } from "../../storage/errors.ts";
import { configWarning } from "./config_warnings.ts";
import {
  isPerBroker,
  isReadOnly,
  isSecurityConfig,
  validateDynamicValue,
} from "./dynamic_broker_configs.ts";

/**
 * Leaves out what cannot be.
 *
 * @param perBroker whether they are one broker's, not the cluster's default
 * @param problems gets what was left out, and what has no effect
 */
export function sanitizeDynamicConfigs(
  configs: ReadonlyMap<string, string>,
  perBroker: boolean,
  problems: string[],
): Map<string, string> {
  const kept = new Map<string, string>();
  for (const [name, text] of configs) {
    const problem = problemOf(name, text, perBroker);
    if (problem !== undefined) {
      problems.push(problem);
      continue;
    }
    kept.set(name, text);
    const warning = name.startsWith("config.providers")
      ? `The configuration '${name}' has its effect in the properties of the start only.`
      : configWarning(name);
    if (warning !== undefined) problems.push(warning);
  }
  return kept;
}

function problemOf(name: string, text: string, perBroker: boolean): string | undefined {
  try {
    validateDynamicValue(name, text);
  } catch (error) {
    if (!(error instanceof InvalidConfigError)) throw error;
    return `Dynamic ${
      perBroker ? "broker" : "default cluster"
    } config will be ignored: ${error.message}`;
  }
  if (isReadOnly(name)) return `Non-dynamic configs will be ignored: ${name}`;
  if (isSecurityConfig(name)) {
    return "Security configs can be dynamically updated only using listener prefix, base configs will be ignored: " +
      name;
  }
  if (!perBroker && isPerBroker(name)) {
    return `Per-broker configs defined at default cluster level will be ignored: ${name}`;
  }
  return undefined;
}

/** Settings of groups that follow bounds which only a restart changes. */
const CLAMPED = ["consumer", "share", "streams"].map((kind) => ({
  name: `group.${kind}.assignment.interval.ms`,
  least: { name: `group.${kind}.min.assignment.interval.ms`, default: 0 },
  most: { name: `group.${kind}.max.assignment.interval.ms`, default: 15_000 },
}));

/** Brings settings of groups within their bounds. */
export function clampDynamicConfigs(properties: Map<string, string>, problems: string[]): void {
  for (const { name, least, most } of CLAMPED) {
    const text = properties.get(name);
    if (text === undefined) continue;
    const value = Number(text);
    const low = Number(properties.get(least.name) ?? least.default);
    const high = Number(properties.get(most.name) ?? most.default);
    const clamped = Math.min(Math.max(value, low), high);
    if (clamped === value || Number.isNaN(clamped)) continue;
    problems.push(
      `The config '${name}' is out of its bounds ${low} and ${high}, and taken for ${clamped}: ${value}`,
    );
    properties.set(name, String(clamped));
  }
}
