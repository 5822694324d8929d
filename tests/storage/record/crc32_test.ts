import { assertEquals } from "@std/assert";
import { crc32 } from "../../../storage/record/crc32.ts";

Deno.test("crc32 has the published check value, on any part of an array", () => {
  const bytes = new TextEncoder().encode("-123456789-");
  assertEquals(crc32(bytes, 1, 10), 0xcbf43926);
  assertEquals(crc32(bytes, 3, 3), 0);
});
