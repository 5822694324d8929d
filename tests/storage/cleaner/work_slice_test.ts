import { assertEquals, assertRejects } from "@std/assert";
import { WorkSlice } from "../../../storage/cleaner/work_slice.ts";
import { ManualClock } from "../../support/manual_env.ts";

Deno.test("a slice is over when its time is, which is looked at every 16 KiB", async () => {
  const clock = new ManualClock();
  const slice = new WorkSlice(clock, 4);
  assertEquals(slice.due(100_000), false);
  await clock.advance(5);
  assertEquals(slice.due(1000), false);
  assertEquals(slice.due(20_000), true);
  await slice.pause(0, undefined);
  assertEquals([slice.longestMs, slice.count], [5, 2]);
  assertEquals(slice.due(20_000), false);
});

Deno.test("a length of 0 gives way at every opportunity", () => {
  const slice = new WorkSlice(new ManualClock(), 0);
  assertEquals(slice.due(1), true);
});

Deno.test("time spent waiting does not count as work", async () => {
  const clock = new ManualClock();
  const slice = new WorkSlice(clock, 4);
  const waiting = slice.during(clock.sleep(1000));
  await clock.advance(1000);
  await waiting;
  assertEquals([slice.longestMs, slice.due(100_000)], [0, false]);
});

Deno.test("a pause ends with the signal's reason when that aborts", async () => {
  const slice = new WorkSlice(new ManualClock(), 4);
  await assertRejects(() => slice.pause(10, AbortSignal.abort(new RangeError("stop"))), RangeError);
});
