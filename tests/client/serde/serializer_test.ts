import { assertEquals } from "@std/assert";
import type { Deserializer, Serializer } from "../../../client/serde/serializer.ts";
import { string } from "../../../storage/serde/string.ts";

Deno.test("a serde is a serializer and a deserializer", () => {
  const serializer: Serializer<string> = string();
  const deserializer: Deserializer<string> = string();
  const bytes = serializer.serialize("value", "topic", []);
  assertEquals(deserializer.deserialize(bytes!, "topic", () => []), "value");
});

Deno.test("a serializer may look at topic and headers, and make a tombstone", () => {
  const serializer: Serializer<string> = {
    serialize: (value, topic, headers) =>
      value === "" ? null : new TextEncoder().encode(`${topic}/${headers[0]!.key}/${value}`),
  };
  const headers = [{ key: "type", value: null }];
  assertEquals(serializer.serialize("v", "t", headers), new TextEncoder().encode("t/type/v"));
  assertEquals(serializer.serialize("", "t", headers), null);
});
