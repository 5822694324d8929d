import { assertEquals, assertThrows } from "@std/assert";
import {
  type ConfigType,
  defineConfigs,
  fromEngine,
  lackOfEffect,
  notApplicable,
  parseValue,
  waitsFor,
  WORKS,
} from "../../../cluster/config/config_definition.ts";
import { InvalidConfigError } from "../../../storage/errors.ts";
import { anyValue, inRange } from "../../../storage/log/config/config_definition.ts";
import { topicConfig } from "../../../storage/log/config/topic_configs.ts";

const parsed = (type: ConfigType, text: string) =>
  parseValue({ name: "the.config", type, validator: anyValue }, text);

Deno.test("values are parsed, and shown as Java shows them", () => {
  assertEquals(parsed("boolean", " TRUE "), { value: true, text: "true" });
  assertEquals(parsed("int", " +007 "), { value: 7, text: "7" });
  assertEquals(parsed("short", "-32768"), { value: -32768, text: "-32768" });
  assertEquals(parsed("double", "1e10"), { value: 1e10, text: "1.0E10" });
  assertEquals(parsed("double", "12345678"), { value: 12345678, text: "1.2345678E7" });
  assertEquals(parsed("double", "0.0001"), { value: 0.0001, text: "1.0E-4" });
  assertEquals(parsed("double", "3"), { value: 3, text: "3.0" });
  assertEquals(parsed("list", " a , b,a "), { value: ["a", "b"], text: "a,b" });
  assertEquals(parsed("list", " "), { value: [], text: "" });
  assertEquals(parsed("class", " org.example.Thing "), {
    value: "org.example.Thing",
    text: "org.example.Thing",
  });
});

Deno.test("a long keeps its text beyond the safe integers", () => {
  assertEquals(parsed("long", "9223372036854775807"), {
    value: Number.MAX_SAFE_INTEGER,
    text: "9223372036854775807",
  });
});

Deno.test("what is not of the type is refused in Kafka's words", () => {
  const refused = (type: ConfigType, text: string, reason: string) =>
    assertThrows(
      () => parsed(type, text),
      InvalidConfigError,
      `Invalid value ${text} for configuration the.config: ${reason}`,
    );
  refused("int", "abc", "Not a number of type INT");
  refused("int", "2147483648", "Not a number of type INT");
  refused("short", "32768", "Not a number of type SHORT");
  refused("short", "1.5", "Not a number of type SHORT");
  refused("long", "9223372036854775808", "Not a number of type LONG");
  refused("double", "much", "Not a number of type DOUBLE");
  refused("boolean", "maybe", "Expected value to be either true or false");
});

Deno.test("the rule is applied to the parsed value", () => {
  assertThrows(
    () => parseValue({ name: "num.io.threads", type: "int", validator: inRange(1) }, "0"),
    InvalidConfigError,
    "Invalid value 0 for configuration num.io.threads: Value must be at least 1",
  );
});

Deno.test("a row takes its table's status, unless it has its own", () => {
  const [first, second] = defineConfigs(waitsFor("quotas"), {
    "a.config": { type: "int", default: null, importance: "low", doc: "Does a." },
    "b.config": {
      type: "int",
      importance: "low",
      update: "per-broker",
      status: notApplicable("nobody needs it"),
      doc: "Does b.",
    },
  });
  assertEquals(first!.status, { kind: "waits", reason: "quotas" });
  assertEquals([first!.isRequired, first!.updateMode], [false, "read-only"]);
  assertEquals(second!.status, { kind: "not-applicable", reason: "nobody needs it" });
  assertEquals([second!.isRequired, second!.updateMode], [true, "per-broker"]);
});

Deno.test("a definition of the engine's becomes one of the broker's", () => {
  const definition = fromEngine(topicConfig("segment.bytes")!, {
    importance: "high",
    update: "cluster-wide",
  });
  assertEquals(definition.defaultText, "1073741824");
  assertEquals(definition.status, WORKS);
  assertEquals(definition.updateMode, "cluster-wide");
});

Deno.test("what a config lacks is told, unless it works", () => {
  assertEquals(lackOfEffect(WORKS), undefined);
  assertEquals(lackOfEffect(waitsFor("TLS")), "has no effect yet: it waits for TLS.");
  assertEquals(lackOfEffect(notApplicable("no threads")), "has no effect here: no threads.");
});
