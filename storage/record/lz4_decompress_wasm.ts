/**
 * Decompressing an LZ4 block in WebAssembly. The format is that of `lz4_block.ts`.
 *
 * Bytes are copied 16 at a time, and up to 31 too many: what comes next writes over them, and behind the input and the output there is
 * {@linkcode SLACK}. So there is one way through a sequence, not a quick one and a careful one for the ends of a block, and what
 * must be checked is only that lengths stay within the block, and its matches too. A match that is nearer than 16 bytes repeats itself
 * within a vector: its first 16 bytes are made by picking from those that it starts with, and written again and again.
 *
 * The memory has a fixed size, room for the largest block that a frame can have. The system lends only what is touched of it.
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
import type { CorruptRecordError } from "../errors.ts";
import {
  type DecompressBlock,
  LARGEST_BLOCK,
  lz4CutOff,
  lz4Outside,
  lz4TooLarge,
  MIN_MATCH,
} from "./lz4_block.ts";

const VECTOR = 16;
/** Bytes behind an area that may be read or written as well. */
const SLACK = 64;

/** By distance below 16: which of the bytes there each of the next 16 is. */
const PATTERNS_AT = 0;
/** By distance below 16: the most whole repetitions in a vector, in bytes. */
const STEPS_AT = PATTERNS_AT + VECTOR * VECTOR;
const INPUT_AT = 1024;
const OUTPUT_AT = INPUT_AT + LARGEST_BLOCK + SLACK;
const PAGES = Math.ceil((OUTPUT_AT + LARGEST_BLOCK + SLACK) / 65_536);

/** Address behind the input; a parameter. */
const END = 0;
/** Address behind the most that may come out; a parameter. */
const LIMIT = 1;
/** Address of the next byte of the input. */
const AT = 2;
/** Address of the next byte of the output. */
const OUT = 3;
const TOKEN = 4;
/** Length of the literals, then of the match. */
const LENGTH = 5;
const DISTANCE = 6;
/** Where to copy from. */
const FROM = 7;
/** Where the output is after that. */
const STOP = 8;
const WORD = 9;
const PATTERN = 10;
const I32_LOCALS = 8;
const V128_LOCALS = 1;

const { loop, end, br, brIf, localGet, localSet, localTee, i32Const, i32Load8U } = wasm;

/** What may be wrong with a block; each comes with a figure. */
const CUT_OFF = 0;
const TOO_LARGE = 1;
const OUTSIDE = 2;

/** Returns a fault: a negative number, made of its kind and its figure. */
function fault(kind: number, figure: readonly Instruction[]): Instruction[] {
  return [
    ...[...figure, i32Const(2), wasm.i32Shl, i32Const(kind), wasm.i32Or],
    ...[i32Const(-1), wasm.i32Xor, wasm.return],
  ];
}

const OUTPUT_SIZE = [localGet(OUT), i32Const(OUTPUT_AT), wasm.i32Sub];
const cutOff = fault(CUT_OFF, OUTPUT_SIZE);
const tooLarge = fault(TOO_LARGE, OUTPUT_SIZE);

/** Adds the bytes that follow to the length, up to the first that is not 255. */
function readLength(): Instruction[] {
  return [
    loop,
    ...when([localGet(AT), localGet(END), wasm.i32GeS], cutOff),
    ...[localGet(AT), i32Load8U(0), localTee(WORD)],
    ...[localGet(LENGTH), wasm.i32Add, localSet(LENGTH)],
    ...increment(AT, 1),
    ...[localGet(WORD), i32Const(255), wasm.i32Eq, brIf(0)],
    end,
  ];
}

/** The length must not lead out of what `from` to `to` leave. */
function checkLength(from: number, to: number, otherwise: Instruction[]): Instruction[] {
  return when(
    [localGet(LENGTH), localGet(to), localGet(from), wasm.i32Sub, wasm.i32GtS],
    otherwise,
  );
}

function copyLiterals(): Instruction[] {
  return [
    ...[localGet(TOKEN), i32Const(4), wasm.i32ShrU, localTee(LENGTH)],
    ...[i32Const(15), wasm.i32Eq, wasm.if],
    ...readLength(),
    ...checkLength(AT, END, cutOff),
    ...checkLength(OUT, LIMIT, tooLarge),
    ...[localGet(AT), localSet(FROM)],
    ...[localGet(OUT), localGet(LENGTH), wasm.i32Add, localSet(STOP)],
    ...copyVectors(OUT, FROM, STOP),
    ...[localGet(STOP), localSet(OUT)],
    wasm.else,
    // Too many, if any, are found where the match is looked at.
    ...[localGet(OUT), localGet(AT), wasm.v128Load(0), wasm.v128Store(0)],
    ...[localGet(OUT), localGet(LENGTH), wasm.i32Add, localSet(OUT)],
    end,
    ...[localGet(AT), localGet(LENGTH), wasm.i32Add, localSet(AT)],
  ];
}

/** A block ends behind the literals of its last sequence. */
function returnAtEnd(): Instruction[] {
  return when([localGet(AT), localGet(END), i32Const(2), wasm.i32Sub, wasm.i32GtS], [
    ...when([localGet(AT), localGet(END), wasm.i32Ne], cutOff),
    ...when([localGet(OUT), localGet(LIMIT), wasm.i32GtS], tooLarge),
    ...OUTPUT_SIZE,
    wasm.return,
  ]);
}

function readMatch(): Instruction[] {
  return [
    ...[localGet(AT), wasm.i32Load16U(0), localTee(DISTANCE)],
    // Unsigned, so that 0 is too far as well.
    ...[i32Const(1), wasm.i32Sub, ...OUTPUT_SIZE, wasm.i32GeU],
    ...[wasm.if, ...fault(OUTSIDE, [localGet(DISTANCE)]), end],
    ...increment(AT, 2),
    ...[localGet(TOKEN), i32Const(15), wasm.i32And, localTee(LENGTH)],
    ...[i32Const(15), wasm.i32Eq, wasm.if, ...readLength(), end],
    ...increment(LENGTH, MIN_MATCH),
    ...checkLength(OUT, LIMIT, tooLarge),
  ];
}

function copyMatch(): Instruction[] {
  return [
    ...[localGet(OUT), localGet(LENGTH), wasm.i32Add, localSet(STOP)],
    ...[localGet(OUT), localGet(DISTANCE), wasm.i32Sub, localSet(FROM)],
    ...[localGet(DISTANCE), i32Const(VECTOR), wasm.i32GeS, wasm.if],
    // Most are done with two vectors, without another branch.
    ...[localGet(OUT), localGet(FROM), wasm.v128Load(0), wasm.v128Store(0)],
    ...[localGet(OUT), localGet(FROM), wasm.v128Load(VECTOR), wasm.v128Store(VECTOR)],
    ...when([localGet(LENGTH), i32Const(2 * VECTOR), wasm.i32GtS], [
      ...increment(OUT, 2 * VECTOR),
      ...increment(FROM, 2 * VECTOR),
      ...copyVectors(OUT, FROM, STOP),
    ]),
    wasm.else,
    ...[localGet(FROM), wasm.v128Load(0)],
    ...[localGet(DISTANCE), i32Const(4), wasm.i32Shl, wasm.v128Load(PATTERNS_AT)],
    ...[wasm.i8x16Swizzle, localSet(PATTERN)],
    ...[localGet(DISTANCE), i32Load8U(STEPS_AT), localSet(WORD)],
    loop,
    ...[localGet(OUT), localGet(PATTERN), wasm.v128Store(0)],
    ...[localGet(OUT), localGet(WORD), wasm.i32Add, localTee(OUT)],
    ...[localGet(STOP), wasm.i32LtS, brIf(0)],
    end,
    end,
    ...[localGet(STOP), localSet(OUT)],
  ];
}

function decompressBody(): Instruction[] {
  return [
    ...[i32Const(INPUT_AT), localSet(AT)],
    ...[i32Const(OUTPUT_AT), localSet(OUT)],
    loop,
    // Behind the end it is any byte, after which the block is found to be cut off.
    ...[localGet(AT), i32Load8U(0), localSet(TOKEN)],
    ...increment(AT, 1),
    ...copyLiterals(),
    ...returnAtEnd(),
    ...readMatch(),
    ...copyMatch(),
    br(0),
    end,
    // Never reached; a function ends with its result on the stack.
    i32Const(0),
  ];
}

function corrupt(result: number, maxSize: number): CorruptRecordError {
  const kind = ~result & 3;
  const figure = ~result >> 2;
  if (kind === OUTSIDE) return lz4Outside(figure);
  return kind === TOO_LARGE ? lz4TooLarge(maxSize) : lz4CutOff(figure);
}

/** Assembles and starts the function; `undefined` where the runtime has no 128-bit vectors. */
export function startLz4Decompressor(): DecompressBlock | undefined {
  const module = startModule({
    pages: PAGES,
    parameters: 2,
    i32Locals: I32_LOCALS,
    v128Locals: V128_LOCALS,
    body: decompressBody(),
  });
  if (module === undefined) return undefined;
  const memory = new Uint8Array(module.memory);
  for (let distance = 1; distance < VECTOR; distance++) {
    for (let i = 0; i < VECTOR; i++) memory[PATTERNS_AT + VECTOR * distance + i] = i % distance;
    memory[STEPS_AT + distance] = VECTOR - VECTOR % distance;
  }
  return (source, at, end, maxSize) => {
    memory.set(source.subarray(at, end), INPUT_AT);
    const size = module.run(INPUT_AT + end - at, OUTPUT_AT + maxSize);
    if (size < 0) throw corrupt(size, maxSize);
    return memory.subarray(OUTPUT_AT, OUTPUT_AT + size);
  };
}
