import { assertEquals, assertRejects } from "@std/assert";
import { Deadline, withDeadline } from "../../../client/network/deadline.ts";
import type { KafkaError } from "../../../client/protocol/error_codes.ts";
import { ManualClock } from "../../support/manual_env.ts";

Deno.test("a wait ends with its promise, or with the signal's reason", async () => {
  const controller = new AbortController();
  assertEquals(await withDeadline(Promise.resolve(1), undefined), 1);
  assertEquals(await withDeadline(Promise.resolve(1), controller.signal), 1);
  const never = new Promise<number>(() => {});
  const wait = withDeadline(never, controller.signal);
  controller.abort(new Error("enough"));
  await assertRejects(() => wait, Error, "enough");
  await assertRejects(() => withDeadline(never, controller.signal), Error, "enough");
});

Deno.test("a promise that fails after the wait was given up does no harm", async () => {
  const controller = new AbortController();
  const work = Promise.withResolvers<number>();
  const wait = withDeadline(work.promise, controller.signal);
  controller.abort(new Error("enough"));
  work.reject(new Error("late"));
  await assertRejects(() => wait, Error, "enough");
});

Deno.test("a deadline aborts when its time is over, and leaves no timer behind", async () => {
  const clock = new ManualClock();
  {
    using deadline = new Deadline(clock, 100, "Too late");
    assertEquals(deadline.at, 100);
    await clock.advance(99);
    assertEquals(deadline.signal.aborted, false);
    await clock.advance(1);
    const { reason } = deadline.signal;
    assertEquals([(reason as KafkaError).code, reason.message], ["REQUEST_TIMED_OUT", "Too late"]);
  }
  {
    using _deadline = new Deadline(clock, 100, "Too late");
    assertEquals(clock.sleeping, 1);
  }
  await clock.advance(0);
  assertEquals(clock.sleeping, 0);
});

Deno.test("a deadline ends with the other signal as well", () => {
  const controller = new AbortController();
  using deadline = new Deadline(new ManualClock(), 100, "Too late", controller.signal);
  controller.abort("enough");
  assertEquals(deadline.signal.reason, "enough");
});
