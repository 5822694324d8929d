/**
 * Which configs of topics have their effect here.
 *
 * @module
 */

import { topicConfig } from "../../storage/log/config/topic_configs.ts";
import { BROKER_CONFIGS } from "./broker_configs.ts";
import { type ConfigStatus, waitsFor, WORKS } from "./config_definition.ts";

/** Configs without a default among the broker's that would tell. */
const OWN: ReadonlyMap<string, ConfigStatus> = new Map([
  ["remote.log.copy.disable", waitsFor("tiered storage")],
  ["remote.log.delete.on.disable", waitsFor("tiered storage")],
  ["remote.storage.enable", waitsFor("tiered storage")],
]);

/** Whether a topic's config has its effect: a default of the broker's for it has, or has not, the same. */
export function topicConfigStatus(name: string): ConfigStatus {
  const [synonym] = topicConfig(name)?.brokerSynonyms ?? [];
  return OWN.get(name) ?? BROKER_CONFIGS.get(synonym?.name ?? "")?.status ?? WORKS;
}
