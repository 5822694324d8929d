import { assertEquals } from "@std/assert";
import { bytes } from "../../../storage/serde/bytes.ts";

Deno.test("bytes: what is read is a copy", () => {
  const source = new Uint8Array([1, 2, 3]);
  const read = bytes().deserialize(source);
  source[0] = 9;
  assertEquals(read, new Uint8Array([1, 2, 3]));
});
