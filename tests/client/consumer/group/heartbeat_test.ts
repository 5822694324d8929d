import { assertEquals } from "@std/assert";
import { ExponentialBackoff } from "../../../../client/network/exponential_backoff.ts";
import { Heartbeat } from "../../../../client/consumer/group/heartbeat.ts";

function started(now = 0): Heartbeat {
  const heartbeat = new Heartbeat({
    intervalMs: 30,
    sessionTimeoutMs: 100,
    maxPollIntervalMs: 500,
    backoff: new ExponentialBackoff(5, 20, {
      next: () => 0.5,
      bytes: (length) => new Uint8Array(length),
    }),
  });
  heartbeat.reset(now);
  return heartbeat;
}

Deno.test("a heartbeat is due an interval after the last, answered or not", () => {
  const heartbeat = started(1000);
  assertEquals([heartbeat.isDue(1029), heartbeat.isDue(1030)], [false, true]);
  heartbeat.sent(1040);
  assertEquals([heartbeat.isDue(1069), heartbeat.isDue(1070)], [false, true]);
});

Deno.test("the session ends without answers, and begins again with each", () => {
  const heartbeat = started();
  assertEquals([heartbeat.isSessionExpired(99), heartbeat.isSessionExpired(100)], [false, true]);
  heartbeat.received(90);
  assertEquals([heartbeat.isSessionExpired(189), heartbeat.isSessionExpired(190)], [false, true]);
  heartbeat.resetSession(500);
  assertEquals(heartbeat.isSessionExpired(599), false);
});

Deno.test("only polls keep the user's time from ending", () => {
  const heartbeat = started();
  heartbeat.received(450);
  assertEquals([heartbeat.isPollExpired(499), heartbeat.isPollExpired(500)], [false, true]);
  heartbeat.polled(499);
  assertEquals([heartbeat.isPollExpired(998), heartbeat.isPollExpired(999)], [false, true]);
});

Deno.test("after failures the next comes sooner than an interval, and later each time, until one is answered", () => {
  const heartbeat = started();
  const waits: number[] = [];
  for (let i = 0; i < 4; i++) {
    heartbeat.failed(10);
    waits.push(heartbeat.nextIn(10));
  }
  heartbeat.received(10);
  heartbeat.failed(10);
  assertEquals([...waits, heartbeat.nextIn(10)], [5, 10, 20, 20, 5]);
});

Deno.test("the next thing to happen is the first of all", () => {
  const heartbeat = started();
  assertEquals(heartbeat.nextIn(0), 30);
  heartbeat.sent(95);
  assertEquals(heartbeat.nextIn(95), 5);
  assertEquals(heartbeat.nextIn(300), 0);
});
