import { assertEquals, assertRejects } from "@std/assert";
import { TransactionalResult } from "../../../client/producer/transactional_result.ts";
import { KafkaError } from "../../../client/protocol/error_codes.ts";
import { ManualClock } from "../../support/manual_env.ts";

Deno.test("an outcome is waited for, and that it was told is known", async () => {
  const clock = new ManualClock();
  const result = new TransactionalResult("EndTxn(true)");
  const late = assertRejects(
    () => result.wait(clock, 100, "Why.", undefined),
    KafkaError,
    "Timeout expired after 100ms while awaiting EndTxn(true). Why.",
  );
  await clock.advance(100);
  await late;
  assertEquals([result.isAcked, result.isCompleted], [false, false]);
  result.done();
  await result.wait(clock, 100, "Why.", undefined);
  assertEquals([result.isAcked, result.isCompleted, clock.sleeping], [true, true, 0]);
});

Deno.test("a failure is told to everyone who waits", async () => {
  const result = new TransactionalResult("x");
  result.fail(new Error("no"));
  await assertRejects(() => result.wait(new ManualClock(), 100, "", undefined), Error, "no");
  assertEquals([result.error?.message, result.isAcked], ["no", true]);
});

Deno.test("a signal ends the wait, not what is waited for", async () => {
  const result = new TransactionalResult("x");
  const stop = new AbortController();
  const stopped = assertRejects(
    () => result.wait(new ManualClock(), 100, "", stop.signal),
    Error,
    "enough",
  );
  stop.abort(new Error("enough"));
  await stopped;
  assertEquals([result.isAcked, result.isCompleted], [false, false]);
});
