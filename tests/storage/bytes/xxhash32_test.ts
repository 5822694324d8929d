import { assertEquals } from "@std/assert";
import { xxhash32 } from "../../../storage/bytes/xxhash32.ts";

Deno.test("xxhash32 has the published values", () => {
  const hash = (text: string) => xxhash32(new TextEncoder().encode(text));
  assertEquals(hash(""), 0x02cc5d05);
  assertEquals(hash("a"), 0x550d7456);
  assertEquals(hash("abc"), 0x32d153ff);
  assertEquals(hash("Nobody inspects the spammish repetition"), 0xe2293b2f);
});

Deno.test("xxhash32 hashes a part of an array", () => {
  const bytes = new TextEncoder().encode("..Nobody inspects the spammish repetition..");
  assertEquals(xxhash32(bytes, 2, bytes.length - 2), 0xe2293b2f);
});
