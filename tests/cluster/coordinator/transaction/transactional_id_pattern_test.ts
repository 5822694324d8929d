import { assert, assertEquals, assertThrows } from "@std/assert";
import { KafkaError } from "../../../../client/protocol/error_codes.ts";
import { compilePattern } from "../../../../cluster/coordinator/transaction/transactional_id_pattern.ts";

function matched(pattern: string, ids: readonly string[]): string[] {
  return ids.filter(compilePattern(pattern));
}

Deno.test("a pattern matches whole ids", () => {
  const ids = ["copy", "copy-1", "a copy", "Copy", "copy\n", ""];
  assertEquals(matched("copy", ids), ["copy"]);
  assertEquals(matched("copy.*", ids), ["copy", "copy-1"]);
  assertEquals(matched(".*copy", ids), ["copy", "a copy"]);
  assertEquals(matched("a|b", ["a", "b", "ax", "xb"]), ["a", "b"]);
  assertEquals(matched("(?m)^copy$", ids), ["copy"]);
  assertEquals(matched("", ids), [""]);
});

Deno.test("characters beyond 16 bits are one character", () => {
  assertEquals(matched(".", ["😀", "ab"]), ["😀"]);
  assertEquals(matched("\\Q😀\\E+", ["😀😀", "ab"]), ["😀😀"]);
});

Deno.test("what Java takes for an escape is one", () => {
  const ids = ["a-b", "a.b", "a_b", "a@b"];
  assertEquals(matched("a\\-b", ids), ["a-b"]);
  assertEquals(matched("a[\\-\\.]b", ids), ["a-b", "a.b"]);
  assertEquals(matched("a\\_b|a\\@b", ids), ["a_b", "a@b"]);
  assertEquals(matched("\\Qa.b\\E|a\\Q@b", ids), ["a.b", "a@b"]);
  assertEquals(matched("\\Aa\\Wb\\z", ids), ["a-b", "a.b", "a@b"]);
  assertEquals(matched("a\\Z", ["a", "a\n", "a\nb"]), ["a"]);
  assertEquals(matched("\\\\Q", ["\\Q", "Q"]), ["\\Q"]);
});

Deno.test("flags in front are for the whole pattern", () => {
  assertEquals(matched("(?i)copy", ["copy", "COPY"]), ["copy", "COPY"]);
  assertEquals(matched("(?is)A.b", ["a\nB", "a.c"]), ["a\nB"]);
});

Deno.test("a pattern that cannot be read is an error that names it", () => {
  for (const pattern of ["(", "[a", "a{2,1}", "*", "a)|(b", "\\y", "a\\"]) {
    const error = assertThrows(() => compilePattern(pattern), KafkaError);
    assertEquals(error.code, "INVALID_REGULAR_EXPRESSION");
    const message = `Transaction ID pattern \`${pattern}\` is not a valid regular expression: `;
    assert(error.message.startsWith(message), error.message);
  }
});
