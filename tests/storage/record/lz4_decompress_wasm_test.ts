import { assert, assertEquals, assertThrows } from "@std/assert";
import { CorruptRecordError } from "../../../storage/errors.ts";
import { LARGEST_BLOCK } from "../../../storage/record/lz4_block.ts";
import { startLz4Decompressor } from "../../../storage/record/lz4_decompress_wasm.ts";
import {
  CORRUPT_BLOCKS,
  randomLz4Block,
  readLz4Block,
  WRITTEN_BLOCKS,
} from "../../support/lz4_model.ts";
import { SeededRandom } from "../../support/manual_env.ts";

const decompressBlock = startLz4Decompressor();

function decompress(block: Uint8Array, maxSize: number): Uint8Array {
  assert(decompressBlock !== undefined, "this runtime has vectors");
  return decompressBlock(block, 0, block.length, maxSize);
}

Deno.test("a block written down by hand is decompressed, if it may be as large", () => {
  for (const [block, content] of WRITTEN_BLOCKS) {
    const bytes = Uint8Array.from(block);
    assertEquals([...decompress(bytes, content.length)], content);
    if (content.length === 0) continue;
    assertThrows(() => decompress(bytes, content.length - 1), CorruptRecordError, "more than");
  }
});

Deno.test("blocks that can't be are corrupt", () => {
  for (const [block, message] of CORRUPT_BLOCKS) {
    const bytes = Uint8Array.from(block);
    assertThrows(() => decompress(bytes, 1000), CorruptRecordError, message, `${block}`);
  }
});

Deno.test("random blocks, whole or damaged, are what they are byte by byte", () => {
  const first = Number(Deno.env.get("SEED") ?? 1);
  let corrupt = 0;
  for (let seed = first; seed < first + 3000; seed++) {
    const random = new SeededRandom(seed);
    const block = randomLz4Block(random);
    const changes = random.pick([0, 1, 3]);
    for (let i = 0; i < changes; i++) {
      block[random.below(block.length)] = random.pick([0, 1, 15, 0xf0, 255, random.below(256)]);
    }
    const bytes = random.chance(0.2) ? block.subarray(0, random.below(block.length)) : block;
    const maxSize = random.pick([1000, 65_536]);
    const expected = readLz4Block(bytes, maxSize);
    const label = `SEED=${seed}`;
    if (expected === undefined) {
      corrupt++;
      assertThrows(() => decompress(bytes, maxSize), CorruptRecordError, "LZ4", label);
      continue;
    }
    assertEquals(decompress(bytes, maxSize), expected.bytes, label);
    assertEquals(decompress(bytes, expected.bytes.length), expected.bytes, label);
  }
  assert(corrupt > 500 && corrupt < 2500, `corrupt: ${corrupt}`);
});

/** One literal, and a match at `distance` 1 that makes a block of `size` bytes with the five literals behind it. */
function blockOfRun(size: number): Uint8Array {
  const rest = size - 6 - 4 - 15;
  return Uint8Array.of(
    ...[0x1f, 5, 1, 0],
    ...new Uint8Array(Math.floor(rest / 255)).fill(255),
    ...[rest % 255, 0x50, 1, 2, 3, 4, 5],
  );
}

Deno.test("a block may fill all that a frame allows, and not a byte more", () => {
  const out = decompress(blockOfRun(LARGEST_BLOCK), LARGEST_BLOCK);
  assertEquals(out.length, LARGEST_BLOCK);
  assertEquals([...out.subarray(-6)], [5, 1, 2, 3, 4, 5]);
  assert(out.subarray(0, -5).every((byte) => byte === 5));
  assertThrows(
    () => decompress(blockOfRun(LARGEST_BLOCK + 1), LARGEST_BLOCK),
    CorruptRecordError,
    `more than ${LARGEST_BLOCK}`,
  );
});

Deno.test("the largest block says the largest lengths, and nothing happens", () => {
  for (const token of [0xf0, 0x1f]) {
    const block = new Uint8Array(LARGEST_BLOCK).fill(255);
    block.set(token === 0xf0 ? [token] : [token, 5, 1, 0]);
    assertThrows(() => decompress(block, LARGEST_BLOCK), CorruptRecordError, "cut off");
    block[LARGEST_BLOCK - 100] = 0;
    const message = token === 0xf0 ? "cut off" : "more than";
    assertThrows(() => decompress(block, LARGEST_BLOCK), CorruptRecordError, message);
  }
});

Deno.test("literals behind a full block are too many, be they as many as can be", () => {
  const full = blockOfRun(LARGEST_BLOCK + 5 - 6).subarray(0, -6);
  const extra = Math.floor((LARGEST_BLOCK - full.length - 17) / 256);
  const block = new Uint8Array(LARGEST_BLOCK);
  block.set(full);
  block.fill(255, full.length + 1, full.length + 1 + extra);
  block[full.length] = 0xf0;
  assertThrows(() => decompress(block, LARGEST_BLOCK), CorruptRecordError, "more than");
});

Deno.test("literals may fill the largest block", () => {
  // 15 + 255 n + m literals behind 1 + n + 1 bytes.
  const extra = Math.floor((LARGEST_BLOCK - 17) / 256);
  const literals = LARGEST_BLOCK - 2 - extra;
  const block = new SeededRandom(4).bytes(LARGEST_BLOCK);
  block[0] = 0xf0;
  block.fill(255, 1, 1 + extra);
  block[1 + extra] = literals - 15 - 255 * extra;
  assertEquals(decompress(block, LARGEST_BLOCK), block.slice(-literals));
});
