import { assertEquals, assertThrows } from "@std/assert";
import { KafkaError } from "../../../client/protocol/error_codes.ts";
import { ALTER_CONFIG_OP } from "../../../cluster/controller/config_changes.ts";
import { controllerAlterationRules } from "../../../cluster/server/controller_alteration_rules.ts";
import { imageOf } from "../../support/metadata_image.ts";

const { SET, DELETE, APPEND, SUBTRACT } = ALTER_CONFIG_OP;
const BROKER = 4;
const { configs } = imageOf({
  configs: [{ type: BROKER, name: "1", values: { "cordoned.log.dirs": "/a, /b" } }],
});
const rules = controllerAlterationRules(() => configs);

function change(type: number, operation: number, value: string | null): string | undefined {
  try {
    rules.validate({
      resource: { type, name: "1" },
      ops: [{ name: "cordoned.log.dirs", operation, value }],
    }, true);
    return undefined;
  } catch (error) {
    return (error as KafkaError).code;
  }
}

Deno.test("through a controller no directory is cordoned, and those that are can be given free", () => {
  assertEquals(change(BROKER, SET, "/a"), undefined);
  assertEquals(change(BROKER, SET, ""), undefined);
  assertEquals(change(BROKER, DELETE, null), undefined);
  assertEquals(change(BROKER, SUBTRACT, "/c"), undefined);
  assertEquals(change(BROKER, APPEND, "/b"), undefined);
  assertEquals(change(BROKER, SET, "/a,/c"), "INVALID_CONFIG");
  assertEquals(change(BROKER, APPEND, "/c"), "INVALID_CONFIG");
});

Deno.test("a kind of resource that nobody knows is a matter of versions", () => {
  const error = assertThrows(
    () => rules.validate({ resource: { type: 99, name: "x" }, ops: [] }, true),
    KafkaError,
    "Unknown resource type 99.",
  );
  assertEquals(error.code, "UNSUPPORTED_VERSION");
  assertEquals(change(2, SET, "/c"), undefined);
});
