/**
 * What the controller says about a change of configs that it is asked for itself.
 *
 * @module
 */

import { KafkaError } from "../../client/protocol/error_codes.ts";
import { ALTER_CONFIG_OP, type ResourceChange } from "../controller/config_changes.ts";
import { CONFIG_RESOURCE_TYPE, type ConfigsImage } from "../controller/configs_image.ts";
import type { AlterationRules } from "./handlers/config_alteration.ts";

const TYPES: ReadonlySet<number> = new Set(Object.values(CONFIG_RESOURCE_TYPE));
const CORDONED_LOG_DIRS = "cordoned.log.dirs";

/** The rules of a controller's listener. Of a broker's configs the controller checks what it would check for any broker. */
export function controllerAlterationRules(configs: () => ConfigsImage): AlterationRules {
  return {
    duplicate: "Duplicate resource.",
    validate({ resource, ops }) {
      const { type, name } = resource;
      if (!TYPES.has(type)) {
        throw new KafkaError("UNSUPPORTED_VERSION", `Unknown resource type ${type}.`);
      }
      if (type === CONFIG_RESOURCE_TYPE.BROKER) {
        ensureNothingMoreIsCordoned(ops, configs().of(type, name).get(CORDONED_LOG_DIRS));
      }
    },
  };
}

/** A controller does not know the directories of brokers: through it they can only be given free. */
function ensureNothingMoreIsCordoned(
  ops: ResourceChange["ops"],
  current: string | undefined,
): void {
  const before = directoriesIn(current ?? "");
  for (const { name, operation, value } of ops) {
    if (name !== CORDONED_LOG_DIRS || value === null) continue;
    if (operation !== ALTER_CONFIG_OP.SET && operation !== ALTER_CONFIG_OP.APPEND) continue;
    if (directoriesIn(value).every((directory) => before.includes(directory))) continue;
    throw new KafkaError(
      "INVALID_CONFIG",
      `When updating ${CORDONED_LOG_DIRS} via controllers,  the new value must be a subset of the ` +
        "current configuration value.",
    );
  }
}

function directoriesIn(text: string): string[] {
  return text.split(",").map((each) => each.trim()).filter((each) => each !== "");
}
