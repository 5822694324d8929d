import { assertEquals } from "@std/assert";
import { DescriptorCache, DescriptorHolder } from "../../../storage/file/descriptor_cache.ts";

class Holder extends DescriptorHolder {
  constructor(readonly name: string, readonly evicted: string[]) {
    super();
  }

  override evict(): void {
    this.evicted.push(this.name);
  }
}

function holders(names: string): { all: Holder[]; evicted: string[] } {
  const evicted: string[] = [];
  return { all: [...names].map((name) => new Holder(name, evicted)), evicted };
}

Deno.test("who was used longest ago goes first", () => {
  const cache = new DescriptorCache(3);
  const { all: [a, b, c, d, e], evicted } = holders("abcde");
  for (const holder of [a, b, c]) cache.add(holder!);
  cache.touch(a!);
  cache.touch(c!);
  cache.add(d!);
  cache.add(e!);
  assertEquals([evicted, cache.size], [["b", "a"], 3]);
});

Deno.test("who is pinned stays, and goes with the next trim once it is not", () => {
  const cache = new DescriptorCache(1);
  const { all: [a, b, c], evicted } = holders("abc");
  a!.pins = 1;
  cache.add(a!);
  cache.add(b!);
  cache.add(c!);
  assertEquals([evicted, cache.size], [["b"], 2]);
  a!.pins = 0;
  cache.trim();
  assertEquals([evicted, cache.size], [["b", "a"], 1]);
});

Deno.test("who was just taken in stays, even when all others are pinned", () => {
  const cache = new DescriptorCache(1);
  const { all: [a, b], evicted } = holders("ab");
  a!.pins = 1;
  cache.add(a!);
  cache.add(b!);
  assertEquals([evicted, cache.size], [[], 2]);
});

Deno.test("holders may leave from the ends and the middle", () => {
  const cache = new DescriptorCache(10);
  const { all: [a, b, c, d], evicted } = holders("abcd");
  for (const holder of [a, b, c, d]) cache.add(holder!);
  cache.delete(b!);
  cache.delete(d!);
  cache.delete(a!);
  cache.add(a!);
  cache.trim(1);
  assertEquals([evicted, cache.size], [["c"], 1]);
  cache.delete(a!);
  assertEquals(cache.size, 0);
});
