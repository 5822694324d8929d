import { assertEquals, assertThrows } from "@std/assert";
import { CorruptRecordError } from "../../../storage/errors.ts";
import { lz4BlockBound } from "../../../storage/record/lz4_block.ts";
import {
  compressBlockInScript,
  decompressBlockInScript,
} from "../../../storage/record/lz4_script.ts";
import { CORRUPT_BLOCKS, WRITTEN_BLOCKS } from "../../support/lz4_model.ts";
import { pseudoRandom } from "../../support/pseudo_random.ts";

function decompress(block: readonly number[], maxSize: number): number[] {
  return [...decompressBlockInScript(Uint8Array.from(block), 0, block.length, maxSize)];
}

Deno.test("a block written down by hand is decompressed, if it may be as large", () => {
  for (const [block, content] of WRITTEN_BLOCKS) {
    assertEquals(decompress(block, content.length), content);
    if (content.length === 0) continue;
    assertThrows(() => decompress(block, content.length - 1), CorruptRecordError, "more than");
  }
});

Deno.test("blocks that can't be are corrupt", () => {
  for (const [block, message] of CORRUPT_BLOCKS) {
    assertThrows(() => decompress(block, 1000), CorruptRecordError, message, `${block}`);
  }
});

Deno.test("more attempts do not make a block bigger", () => {
  const next = pseudoRandom(8);
  for (let length = 0; length < 3000; length += 1 + (length >> 3)) {
    const source = Uint8Array.from({ length }, () => next() * (length % 3 === 0 ? 256 : 3));
    let before = Infinity;
    for (const attempts of [4, 64]) {
      const out = new Uint8Array(lz4BlockBound(length));
      const end = compressBlockInScript(source, 0, length, out, 0, attempts);
      assertEquals(end <= before + 8, true);
      before = end;
    }
  }
});
