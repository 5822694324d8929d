import { assertEquals, assertThrows } from "@std/assert";
import {
  absolutePath,
  baseName,
  hashMapOrder,
  javaPath,
  javaSplit,
  optionalLongText,
  parseJavaLong,
} from "../../../storage/cli/java_text.ts";
import { ToolFailure } from "../../../storage/cli/tool.ts";

Deno.test("an optional long prints as Java's OptionalLong", () => {
  assertEquals(optionalLongText(undefined), "OptionalLong.empty");
  assertEquals(optionalLongText(5), "OptionalLong[5]");
});

Deno.test("paths are those of java.io.File", () => {
  assertEquals(javaPath("a//b/"), "a/b");
  assertEquals(javaPath("/"), "/");
  assertEquals(absolutePath("a/b", "/tmp"), "/tmp/a/b");
  assertEquals(absolutePath("b", "/"), "/b");
  assertEquals(absolutePath("/b", "/tmp"), "/b");
  assertEquals(baseName("a/b.log"), "b.log");
});

Deno.test("splitting drops empty parts at the end alone", () => {
  assertEquals(javaSplit("a,,b,,", ","), ["a", "", "b"]);
  assertEquals(javaSplit("", ","), [""]);
  assertEquals(javaSplit(",", ","), []);
});

Deno.test("a long that is none fails as Long.parseLong does", () => {
  assertEquals(parseJavaLong("00000000000000000012"), 12);
  for (const text of ["", "x", "1.5", "99999999999999999999"]) {
    assertThrows(
      () => parseJavaLong(text),
      ToolFailure,
      `java.lang.NumberFormatException: For input string: "${text}"`,
    );
  }
});

Deno.test("a hash map gives its keys by bucket", () => {
  // "a".hashCode() is 97, bucket 1 of 16; "p" is 112, bucket 0; "q" 113, bucket 1 behind "a".
  const keys = hashMapOrder(new Map([["a", 1], ["q", 2], ["p", 3]])).map(([key]) => key);
  assertEquals(keys, ["p", "a", "q"]);
});
