import { assert, assertEquals } from "@std/assert";
import {
  type CompressBlock,
  type DecompressBlock,
  LAST_LITERALS,
  lz4BlockBound,
  lz4CutOff,
  lz4Outside,
  lz4TooLarge,
  MATCH_START_LIMIT,
  WRITTEN_BLOCK_SIZE,
} from "../../../storage/record/lz4_block.ts";
import { startLz4Compressor } from "../../../storage/record/lz4_compress_wasm.ts";
import { startLz4Decompressor } from "../../../storage/record/lz4_decompress_wasm.ts";
import {
  compressBlockInScript,
  decompressBlockInScript,
} from "../../../storage/record/lz4_script.ts";
import { readLz4Block } from "../../support/lz4_model.ts";
import { pseudoRandom, pseudoRandomBytes } from "../../support/pseudo_random.ts";

const compressInWasm = startLz4Compressor();
const decompressInWasm = startLz4Decompressor();
assert(compressInWasm !== undefined && decompressInWasm !== undefined, "this runtime has vectors");

const compressors: Readonly<Record<string, CompressBlock>> = {
  "in WebAssembly": compressInWasm,
  "in script": compressBlockInScript,
  "in script, thoroughly": (source, start, end, out, at) =>
    compressBlockInScript(source, start, end, out, at, 16),
};
const decompressors: readonly DecompressBlock[] = [decompressInWasm, decompressBlockInScript];

function* shapes(): Generator<Uint8Array> {
  for (let length = 0; length < 50; length++) {
    yield new Uint8Array(length);
    yield pseudoRandomBytes(length, length);
  }
  const next = pseudoRandom(8);
  for (let length = 50; length < 3000; length += length >> 2) {
    for (const letters of [2, 3, 26, 256]) {
      yield Uint8Array.from({ length }, () => next() * letters);
    }
  }
  for (let period = 1; period <= 40; period++) {
    const length = 500 + period;
    yield Uint8Array.from({ length }, (_, i) => i < 20 ? 200 + i : i % period);
  }
  const random = pseudoRandomBytes(WRITTEN_BLOCK_SIZE, 9);
  yield random;
  yield new Uint8Array(WRITTEN_BLOCK_SIZE);
  // What repeats is as far away as can be, and less.
  for (const distance of [WRITTEN_BLOCK_SIZE - 20, WRITTEN_BLOCK_SIZE - 100, 40_000]) {
    const bytes = random.slice();
    bytes.copyWithin(distance, 0, 40);
    yield bytes;
  }
  // Many misses, and then every other word of 6 bytes is one of 16.
  yield Uint8Array.from(random, (byte, i) => {
    const isWord = i > 30_000 && i % 12 < 6;
    return isWord ? 6 * (random[i - i % 12]! & 15) + i % 12 : byte;
  });
}

for (const [name, compressBlock] of Object.entries(compressors)) {
  Deno.test(`what is compressed ${name} is what every reader reads, and ends as a block must`, () => {
    for (const source of shapes()) {
      const label = `${source.length} bytes: ${source.subarray(0, 20)}`;
      // In the midst of other bytes, which are neither compressed nor overwritten.
      const around = new Uint8Array(source.length + 20).fill(7);
      around.set(source, 10);
      const bound = lz4BlockBound(source.length);
      const out = new Uint8Array(5 + bound + 5).fill(9);
      const end = compressBlock(around, 10, 10 + source.length, out, 5);
      assert(end <= 5 + bound, label);
      assertEquals(out.subarray(0, 5), new Uint8Array(5).fill(9));
      assertEquals(out.subarray(5 + bound), new Uint8Array(5).fill(9));
      const content = readLz4Block(out.subarray(5, end), source.length);
      assert(content !== undefined, label);
      assertEquals(content.bytes, source, label);
      for (const decompressBlock of decompressors) {
        assertEquals(decompressBlock(out, 5, end, source.length), source, label);
      }
      const last = content.sequences.at(-1)!;
      const match = content.sequences.at(-2);
      if (match === undefined) continue;
      assert(last.literals >= LAST_LITERALS, label);
      assert(last.literals + match.length >= MATCH_START_LIMIT, label);
    }
  });
}

Deno.test("the fast search in WebAssembly finds what the one in script finds", () => {
  for (const source of shapes()) {
    const out = new Uint8Array(lz4BlockBound(source.length));
    const size = compressBlockInScript(source, 0, source.length, out, 0);
    const sizeInWasm = compressInWasm(source, 0, source.length, out, 0);
    assert(sizeInWasm <= size + (size >> 8) + 8, `${source.length}: ${sizeInWasm}, ${size}`);
  }
});

Deno.test("what is wrong with a block is said with a figure", () => {
  assertEquals(lz4CutOff(5).message, "LZ4 block is cut off, output so far: 5");
  assertEquals(lz4Outside(7).message, "LZ4 match starts outside of its block, distance: 7");
  assertEquals(lz4TooLarge(9).message, "LZ4 block decompresses to more than 9 bytes");
});
