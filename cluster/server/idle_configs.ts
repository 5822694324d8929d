/**
 * Tells the operator of configs that were set while the cluster runs, and do nothing here.
 *
 * @module
 */

import type { Logger } from "../../storage/env.ts";
import { topicConfigWarning } from "../config/config_warnings.ts";
import { CONFIG_RESOURCE_TYPE, type ConfigResource } from "../controller/configs_image.ts";
import type { MetadataListener } from "../controller/controller_driver.ts";
import type { MetadataImage } from "../controller/metadata_image.ts";

const { CLIENT_METRICS, TOPIC } = CONFIG_RESOURCE_TYPE;
/** No line names more than these. */
const MAX_NAMES = 10;
const NO_METRICS =
  "A subscription to the metrics of clients has no effect here: nothing takes them.";

/**
 * Follows the configs of topics and of subscriptions to metrics. Those of brokers are told of where they are taken over. A start tells each kind
 * once, however many topics have it.
 *
 * @param logger where to say it
 */
export function idleConfigs(logger: Logger): MetadataListener {
  return ({ isWhole, changedConfigs }, image) => {
    const namesByWarning = new Map<string, string[]>();
    for (const resource of isWhole ? image.configs.resources() : changedConfigs.values()) {
      for (const warning of warningsOf(resource, image)) {
        const names = namesByWarning.get(warning);
        if (names === undefined) namesByWarning.set(warning, [resource.name]);
        else names.push(resource.name);
      }
    }
    for (const [warning, names] of namesByWarning) {
      logger.write("warn", warning, {
        of: names.slice(0, MAX_NAMES),
        ...(names.length > MAX_NAMES ? { more: names.length - MAX_NAMES } : {}),
      });
    }
  };
}

function warningsOf({ type, name }: ConfigResource, { configs }: MetadataImage): string[] {
  const own = configs.of(type, name);
  switch (type) {
    case TOPIC:
      return [...own].flatMap(([config, text]) => topicConfigWarning(config, text) ?? []);
    case CLIENT_METRICS:
      return own.size === 0 ? [] : [NO_METRICS];
    default:
      return [];
  }
}
