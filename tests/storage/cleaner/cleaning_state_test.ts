import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { CleaningStates } from "../../../storage/cleaner/cleaning_state.ts";

Deno.test("work begins and ends", () => {
  const states = new CleaningStates();
  assertEquals(states.get("a-0"), "none");
  const signal = states.begin("a-0");
  assertEquals([states.get("a-0"), states.inProgress, signal.aborted], [
    "in_progress",
    ["a-0"],
    false,
  ]);
  assertThrows(() => states.begin("a-0"), Error, "not free");
  assertEquals(states.end("a-0"), true);
  assertEquals(states.get("a-0"), "none");
  assertThrows(() => states.end("a-0"), Error, "should exist");
});

Deno.test("a pause aborts the work at once and waits for its end", async () => {
  const states = new CleaningStates();
  const signal = states.begin("a-0");
  let paused = false;
  const pausing = states.abortAndPause("a-0").then(() => paused = true);
  assertEquals([signal.aborted, states.get("a-0")], [true, "aborted"]);
  await Promise.resolve();
  assertEquals(paused, false);
  assertEquals(states.end("a-0"), false);
  await pausing;
  assertEquals(states.get("a-0"), "paused");
  assertThrows(() => states.begin("a-0"), Error, "not free");
  assertThrows(() => states.end("a-0"), Error, "cannot be in state: paused");
  states.resume("a-0");
  assertEquals(states.get("a-0"), "none");
});

Deno.test("pauses count, also those that come while the work ends", async () => {
  const states = new CleaningStates();
  states.begin("a-0");
  const pausing = [states.abortAndPause("a-0"), states.abortAndPause("a-0")];
  states.end("a-0");
  await Promise.all(pausing);
  await states.abortAndPause("a-0");
  assertEquals(states.pausedCount("a-0"), 3);
  states.resume("a-0");
  states.resume("a-0");
  assertEquals(states.get("a-0"), "paused");
  states.resume("a-0");
  assertEquals([states.get("a-0"), states.pausedCount("a-0")], ["none", 0]);
  assertThrows(() => states.resume("a-0"), Error, "not paused");
});

Deno.test("nothing is resumed that is being worked on", () => {
  const states = new CleaningStates();
  states.begin("a-0");
  assertThrows(() => states.resume("a-0"), Error, "cannot be resumed");
});

Deno.test("one can wait until nobody works on a log", async () => {
  const states = new CleaningStates();
  await states.settled("a-0");
  states.begin("a-0");
  let settled = false;
  const waiting = states.settled("a-0").then(() => settled = true);
  await Promise.resolve();
  assertEquals(settled, false);
  states.end("a-0");
  await waiting;
});

Deno.test("stopping aborts all work and pauses nothing", async () => {
  const states = new CleaningStates();
  const signals = [states.begin("a-0"), states.begin("b-0")];
  states.stopAll();
  for (const signal of signals) {
    assert(signal.aborted);
    await assertRejects(() => Promise.reject(signal.reason), DOMException, "shutdown");
  }
  assertEquals([states.end("a-0"), states.end("b-0"), states.get("a-0")], [true, true, "none"]);
});
