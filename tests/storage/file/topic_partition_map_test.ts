import { assertEquals } from "@std/assert";
import { TopicPartitionMap, TopicPartitionSet } from "../../../storage/file/topic_partition_map.ts";

const a0 = { topic: "a", partition: 0 };
const a1 = { topic: "a", partition: 1 };

Deno.test("two objects that name the same partition are one key", () => {
  const map = new TopicPartitionMap([[a0, 1], [{ ...a0 }, 2], [a1, 3]]);
  assertEquals([map.size, map.get({ ...a0 }), map.has({ ...a1 })], [2, 2, true]);
  assertEquals([...map], [[a0, 2], [a1, 3]]);
  assertEquals([...map.keys()], [a0, a1]);
  assertEquals([...map.values()], [2, 3]);
  assertEquals([map.delete({ ...a0 }), map.delete(a0), map.get(a0)], [true, false, undefined]);
  map.clear();
  assertEquals([...map.entries()], []);
});

Deno.test("a topic whose name ends in a number is another key", () => {
  const map = new TopicPartitionMap([[{ topic: "a-1", partition: 2 }, 1]]);
  assertEquals(map.has({ topic: "a", partition: 12 }), false);
  assertEquals(map.has({ topic: "a-1-2", partition: 0 }), false);
});

Deno.test("a key keeps its place when its value changes, until it is moved to the end", () => {
  const map = new TopicPartitionMap([[a0, 1], [a1, 2]]);
  map.set(a0, 5);
  assertEquals([...map.values()], [5, 2]);
  map.moveToEnd({ ...a0 });
  map.moveToEnd({ topic: "b", partition: 0 });
  assertEquals([...map.values()], [2, 5]);
});

Deno.test("maps and sets are written as Java writes them", () => {
  assertEquals(`${new TopicPartitionMap([[a0, 5], [a1, 7]])}`, "{a-0=5, a-1=7}");
  assertEquals(`${new TopicPartitionSet([a0, a1])}`, "[a-0, a-1]");
});

Deno.test("a set has each partition once, and equals one with the same in another order", () => {
  const set = new TopicPartitionSet([a0, { ...a0 }, a1]);
  assertEquals([set.size, set.has({ ...a1 }), [...set]], [2, true, [a0, a1]]);
  assertEquals(set.equals(new TopicPartitionSet([a1, a0])), true);
  assertEquals(set.equals(new TopicPartitionSet([a1])), false);
  assertEquals(set.equals(new TopicPartitionSet([a1, { topic: "b", partition: 0 }])), false);
  assertEquals([set.delete({ ...a0 }), set.delete(a0)], [true, false]);
  set.clear();
  assertEquals(set.size, 0);
});
