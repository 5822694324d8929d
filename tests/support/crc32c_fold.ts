/** Runs one step of the CRC-32C kernel alone, and holds what it leaves against the definition of the checksum. */

import { assert, assertEquals } from "@std/assert";
import {
  AT,
  DATA_AT,
  I32_LOCALS,
  SPARE_VECTORS,
  VECTORS,
} from "../../storage/bytes/crc32c_layout.ts";
import { assembleModule, type Instruction, wasm } from "../../storage/bytes/wasm_assembler.ts";
import { pseudoRandomBytes } from "./pseudo_random.ts";

/** The register after `bytes`, bit by bit. */
export function registerAfter(bytes: Uint8Array, register: number): number {
  for (const byte of bytes) {
    register ^= byte;
    for (let bit = 0; bit < 8; bit++) {
      register = (register >>> 1) ^ ((register & 1) !== 0 ? 0x82f6_3b78 : 0);
    }
  }
  return register;
}

/** A step, as a function of a message and a register that returns how many bytes it has folded away. */
export class FoldStep {
  readonly #memory: ArrayBuffer;
  readonly #run: (register: number, at: number, end: number) => number;

  /** @param prepare puts tables into the memory */
  constructor(step: readonly Instruction[], prepare: (memory: ArrayBuffer) => void = () => {}) {
    const binary = assembleModule({
      pages: 2,
      i32Locals: I32_LOCALS,
      v128Locals: VECTORS + SPARE_VECTORS,
      body: [...step, wasm.localGet(AT)],
    });
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(binary));
    this.#memory = (exports["memory"] as WebAssembly.Memory).buffer as ArrayBuffer;
    this.#run = exports["run"] as (register: number, at: number, end: number) => number;
    prepare(this.#memory);
  }

  /** Folds a message of `length` bytes at an odd address, and checks that what is left has the same checksum. */
  check(length: number, seed: number): number {
    const at = DATA_AT + (seed % 16);
    const message = pseudoRandomBytes(length, seed);
    const memory = new Uint8Array(this.#memory);
    memory.set(message, at);
    // What is behind the message must not matter, and must not change.
    const behind = pseudoRandomBytes(64, seed + 1);
    memory.set(behind, at + length);
    const register = Math.imul(seed, 0x9e37_79b1) | 0;
    const folded = this.#run(register, at, at + length) - at;
    assert(folded >= 0 && folded <= length, `folded ${folded} of ${length}`);
    const rest = memory.subarray(at + folded, at + length);
    assertEquals(
      registerAfter(rest, folded === 0 ? register : 0) | 0,
      registerAfter(message, register) | 0,
      `length ${length}, seed ${seed}`,
    );
    assertEquals(memory.slice(at + length, at + length + 64), behind);
    return folded;
  }
}
