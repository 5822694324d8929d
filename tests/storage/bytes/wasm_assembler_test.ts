import { assert, assertEquals } from "@std/assert";
import {
  assembleModule,
  copyVectors,
  increment,
  type ModuleSource,
  type RunningModule,
  startModule,
  wasm,
  when,
} from "../../../storage/bytes/wasm_assembler.ts";
import { pseudoRandomBytes } from "../../support/pseudo_random.ts";

/** Starts a function of three parameters with one more local, 3. */
function start(body: ModuleSource["body"]): RunningModule {
  const module = startModule({ pages: 1, parameters: 3, i32Locals: 1, v128Locals: 1, body });
  assert(module !== undefined);
  return module;
}

Deno.test("an assembled module runs: (a + b) * 2^c, with constants of either sign and any size", () => {
  for (const constant of [0, 63, 64, -64, -65, 127, 128, 8191, -8193, 0x7fff_ffff, -0x8000_0000]) {
    const binary = assembleModule({
      pages: 1,
      parameters: 3,
      i32Locals: 1,
      v128Locals: 1,
      body: [
        ...[wasm.localGet(0), wasm.localGet(1), wasm.i32Add, wasm.localSet(3)],
        ...[wasm.localGet(3), wasm.localGet(2), wasm.i32Shl, wasm.i32Const(constant), wasm.i32Xor],
      ],
    });
    const { exports } = new WebAssembly.Instance(new WebAssembly.Module(binary));
    const run = exports["run"] as (a: number, b: number, c: number) => number;
    assertEquals(run(3, 4, 2), 28 ^ constant);
  }
});

Deno.test("a module may have any number of parameters", () => {
  for (const parameters of [0, 1, 5]) {
    const gets = Array.from({ length: parameters }, (_, i) => [wasm.localGet(i), wasm.i32Add]);
    const body = [wasm.i32Const(1), ...gets.flat()];
    const module = startModule({ pages: 1, parameters, i32Locals: 0, v128Locals: 0, body });
    assertEquals(
      module?.run(...Array.from({ length: parameters }, (_, i) => i)),
      1 + [0, 0, 0, 0, 0, 10][parameters]!,
    );
  }
});

Deno.test("a module with an instruction that the runtime lacks is not started", () => {
  const body = [[0xff], wasm.i32Const(0)];
  const source = { pages: 1, parameters: 0, i32Locals: 0, v128Locals: 0, body };
  assertEquals(startModule(source), undefined);
});

Deno.test("something is done when a condition holds", () => {
  const { run } = start([
    ...when([wasm.localGet(0), wasm.localGet(1), wasm.i32GtS], increment(2, 10)),
    wasm.localGet(2),
  ]);
  assertEquals([run(1, 2, 5), run(2, 2, 5), run(3, 2, 5)], [5, 5, 15]);
});

Deno.test("vectors are copied until the end is reached, one at least", () => {
  for (const length of [0, 1, 15, 16, 17, 40]) {
    const { memory, run } = start([...copyVectors(0, 1, 2), wasm.localGet(0)]);
    const bytes = new Uint8Array(memory);
    const source = pseudoRandomBytes(64, 1);
    bytes.set(source, 500);
    const copied = 16 * Math.max(1, Math.ceil(length / 16));
    assertEquals(run(100, 500, 100 + length), 100 + copied);
    assertEquals(bytes.slice(100, 100 + copied), source.slice(0, copied));
    assertEquals(bytes[100 + copied], 0);
  }
});

Deno.test("instructions have their opcodes", () => {
  const of = (...body: ModuleSource["body"]) => start([wasm.localGet(0), ...body]).run;
  const with1 = (instruction: readonly number[]) => of(wasm.localGet(1), instruction);
  assertEquals(of(wasm.i32Ctz)(0b101000, 0, 0), 3);
  assertEquals(of(wasm.i32Eqz)(0, 0, 0), 1);
  assertEquals(with1(wasm.i32Eq)(3, 3, 0), 1);
  assertEquals(with1(wasm.i32Ne)(3, 3, 0), 0);
  assertEquals(with1(wasm.i32Or)(5, 3, 0), 7);
  assertEquals(with1(wasm.i32Mul)(5, 3, 0), 15);
  assertEquals([with1(wasm.i32GeU)(-1, 3, 0), with1(wasm.i32GeU)(2, 3, 0)], [1, 0]);
  assertEquals(of(wasm.return)(8, 0, 0), 8);
  const store = start([
    ...[wasm.localGet(0), wasm.localGet(1), wasm.i32Store16(2)],
    ...[wasm.localGet(0), wasm.localGet(2), wasm.i32Store8(3)],
    ...[wasm.localGet(0), wasm.i32Load16U(2), wasm.localTee(3)],
    ...[wasm.if, ...increment(3, 1), wasm.else, ...increment(3, 2), wasm.end, wasm.localGet(3)],
  ]);
  assertEquals([store.run(4, 0x1234, 0xab), store.run(4, 0, 0)], [0xab35, 2]);
  const equal = start([
    ...[wasm.localGet(0), wasm.v128Load(0), wasm.localGet(1), wasm.v128Load(0)],
    ...[wasm.i8x16Eq, wasm.i8x16Bitmask],
  ]);
  new Uint8Array(equal.memory).set([1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2]);
  assertEquals(equal.run(0, 16, 0), 0x7ffe);
});
