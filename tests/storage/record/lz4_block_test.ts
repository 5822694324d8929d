import { assertEquals, assertThrows } from "@std/assert";
import { CorruptRecordError } from "../../../storage/errors.ts";
import {
  lz4BlockBound,
  lz4BlockSize,
  lz4CompressBlock,
  lz4DecompressBlock,
} from "../../../storage/record/lz4_block.ts";
import { pseudoRandom } from "../../support/pseudo_random.ts";

function decompress(...block: number[]): number[] {
  const bytes = Uint8Array.from(block);
  const out = new Uint8Array(lz4BlockSize(bytes, 0, bytes.length));
  lz4DecompressBlock(bytes, 0, bytes.length, out, 0);
  return [...out];
}

Deno.test("a block written down by hand is decompressed", () => {
  // Literals 1 2, match of 4 + 3 at distance 2, literals 9.
  assertEquals(decompress(0x23, 1, 2, 2, 0, 0x10, 9), [1, 2, 1, 2, 1, 2, 1, 2, 1, 9]);
  assertEquals(decompress(0), []);
  // A match length of 4 + 15 + 255 + 1.
  assertEquals(decompress(0x1f, 5, 1, 0, 255, 1, 0).length, 1 + 4 + 15 + 256);
});

Deno.test("blocks that can't be are corrupt", () => {
  const corrupt = [
    [0x20, 1], // a literal that is not there
    [0x10, 1, 1], // half a distance
    [0x1f, 1, 1, 0, 255], // a length that does not end
    [0xf0, 255], // a literal count that does not end
    [0x10, 1, 1, 0], // a match at the end
    [0x10, 1, 0, 0, 0], // distance 0
    [0x10, 1, 2, 0, 0], // distance before the block
    [], // nothing
  ];
  for (const block of corrupt) {
    assertThrows(() => decompress(...block), CorruptRecordError, "", `${block}`);
  }
});

Deno.test("what is compressed stays within the bound, and more attempts do not make it bigger", () => {
  const next = pseudoRandom(8);
  for (let length = 0; length < 3000; length += 1 + (length >> 3)) {
    const source = Uint8Array.from({ length }, () => next() * (length % 3 === 0 ? 256 : 3));
    let before = Infinity;
    for (const attempts of [1, 4, 64]) {
      const out = new Uint8Array(lz4BlockBound(length));
      const end = lz4CompressBlock(source, 0, length, out, 0, attempts);
      assertEquals(lz4BlockSize(out, 0, end), length);
      const back = new Uint8Array(length);
      lz4DecompressBlock(out, 0, end, back, 0);
      assertEquals(back, source);
      if (attempts > 4) assertEquals(end <= before + 8, true);
      before = end;
    }
  }
});
