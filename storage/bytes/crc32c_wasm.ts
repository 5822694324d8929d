/**
 * CRC-32C in WebAssembly: long messages are folded without tables ({@linkcode sparseFold}), what is left of them, and shorter ones,
 * with tables of 16 entries ({@linkcode tableFold}), and the last 128 bytes, or a short message, go through the ordinary tables.
 *
 * Measured at 16 KiB, with the copy into WebAssembly's memory: 10 GB/s, 6 without the first step; tables of 8 x 256 entries make 1.8
 * here, and 1.1 in JavaScript.
 *
 * @module
 */

import {
  AT,
  CRC,
  DATA_AT,
  DATA_SIZE,
  END,
  FOLDING_AT,
  I32_LOCALS,
  SLICING_AT,
  SPARE_VECTORS,
  VECTOR,
  VECTORS,
  WORD0,
  WORD1,
} from "./crc32c_layout.ts";
import { sparseFold } from "./crc32c_sparse_fold.ts";
import { BLOCK, tableFold, tablesOfFold } from "./crc32c_table_fold.ts";
import { SLICING_TABLES } from "./crc32c_tables.ts";
import { increment, type Instruction, startModule, wasm } from "./wasm_assembler.ts";

const { block, loop, end, br, brIf, localGet, localSet, i32Const, i32Load, i32Load8U } = wasm;

/** The entry of slicing table `table` for the byte of `word` that is `shift` bits up. */
function lookUp(word: number, shift: number, table: number): Instruction[] {
  return [
    ...[localGet(word), i32Const(shift), wasm.i32ShrU, i32Const(0xff), wasm.i32And],
    ...[i32Const(2), wasm.i32Shl, i32Load(SLICING_AT + 1024 * table)],
  ];
}

/** Eight bytes a step, then one: for short messages and the rest of long ones. */
function sliceRest(): Instruction[] {
  return [
    block,
    loop,
    ...[localGet(END), localGet(AT), wasm.i32Sub, i32Const(8), wasm.i32LtS, brIf(1)],
    ...[localGet(CRC), localGet(AT), i32Load(0), wasm.i32Xor, localSet(WORD0)],
    ...[localGet(AT), i32Load(4), localSet(WORD1)],
    // First what need not wait for the step before.
    ...lookUp(WORD1, 0, 3),
    ...[8, 16, 24].flatMap((shift) => [...lookUp(WORD1, shift, 3 - shift / 8), wasm.i32Xor]),
    ...[0, 8, 16, 24].flatMap((shift) => [...lookUp(WORD0, shift, 7 - shift / 8), wasm.i32Xor]),
    localSet(CRC),
    ...increment(AT, 8),
    br(0),
    end,
    end,
    block,
    loop,
    ...[localGet(AT), localGet(END), wasm.i32GeS, brIf(1)],
    ...[localGet(AT), i32Load8U(0), localGet(CRC), wasm.i32Xor, localSet(WORD0)],
    ...lookUp(WORD0, 0, 0),
    ...[localGet(CRC), i32Const(8), wasm.i32ShrU, wasm.i32Xor, localSet(CRC)],
    ...increment(AT, 1),
    br(0),
    end,
    end,
  ];
}

/** Folds a message of two blocks or more down to its last one. */
function fold(swizzle: Instruction): Instruction[] {
  return [
    ...[localGet(END), localGet(AT), wasm.i32Sub, i32Const(2 * BLOCK), wasm.i32GeS, wasm.if],
    // What came before is as if xored to the first four bytes.
    ...[localGet(AT), localGet(AT), i32Load(0), localGet(CRC), wasm.i32Xor, wasm.i32Store(0)],
    ...[i32Const(0), localSet(CRC)],
    ...sparseFold(),
    ...tableFold(swizzle),
    end,
  ];
}

/** The function, ready to be called. */
export interface Crc32cKernel {
  /** The part of its memory that takes a message. */
  readonly data: Uint8Array;
  /** Carries the raw register over the first `length` bytes of {@linkcode Crc32cKernel.data}, and overwrites some of them. */
  readonly run: (register: number, length: number) => number;
}

/** Assembles and starts the function; `undefined` where the runtime has no 128-bit vectors. */
export function startCrc32cKernel(): Crc32cKernel | undefined {
  // The indices are below 16, for which the relaxed instruction has one meaning; it saves the check for others.
  for (const swizzle of [wasm.i8x16RelaxedSwizzle, wasm.i8x16Swizzle]) {
    const module = startModule({
      pages: 1,
      parameters: 3,
      i32Locals: I32_LOCALS,
      v128Locals: VECTORS + SPARE_VECTORS,
      body: [...fold(swizzle), ...sliceRest(), localGet(CRC)],
    });
    if (module === undefined) continue;
    const { memory, run } = module;
    new Int32Array(memory, SLICING_AT).set(SLICING_TABLES);
    tablesOfFold().forEach(({ low, high }, index) => {
      const table = new Uint8Array(memory, FOLDING_AT + 2 * VECTOR * index, 2 * VECTOR);
      table.set(low);
      table.set(high, VECTOR);
    });
    return {
      data: new Uint8Array(memory, DATA_AT, DATA_SIZE),
      run: (register, length) => run(register, DATA_AT, DATA_AT + length),
    };
  }
  return undefined;
}
