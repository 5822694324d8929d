/**
 * The first step of the CRC-32C kernel, for messages of some thousand bytes: folding without tables.
 *
 * The raw register after a message is the message, as a polynomial over GF(2) whose first bit has the highest power, times x^32, modulo
 * the polynomial P of CRC-32C. So whatever is a multiple of P may be xored to a message. One that has few terms is
 *
 *     M(x) = x^79 + x^75 + x^71 + x^58 + x^18 + x^12 + x + 1
 *
 * which says of bits: one that has 79 behind it may be cleared when those that come 4, 8, 21, 61, 67, 78 and 79 later are flipped by it.
 * Over GF(2) a polynomial is squared by doubling its exponents, (a + b)^2 = a^2 + b^2; hence M^128 has the same terms with 128-fold
 * exponents, and as a multiple of P it says the same of whole vectors of 128 bits: one that has 79 behind it may be set to zero when
 * those 4, 8, 21, 61, 67, 78 and 79 later are xored with it. Which bit of a vector has which power does not matter, as vectors are
 * moved by whole vectors only. (A. k. a. Chorba, after S. Russell, 2024. No multiple with as few terms is shorter than 79; the shortest
 * with less has 6 terms, and is 209 long.)
 *
 * The other way round, what a vector has become when its turn comes is itself xored with what seven earlier ones had become. The last
 * 79 of these lie in a ring, and the loop is unrolled to one turn of it: then their addresses are constants, which the engine need not
 * check against the size of the memory as it does with any other. Those 4 and 8 back are still in locals.
 *
 * @module
 */

import { AT, END, RING_AT, STATE, VECTOR, VECTORS } from "./crc32c_layout.ts";
import { increment, type Instruction, wasm } from "./wasm_assembler.ts";

/** How far back the vectors lie that one is xored with. */
const DISTANCES = [79, 78, 67, 61, 21, 8, 4] as const;
const RING = DISTANCES[0];
const RING_SIZE = RING * VECTOR;
/** From this length on it is faster than tables: the ring must be emptied, and what is in it goes through them all the same. */
const WORTH_IT = 3000;

const { end, i32Const, localGet, localSet, v128Load, v128Store, v128Xor } = wasm;

/**
 * The instructions of a turn, in the order of its vectors. `AT` moves on with each of them: the engine then has one check of addresses
 * to make for all, where every other offset would give it one of its own.
 */
function turnOfRing(): Instruction[] {
  const xorLocal = Array.from({ length: VECTORS }, (_, i) => [...localGet(STATE + i), ...v128Xor]);
  const xorSlot = Array.from({ length: RING }, (_, slot) => [
    ...[...i32Const(0), ...v128Load(RING_AT + slot * VECTOR), ...v128Xor],
  ]);
  return xorSlot.flatMap((_, index) => {
    const local = STATE + (index % VECTORS);
    return [
      ...[localGet(AT), v128Load(0)],
      ...increment(AT, VECTOR),
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

/** The last 79 vectors stay; they are xored with those of the ring, of which each is set to zero thereby. */
function emptyRing(): Instruction[] {
  return Array.from({ length: RING }, (_, index) => [
    ...[localGet(AT), localGet(AT), v128Load(index * VECTOR)],
    ...DISTANCES.filter((distance) => distance > index).flatMap((distance) => [
      ...[i32Const(0), v128Load(RING_AT + (RING + index - distance) * VECTOR), v128Xor],
    ]),
    v128Store(index * VECTOR),
  ]).flat();
}

/** Moves `AT` to the last 80 vectors of a message that is long enough, with the same checksum; the first of them is zero then. */
export function sparseFold(): Instruction[] {
  return [
    ...[localGet(END), localGet(AT), wasm.i32Sub, i32Const(WORTH_IT), wasm.i32GeS, wasm.if],
    // Back into the zeros, so that the message is made of whole turns.
    ...[localGet(END), localGet(AT), wasm.i32Sub, i32Const(RING_SIZE - 1), wasm.i32Add],
    ...[i32Const(RING_SIZE), wasm.i32RemU, localGet(AT), wasm.i32Add],
    ...[i32Const(RING_SIZE - 1), wasm.i32Sub, localSet(AT)],
    ...[i32Const(RING_AT), i32Const(0), i32Const(RING_SIZE), wasm.memoryFill],
    wasm.loop,
    ...turnOfRing(),
    ...[localGet(AT), localGet(END), i32Const(2 * RING_SIZE), wasm.i32Sub, wasm.i32LeS],
    ...[wasm.brIf(0), end],
    ...emptyRing(),
    // One vector more, which was folded away, for the blocks of eight of the next step.
    ...increment(AT, -VECTOR),
    ...[localGet(AT), i32Const(0), wasm.i32x4Splat, v128Store(0)],
    end,
  ];
}
