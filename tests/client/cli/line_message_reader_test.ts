import { assertEquals, assertThrows } from "@std/assert";
import { JavaException } from "../../../client/cli/java_exception.ts";
import { LineMessageReader } from "../../../client/cli/line_message_reader.ts";

const text = (bytes: Uint8Array | null | undefined) =>
  bytes == null ? null : new TextDecoder().decode(bytes);

/** Records of lines: `headers, key, value`. */
function read(properties: Record<string, string>, ...lines: string[]) {
  const reader = new LineMessageReader({ topic: "t", ...properties });
  return lines.map((line) => {
    const { headers = [], key, value } = reader.read(new TextEncoder().encode(line));
    return [headers.map(({ key, value }) => [key, text(value)]), text(key), text(value)];
  });
}

const KEYED = { "parse.key": "true" };
const ALL = { ...KEYED, "parse.headers": " TRUE " };

Deno.test("a line is a value", () => {
  assertEquals(read({}, "a\tb", "", "é"), [[[], null, "a\tb"], [[], null, ""], [[], null, "é"]]);
  assertEquals(new LineMessageReader({ topic: "other" }).read(new Uint8Array(1)).topic, "other");
});

Deno.test("the key ends at the first separator", () => {
  assertEquals(read(KEYED, "a\tb\tc", "\tb", "a\t"), [
    [[], "a", "b\tc"],
    [[], "", "b"],
    [[], "a", ""],
  ]);
  assertEquals(read({ ...KEYED, "key.separator": "--" }, "a-b--c"), [[[], "a-b", "c"]]);
});

Deno.test("headers stand in front of the key", () => {
  assertEquals(read(ALL, "h1:v1,h2:v:2\tkey\tvalue", "h:\tk\tv"), [
    [[["h1", "v1"], ["h2", "v:2"]], "key", "value"],
    [[["h", ""]], "k", "v"],
  ]);
  assertEquals(read({ "parse.headers": "true" }, "h:v\tvalue\tmore"), [
    [[["h", "v"]], null, "value\tmore"],
  ]);
});

Deno.test("headers are separated by a regular expression, without empty ones at the end", () => {
  const properties = { "parse.headers": "true", "headers.separator": "[,;]+" };
  assertEquals(read(properties, "a:1,;b:2;;\tv", ";\tv"), [
    [[["a", "1"], ["b", "2"]], null, "v"],
    [[], null, "v"],
  ]);
  const characters = { ...properties, "headers.separator": "", "ignore.error": "true" };
  assertEquals(read(characters, "ab\tv"), [[[["a", null], ["b", null]], null, "v"]]);
  assertThrows(
    () => read({ "headers.separator": "(" }),
    JavaException,
    "Unclosed group near index 1\n(",
  );
});

Deno.test("a marker stands for null, but not for the name of a header", () => {
  const properties = { ...ALL, "null.marker": "NULL" };
  assertEquals(read(properties, "NULL\tNULL\tNULL", "h:NULL\tk\tv", "NULLS:x\tk\tv"), [
    [[], null, null],
    [[["h", null]], "k", "v"],
    [[["NULLS", "x"]], "k", "v"],
  ]);
  assertThrows(
    () => read(properties, "NULL:x\tk\tv"),
    JavaException,
    "Header keys should not be equal to the null marker 'NULL' as they can't be null",
  );
});

Deno.test("a line that lacks a separator is refused with its number", () => {
  assertThrows(
    () => read(KEYED, "a\tb", "xx"),
    JavaException,
    "No key separator found on line number 2: 'xx'",
  );
  assertThrows(() => read(ALL, "x"), JavaException, "No headers delimiter found on line number 1");
  assertThrows(
    () => read(ALL, "h=v\tk\tv"),
    JavaException,
    "No header key separator found in pair 'h=v' on line number 1",
  );
});

Deno.test("with ignore.error what lacks a separator is taken as far as it goes", () => {
  const properties = { ...ALL, "ignore.error": "true" };
  assertEquals(read(properties, "x", "h\tx", "h\tk\tv"), [
    [[], null, "x"],
    [[["h", null]], null, "x"],
    [[["h", null]], "k", "v"],
  ]);
});

Deno.test("two separators that are the same, and a marker that is one, are refused", () => {
  const cases: readonly (readonly [Record<string, string>, string])[] = [
    [{ "headers.separator": "\t" }, "headers.delimiter and headers.separator"],
    [{ "headers.delimiter": ":" }, "headers.delimiter and headers.key.separator"],
    [{ "headers.separator": ":" }, "headers.separator and headers.key.separator"],
    [{ "null.marker": "\t" }, "null.marker and key.separator"],
    [{ "null.marker": "," }, "null.marker and headers.separator"],
    [{ "null.marker": "-", "headers.delimiter": "-" }, "null.marker and headers.delimiter"],
    [{ "null.marker": ":" }, "null.marker and headers.key.separator"],
  ];
  for (const [properties, names] of cases) {
    const error = assertThrows(() => read(properties), JavaException);
    assertEquals(
      [error.className, error.detail],
      ["org.apache.kafka.common.KafkaException", `${names} may not be equal`],
    );
  }
});
