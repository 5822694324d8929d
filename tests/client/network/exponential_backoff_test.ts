import { assert, assertEquals } from "@std/assert";
import { ExponentialBackoff } from "../../../client/network/exponential_backoff.ts";
import { SeededRandom } from "../../support/manual_env.ts";

function always(value: number): { next(): number; bytes(length: number): Uint8Array } {
  return { next: () => value, bytes: (length) => new Uint8Array(length) };
}

Deno.test("waits double up to the longest", () => {
  const backoff = new ExponentialBackoff(100, 1000, always(0.5));
  assertEquals([0, 1, 2, 3, 4, 60].map((n) => backoff.after(n)), [100, 200, 400, 800, 1000, 1000]);
});

Deno.test("waits are up to a fifth shorter or longer, and never above the longest", () => {
  assertEquals(new ExponentialBackoff(100, 1000, always(0)).after(0), 80);
  assertEquals(new ExponentialBackoff(100, 1000, always(0.9999)).after(0), 119);
  const backoff = new ExponentialBackoff(100, 1000, new SeededRandom(1));
  for (let n = 0; n < 100; n++) {
    const wait = backoff.after(9);
    assert(wait >= 800 && wait <= 1000, String(wait));
  }
});

Deno.test("a first wait above the longest is the longest", () => {
  assertEquals(new ExponentialBackoff(500, 100, always(0.5)).after(0), 100);
});

Deno.test("no wait stays no wait", () => {
  assertEquals(new ExponentialBackoff(0, 1000, always(0.5)).after(5), 0);
});
