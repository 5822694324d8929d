import { assert, assertEquals } from "@std/assert";
import { lz4BlockBound, WRITTEN_BLOCK_SIZE } from "../../../storage/record/lz4_block.ts";
import { startLz4Compressor } from "../../../storage/record/lz4_compress_wasm.ts";
import { readLz4Block } from "../../support/lz4_model.ts";
import { pseudoRandomBytes } from "../../support/pseudo_random.ts";

function compress(
  source: Uint8Array,
  compressBlock = startLz4Compressor(),
): Uint8Array {
  assert(compressBlock !== undefined, "this runtime has vectors");
  const out = new Uint8Array(lz4BlockBound(source.length));
  return out.subarray(0, compressBlock(source, 0, source.length, out, 0));
}

function sequencesOf(block: Uint8Array): number[][] {
  const { sequences } = readLz4Block(block, WRITTEN_BLOCK_SIZE)!;
  return sequences.map(({ literals, distance, length }) => [literals, distance, length]);
}

Deno.test("a match is as long as it can be, in both directions", () => {
  const random = pseudoRandomBytes(1000, 1);
  for (let length = 8; length < 60; length++) {
    const source = random.slice();
    source.copyWithin(500, 100, 100 + length);
    source[499] = source[99]! ^ 1;
    source[500 + length] = source[100 + length]! ^ 1;
    const found = sequencesOf(compress(source)).find(([, distance]) => distance === 400);
    assertEquals(found, [500, 400, length]);
  }
});

Deno.test("a run is one match at distance 1, up to five bytes before the end", () => {
  for (const length of [13, 100, 272 + 6, 273 + 6, 274 + 6, WRITTEN_BLOCK_SIZE]) {
    assertEquals(sequencesOf(compress(new Uint8Array(length).fill(3))), [
      [1, 1, length - 6],
      [5, 0, 0],
    ]);
  }
});

Deno.test("a match may be as far away as a block is long", () => {
  const source = pseudoRandomBytes(WRITTEN_BLOCK_SIZE, 2);
  // The search takes big steps by then; 64 bytes are not stepped over.
  source.copyWithin(WRITTEN_BLOCK_SIZE - 5000, 0, 4995);
  const far = sequencesOf(compress(source)).find(([, distance]) =>
    distance === WRITTEN_BLOCK_SIZE - 5000
  );
  assert(far !== undefined);
});

Deno.test("what was compressed before has no effect", () => {
  const compressBlock = startLz4Compressor();
  const sources = [3, 70, 5000, 65_536, 40, 65_000].map((length, seed) =>
    pseudoRandomBytes(length, seed).map((byte) => byte & 3)
  );
  for (const source of sources) {
    assertEquals(compress(source, compressBlock), compress(source));
  }
});
