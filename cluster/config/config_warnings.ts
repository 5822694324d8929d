/**
 * What is said of configs that were set and do nothing here.
 *
 * @module
 */

import { topicConfig } from "../../storage/log/config/topic_configs.ts";
import { BROKER_CONFIGS } from "./broker_configs.ts";
import { type ConfigStatus, lackOfEffect, notApplicable, waitsFor } from "./config_definition.ts";
import { listenerConfigBase } from "./dynamic_broker_configs.ts";
import { topicConfigStatus } from "./topic_config_status.ts";

/** Configs of a listener that are looked up for the listener. */
const PER_LISTENER = ["max.connections", "max.connection.creation.rate"];

/** What is to be said of a config that was set; `undefined` when it has its effect. */
export function configWarning(name: string): string | undefined {
  if (/^config\.providers\.[^.]+\.(class$|param\.)/.test(name)) return undefined;
  if (/^(rlmm|rsm)\.config\./.test(name)) return warning(name, waitsFor("tiered storage"));
  const base = listenerConfigBase(name);
  const definition = BROKER_CONFIGS.get(base ?? name);
  if (definition === undefined) {
    return `The configuration '${name}' was supplied but isn't a known config.`;
  }
  const said = warning(name, definition.status);
  if (said !== undefined) {
    const { removedIn } = definition;
    return removedIn === undefined ? said : `${said} Apache Kafka ${removedIn} has removed it.`;
  }
  return base === undefined || PER_LISTENER.includes(base)
    ? undefined
    : warning(name, notApplicable(`${base} is the same for all listeners`));
}

/** What is to be said of a topic's config that was set; `undefined` when it has its effect, or would change nothing if it had. */
export function topicConfigWarning(name: string, text: string): string | undefined {
  return text === topicConfig(name)?.defaultValue
    ? undefined
    : warning(name, topicConfigStatus(name));
}

function warning(name: string, status: ConfigStatus): string | undefined {
  const lack = lackOfEffect(status);
  return lack === undefined ? undefined : `The configuration '${name}' ${lack}`;
}
