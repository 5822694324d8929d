import { assertEquals, assertThrows } from "@std/assert";
import { JavaException } from "../../../client/cli/java_exception.ts";
import {
  arrayField,
  integerField,
  jsonObject,
  optionalField,
  parseJson,
  stringField,
} from "../../../client/cli/json_fields.ts";

Deno.test("fields are of their types, or refused in Kafka's words", () => {
  const object = jsonObject(parseJson('{"a":1,"b":"x","c":[2]}'));
  assertEquals([integerField(object, "a"), stringField(object, "b")], [1, "x"]);
  assertEquals(arrayField(object, "c"), [2]);
  assertEquals(optionalField(object, "toString"), undefined);
  const refused = (act: () => unknown, message: string) =>
    assertThrows(act, JavaException, message);
  refused(() => parseJson("{"), "The input string is not a valid JSON");
  refused(() => jsonObject([1]), "Expected JSON object, received [1]");
  refused(() => arrayField(object, "a"), "Expected JSON array, received 1");
  refused(() => integerField(object, "b"), 'Expected `Integer` value, received "x"');
  refused(() => stringField(object, "a"), "Expected `String` value, received 1");
  refused(() => stringField(object, "d"), "No such field exists: `d`");
});
