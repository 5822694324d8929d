import { assertEquals } from "@std/assert";
import { bytes } from "../../../storage/serde/bytes.ts";

Deno.test("bytes: what is read is a copy", () => {
  const source = new Uint8Array([1, 2, 3]);
  const read = bytes().deserialize(source);
  source[0] = 9;
  assertEquals(read, new Uint8Array([1, 2, 3]));
});

Deno.test("bytes: copies do not overlap, whatever their sizes", () => {
  const sizes = [0, 1, 100, 1024, 1025, 5000, 900, 900, 900];
  const sources = Array.from(
    { length: 200 },
    (_, i) => new Uint8Array(sizes[i % sizes.length]!).fill(i),
  );
  const copies = sources.map((source) => bytes().deserialize(source));
  for (const copy of copies) for (let i = 0; i < copy.length; i++) copy[i] = copy[i]! ^ 0xff;
  copies.forEach((copy, i) => assertEquals(copy, sources[i]!.map((byte) => byte ^ 0xff)));
});
