import { assertEquals, assertThrows } from "@std/assert";
import { Outcomes } from "../../../client/admin/admin_results.ts";
import { topicPartitionKey } from "../../../storage/file/file_names.ts";

const p = (partition: number) => ({ topic: "orders", partition });

function mixed() {
  const outcomes = new Outcomes(topicPartitionKey, [p(0), p(1), p(2), p(1)]);
  outcomes.complete(p(0), "zero");
  outcomes.fail(p(1), new RangeError("one"));
  assertEquals(outcomes.left, [p(2)]);
  outcomes.failRest((key) => new TypeError(topicPartitionKey(key)));
  return outcomes;
}

Deno.test("each key has its value or throws its error", () => {
  const results = mixed().results();
  assertEquals(results.get(p(0)), "zero");
  assertThrows(() => results.get(p(1)), RangeError, "one");
  assertEquals(results.error(p(2))?.message, "orders-2");
  assertEquals(results.error(p(0)), undefined);
  assertEquals([results.size, results.has(p(2)), results.has(p(3))], [3, true, false]);
  assertEquals(results.values(), ["zero"]);
});

Deno.test("keys keep their order, and all of them throw the first error", () => {
  const results = mixed().results();
  assertEquals(results.keys(), [p(0), p(1), p(2)]);
  assertEquals([...results].map(([, { error }]) => error?.message), [undefined, "one", "orders-2"]);
  assertThrows(() => results.all(), RangeError, "one");
});

Deno.test("the values of all can be had by keys that are other objects", () => {
  const outcomes = new Outcomes<{ topic: string; partition: number }, number>(
    topicPartitionKey,
    [p(0)],
  );
  outcomes.complete(p(0), 5);
  outcomes.complete(p(0), 6);
  outcomes.complete(p(9), 7);
  assertEquals(outcomes.results().all().get(p(0)), 5);
  assertEquals(new Map(outcomes.results().all()).size, 1);
});

Deno.test("a key that was not asked for is told", () => {
  assertThrows(() => mixed().results().get(p(7)), RangeError, "Not asked for: orders-7");
  assertThrows(() => mixed().results().error(p(7)), RangeError, "orders-7");
});
