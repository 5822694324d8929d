import { assert, assertEquals } from "@std/assert";
import { crc32c } from "../../../storage/bytes/crc32c.ts";
import { startCrc32cKernel } from "../../../storage/bytes/crc32c_wasm.ts";
import { pseudoRandomBytes } from "../../support/pseudo_random.ts";

Deno.test("the kernel carries a register over pieces of any length", () => {
  const kernel = startCrc32cKernel();
  assert(kernel !== undefined, "this runtime has vectors");
  const bytes = pseudoRandomBytes(20_000, 5);
  let register = -1;
  let at = 0;
  for (let length = 1; at + length <= bytes.length; length = (length * 7) % 997 + 1) {
    kernel.data.set(bytes.subarray(at, at + length));
    register = kernel.run(register, kernel.dataAt, kernel.dataAt + length);
    at += length;
    assertEquals(~register >>> 0, crc32c(bytes, 0, at));
  }
});
