import { assertEquals } from "@std/assert";
import { byTopic, numbersByTopic, toldPartitions } from "../../../client/admin/by_topic.ts";

const partitions = [
  { topic: "a", partition: 1 },
  { topic: "b", partition: 0 },
  { topic: "a", partition: 0 },
];

Deno.test("partitions of a topic come together, in their order", () => {
  assertEquals(numbersByTopic(partitions), [
    { name: "a", partitions: [1, 0] },
    { name: "b", partitions: [0] },
  ]);
  assertEquals(byTopic(partitions, ({ partition }) => ({ id: partition }))[1], {
    name: "b",
    partitions: [{ id: 0 }],
  });
});

Deno.test("what is told of partitions has their topics", () => {
  const told = [{ name: "a", partitions: [{ partitionIndex: 3, x: 1 }] }];
  assertEquals([...toldPartitions(told)], [
    [{ topic: "a", partition: 3 }, { partitionIndex: 3, x: 1 }],
  ]);
});
