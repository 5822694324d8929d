/**
 * Rules for values that the engine's configs have no need of.
 *
 * @module
 */

import { InvalidConfigError } from "../../storage/errors.ts";
import type { ConfigValidator } from "../../storage/log/config/config_definition.ts";
import { oneOf } from "../../storage/log/config/config_definition.ts";

/** Takes every list without empty items. */
export const anyList: ConfigValidator = {
  validValues: "",
  ensureValid(name, value) {
    ensureNoEmptyItem(name, value as readonly string[]);
  },
};

/** Takes every list of at least one item, none of them empty. */
export const nonEmptyList: ConfigValidator = {
  validValues: "",
  ensureValid(name, value) {
    ensureNotEmpty(name, value as readonly string[], "any non-empty value");
    ensureNoEmptyItem(name, value as readonly string[]);
  },
};

/** Takes a list of at least one of some words. */
export function nonEmptyListOf(...words: readonly string[]): ConfigValidator {
  const word = oneOf(...words);
  return {
    validValues: word.validValues,
    ensureValid(name, value) {
      const items = value as readonly string[];
      ensureNotEmpty(name, items, word.validValues);
      for (const item of items) {
        ensureNoEmptyItem(name, [item]);
        word.ensureValid(name, item, item);
      }
    },
  };
}

/** Takes one of some words, in upper or lower case. */
export function oneOfIgnoringCase(...words: readonly string[]): ConfigValidator {
  const list = words.join(", ");
  return {
    validValues: `(case insensitive) [${list}]`,
    ensureValid(name, value, text) {
      if (words.includes((value as string).toUpperCase())) return;
      throw new InvalidConfigError(
        `Invalid value ${text} for configuration ${name}: String must be one of (case insensitive): ${list}`,
      );
    },
  };
}

/** Takes every text but the empty one. */
export const nonEmptyString: ConfigValidator = {
  validValues: "non-empty string",
  ensureValid(name, value) {
    if (value !== "") return;
    throw new InvalidConfigError(
      `Invalid value  for configuration ${name}: String must be non-empty`,
    );
  },
};

function ensureNotEmpty(name: string, items: readonly string[], valid: string): void {
  if (items.length > 0) return;
  throw new InvalidConfigError(
    `Configuration '${name}' must not be empty. Valid values include: ${valid}`,
  );
}

function ensureNoEmptyItem(name: string, items: readonly string[]): void {
  if (!items.includes("")) return;
  throw new InvalidConfigError(`Configuration '${name}' values must not be empty.`);
}
