import { assertEquals, assertThrows } from "@std/assert";
import { InvalidConfigError } from "../../../storage/errors.ts";
import {
  LOG_MANAGER_CONFIGS,
  parseLogManagerConfig,
} from "../../../storage/log_manager/log_manager_config.ts";

// Kafka defines these as internal: it does not list them.
const INTERNAL = ["log.initial.task.delay.ms", "producer.id.expiration.check.interval.ms"];

Deno.test("the defaults are those that a Kafka broker lists", async () => {
  const text = await Deno.readTextFile(
    new URL("../../fixtures/cli/broker-configs.txt", import.meta.url),
  );
  for (const { name, defaultValue } of LOG_MANAGER_CONFIGS) {
    const listed = new RegExp(`DEFAULT_CONFIG:${name.replaceAll(".", "\\.")}=([^,}]*)`).exec(text);
    if (listed === null && INTERNAL.includes(name)) continue;
    assertEquals(listed?.[1], defaultValue, name);
  }
});

Deno.test("properties win over the defaults, others are ignored", () => {
  const config = parseLogManagerConfig({
    "log.retention.check.interval.ms": "17",
    "log.cleaner.enable": "false",
    "listeners": "PLAINTEXT://:9092",
  });
  assertEquals(config.retentionCheckMs, 17);
  assertEquals(config.cleanerEnable, false);
  assertEquals(config.highWatermarkCheckpointMs, 5000);
  assertEquals(config.flushCheckMs, Number.MAX_SAFE_INTEGER);
});

Deno.test("a value out of range is refused", () => {
  assertThrows(
    () => parseLogManagerConfig({ "log.retention.check.interval.ms": "0" }),
    InvalidConfigError,
    "Invalid value 0 for configuration log.retention.check.interval.ms: Value must be at least 1",
  );
});
