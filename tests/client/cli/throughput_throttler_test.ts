import { assert, assertEquals, assertRejects } from "@std/assert";
import { ThroughputThrottler } from "../../../client/cli/throughput_throttler.ts";
import { ManualClock } from "../../support/manual_env.ts";

/** Does things as often as a throttler lets it; returns how many were done when the time is over. */
async function done(perSecond: number, ms: number, atMost: number): Promise<number> {
  const clock = new ManualClock();
  const throttler = new ThroughputThrottler(clock, perSecond);
  let count = 0;
  const doing = (async () => {
    while (count < atMost) {
      if (throttler.shouldThrottle(count++, clock.now())) await throttler.throttle();
      // Each takes a hundredth of a millisecond.
      else if (count % 100 === 0) await clock.sleep(1);
    }
  })();
  await clock.advance(ms);
  if (count < atMost) return count;
  await doing;
  return count;
}

Deno.test("a rate is held on average", async () => {
  for (const rate of [20, 1000, 10_000]) {
    const count = await done(rate, 10_000, 1_000_000);
    assert(Math.abs(count - 10 * rate) <= Math.max(110, rate / 10), `${rate}: ${count}`);
  }
});

Deno.test("below zero there is no limit, and zero is none at all", async () => {
  assertEquals(await done(-1, 1000, 5000), 5000);
  const stopped = await done(0, 1_000_000, 5000);
  assert(stopped < 500, `${stopped}`);
});

Deno.test("who waits may be told to stop", async () => {
  const stop = new AbortController();
  const waiting = new ThroughputThrottler(new ManualClock(), 0).throttle(stop.signal);
  stop.abort(new Error("enough"));
  await assertRejects(() => waiting, Error, "enough");
});
