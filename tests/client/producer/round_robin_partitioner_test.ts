import { assertEquals } from "@std/assert";
import { RoundRobinPartitioner } from "../../../client/producer/round_robin_partitioner.ts";
import { topicOf } from "../../support/producer_parts.ts";

const record = (topic: string) => ({
  topic,
  key: null,
  keyBytes: null,
  value: null,
  valueBytes: null,
});

Deno.test("records go to the partitions with leaders in turn, each topic on its own", () => {
  const partitioner = new RoundRobinPartitioner();
  const a = topicOf("a", [1, -1, 2]);
  const b = topicOf("b", [-1, -1]);
  const chosen = Array.from({ length: 4 }, () => partitioner.partition(record("a"), a));
  assertEquals(chosen, [0, 2, 0, 2]);
  assertEquals([0, 1, 2].map(() => partitioner.partition(record("b"), b)), [0, 1, 0]);
});
