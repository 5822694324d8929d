import { assertEquals, assertThrows } from "@std/assert";
import { KafkaError } from "../../../client/protocol/error_codes.ts";
import { validateAlteration } from "../../../cluster/config/config_alteration.ts";
import { ALTER_CONFIG_OP, type ConfigOp } from "../../../cluster/controller/config_changes.ts";
import { CONFIG_RESOURCE_TYPE } from "../../../cluster/controller/configs_image.ts";
import { onlyNode, texts } from "./broker_properties.ts";

const { BROKER, BROKER_LOGGER, TOPIC } = CONFIG_RESOURCE_TYPE;
const { APPEND, DELETE, SET, SUBTRACT } = ALTER_CONFIG_OP;
const op = (name: string, operation: number, value: string | null = null): ConfigOp => ({
  name,
  operation,
  value,
});
const alter = (type: number, name: string, ops: ConfigOp[], existing = new Map<string, string>()) =>
  validateAlteration(onlyNode(), { resource: { type, name }, ops }, existing);
const refused = (
  [type, name]: readonly [number, string],
  ops: ConfigOp[],
  message: string,
  code = "INVALID_REQUEST",
) => {
  const error = assertThrows(() => alter(type, name, ops), KafkaError);
  assertEquals([error.code, error.message], [code, message]);
};

Deno.test("a config is altered once, to something", () => {
  refused(
    [TOPIC, "t"],
    [op("a", SET, "1"), op("a", DELETE)],
    "Error due to duplicate config keys",
  );
  refused(
    [TOPIC, "t"],
    [op("a", SET), op("b", APPEND), op("c", DELETE)],
    "Null value not supported for : a, b",
  );
  alter(TOPIC, "t", [op("retention.ms", DELETE)]);
});

Deno.test("a broker alters itself, or the default of all", () => {
  alter(BROKER, "1", [op("log.cleaner.threads", SET, "2")]);
  alter(BROKER, "", [op("log.retention.ms", SET, "123456789")]);
  refused([BROKER, "2"], [], "Unexpected broker id, expected 1, but received 2");
  refused([BROKER, "abc"], [], "Node id must be an integer, but it is: abc");
  refused([64, "x"], [], "Unknown resource type 64");
});

Deno.test("what a broker cannot have is refused as a bad request", () => {
  refused(
    [BROKER, "1"],
    [op("broker.rack", SET, "r1")],
    "Cannot update these configs dynamically: [broker.rack]",
  );
  refused(
    [BROKER, ""],
    [op("cordoned.log.dirs", SET, "*")],
    "Cannot update these configs at default cluster level, broker id must be specified: [cordoned.log.dirs]",
  );
  refused(
    [BROKER, "1"],
    [op("max.connections.per.ip", SET, "0")],
    "requirement failed: max.connections.per.ip can be set to zero only if max.connections.per.ip.overrides " +
      "property is set.",
  );
  refused([BROKER, "1"], [op("a", 9, "1")], "Unknown operations type 9");
});

Deno.test("lists of a broker are appended to, from what is set or the default", () => {
  alter(BROKER, "1", [op("log.cleanup.policy", APPEND, "compact")]);
  alter(
    BROKER,
    "1",
    [op("log.cleanup.policy", SUBTRACT, "compact")],
    texts({ "log.cleanup.policy": "compact,delete" }),
  );
  refused(
    [BROKER, "1"],
    [op("log.cleanup.policy", APPEND, "shred")],
    "Invalid value shred for configuration log.cleanup.policy: String must be one of: compact, delete",
  );
  refused(
    [BROKER, "1"],
    [op("log.retention.ms", APPEND, "1")],
    "Config value append is not allowed for config key: log.retention.ms",
    "INVALID_CONFIG",
  );
  refused(
    [BROKER, "1"],
    [op("no.such", SUBTRACT, "1")],
    "Unknown config name: no.such",
    "INVALID_CONFIG",
  );
});

Deno.test("levels of loggers are checked by whoever has them, and AlterConfigs never knew them", () => {
  const change = { resource: { type: BROKER_LOGGER, name: "1" }, ops: [op("any", SET, "DEBUG")] };
  validateAlteration(onlyNode(), change, new Map());
  assertThrows(
    () => validateAlteration(onlyNode(), change, undefined),
    KafkaError,
    "Unknown resource type 8",
  );
});
