/**
 * Compressing an LZ4 block in WebAssembly: the fast search, which tries the last position that had the same hash. The format is that of
 * `lz4_block.ts`.
 *
 * A block has 64 KiB at most, so that positions are uint16, and none is too far back. Bytes are compared and copied 16 at a time; what
 * is read or written too much lies in the {@linkcode SLACK} behind the input and the output.
 *
 * @module
 */

import {
  copyVectors,
  increment,
  type Instruction,
  startModule,
  wasm,
  when,
} from "../bytes/wasm_assembler.ts";
import {
  type CompressBlock,
  LAST_LITERALS,
  lz4BlockBound,
  MATCH_START_LIMIT,
  MIN_MATCH,
  WRITTEN_BLOCK_SIZE,
} from "./lz4_block.ts";

const SLACK = 64;
const HASH_BITS = 13;

/** By hash: the last position that had it, as uint16. 0 stands for none as well: what is there is compared in any case. */
const HEADS_AT = 0;
const HEADS_SIZE = 2 << HASH_BITS;
const INPUT_AT = HEADS_AT + HEADS_SIZE;
const OUTPUT_AT = INPUT_AT + WRITTEN_BLOCK_SIZE + SLACK;
const PAGES = Math.ceil((OUTPUT_AT + lz4BlockBound(WRITTEN_BLOCK_SIZE) + SLACK) / 65_536);

/** Length of the input; a parameter. What follows are positions in it, unless they are said to be addresses. */
const LENGTH = 0;
const POSITION = 1;
/** An earlier position with the same bytes. */
const CANDIDATE = 2;
/** Where the literals start that are not written yet. */
const ANCHOR = 3;
/** Behind the match. */
const NEXT = 4;
/** Address of the next byte of the output. */
const OUT = 5;
/** Address of the token that is being written. */
const TOKEN = 6;
/** Address in the output where a copy stops. */
const STOP = 7;
const DISTANCE = 8;
/** Positions in vain since the last match. */
const MISSES = 9;
const WORD = 10;
const SLOT = 11;
const I32_LOCALS = 11;

const { block, loop, end, br, brIf, localGet, localSet, localTee, i32Const } = wasm;

const inputByte = wasm.i32Load8U(INPUT_AT);
const inputWord = wasm.i32Load(INPUT_AT);
const inputVector = wasm.v128Load(INPUT_AT);

/** The address in the table, less {@linkcode HEADS_AT}, for the word on the stack. */
const slotOf: readonly Instruction[] = [
  ...[i32Const(0x9e3779b1 | 0), wasm.i32Mul],
  ...[i32Const(32 - HASH_BITS), wasm.i32ShrU, i32Const(1), wasm.i32Shl],
];

/** Moves on to the next position whose last one with the same hash has the same four bytes; leaves the outer block when there is none. */
function search(): Instruction[] {
  return [
    loop,
    ...[localGet(POSITION), localGet(LENGTH), i32Const(MATCH_START_LIMIT), wasm.i32Sub],
    ...[wasm.i32GtS, brIf(2)],
    ...[localGet(POSITION), inputWord, localTee(WORD), ...slotOf, localTee(SLOT)],
    ...[wasm.i32Load16U(HEADS_AT), localSet(CANDIDATE)],
    ...[localGet(SLOT), localGet(POSITION), wasm.i32Store16(HEADS_AT)],
    ...when([localGet(CANDIDATE), inputWord, localGet(WORD), wasm.i32Ne], [
      // The longer nothing repeats, the bigger the steps.
      ...[localGet(MISSES), i32Const(6), wasm.i32ShrU, i32Const(1), wasm.i32Add],
      ...[localGet(POSITION), wasm.i32Add, localSet(POSITION)],
      ...increment(MISSES, 1),
      br(1),
    ]),
    end,
    ...[i32Const(0), localSet(MISSES)],
    ...[localGet(POSITION), localGet(CANDIDATE), wasm.i32Sub, localSet(DISTANCE)],
  ];
}

/** Sets `NEXT` to where the match ends: the bytes are the same up to there. */
function extendForwards(): Instruction[] {
  return [
    ...[localGet(POSITION), i32Const(MIN_MATCH), wasm.i32Add, localSet(NEXT)],
    loop,
    ...[localGet(NEXT), inputVector],
    ...[localGet(NEXT), localGet(DISTANCE), wasm.i32Sub, inputVector],
    // A one for each byte that differs, and one behind the last.
    ...[wasm.i8x16Eq, wasm.i8x16Bitmask, i32Const(0x1ffff), wasm.i32Xor, localTee(WORD)],
    ...[wasm.i32Ctz, localGet(NEXT), wasm.i32Add, localTee(NEXT)],
    ...[localGet(LENGTH), wasm.i32LtS, localGet(WORD), i32Const(0x10000), wasm.i32Eq],
    ...[wasm.i32And, brIf(0)],
    end,
    ...[localGet(LENGTH), i32Const(LAST_LITERALS), wasm.i32Sub, localSet(WORD)],
    ...when([localGet(NEXT), localGet(WORD), wasm.i32GtS], [localGet(WORD), localSet(NEXT)]),
  ];
}

/** The match takes those literals before it that are the same as well. */
function extendBackwards(): Instruction[] {
  return [
    block,
    loop,
    ...[localGet(POSITION), localGet(ANCHOR), wasm.i32Eq, brIf(1)],
    ...[localGet(CANDIDATE), wasm.i32Eqz, brIf(1)],
    ...increment(POSITION, -1),
    ...increment(CANDIDATE, -1),
    ...[localGet(POSITION), inputByte, localGet(CANDIDATE), inputByte, wasm.i32Eq, brIf(0)],
    ...increment(POSITION, 1),
    end,
    end,
  ];
}

/** Writes what `WORD` has left of a length as bytes to be added. */
function writeLength(): Instruction[] {
  return [
    block,
    loop,
    ...[localGet(WORD), i32Const(255), wasm.i32LtS, brIf(1)],
    ...[localGet(OUT), i32Const(255), wasm.i32Store8(0)],
    ...increment(OUT, 1),
    ...increment(WORD, -255),
    br(0),
    end,
    end,
    ...[localGet(OUT), localGet(WORD), wasm.i32Store8(0)],
    ...increment(OUT, 1),
  ];
}

/** Writes a token and the literals from `ANCHOR` up to `to`. */
function writeLiterals(to: number): Instruction[] {
  return [
    ...[localGet(OUT), localSet(TOKEN)],
    ...increment(OUT, 1),
    ...[localGet(to), localGet(ANCHOR), wasm.i32Sub, localTee(SLOT)],
    ...[i32Const(15), wasm.i32GeS, wasm.if],
    ...[localGet(TOKEN), i32Const(0xf0), wasm.i32Store8(0)],
    ...[localGet(SLOT), i32Const(15), wasm.i32Sub, localSet(WORD)],
    ...writeLength(),
    wasm.else,
    ...[localGet(TOKEN), localGet(SLOT), i32Const(4), wasm.i32Shl, wasm.i32Store8(0)],
    end,
    ...[localGet(OUT), localGet(SLOT), wasm.i32Add, localSet(STOP)],
    ...[localGet(ANCHOR), i32Const(INPUT_AT), wasm.i32Add, localSet(ANCHOR)],
    ...copyVectors(OUT, ANCHOR, STOP),
    ...[localGet(STOP), localSet(OUT)],
  ];
}

/** Writes distance and length of the match. */
function writeMatch(): Instruction[] {
  const addToToken = (nibble: Instruction[]) => [
    ...[localGet(TOKEN), localGet(TOKEN), wasm.i32Load8U(0), ...nibble, wasm.i32Or],
    wasm.i32Store8(0),
  ];
  return [
    ...[localGet(OUT), localGet(DISTANCE), wasm.i32Store16(0)],
    ...increment(OUT, 2),
    ...[localGet(NEXT), localGet(POSITION), wasm.i32Sub, i32Const(MIN_MATCH), wasm.i32Sub],
    ...[localTee(WORD), i32Const(15), wasm.i32GeS, wasm.if],
    ...addToToken([i32Const(15)]),
    ...increment(WORD, -15),
    ...writeLength(),
    wasm.else,
    ...addToToken([localGet(WORD)]),
    end,
  ];
}

/** The search goes on behind the match; one position in it is remembered. */
function passMatch(): Instruction[] {
  return [
    ...[localGet(NEXT), i32Const(2), wasm.i32Sub, localTee(POSITION), inputWord, ...slotOf],
    ...[localGet(POSITION), wasm.i32Store16(HEADS_AT)],
    ...[localGet(NEXT), localTee(POSITION), localSet(ANCHOR)],
  ];
}

function compressBody(): Instruction[] {
  return [
    ...[i32Const(HEADS_AT), i32Const(0), i32Const(HEADS_SIZE), wasm.memoryFill],
    ...[i32Const(OUTPUT_AT), localSet(OUT)],
    // Position 0 is what the table starts with.
    ...[i32Const(1), localSet(POSITION)],
    block,
    loop,
    ...search(),
    ...extendForwards(),
    ...extendBackwards(),
    ...writeLiterals(POSITION),
    ...writeMatch(),
    ...passMatch(),
    br(0),
    end,
    end,
    ...writeLiterals(LENGTH),
    ...[localGet(OUT), i32Const(OUTPUT_AT), wasm.i32Sub],
  ];
}

/** Assembles and starts the function; `undefined` where the runtime has no 128-bit vectors. */
export function startLz4Compressor(): CompressBlock | undefined {
  const module = startModule({
    pages: PAGES,
    parameters: 1,
    i32Locals: I32_LOCALS,
    v128Locals: 0,
    body: compressBody(),
  });
  if (module === undefined) return undefined;
  const memory = new Uint8Array(module.memory);
  return (source, start, end, out, at) => {
    memory.set(source.subarray(start, end), INPUT_AT);
    const size = module.run(end - start);
    out.set(memory.subarray(OUTPUT_AT, OUTPUT_AT + size), at);
    return at + size;
  };
}
