/**
 * Takes over the configs that are set for brokers while they run.
 *
 * @module
 */

import type { Logger } from "../../storage/env.ts";
import type { LogManager } from "../../storage/log_manager.ts";
import type { BrokerConfig } from "../config/broker_config.ts";
import type { ConfigStore } from "../config/config_store.ts";
import { CONFIG_RESOURCE_TYPE } from "../controller/configs_image.ts";
import type { MetadataListener } from "../controller/controller_driver.ts";

/** What the follower needs. */
export interface ConfigFollowerOptions {
  /** Where to say what is odd about the configs. */
  readonly logger: Logger;
  /** The configs of this broker. */
  readonly config: BrokerConfig;
  /** Puts into `config` what the metadata has. */
  readonly configStore: Pick<ConfigStore, "applyBrokerDynamic">;
  /** Has the logs that take the new defaults, where the node has any. */
  readonly logManager: Pick<LogManager, "reconfigure"> | undefined;
}

/** Follows the metadata: configs of brokers take effect here, and in the logs when those are concerned. */
export function configFollower(
  { logger, config, configStore, logManager }: ConfigFollowerOptions,
): MetadataListener {
  return ({ isWhole, changedConfigs }) => {
    const isConcerned = isWhole ||
      [...changedConfigs.values()].some(({ type }) => type === CONFIG_RESOURCE_TYPE.BROKER);
    if (!isConcerned) return;
    const before = JSON.stringify(config.engineProperties());
    for (const warning of configStore.applyBrokerDynamic()) logger.write("warn", warning, {});
    const properties = config.engineProperties();
    if (JSON.stringify(properties) === before) return;
    // What is in the metadata was checked when it was set; a restart may find it far from what the properties say.
    logManager?.reconfigure(properties, { isDecided: true }).catch((error) =>
      logger.write("error", "Failed to take over the configs of logs", { error })
    );
  };
}
