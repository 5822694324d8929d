import { assertEquals, assertThrows } from "@std/assert";
import {
  anyList,
  nonEmptyList,
  nonEmptyListOf,
  nonEmptyString,
  oneOfIgnoringCase,
} from "../../../cluster/config/config_validators.ts";
import { InvalidConfigError } from "../../../storage/errors.ts";
import type {
  ConfigValidator,
  ConfigValue,
} from "../../../storage/log/config/config_definition.ts";

const refused = (validator: ConfigValidator, value: ConfigValue, message: string) =>
  assertThrows(
    () => validator.ensureValid("the.config", value, String(value)),
    InvalidConfigError,
    message,
  );

Deno.test("a list may be empty, its items may not", () => {
  anyList.ensureValid("the.config", [], "");
  refused(anyList, ["a", ""], "Configuration 'the.config' values must not be empty.");
});

Deno.test("a list that may not be empty says what it takes", () => {
  refused(
    nonEmptyList,
    [],
    "Configuration 'the.config' must not be empty. Valid values include: any non-empty value",
  );
  refused(
    nonEmptyListOf("broker", "controller"),
    [],
    "Configuration 'the.config' must not be empty. Valid values include: [broker, controller]",
  );
});

Deno.test("the words of a list are held against those that are allowed", () => {
  refused(
    nonEmptyListOf("broker", "controller"),
    ["broker", "manager"],
    "Invalid value manager for configuration the.config: String must be one of: broker, controller",
  );
});

Deno.test("words are compared without their case", () => {
  const validator = oneOfIgnoringCase("ES256", "RS256");
  validator.ensureValid("the.config", "rs256", "rs256");
  refused(
    validator,
    "none",
    "Invalid value none for configuration the.config: String must be one of (case insensitive): ES256, RS256",
  );
  assertEquals(validator.validValues, "(case insensitive) [ES256, RS256]");
});

Deno.test("an empty text is refused", () => {
  refused(nonEmptyString, "", "String must be non-empty");
});
