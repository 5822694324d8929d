import { assert, assertEquals } from "@std/assert";
import { MemoryContent } from "../../../storage/file/memory_content.ts";
import { SeededRandom } from "../../support/manual_env.ts";

Deno.test("it holds what an array of bytes would, whatever is done to it", () => {
  for (let seed = 0; seed < 30; seed++) {
    const random = new SeededRandom(seed);
    const content = new MemoryContent();
    let model = new Uint8Array(0);
    const resize = (size: number) => {
      const resized = new Uint8Array(size);
      resized.set(model.subarray(0, size));
      model = resized;
    };
    const limit = random.pick([1000, 70_000, 200_000]);
    for (let step = 0; step < 40; step++) {
      if (random.chance(0.2)) {
        const size = random.below(limit);
        content.truncate(size);
        resize(size);
      } else {
        const part = random.bytes(random.below(random.pick([100, 70_000])));
        const position = random.chance(0.5) ? model.length : random.below(limit);
        content.write(position, part);
        if (part.length > 0) resize(Math.max(model.length, position + part.length));
        model.set(part, part.length > 0 ? position : 0);
      }
      const from = random.below(limit);
      const read = new Uint8Array(random.below(100_000)).fill(255);
      const count = content.read(from, read, 0, read.length);
      assertEquals(count, Math.max(0, Math.min(read.length, model.length - from)), `seed ${seed}`);
      assertEquals(read.subarray(0, count), model.slice(from, from + count), `seed ${seed}`);
      assertEquals(content.size, model.length);
    }
    const copy = content.clone();
    content.write(0, new Uint8Array(limit).fill(1));
    const all = new Uint8Array(copy.size);
    copy.read(0, all, 0, all.length);
    assertEquals(all, model);
  }
});

Deno.test("little more is allocated than there is", () => {
  const small = new MemoryContent();
  small.write(0, new Uint8Array(10));
  assertEquals(small.allocated, 256);
  small.write(10, new Uint8Array(1000));
  assertEquals(small.allocated, 1024);
  const large = new MemoryContent();
  for (let i = 0; i < 1000; i++) large.write(i * 1000, new Uint8Array(1000));
  assert(large.allocated < 1_000_000 + 2 * MemoryContent.chunkSize, `${large.allocated}`);
  large.truncate(10);
  assert(large.allocated <= MemoryContent.chunkSize);
});

Deno.test("a hole costs nothing, however far", () => {
  const content = new MemoryContent();
  content.truncate(1e12);
  content.write(5e11, new Uint8Array([7]));
  assert(content.allocated <= MemoryContent.chunkSize);
  const read = new Uint8Array(3).fill(1);
  assertEquals([content.read(5e11 - 1, read, 0, 3), [...read]], [3, [0, 7, 0]]);
  content.truncate(5);
  assertEquals([content.size, content.allocated], [5, 0]);
});

Deno.test("100 MB are appended in small parts without copying what is there each time", () => {
  const content = new MemoryContent();
  const part = new Uint8Array(100_000);
  const started = performance.now();
  for (let i = 0; i < 1000; i++) content.write(i * part.length, part);
  assert(performance.now() - started < 5000);
  assertEquals(content.size, 1e8);
});
