import { assertEquals, assertRejects } from "@std/assert";
import {
  type InFlightRequest,
  InFlightRequests,
} from "../../../client/network/in_flight_requests.ts";
import { manualEnv } from "../../support/manual_env.ts";

function setUp(capacity = 10) {
  const { clock } = manualEnv();
  const overdue: number[] = [];
  const requests = new InFlightRequests(
    clock,
    capacity,
    ({ correlationId }) => overdue.push(correlationId),
  );
  const failed: number[] = [];
  const request = (correlationId: number): InFlightRequest => ({
    correlationId,
    answer: () => {},
    fail: () => failed.push(correlationId),
  });
  return { clock, requests, request, overdue, failed };
}

Deno.test("requests come out in the order in which they went in", () => {
  const { requests, request } = setUp();
  for (const number of [4, 5, 6]) {
    requests.reserve();
    requests.add(request(number), 1000);
  }
  assertEquals([1, 2, 3, 4].map(() => requests.next()?.correlationId), [4, 5, 6, undefined]);
  requests.failAll(new Error());
});

Deno.test("no more are in flight than may be, and places are given in order", async () => {
  const { requests, request } = setUp(1);
  assertEquals(requests.reserve(), undefined);
  requests.add(request(1), 1000);
  const order: number[] = [];
  const waiting = [2, 3].map((number) => requests.reserve()!.then(() => order.push(number)));
  requests.next();
  await Promise.resolve();
  await Promise.resolve();
  assertEquals(order, [2]);
  requests.release();
  await Promise.all(waiting);
  assertEquals(order, [2, 3]);
  requests.failAll(new Error());
});

Deno.test("a request that is overdue is noticed, with one timer for all", async () => {
  const { clock, requests, request, overdue } = setUp();
  for (const [number, timeout] of [[1, 5000], [2, 3000]] as const) {
    requests.reserve();
    requests.add(request(number), timeout);
  }
  await clock.advance(2900);
  assertEquals([overdue, clock.sleeping], [[], 1]);
  await clock.advance(200);
  assertEquals(overdue, [2]);
  requests.failAll(new Error());
});

Deno.test("when all fail, all are told, and nothing sleeps any more", async () => {
  const { clock, requests, request, failed } = setUp(1);
  requests.reserve();
  requests.add(request(1), 1000);
  const waiting = requests.reserve();
  requests.failAll(new Error());
  await waiting;
  await clock.advance(0);
  assertEquals([failed, requests.size, clock.sleeping], [[1], 0, 0]);
});

Deno.test("whoever gives up its wait for a place leaves the others theirs", async () => {
  const { requests, request } = setUp(1);
  requests.reserve();
  requests.add(request(1), 1000);
  const abort = new AbortController();
  const first = requests.reserve(abort.signal)!;
  let isTaken = false;
  const second = requests.reserve()!.then(() => isTaken = true);
  abort.abort(new Error("enough"));
  await assertRejects(() => first, Error, "enough");
  assertEquals(isTaken, false);
  requests.next();
  await second;
  requests.release();
  assertEquals(requests.reserve(), undefined);
});
