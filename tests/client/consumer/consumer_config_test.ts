import { assertEquals, assertThrows } from "@std/assert";
import { ClientConfig } from "../../../client/config/client_config.ts";
import { CONSUMER_CONFIGS } from "../../../client/consumer/consumer_config.ts";
import { InvalidConfigError } from "../../../storage/errors.ts";

function parse(properties: Record<string, unknown>) {
  return ClientConfig.parse(CONSUMER_CONFIGS, { "bootstrap.servers": "h:1", ...properties });
}

Deno.test("values out of bounds are refused in Kafka's words", () => {
  for (
    const [name, value, text] of [
      ["max.poll.records", 0, "Value must be at least 1"],
      ["fetch.max.wait.ms", -1, "Value must be at least 0"],
      ["isolation.level", "dirty", "read_committed"],
      ["auto.offset.reset", "begin", "'earliest', 'latest', 'none'"],
      ["group.instance.id", "", "String must be non-empty"],
    ] as const
  ) assertThrows(() => parse({ [name]: value }), InvalidConfigError, text);
});

Deno.test("every config says what it does", () => {
  for (const [name, row] of Object.entries(CONSUMER_CONFIGS)) {
    assertEquals(row.doc.endsWith("."), true, name);
  }
});
