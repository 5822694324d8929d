import { assert, assertEquals } from "@std/assert";
import { type Crc32cKernel, startCrc32cKernel } from "../../../storage/bytes/crc32c_wasm.ts";
import { registerAfter } from "../../support/crc32c_fold.ts";
import { pseudoRandomBytes } from "../../support/pseudo_random.ts";

function start(): Crc32cKernel {
  const kernel = startCrc32cKernel();
  assert(kernel !== undefined, "this runtime has vectors");
  return kernel;
}

Deno.test("the kernel carries a register over pieces of any length", () => {
  const { data, run } = start();
  const bytes = pseudoRandomBytes(400_000, 5);
  let register = -1;
  let expected = -1;
  let at = 0;
  for (let length = 1; at + length <= bytes.length; length = (length * 7919) % 6007 + 1) {
    const piece = bytes.subarray(at, at + length);
    data.set(piece);
    register = run(register, length);
    expected = registerAfter(piece, expected);
    assertEquals(register, expected, `up to ${at + length}`);
    at += length;
  }
});

Deno.test("a message may fill the kernel's memory", () => {
  const { data, run } = start();
  for (const length of [data.length, data.length - 1, data.length - 17]) {
    const message = pseudoRandomBytes(length, length);
    data.set(message);
    assertEquals(run(length, length), registerAfter(message, length));
  }
});
