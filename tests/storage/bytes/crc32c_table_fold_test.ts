import { assertEquals } from "@std/assert";
import { DATA_SIZE, FOLDING_AT, VECTOR } from "../../../storage/bytes/crc32c_layout.ts";
import { BLOCK, tableFold, tablesOfFold } from "../../../storage/bytes/crc32c_table_fold.ts";
import { wasm } from "../../../storage/bytes/wasm_assembler.ts";
import { FoldStep } from "../../support/crc32c_fold.ts";

function step(): FoldStep {
  return new FoldStep(tableFold(wasm.i8x16Swizzle), (memory) => {
    tablesOfFold().forEach(({ low, high }, index) => {
      const table = new Uint8Array(memory, FOLDING_AT + 2 * VECTOR * index, 2 * VECTOR);
      table.set(low);
      table.set(high, VECTOR);
    });
  });
}

Deno.test("a message of less than two blocks is left alone, of a longer one a block with the same checksum", () => {
  const fold = step();
  for (let length = 0; length < 12 * BLOCK; length++) {
    assertEquals(fold.leaves(length), length < 2 * BLOCK ? length : BLOCK, `length ${length}`);
  }
});

Deno.test("long messages of any length", () => {
  const fold = step();
  for (let seed = 1; seed <= 40; seed++) {
    assertEquals(fold.leaves(12 * BLOCK + ((seed * 6151) % 40_000), seed), BLOCK);
  }
  assertEquals(fold.leaves(DATA_SIZE), BLOCK);
});
