/**
 * Configs on the command line (`--command-property name=value`).
 *
 * @module
 */

import type { ClientConfigs } from "./command_config.ts";

/** Configs of texts `name=value`; a value may have equals signs in it, or be left out. Of a name that comes twice the last value counts. */
export function keyValueConfigs(texts: readonly string[]): ClientConfigs {
  return Object.fromEntries(texts.map((text) => {
    const equals = text.indexOf("=");
    return equals < 0 ? [text, ""] : [text.slice(0, equals), text.slice(equals + 1)];
  }));
}
