import { assertEquals } from "@std/assert";
import { decodeJavaUtf8 } from "../../../storage/bytes/java_utf8.ts";

function decoded(hex: string): string {
  return decodeJavaUtf8(Uint8Array.fromHex(hex));
}

Deno.test("well-formed text decodes, with its byte order mark", () => {
  assertEquals(decoded("efbbbfd0ba20f09fab96"), "\ufeffк 🫖");
});

Deno.test("malformed bytes give as many replacement characters as in Java", () => {
  assertEquals(decoded("eda080"), "\ufffd", "an encoded surrogate");
  assertEquals(decoded("e698"), "\ufffd", "cut off behind two of three bytes");
  assertEquals(decoded("f09fab41"), "\ufffdA", "three of four bytes");
  assertEquals(decoded("f41041"), "\ufffd\u0010A");
  assertEquals(decoded("c0af"), "\ufffd\ufffd", "an overlong slash");
  assertEquals(decoded("e08041"), "\ufffd\ufffdA", "an overlong character of three bytes");
  assertEquals(decoded("f4908080"), "\ufffd\ufffd\ufffd\ufffd", "above U+10FFFF");
  assertEquals(decoded("41ff42fe"), "A\ufffdB\ufffd");
});
