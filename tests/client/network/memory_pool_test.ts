import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { MemoryPool } from "../../../client/network/memory_pool.ts";

Deno.test("what is given back is lent again", () => {
  const pool = new MemoryPool();
  const bytes = pool.take(5000);
  assertEquals([bytes.length, pool.lent, pool.kept], [8192, 8192, 0]);
  pool.give(bytes.subarray(10, 20));
  assertEquals([pool.lent, pool.kept], [0, 8192]);
  assertStrictEquals(pool.take(4097).buffer, bytes.buffer);
  assertEquals(pool.kept, 0);
});

Deno.test("memory has the size that was asked for, or the next power of two", () => {
  const pool = new MemoryPool();
  const sizes = [0, 1, 4096, 4097, 65_536, 1_048_577, 16_777_216].map((size) =>
    pool.take(size).length
  );
  assertEquals(sizes, [4096, 4096, 4096, 8192, 65_536, 2_097_152, 16_777_216]);
});

Deno.test("giving twice, or what was not lent here, does nothing", () => {
  const pool = new MemoryPool();
  const bytes = pool.take(4096);
  pool.give(bytes);
  pool.give(bytes);
  pool.give(new Uint8Array(4096));
  assertEquals([pool.lent, pool.kept], [0, 4096]);
  assert(pool.take(1).buffer !== pool.take(1).buffer);
});

Deno.test("no more is kept than the bound, and very large memory never is", () => {
  const pool = new MemoryPool(10_000);
  const lent = [pool.take(4096), pool.take(4096), pool.take(4096)];
  for (const bytes of lent) pool.give(bytes);
  assertEquals(pool.kept, 8192);
  const large = pool.take((1 << 24) + 1);
  assertEquals(large.length, (1 << 24) + 1);
  pool.give(large);
  assertEquals([pool.lent, pool.kept], [0, 8192]);
});
