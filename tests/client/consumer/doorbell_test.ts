import { assertEquals, assertRejects } from "@std/assert";
import { Doorbell } from "../../../client/consumer/doorbell.ts";
import { ManualClock } from "../../support/manual_env.ts";

Deno.test("all who wait are woken when it rings, and no timer is left", async () => {
  const clock = new ManualClock();
  const bell = new Doorbell();
  const waiting = Promise.all([bell.wait(clock, 1000), bell.wait(clock, Infinity)]);
  assertEquals(clock.sleeping, 1);
  bell.ring();
  await waiting;
  assertEquals(clock.sleeping, 0);
  bell.ring();
});

Deno.test("a wait ends when its time is over", async () => {
  const clock = new ManualClock();
  const bell = new Doorbell();
  let isOver = false;
  const waiting = bell.wait(clock, 1000).then(() => isOver = true);
  await clock.advance(999);
  assertEquals(isOver, false);
  await clock.advance(1);
  await waiting;
});

Deno.test("a wait ends with the signal's reason, and the others go on", async () => {
  const clock = new ManualClock();
  const bell = new Doorbell();
  const aborting = new AbortController();
  const other = bell.wait(clock, Infinity);
  const waiting = bell.wait(clock, Infinity, aborting.signal);
  const timed = bell.wait(clock, 50, aborting.signal);
  timed.catch(() => {});
  aborting.abort(new Error("enough"));
  await assertRejects(() => waiting, Error, "enough");
  await assertRejects(() => timed, Error, "enough");
  await assertRejects(() => bell.wait(clock, 1, aborting.signal), Error, "enough");
  assertEquals(clock.sleeping, 0);
  bell.ring();
  await other;
});
