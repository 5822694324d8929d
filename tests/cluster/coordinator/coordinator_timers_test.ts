import { assertEquals } from "@std/assert";
import { CoordinatorTimers } from "../../../cluster/coordinator/coordinator_timers.ts";
import { ManualClock } from "../../support/manual_env.ts";

function timers() {
  const clock = new ManualClock();
  const expired: string[] = [];
  const made = new CoordinatorTimers(clock, (owner, key) => {
    expired.push(`${(owner as { name: string }).name} ${key} ${clock.monotonic()}`);
  });
  return { clock, expired, timers: made, a: { name: "a" }, b: { name: "b" } };
}

Deno.test("timers go off in the order of their times, those of all owners by one sleep", async () => {
  const { clock, expired, timers: all, a, b } = timers();
  all.set(a, "late", 300);
  all.set(b, "early", 100);
  all.set(a, "middle", 200);
  await clock.advance(250);
  assertEquals(expired, ["b early 100", "a middle 200"]);
  assertEquals([all.size, clock.sleeping], [1, 1]);
  await clock.advance(50);
  assertEquals(expired.at(-1), "a late 300");
  assertEquals([all.size, clock.sleeping], [0, 0]);
});

Deno.test("a timer that is set again goes off once, at its new time", async () => {
  const { clock, expired, timers: all, a } = timers();
  all.set(a, "session", 100);
  await clock.advance(90);
  all.set(a, "session", 100);
  await clock.advance(90);
  assertEquals(expired, []);
  await clock.advance(10);
  assertEquals(expired, ["a session 190"]);
});

Deno.test("a timer that is stopped does not go off, nor do those of an owner that is gone", async () => {
  const { clock, expired, timers: all, a, b } = timers();
  all.set(a, "one", 10);
  all.set(a, "two", 20);
  all.set(b, "one", 30);
  all.cancel(a, "one");
  all.cancel(a, "none");
  all.cancelAll(a);
  await clock.advance(100);
  assertEquals(expired, ["b one 30"]);
});

Deno.test("after the close nothing sleeps, and nothing is set", async () => {
  const { clock, expired, timers: all, a } = timers();
  all.set(a, "one", 10);
  all.close();
  all.set(a, "two", 10);
  await clock.advance(100);
  assertEquals([expired, clock.sleeping, all.size], [[], 0, 0]);
});
