import { assert, assertEquals } from "@std/assert";
import { sparseFold } from "../../../storage/bytes/crc32c_sparse_fold.ts";
import { FoldStep } from "../../support/crc32c_fold.ts";

const RING = 79 * 16;

Deno.test("a message that is too short for a ring is left alone", () => {
  const step = new FoldStep(sparseFold());
  for (const length of [0, 1, 16, RING, 2 * RING, 3 * RING - 1]) {
    assertEquals(step.check(length, length), 0);
  }
});

Deno.test("what is left of a long message has the same checksum, and is shorter than two rings", () => {
  const step = new FoldStep(sparseFold());
  for (let turn = 3; turn <= 8; turn++) {
    for (const more of [0, 1, 15, 16, 17, 127, RING - 1]) {
      const length = turn * RING + more;
      const folded = step.check(length, length);
      assertEquals(folded % RING, 0);
      assert(length - folded < 2 * RING, `${length - folded} left of ${length}`);
    }
  }
});

Deno.test("any length, start and register", () => {
  const step = new FoldStep(sparseFold());
  for (let seed = 1; seed <= 60; seed++) step.check(3 * RING + ((seed * 7919) % 20_000), seed);
});

Deno.test("the polynomial has the multiple that the step is built on", () => {
  const POLYNOMIAL = 0x1_1edc_6f41n;
  let rest = [79, 75, 71, 58, 18, 12, 1, 0].reduce((sum, bit) => sum | (1n << BigInt(bit)), 0n);
  for (let bit = 79; bit >= 32; bit--) {
    if (rest & (1n << BigInt(bit))) rest ^= POLYNOMIAL << BigInt(bit - 32);
  }
  assertEquals(rest, 0n);
});
