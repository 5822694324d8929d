import { assertEquals } from "@std/assert";
import { TopicQueues } from "../../../client/producer/topic_queues.ts";
import { batchOf, topicOf } from "../../support/producer_parts.ts";

function queues(isAdaptive: boolean, slow: readonly number[] = [], picks = [0]): TopicQueues {
  return new TopicQueues("orders", {
    random: { next: () => picks.shift() ?? 0, bytes: () => new Uint8Array() },
    batchSize: 100,
    isAdaptive,
    isSlow: (id) => slow.includes(id),
  });
}

/** Fills queues of partitions with so many batches each. */
function fill(topic: TopicQueues, sizes: readonly number[]): void {
  sizes.forEach((size, partition) => {
    const queue = topic.queue(partition);
    for (let i = 0; i < size; i++) queue.batches.push(batchOf(["v"], { queue }));
  });
}

Deno.test("the queue of a partition is always the same", () => {
  const topic = queues(true);
  assertEquals(topic.queue(2), topic.queue(2));
  assertEquals(topic.queue(2).name, "orders-2");
});

Deno.test("partitions with short queues are preferred once all have had a batch", () => {
  const metadata = topicOf("orders", [1, 2]);
  const early = queues(true, [], [0.3]);
  fill(early, [5]);
  assertEquals(early.sticky.current(metadata), 0);
  // Weights 1 and 6: 0.3 of 7 is beyond the first.
  const late = queues(true, [], [0.3]);
  fill(late, [5, 0]);
  assertEquals(late.sticky.current(metadata), 1);
  const even = queues(false, [], [0.3]);
  fill(even, [5, 0]);
  assertEquals(even.sticky.current(metadata), 0);
});

Deno.test("partitions of slow brokers, and those without a leader, are passed over", () => {
  const slow = queues(true, [1], [0]);
  fill(slow, [1, 1]);
  assertEquals(slow.sticky.current(topicOf("orders", [1, 2])), 1);
  const lost = queues(true, [], [0]);
  fill(lost, [1, 1]);
  assertEquals(lost.sticky.current(topicOf("orders", [-1, 2])), 1);
});
