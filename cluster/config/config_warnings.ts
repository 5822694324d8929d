/**
 * What is said of configs that were set and do nothing here.
 *
 * @module
 */

import { topicConfig } from "../../storage/log/config/topic_configs.ts";
import { BROKER_CONFIGS } from "./broker_configs.ts";
import { listenerConfigBase } from "./dynamic_broker_configs.ts";
import { topicConfigStatus } from "./topic_config_status.ts";

/** Configs of a listener that are looked up for the listener. */
const PER_LISTENER = ["max.connections", "max.connection.creation.rate"];

/** What is to be said of a config that was set; `undefined` when it has its effect. */
export function configWarning(name: string): string | undefined {
  if (/^config\.providers\.[^.]+\.(class$|param\.)/.test(name)) return undefined;
  if (/^(rlmm|rsm)\.config\./.test(name)) return waits(name, "tiered storage");
  const base = listenerConfigBase(name);
  const definition = BROKER_CONFIGS.get(base ?? name);
  if (definition === undefined) {
    return `The configuration '${name}' was supplied but isn't a known config.`;
  }
  const { kind, reason } = definition.status;
  const removed = definition.removedIn === undefined
    ? ""
    : ` Apache Kafka ${definition.removedIn} has removed it.`;
  if (kind === "waits") return waits(name, reason) + removed;
  if (kind === "not-applicable") return isIdle(name, reason) + removed;
  if (base !== undefined && !PER_LISTENER.includes(base)) {
    return isIdle(name, `${base} is the same for all listeners`);
  }
  return undefined;
}

/** What is to be said of a topic's config that was set; `undefined` when it has its effect, or would change nothing if it had. */
export function topicConfigWarning(name: string, text: string): string | undefined {
  const { kind, reason } = topicConfigStatus(name);
  if (kind === "works" || text === topicConfig(name)?.defaultValue) return undefined;
  return kind === "waits" ? waits(name, reason) : isIdle(name, reason);
}

function isIdle(name: string, reason: string): string {
  return `The configuration '${name}' has no effect here: ${reason}.`;
}

function waits(name: string, feature: string): string {
  return `The configuration '${name}' has no effect yet: it waits for ${feature}.`;
}
