import { assertEquals } from "@std/assert";
import { TransactionalQueue } from "../../../client/producer/transactional_queue.ts";
import { TransactionalResult } from "../../../client/producer/transactional_result.ts";

const request = (name: string, priority: number) => ({
  name,
  priority,
  result: new TransactionalResult(name),
  exchange: () => Promise.reject(new Error()),
});

Deno.test("requests go by priority, then in the order that they came in, one at a time", () => {
  const queue = new TransactionalQueue();
  const [end, first, second] = [request("end", 3), request("1", 2), request("2", 2)];
  for (const one of [end, first, second]) queue.add(one);
  assertEquals([queue.peek(), queue.nextAtMs], [first, -Infinity]);
  assertEquals([queue.send(), queue.isBusy, queue.nextAtMs], [first, true, Infinity]);
  assertEquals([queue.done(second), queue.done(first), queue.isBusy], [false, true, false]);
  queue.drop();
  assertEquals(queue.peek(), end);
});

Deno.test("a request that failed waits", () => {
  const queue = new TransactionalQueue();
  queue.add(request("1", 2), 500);
  assertEquals([queue.nextAtMs, queue.isEmpty], [500, false]);
});

Deno.test("giving up tells all, the one on its way as well", () => {
  const queue = new TransactionalQueue();
  const both = [request("1", 1), request("2", 2)];
  for (const one of both) queue.add(one);
  queue.send();
  const error = new Error("over");
  queue.abort(error);
  assertEquals(both.map(({ result }) => result.error), [error, error]);
  assertEquals([queue.isEmpty, queue.peek()], [true, undefined]);
});
