import { assertEquals } from "@std/assert";
import { copyLiteral, copyMatch } from "../../../storage/record/copy_match.ts";
import { pseudoRandomBytes } from "../../support/pseudo_random.ts";

Deno.test("a match is copied byte by byte in effect, also where it overlaps itself", () => {
  for (const distance of [1, 2, 3, 47, 48, 49, 100]) {
    for (const length of [1, 4, 47, 48, 49, 64, 99, 100, 101, 250]) {
      const out = new Uint8Array(400);
      out.set(pseudoRandomBytes(100, distance));
      const expected = out.slice();
      for (let i = 0; i < length; i++) expected[100 + i] = expected[100 + i - distance]!;
      copyMatch(out, 100, distance, length);
      assertEquals(out, expected, `${distance} ${length}`);
    }
  }
});

Deno.test("a literal of any length is copied", () => {
  const source = pseudoRandomBytes(200, 1);
  for (const length of [0, 1, 48, 49, 190]) {
    const out = new Uint8Array(200);
    copyLiteral(out, 5, source, 3, length);
    assertEquals(out.subarray(5, 5 + length), source.subarray(3, 3 + length));
    assertEquals(out[5 + length], 0);
  }
});
