import { assertEquals, assertStrictEquals, assertThrows } from "@std/assert";
import { ClientConfig } from "../../../client/config/client_config.ts";
import { CONSUMER_CONFIGS } from "../../../client/consumer/consumer_config.ts";
import { recordDeserializers } from "../../../client/consumer/record_deserializers.ts";
import { InvalidConfigError } from "../../../storage/errors.ts";
import { string } from "../../../storage/serde/string.ts";

const PACKAGE = "org.apache.kafka.common.serialization.";

function deserializers(given: Record<string, unknown>) {
  const config = ClientConfig.parse(CONSUMER_CONFIGS, { "bootstrap.servers": "h:1", ...given });
  return recordDeserializers<unknown, unknown>(config, given);
}

Deno.test("a serde is taken as it is, and bytes need none", () => {
  assertStrictEquals(deserializers({ keyDeserializer: string() }).key, string());
  assertEquals(deserializers({}), { key: undefined, value: undefined });
  const bytes = `${PACKAGE}ByteArrayDeserializer`;
  assertEquals(deserializers({ "value.deserializer": bytes }).value, undefined);
});

Deno.test("Kafka's classes are found by name, with their configs", () => {
  const { key, value } = deserializers({
    "key.deserializer": `${PACKAGE}StringDeserializer`,
    "key.deserializer.encoding": "ISO-8859-1",
    "value.deserializer": `${PACKAGE}LongDeserializer`,
  });
  assertEquals(key!.deserialize(new Uint8Array([0xe4]), "t", () => []), "ä");
  assertEquals(value!.deserialize(new Uint8Array([0, 0, 0, 0, 0, 0, 0, 9]), "t", () => []), 9);
});

Deno.test("what is no deserializer is refused", () => {
  assertThrows(
    () => deserializers({ valueDeserializer: {} }),
    InvalidConfigError,
    "Not a deserializer",
  );
  assertThrows(
    () => deserializers({ valueDeserializer: "com.example.Mine" }),
    InvalidConfigError,
    "Invalid value com.example.Mine for configuration value.deserializer: " +
      "Class com.example.Mine could not be found.",
  );
});
