/** Runs one step of the CRC-32C kernel alone, and holds what it leaves against the definition of the checksum. */

import { assert, assertEquals } from "@std/assert";
import {
  AT,
  DATA_AT,
  DATA_SIZE,
  I32_LOCALS,
  SPARE_VECTORS,
  VECTORS,
  ZEROS_BEFORE_DATA,
} from "../../storage/bytes/crc32c_layout.ts";
import { type Instruction, startModule, wasm } from "../../storage/bytes/wasm_assembler.ts";
import { pseudoRandomBytes } from "./pseudo_random.ts";

/** The raw register after `bytes`, bit by bit. */
export function registerAfter(bytes: Uint8Array, register = 0): number {
  for (const byte of bytes) {
    register ^= byte;
    for (let bit = 0; bit < 8; bit++) {
      register = (register >>> 1) ^ ((register & 1) !== 0 ? 0x82f6_3b78 : 0);
    }
  }
  return register | 0;
}

/** A step, as a function of a message that returns how many bytes of it are left. */
export class FoldStep {
  readonly #memory: ArrayBuffer;
  readonly #run: (register: number, at: number, end: number) => number;

  /** @param prepare puts tables into the memory */
  constructor(step: readonly Instruction[], prepare: (memory: ArrayBuffer) => void = () => {}) {
    const module = startModule({
      pages: 2, // One more, to see what is behind the longest message.
      parameters: 3,
      i32Locals: I32_LOCALS,
      v128Locals: VECTORS + SPARE_VECTORS,
      body: [...step, wasm.localGet(AT)],
    });
    assert(module !== undefined, "this runtime has vectors");
    this.#memory = module.memory;
    this.#run = module.run;
    prepare(this.#memory);
  }

  /** Folds a message of `length` bytes, and checks that what is left has the same checksum. */
  leaves(length: number, seed: number = length): number {
    assert(length <= DATA_SIZE);
    const message = pseudoRandomBytes(length, seed);
    const memory = new Uint8Array(this.#memory);
    memory.set(message, DATA_AT);
    // What is behind the message must not matter, and must not change.
    const end = DATA_AT + length;
    const behind = pseudoRandomBytes(64, seed + 1);
    memory.set(behind, end);
    const at = this.#run(0, DATA_AT, end);
    const rest = memory.subarray(at, end);
    assertEquals(registerAfter(rest), registerAfter(message), `length ${length}, seed ${seed}`);
    assertEquals(memory.slice(end, end + 64), behind);
    const before = memory.subarray(DATA_AT - ZEROS_BEFORE_DATA, DATA_AT);
    assert(before.every((byte) => byte === 0), `Written before a message of ${length} bytes`);
    return end - at;
  }
}
