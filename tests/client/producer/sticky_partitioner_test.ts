import { assert, assertEquals } from "@std/assert";
import {
  type PartitionLoad,
  StickyPartitioner,
} from "../../../client/producer/sticky_partitioner.ts";
import { SeededRandom } from "../../support/manual_env.ts";
import { topicOf } from "../../support/producer_parts.ts";

function partitioner(load?: PartitionLoad, next?: () => number): StickyPartitioner {
  const random = new SeededRandom(3);
  return new StickyPartitioner({
    stickyBytes: 100,
    random: next === undefined ? random : { next, bytes: () => new Uint8Array() },
    load: () => load,
  });
}

Deno.test("a partition is kept until it has had the bytes of a batch, and none without a leader is chosen", () => {
  const topic = topicOf("t", [1, -1, 1, 1]);
  const sticky = partitioner();
  const chosen = new Set<number>();
  for (let i = 0; i < 50; i++) {
    const current = sticky.current(topic);
    chosen.add(current);
    sticky.appended(60, true, topic);
    assertEquals(sticky.current(topic), current);
    sticky.appended(60, true, topic);
  }
  assertEquals([...chosen].sort(), [0, 2, 3]);
});

Deno.test("a change waits for batches to be full, up to twice the bytes of one", () => {
  const topic = topicOf("t", [1, 1]);
  const picks = [0.1, 0.9, 0.1];
  const sticky = partitioner(undefined, () => picks.shift()!);
  assertEquals(sticky.current(topic), 0);
  sticky.appended(150, false, topic);
  assertEquals(sticky.current(topic), 0);
  sticky.appended(0, true, topic);
  assertEquals(sticky.current(topic), 1);
  sticky.appended(200, false, topic);
  assertEquals(sticky.current(topic), 0);
});

Deno.test("without any leader all partitions can be chosen", () => {
  const sticky = partitioner(undefined, () => 0.99);
  assertEquals(sticky.current(topicOf("t", [-1, -1, -1])), 2);
});

Deno.test("the longer the queue of a partition, the less often it is chosen", () => {
  // Kafka's own example: queues of 0, 3 and 1 give the sums 4, 5 and 8.
  const load = { partitions: [0, 1, 2], queueSizes: [0, 3, 1], hasExcluded: false };
  const topic = topicOf("t", [1, 1, 1]);
  const chosen = Array.from({ length: 8 }, (_, i) => partitioner(load, () => i / 8).current(topic));
  assertEquals(chosen, [0, 0, 0, 0, 1, 2, 2, 2]);
});

Deno.test("with equal queues the choice is even, unless a partition is passed over", () => {
  const topic = topicOf("t", [1, 1, 1]);
  const even = { partitions: [0, 1, 2], queueSizes: [2, 2, 2], hasExcluded: false };
  assertEquals(partitioner(even, () => 0.99).current(topic), 2);
  const excluded = { partitions: [0, 1], queueSizes: [2, 2], hasExcluded: true };
  for (let i = 0; i < 10; i++) {
    assert(partitioner(excluded, () => i / 10).current(topic) < 2);
  }
});
