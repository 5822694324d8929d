/**
 * The second step of the CRC-32C kernel: folding through tables, 16 bytes at a time.
 *
 * WebAssembly has no carry-less multiplication, but it has a table of 16 entries looked up by 16 bytes at once (swizzle). The message is
 * a row of 16-byte vectors. A vector can be set to zero when four later ones are xored with something that depends on each of its bytes
 * alone, and on nothing else ({@linkcode foldTables}): eight swizzles, two per target, one for each half of the bytes. Done
 * from the front, this leaves the last eight vectors. Eight vectors are in flight, so that a result is needed four steps after it was
 * begun at the earliest.
 *
 * @module
 */

import { AT, END, FOLDING_AT, STATE, VECTOR, VECTORS } from "./crc32c_layout.ts";
import { type FoldTable, foldTables } from "./crc32c_tables.ts";
import { increment, type Instruction, wasm } from "./wasm_assembler.ts";

/** How many vectors from the last one in flight the four targets lie; independent, as fewer and closer ones are not. */
const TARGETS = [0, 1, 4, 5] as const;
/** Bytes of the vectors in flight. */
export const BLOCK: number = VECTOR * VECTORS;

const LOW = STATE + VECTORS;
const HIGH = LOW + 1;
const NIBBLES = LOW + 2;

const { end, i32Const, localGet, localSet, v128Load, v128Store, v128And, v128Xor } = wasm;

/** The tables; they belong at `FOLDING_AT`, for each target that of the low and then that of the high halves. */
export function tablesOfFold(): FoldTable[] {
  return foldTables(BLOCK, TARGETS.map((target) => target * VECTOR));
}

/** Folds the vector in flight `index` away, and takes a new one in its place. */
function foldVector(index: number, swizzle: Instruction): Instruction[] {
  const vector = STATE + index;
  const split = [
    ...[localGet(vector), localGet(NIBBLES), v128And, localSet(LOW)],
    ...[localGet(vector), i32Const(4), wasm.i16x8ShrU, localGet(NIBBLES), v128And, localSet(HIGH)],
  ];
  // The farthest target comes last: it is the new vector, whose local is still that of the old.
  const fold = TARGETS.toReversed().flatMap((target) => {
    const tableAt = FOLDING_AT + 2 * VECTOR * TARGETS.indexOf(target);
    const local = STATE + ((index + VECTORS - target) % VECTORS);
    return [
      ...[i32Const(0), v128Load(tableAt), localGet(LOW), swizzle],
      ...[i32Const(0), v128Load(tableAt + VECTOR), localGet(HIGH), swizzle, v128Xor],
      ...(target === 0 ? [localGet(AT), v128Load(VECTOR * index)] : [localGet(local)]),
      ...[v128Xor, localSet(local)],
    ];
  });
  return [...split, ...fold];
}

/** For two blocks and more: moves `AT` to the last 128 bytes of the message, with the same checksum. */
export function tableFold(swizzle: Instruction): Instruction[] {
  const indices = Array.from({ length: VECTORS }, (_, index) => index);
  return [
    ...[localGet(END), localGet(AT), wasm.i32Sub, i32Const(2 * BLOCK), wasm.i32GeS, wasm.if],
    // Back into the zeros, so that the message is made of whole blocks.
    ...[localGet(AT), localGet(AT), localGet(END), wasm.i32Sub, i32Const(BLOCK - 1), wasm.i32And],
    ...[wasm.i32Sub, localSet(AT)],
    ...[i32Const(0x0f), wasm.i8x16Splat, localSet(NIBBLES)],
    ...indices.flatMap((index) => [
      ...[localGet(AT), v128Load(VECTOR * index), localSet(STATE + index)],
    ]),
    ...increment(AT, BLOCK),
    wasm.loop,
    ...indices.flatMap((index) => foldVector(index, swizzle)),
    ...increment(AT, BLOCK),
    ...[localGet(AT), localGet(END), i32Const(BLOCK), wasm.i32Sub, wasm.i32LeS, wasm.brIf(0)],
    end,
    ...increment(AT, -BLOCK),
    ...indices.flatMap((index) => [
      ...[localGet(AT), localGet(STATE + index), v128Store(VECTOR * index)],
    ]),
    end,
  ];
}
