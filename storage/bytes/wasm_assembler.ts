/**
 * Just enough of a WebAssembly assembler to write one function down as a list of instructions: a module is assembled when it is
 * needed, and no binary has to be trusted.
 *
 * @module
 */

/** An instruction, as the bytes it assembles to. */
export type Instruction = readonly number[];

/** An unsigned number as LEB128. */
function unsigned(value: number): number[] {
  const bytes: number[] = [];
  let rest = value >>> 0;
  while (rest >= 0x80) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>>= 7;
  }
  bytes.push(rest);
  return bytes;
}

/** An int32 as signed LEB128. */
function signed(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  while (rest < -64 || rest > 63) {
    bytes.push((rest & 0x7f) | 0x80);
    rest >>= 7;
  }
  bytes.push(rest & 0x7f);
  return bytes;
}

function simd(opcode: number, ...operands: number[]): Instruction {
  return [0xfd, ...unsigned(opcode), ...operands];
}

/** The instructions in use, by their names in the text format. Memory operands are an offset from the address on the stack. */
export const wasm = {
  block: [0x02, 0x40] as Instruction,
  loop: [0x03, 0x40] as Instruction,
  if: [0x04, 0x40] as Instruction,
  else: [0x05] as Instruction,
  end: [0x0b] as Instruction,
  br: (depth: number): Instruction => [0x0c, depth],
  brIf: (depth: number): Instruction => [0x0d, depth],
  return: [0x0f] as Instruction,
  localGet: (local: number): Instruction => [0x20, ...unsigned(local)],
  localSet: (local: number): Instruction => [0x21, ...unsigned(local)],
  localTee: (local: number): Instruction => [0x22, ...unsigned(local)],
  i32Const: (value: number): Instruction => [0x41, ...signed(value)],
  i32Load: (offset: number): Instruction => [0x28, 0, ...unsigned(offset)],
  i32Store: (offset: number): Instruction => [0x36, 0, ...unsigned(offset)],
  i32Load8U: (offset: number): Instruction => [0x2d, 0, ...unsigned(offset)],
  i32Load16U: (offset: number): Instruction => [0x2f, 0, ...unsigned(offset)],
  i32Store8: (offset: number): Instruction => [0x3a, 0, ...unsigned(offset)],
  i32Store16: (offset: number): Instruction => [0x3b, 0, ...unsigned(offset)],
  i32Eqz: [0x45] as Instruction,
  i32Eq: [0x46] as Instruction,
  i32Ne: [0x47] as Instruction,
  i32LtS: [0x48] as Instruction,
  i32GtS: [0x4a] as Instruction,
  i32LeS: [0x4c] as Instruction,
  i32GeS: [0x4e] as Instruction,
  i32GeU: [0x4f] as Instruction,
  /** Count trailing zeros. */
  i32Ctz: [0x68] as Instruction,
  i32Add: [0x6a] as Instruction,
  i32Sub: [0x6b] as Instruction,
  i32Mul: [0x6c] as Instruction,
  i32RemU: [0x70] as Instruction,
  i32And: [0x71] as Instruction,
  i32Or: [0x72] as Instruction,
  i32Xor: [0x73] as Instruction,
  i32Shl: [0x74] as Instruction,
  i32ShrU: [0x76] as Instruction,
  /** Address, byte, count. */
  memoryFill: [0xfc, 0x0b, 0] as Instruction,
  v128Load: (offset: number): Instruction => simd(0, 0, ...unsigned(offset)),
  v128Store: (offset: number): Instruction => simd(11, 0, ...unsigned(offset)),
  v128And: simd(78),
  v128Xor: simd(81),
  i8x16Splat: simd(15),
  i8x16Swizzle: simd(14),
  i8x16RelaxedSwizzle: simd(0x100),
  i8x16Eq: simd(35),
  /** The top bit of each byte, as an i32. */
  i8x16Bitmask: simd(100),
  i16x8ShrU: simd(141),
  i32x4Splat: simd(17),
} as const;

/** Adds a constant to a local of type i32. */
export function increment(local: number, by: number): Instruction[] {
  return [wasm.localGet(local), wasm.i32Const(by), wasm.i32Add, wasm.localSet(local)];
}

/** Does `then` where `condition` leaves anything but zero; a branch in it counts one block more. */
export function when(
  condition: readonly Instruction[],
  then: readonly Instruction[],
): Instruction[] {
  return [...condition, wasm.if, ...then, wasm.end];
}

/**
 * Copies 16 bytes at a time from the address in local `from` to that in `to` until `to` has come to `stop`: 16 bytes at least, and up to
 * 15 more than asked for. Both locals move on.
 */
export function copyVectors(to: number, from: number, stop: number): Instruction[] {
  return [
    wasm.loop,
    ...[wasm.localGet(to), wasm.localGet(from), wasm.v128Load(0), wasm.v128Store(0)],
    ...increment(from, 16),
    ...increment(to, 16),
    ...[wasm.localGet(to), wasm.localGet(stop), wasm.i32LtS, wasm.brIf(0)],
    wasm.end,
  ];
}

function section(id: number, content: readonly number[]): number[] {
  return [id, ...unsigned(content.length), ...content];
}

/** A module of one function `run(i32…) -> i32` and a memory, both exported. */
export interface ModuleSource {
  /** Size of the memory in pages of 64 KiB. */
  readonly pages: number;
  /** Parameters of the function, all of type i32. */
  readonly parameters: number;
  /** Locals of type i32 behind the parameters. */
  readonly i32Locals: number;
  /** Locals of type v128 behind those. */
  readonly v128Locals: number;
  /** The function's body; its result is left on the stack. */
  readonly body: readonly Instruction[];
}

/** The binary of `source`. */
export function assembleModule(source: ModuleSource): Uint8Array<ArrayBuffer> {
  const I32 = 0x7f;
  const V128 = 0x7b;
  const locals = [2, ...unsigned(source.i32Locals), I32, ...unsigned(source.v128Locals), V128];
  const parameters = [...unsigned(source.parameters), ...new Array(source.parameters).fill(I32)];
  const code = [locals, ...source.body, wasm.end].flat();
  const size = unsigned(code.length);
  const name = (text: string): number[] => [text.length, ...new TextEncoder().encode(text)];
  const front = [
    ...[0x00, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [1, 0x60, ...parameters, 1, I32]),
    ...section(3, [1, 0]),
    ...section(5, [1, 0, ...unsigned(source.pages)]),
    ...section(7, [2, ...name("memory"), 2, 0, ...name("run"), 0, 0]),
    ...[10, ...unsigned(1 + size.length + code.length), 1, ...size],
  ];
  const binary = new Uint8Array(front.length + code.length);
  binary.set(front);
  binary.set(code, front.length);
  return binary;
}

/** A module that has been started. */
export interface RunningModule {
  /** Its memory; it never grows. */
  readonly memory: ArrayBuffer;
  /** Its function. */
  readonly run: (...parameters: number[]) => number;
}

/** Assembles and starts `source`; `undefined` where the runtime lacks one of its instructions. */
export function startModule(source: ModuleSource): RunningModule | undefined {
  const binary = assembleModule(source);
  if (!WebAssembly.validate(binary)) return undefined;
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(binary));
  return {
    memory: (exports["memory"] as WebAssembly.Memory).buffer as ArrayBuffer,
    run: exports["run"] as RunningModule["run"],
  };
}
