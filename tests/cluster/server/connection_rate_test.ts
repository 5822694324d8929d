import { assert, assertEquals } from "@std/assert";
import { ConnectionRate } from "../../../cluster/server/connection_rate.ts";

Deno.test("after quiet, ten seconds' worth may come at once, then they are held back", () => {
  const rate = new ConnectionRate();
  const delays = Array.from({ length: 110 }, () => rate.record(10, 5000));
  assertEquals(delays.slice(0, 100).filter((delay) => delay > 0), []);
  assert(delays.slice(100).every((delay) => delay > 0 && delay <= 1000), String(delays));
  assertEquals(delays[100], 100);
});

Deno.test("what comes at the rate is never held back, what comes faster is brought to it", () => {
  const steady = new ConnectionRate();
  for (let i = 0; i < 1000; i++) assertEquals(steady.record(10, i * 101), 0);
  const fast = new ConnectionRate();
  let now = 0;
  let taken = 0;
  for (; now < 100_000; taken++) now += 1 + fast.record(10, now);
  // A hundred of them are those that come at once in the beginning.
  assert(taken > 1000 && taken <= 1200, String(taken));
});

Deno.test("old events are forgotten", () => {
  const rate = new ConnectionRate();
  for (let i = 0; i < 100; i++) rate.record(10, 0);
  assertEquals(rate.record(10, 11_000), 0);
});

Deno.test("a rate of nothing lets one through a second", () => {
  assertEquals(new ConnectionRate().record(0, 0), 1000);
});
