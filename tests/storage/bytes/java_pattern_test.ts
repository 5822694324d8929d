import { assertEquals, assertThrows } from "@std/assert";
import { javaPattern, javaRegExp } from "../../../storage/bytes/java_pattern.ts";

Deno.test("a pattern must match the whole text", () => {
  assertEquals(["a", "ab", "b"].map(javaPattern("a|b")), [true, false, true]);
  assertEquals(javaPattern("multi.*")("multipart"), true);
  assertEquals(javaPattern("(?i)TOPIC")("topic"), true);
});

Deno.test("what Java escapes and quotes stands for itself", () => {
  assertEquals(javaPattern("\\Qa.b\\E.")("a.bc"), true);
  assertEquals(javaPattern("\\Qa.b\\E.")("axbc"), false);
  assertEquals(javaPattern("a\\-b\\_")("a-b_"), true);
  assertEquals(javaPattern("\\Aab\\z")("ab"), true);
});

Deno.test("what is no pattern is refused", () => {
  assertThrows(() => javaPattern("a)(b"), SyntaxError);
  assertThrows(() => javaPattern("["), SyntaxError);
});

Deno.test("a pattern is found inside of a text", () => {
  assertEquals(javaRegExp("\\Q|\\E+").exec("a||b")?.index, 1);
  assertEquals(javaRegExp("(?i)B").test("abc"), true);
});
