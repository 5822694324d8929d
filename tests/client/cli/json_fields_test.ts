import { assertEquals, assertThrows } from "@std/assert";
import { JavaException } from "../../../client/cli/java_exception.ts";
import {
  arrayField,
  arrayOf,
  integerField,
  integerValue,
  jsonObject,
  longField,
  optionalField,
  parseJson,
  parseJsonOrSayWhy,
  stringField,
  stringValue,
} from "../../../client/cli/json_fields.ts";

Deno.test("fields are of their types, or refused in Kafka's words", () => {
  const object = jsonObject(parseJson('{"a":1,"b":"x","c":[2]}'));
  assertEquals([integerField(object, "a"), stringField(object, "b")], [1, "x"]);
  assertEquals(arrayField(object, "c"), [2]);
  assertEquals(arrayOf(object, "c", integerValue), [2]);
  assertEquals(longField({ a: 2 ** 40 }, "a"), 2 ** 40);
  assertEquals(optionalField(object, "toString"), undefined);
  const refused = (act: () => unknown, message: string) =>
    assertThrows(act, JavaException, message);
  refused(() => parseJson("{"), "The input string is not a valid JSON");
  refused(() => jsonObject([1]), "Expected JSON object, received [1]");
  refused(() => arrayField(object, "a"), "Expected JSON array, received 1");
  refused(() => integerField(object, "b"), 'Expected `Integer` value, received "x"');
  refused(() => stringField(object, "a"), "Expected `String` value, received 1");
  refused(() => arrayOf(object, "c", stringValue), "Expected `String` value, received 2");
  refused(() => arrayOf(object, "a", stringValue), "Expected `JSON array` value, received 1");
  refused(() => integerValue(2 ** 40), "Expected `Integer` value, received 1099511627776");
  refused(() => longField({ a: 0.5 }, "a"), "Expected `Long` value, received 0.5");
  refused(() => parseJsonOrSayWhy("{"), "JSON");
  refused(() => stringField(object, "d"), "No such field exists: `d`");
});
