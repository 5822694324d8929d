import { assertEquals, assertThrows } from "@std/assert";
import { InvalidConfigError } from "../../storage/errors.ts";
import { parseLogConfig } from "../../storage/log/config/log_config.ts";

/** Asserts that configs are refused with exactly this message. */
export function assertInvalid(
  overrides: Record<string, string>,
  message: string,
  brokerDefaults: Record<string, string> = {},
): void {
  const error = assertThrows(
    () => parseLogConfig(overrides, brokerDefaults),
    InvalidConfigError,
  );
  assertEquals(error.message, message);
  assertEquals(error.code, "INVALID_CONFIG");
}
