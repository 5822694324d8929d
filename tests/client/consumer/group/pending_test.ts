import { assertEquals } from "@std/assert";
import { Pending } from "../../../../client/consumer/group/pending.ts";

Deno.test("what is under way has no outcome; what is done has one, and tells so", async () => {
  const work = Promise.withResolvers<number>();
  let rings = 0;
  const pending = new Pending(work.promise, () => rings++);
  await Promise.resolve();
  assertEquals([pending.outcome, rings], [undefined, 0]);
  work.resolve(7);
  await work.promise;
  assertEquals([pending.outcome, rings], [{ value: 7 }, 1]);
});

Deno.test("a failure is an outcome, and nobody else hears of it", async () => {
  const error = new Error("no");
  const rung = Promise.withResolvers<void>();
  const pending = new Pending(Promise.reject(error), rung.resolve);
  await rung.promise;
  assertEquals(pending.outcome, { error });
});
