import { assertEquals } from "@std/assert";
import { Throttler } from "../../../storage/cleaner/throttler.ts";
import { ManualClock } from "../../support/manual_env.ts";

Deno.test("work above the rate asks for the rest that makes up for it", async () => {
  const clock = new ManualClock();
  const throttler = new Throttler(clock, 1000, 300);
  assertEquals(throttler.observe(200), 0);
  await clock.advance(301);
  // 1000 units take 1000 ms at the rate, of which 301 have passed.
  assertEquals(throttler.observe(800), 699);
  await clock.advance(699);
  assertEquals(throttler.totalThrottledMs, 699);
  // A new period begins after the rest.
  assertEquals(throttler.observe(1), 0);
});

Deno.test("more at once than an interval allows asks for a rest at once", () => {
  const throttler = new Throttler(new ManualClock(), 1000, 300);
  assertEquals(throttler.observe(300), 0);
  assertEquals(throttler.observe(1), 301);
});

Deno.test("work below the rate asks for none", async () => {
  const clock = new ManualClock();
  const throttler = new Throttler(clock, 1000, 300);
  for (let i = 0; i < 10; i++) {
    assertEquals(throttler.observe(150), 0);
    await clock.advance(400);
  }
});

Deno.test("the rate can be changed, and no limit is none", async () => {
  const clock = new ManualClock();
  const throttler = new Throttler(clock, Infinity, 300);
  await clock.advance(400);
  assertEquals(throttler.observe(1e12), 0);
  throttler.updateDesiredRatePerSec(100);
  assertEquals(throttler.desiredRatePerSec, 100);
  await clock.advance(400);
  assertEquals(throttler.observe(100), 600);
});
