import { assertEquals } from "@std/assert";
import { Alarm } from "../../../client/network/alarm.ts";
import { ManualClock } from "../../support/manual_env.ts";

Deno.test("the alarm rings once, at the time that it was last set to", async () => {
  const clock = new ManualClock();
  const rings: number[] = [];
  const alarm = new Alarm(clock, () => rings.push(clock.monotonic()));
  alarm.set(100);
  alarm.noLaterThan(200);
  alarm.noLaterThan(50);
  await clock.advance(300);
  assertEquals(rings, [50]);
  alarm.set(400);
  alarm.set(500);
  await clock.advance(400);
  assertEquals(rings, [50, 500]);
});

Deno.test("an alarm that is stopped, or set to never, does not ring, and leaves no timer", async () => {
  const clock = new ManualClock();
  const rings: number[] = [];
  const alarm = new Alarm(clock, () => rings.push(clock.monotonic()));
  alarm.set(100);
  alarm.set(Infinity);
  await clock.advance(200);
  alarm.set(300);
  alarm.stop();
  assertEquals([clock.sleeping, rings.length], [0, 0]);
  await clock.advance(200);
  assertEquals(rings, []);
});

Deno.test("a time that is over rings soon", async () => {
  const clock = new ManualClock();
  let rings = 0;
  const alarm = new Alarm(clock, () => rings++);
  await clock.advance(10);
  alarm.set(5);
  assertEquals(rings, 0);
  await clock.advance(1);
  assertEquals(rings, 1);
});
