import { assertEquals } from "@std/assert";
import { BufferPool } from "../../../client/producer/buffer_pool.ts";

Deno.test("bytes are taken while there are some, and given back", () => {
  const pool = new BufferPool(100, 40);
  assertEquals([pool.tryAllocate(60), pool.tryAllocate(41), pool.tryAllocate(40)], [
    true,
    false,
    true,
  ]);
  assertEquals(pool.availableBytes, 0);
  pool.release(60);
  assertEquals([pool.availableBytes, pool.totalBytes], [60, 100]);
});

Deno.test("a builder of a usual batch is used again, one that has grown is not", () => {
  const pool = new BufferPool(1000, 40);
  const builder = pool.builder({ baseOffset: 3 });
  builder.append(1, null, null);
  pool.tryAllocate(40);
  pool.recycle(builder, 40);
  const again = pool.builder({});
  assertEquals([again === builder, again.count, again.nextOffset], [true, 0, 0]);
  pool.recycle(again, 80);
  assertEquals(pool.builder({}) === builder, false);
});
