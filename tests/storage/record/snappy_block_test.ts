import { assertEquals, assertThrows } from "@std/assert";
import { CorruptRecordError } from "../../../storage/errors.ts";
import {
  snappyBlockBound,
  snappyBlockSize,
  snappyCompressBlock,
  snappyDecompressBlock,
} from "../../../storage/record/snappy_block.ts";
import { pseudoRandom } from "../../support/pseudo_random.ts";

function decompress(...block: number[]): number[] {
  const bytes = Uint8Array.from(block);
  const out = new Uint8Array(snappyBlockSize(bytes, 0, bytes.length));
  snappyDecompressBlock(bytes, 0, bytes.length, out, 0);
  return [...out];
}

Deno.test("every kind of element is decompressed", () => {
  assertEquals(decompress(0), []);
  assertEquals(decompress(3, 0x08, 1, 2, 3), [1, 2, 3]);
  assertEquals(decompress(3, 0xf0, 2, 1, 2, 3), [1, 2, 3]);
  assertEquals(decompress(3, 0xf4, 2, 0, 1, 2, 3), [1, 2, 3]);
  assertEquals(decompress(3, 0xf8, 2, 0, 0, 1, 2, 3), [1, 2, 3]);
  assertEquals(decompress(3, 0xfc, 2, 0, 0, 0, 1, 2, 3), [1, 2, 3]);
  assertEquals(decompress(6, 0x04, 1, 2, 0x01, 2), [1, 2, 1, 2, 1, 2]);
  assertEquals(decompress(5, 0x04, 1, 2, 0x0a, 2, 0), [1, 2, 1, 2, 1]);
  assertEquals(decompress(5, 0x04, 1, 2, 0x0b, 2, 0, 0, 0), [1, 2, 1, 2, 1]);
});

Deno.test("blocks that can't be are corrupt", () => {
  const corrupt = [
    [], // no size
    [3, 0x08, 1, 2], // a literal that is not there
    [2, 0x08, 1, 2, 3], // a literal beyond the size
    [3, 0x04, 1, 2], // less than the size
    [6, 0x04, 1, 2, 0x01], // no distance
    [6, 0x04, 1, 2, 0x01, 0], // distance 0
    [6, 0x04, 1, 2, 0x01, 3], // distance before the block
    [5, 0x04, 1, 2, 0x01, 2], // a match beyond the size
    [5, 0x04, 1, 2, 0x0b, 2, 0, 0, 0x80], // a distance of 2 GiB
    [3, 0xfc, 2, 0, 0], // half a literal length
    [0xff, 0xff, 0xff, 0xff, 0x0f, 0], // a size that can't come out of so few bytes
    [0xff, 0xff, 0xff, 0xff, 0xff, 0xff], // a size that does not end
  ];
  for (const block of corrupt) {
    assertThrows(() => decompress(...block), CorruptRecordError, "", `${block}`);
  }
});

Deno.test("what is compressed stays within the bound and comes back", () => {
  const next = pseudoRandom(8);
  for (let length = 0; length < 5000; length += 1 + (length >> 3)) {
    for (const range of [1, 3, 256]) {
      const source = Uint8Array.from({ length }, () => next() * range);
      const out = new Uint8Array(snappyBlockBound(length));
      const end = snappyCompressBlock(source, 0, length, out, 0);
      const back = new Uint8Array(snappyBlockSize(out, 0, end));
      snappyDecompressBlock(out, 0, end, back, 0);
      assertEquals(back, source);
    }
  }
});
