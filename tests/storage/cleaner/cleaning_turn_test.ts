import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  cleaningAborted,
  CleaningTurn,
  isCleaningAborted,
} from "../../../storage/cleaner/cleaning_turn.ts";
import { Throttler } from "../../../storage/cleaner/throttler.ts";
import { append, openCompactedLog } from "../../support/compacted_log.ts";
import { manualEnv } from "../../support/manual_env.ts";

function setup(signal?: AbortSignal, rate = Infinity) {
  const env = manualEnv();
  const log = openCompactedLog(env);
  for (let i = 0; i < 30; i++) append(log, i, i);
  const turn = new CleaningTurn(env, log, new Throttler(env.clock, rate, 100), signal);
  return { env, log, turn };
}

Deno.test("a segment that is what it was passes", () => {
  const { log, turn } = setup();
  turn.watch(log.segments.values());
  for (const segment of log.segments.values()) turn.checkSegment(segment);
  turn.checkAll();
  log.close();
});

Deno.test("a segment that was truncated, replaced or renamed does not pass", () => {
  for (
    const change of [
      (log: ReturnType<typeof setup>["log"]) =>
        log.truncateTo(log.segments.values()[0]!.baseOffset + 2),
      (log: ReturnType<typeof setup>["log"]) => log.truncateFullyAndStartAt(0),
      (log: ReturnType<typeof setup>["log"]) => log.renameDir("events-0.x-future"),
    ]
  ) {
    const { log, turn } = setup();
    const first = log.segments.values()[0]!;
    turn.watch([first]);
    change(log);
    const error = assertThrows(() => turn.checkSegment(first), DOMException, "has changed");
    assertEquals(isCleaningAborted(error), true);
    assertThrows(() => turn.checkAll(), DOMException);
    turn.unwatch([first]);
    turn.checkAll();
    log.close();
  }
});

Deno.test("a segment that was truncated and has grown to its old size does not pass", () => {
  const env = manualEnv();
  const log = openCompactedLog(env);
  append(log, "a", "old");
  append(log, "b", "old");
  const segment = log.activeSegment;
  const turn = new CleaningTurn(env, log, new Throttler(env.clock, Infinity, 100), undefined);
  turn.watch([segment]);
  const { size } = segment;
  log.truncateTo(1);
  append(log, "c", "new");
  assertEquals([log.activeSegment === segment, segment.size], [true, size]);
  assertThrows(() => turn.checkSegment(segment), DOMException, "has changed");
  log.close();
});

Deno.test("an aborted signal ends every wait and every check", async () => {
  const controller = new AbortController();
  const { log, turn } = setup(controller.signal);
  turn.watch(log.segments.values());
  controller.abort(cleaningAborted("test"));
  assertThrows(() => turn.checkAll(), DOMException, "test");
  await assertRejects(() => turn.giveWay(), DOMException, "test");
  assertEquals(isCleaningAborted(controller.signal.reason), true);
  assertEquals(isCleaningAborted(new Error("AbortError")), false);
  log.close();
});

Deno.test("more bytes than allowed are paid for with a rest", async () => {
  const { env, log, turn } = setup(undefined, 1000);
  await env.clock.advance(200);
  let done = false;
  const resting = turn.throttle(1000).then(() => done = true);
  await env.clock.advance(799);
  assertEquals(done, false);
  await env.clock.advance(1);
  await resting;
  log.close();
});
