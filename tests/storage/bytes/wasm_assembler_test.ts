import { assertEquals } from "@std/assert";
import { assembleModule, wasm } from "../../../storage/bytes/wasm_assembler.ts";

Deno.test("an assembled module runs: (a + b) * 2^c, with constants of either sign and any size", () => {
  for (const constant of [0, 63, 64, -64, -65, 127, 128, 8191, -8193, 0x7fff_ffff, -0x8000_0000]) {
    const binary = assembleModule({
      pages: 1,
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
