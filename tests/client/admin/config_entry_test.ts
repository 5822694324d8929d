import { assertEquals } from "@std/assert";
import { Config, configEntry } from "../../../client/admin/config_entry.ts";

const told = {
  name: "retention.ms",
  value: "5",
  readOnly: false,
  configSource: 1,
  isSensitive: false,
  synonyms: [{ name: "log.retention.ms", value: "7", source: 4 }],
  configType: 5,
  documentation: "how long",
};

Deno.test("numbers of an answer become Kafka's names", () => {
  assertEquals(configEntry(told), {
    name: "retention.ms",
    value: "5",
    source: "DYNAMIC_TOPIC_CONFIG",
    isDefault: false,
    isSensitive: false,
    isReadOnly: false,
    synonyms: [{ name: "log.retention.ms", value: "7", source: "STATIC_BROKER_CONFIG" }],
    type: "LONG",
    documentation: "how long",
  });
  assertEquals(configEntry({ ...told, configSource: 5 }).isDefault, true);
});

Deno.test("numbers from the future are unknown", () => {
  const { source, type } = configEntry({ ...told, configSource: 77, configType: 77 });
  assertEquals([source, type], ["UNKNOWN", "UNKNOWN"]);
});

Deno.test("a config is found by its name", () => {
  const config = new Config([configEntry(told)]);
  assertEquals(config.get("retention.ms")?.value, "5");
  assertEquals(config.get("nope"), undefined);
});
