import { assertEquals } from "@std/assert";
import { FOLDING_AT, VECTOR } from "../../../storage/bytes/crc32c_layout.ts";
import { tableFold, tablesOfFold } from "../../../storage/bytes/crc32c_table_fold.ts";
import { wasm } from "../../../storage/bytes/wasm_assembler.ts";
import { FoldStep } from "../../support/crc32c_fold.ts";

const BLOCK = 128;

function step(): FoldStep {
  return new FoldStep(tableFold(wasm.i8x16Swizzle), (memory) => {
    tablesOfFold().forEach(({ low, high }, index) => {
      const table = new Uint8Array(memory, FOLDING_AT + 2 * VECTOR * index, 2 * VECTOR);
      table.set(low);
      table.set(high, VECTOR);
    });
  });
}

Deno.test("a message of less than two blocks is left alone", () => {
  const fold = step();
  for (let length = 0; length < 2 * BLOCK; length++) assertEquals(fold.check(length, length), 0);
});

Deno.test("of a longer one, a block and what is not a whole one are left, with the same checksum", () => {
  const fold = step();
  for (let length = 2 * BLOCK; length < 8 * BLOCK; length += 5) {
    assertEquals(fold.check(length, length), (Math.floor(length / BLOCK) - 1) * BLOCK);
  }
});

Deno.test("long messages, any start and register", () => {
  const fold = step();
  for (let seed = 1; seed <= 40; seed++) fold.check(2 * BLOCK + ((seed * 6151) % 20_000), seed);
});
