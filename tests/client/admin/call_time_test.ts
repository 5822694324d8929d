import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { CallTime } from "../../../client/admin/call_time.ts";
import { KafkaError } from "../../../client/protocol/error_codes.ts";
import { ManualClock } from "../../support/manual_env.ts";

const never = new AbortController().signal;

Deno.test("a call's time is its own, or the default", async () => {
  const clock = new ManualClock(1000);
  using own = new CallTime(clock, 50, { timeoutMs: 10 }, never);
  using usual = new CallTime(clock, 50, {}, never);
  assertEquals([own.deadlineMs, usual.deadlineMs], [1010, 1050]);
  await clock.advance(20);
  assertEquals([own.isOver, own.signal.aborted, usual.isOver], [true, true, false]);
  assertEquals([own.remainingMs, usual.remainingMs], [0, 30]);
});

Deno.test("a wait ends with the time", async () => {
  const clock = new ManualClock();
  using time = new CallTime(clock, 50, {}, never);
  const waiting = assertRejects(() => time.sleep(100, "listTopics"), KafkaError);
  await clock.advance(60);
  const error = await waiting;
  assertEquals(error.code, "REQUEST_TIMED_OUT");
  assertEquals(error.message, "Timed out waiting for a node assignment. Call: listTopics");
  await clock.advance(0);
});

Deno.test("a wait ends with the user's signal, with its reason", async () => {
  const clock = new ManualClock();
  const user = new AbortController();
  using time = new CallTime(clock, 50, { signal: user.signal }, never);
  const waiting = assertRejects(() => time.sleep(10, "listTopics"), Error, "enough");
  assertEquals(time.wasAborted, false);
  user.abort(new Error("enough"));
  await waiting;
  assert(time.wasAborted);
  assertThrows(() => new CallTime(clock, 50, { signal: user.signal }, never), Error, "enough");
});

Deno.test("a wait ends with the client", async () => {
  const clock = new ManualClock();
  const closing = new AbortController();
  using time = new CallTime(clock, 50, {}, closing.signal);
  const waiting = assertRejects(() => time.sleep(10, "listTopics"), KafkaError, "has exited");
  closing.abort();
  await waiting;
  assertEquals(time.isClosing, true);
});

Deno.test("when it is disposed of its timer ends", () => {
  const clock = new ManualClock();
  {
    using _time = new CallTime(clock, 50, {}, never);
    assertEquals(clock.sleeping, 1);
  }
  assertEquals(clock.sleeping, 0);
});
