import { assertEquals, assertThrows } from "@std/assert";
import { javaRegExp } from "../../../storage/bytes/java_pattern.ts";
import { JavaException } from "../../../client/cli/java_exception.ts";
import { javaSyntax } from "../../../client/cli/java_syntax.ts";

const compile = (pattern: string) => javaSyntax(() => javaRegExp(pattern), pattern);

Deno.test("what a pattern lacks is told as Java tells it", () => {
  const detail = (pattern: string) => assertThrows(() => compile(pattern), JavaException).detail;
  assertEquals(detail("("), "Unclosed group near index 1\n(");
  assertEquals(detail("[a"), "Unclosed character class near index 1\n[a\n ^");
  assertEquals(detail("*"), "Nothing to repeat\n*");
  assertEquals(compile("a+").exec("caab")?.index, 1);
});

Deno.test("a bug is no syntax error", () => {
  assertThrows(
    () =>
      javaSyntax(() => {
        throw new TypeError("bug");
      }, "a"),
    TypeError,
  );
});
