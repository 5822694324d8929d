import { assertEquals } from "@std/assert";
import { DATA_SIZE } from "../../../storage/bytes/crc32c_layout.ts";
import { sparseFold } from "../../../storage/bytes/crc32c_sparse_fold.ts";
import { FoldStep } from "../../support/crc32c_fold.ts";

const RING = 79 * 16;
const LEFT = RING + 16;

Deno.test("a short message is left alone, a long one is left with 80 vectors and the same checksum", () => {
  const step = new FoldStep(sparseFold());
  for (let length = 0; length < 5200; length += length < 2900 ? 97 : 1) {
    assertEquals(step.leaves(length), length < 3000 ? length : LEFT, `length ${length}`);
  }
});

Deno.test("whole turns of the ring, and what is around them", () => {
  const step = new FoldStep(sparseFold());
  for (let turns = 3; turns <= 38; turns++) {
    for (const more of [-17, -16, -1, 0, 1, 15, 16, 17]) {
      const length = Math.min(turns * RING + more, DATA_SIZE);
      assertEquals(step.leaves(length, turns), LEFT, `length ${length}`);
    }
  }
});

Deno.test("the polynomial has the multiple that the step is built on", () => {
  const POLYNOMIAL = 0x1_1edc_6f41n;
  let rest = [79, 75, 71, 58, 18, 12, 1, 0].reduce((sum, bit) => sum | (1n << BigInt(bit)), 0n);
  for (let bit = 79; bit >= 32; bit--) {
    if (rest & (1n << BigInt(bit))) rest ^= POLYNOMIAL << BigInt(bit - 32);
  }
  assertEquals(rest, 0n);
});
