/**
 * The first step of the CRC-32C kernel, for messages of some thousand bytes: folding without tables.
 *
 * The polynomial has a multiple of few terms: x^79 + x^75 + x^71 + x^58 + x^18 + x^12 + x + 1. In arithmetic modulo 2 a polynomial is
 * squared by doubling its exponents, so the 128th power, which is a multiple as well, says of vectors of 128 bits what this one
 * says of bits: one can be set to zero when the vectors that come 4, 8, 21, 61, 67, 78 and 79 later are xored with it.
 * (A. k. a. Chorba, after S. Russell, 2024.) No multiple with as few terms is shorter.
 *
 * The other way round, what a vector has become when its turn comes is itself xored with seven earlier ones. The last 79 lie in
 * a ring, and the loop is unrolled to one turn of it: then their addresses are constants, which the engine need not check against the
 * size of the memory as it does with any other. Those 4 and 8 back are still in locals.
 *
 * @module
 */

import { AT, CRC, END, RING_AT, STATE, VECTOR, VECTORS, WORD0 } from "./crc32c_layout.ts";
import { increment, type Instruction, wasm } from "./wasm_assembler.ts";

/** How far back the vectors lie that one is xored with. */
const DISTANCES = [79, 78, 67, 61, 21, 8, 4] as const;
const RING = DISTANCES[0];
const RING_SIZE = RING * VECTOR;
/** From this length on it is faster than tables; the ring must be filled and emptied. */
const WORTH_IT = 3 * RING_SIZE;

const { end, i32Const, i32Load, localGet, localSet, v128Load, v128Store, v128Xor } = wasm;

/** The instructions of a turn, in the order of its vectors. */
function turnOfRing(): Instruction[] {
  const xorLocal = Array.from({ length: VECTORS }, (_, i) => [...localGet(STATE + i), ...v128Xor]);
  const xorSlot = Array.from({ length: RING }, (_, slot) => [
    ...[...i32Const(0), ...v128Load(RING_AT + slot * VECTOR), ...v128Xor],
  ]);
  return xorSlot.flatMap((_, index) => {
    const local = STATE + (index % VECTORS);
    return [
      ...[localGet(AT), v128Load(index * VECTOR)],
      ...DISTANCES.map((distance) =>
        distance <= VECTORS && distance <= index
          ? xorLocal[(index - distance) % VECTORS]!
          : xorSlot[(index - distance + RING) % RING]!
      ),
      localSet(local),
      ...[i32Const(0), localGet(local), v128Store(RING_AT + index * VECTOR)],
    ];
  });
}

/** What the ring holds goes into the message: vectors behind its end count as zeros, and are. */
const unload: readonly Instruction[] = [
  ...[i32Const(0), localSet(WORD0), wasm.loop],
  ...[localGet(AT), localGet(AT), v128Load(0)],
  ...DISTANCES.flatMap((distance) => [
    ...[localGet(WORD0), v128Load(RING_AT + (RING - distance) * VECTOR), v128Xor],
  ]),
  v128Store(0),
  ...increment(AT, VECTOR),
  ...increment(WORD0, VECTOR),
  ...[localGet(WORD0), i32Const(RING_SIZE), wasm.i32LtS, wasm.brIf(0), end],
  ...increment(AT, -RING_SIZE),
];

/** Moves `AT` on while twice the ring is left, with the checksum of what is behind it put into the message. */
export function sparseFold(): Instruction[] {
  return [
    ...[localGet(END), localGet(AT), wasm.i32Sub, i32Const(WORTH_IT), wasm.i32GeS, wasm.if],
    // What came before is as if xored to the first four bytes.
    ...[localGet(AT), localGet(AT), i32Load(0), localGet(CRC), wasm.i32Xor, wasm.i32Store(0)],
    ...[i32Const(0), localSet(CRC)],
    ...[i32Const(RING_AT), i32Const(0), i32Const(RING_SIZE), wasm.memoryFill],
    wasm.loop,
    ...turnOfRing(),
    ...increment(AT, RING_SIZE),
    ...[localGet(AT), localGet(END), i32Const(2 * RING_SIZE), wasm.i32Sub, wasm.i32LeS],
    ...[wasm.brIf(0), end],
    ...unload,
    end,
  ];
}
