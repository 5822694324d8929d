import { assertEquals, assertThrows } from "@std/assert";
import { JavaException } from "../../../client/cli/java_exception.ts";
import { moveMap, movingBrokers, throttledReplicas } from "../../../client/cli/partition_moves.ts";
import { TopicPartitionMap } from "../../../storage/file/topic_partition_map.ts";

const foo = (partition: number) => ({ topic: "foo", partition });

Deno.test("brokers that have a partition give, and those that are new to it get", () => {
  const moves = moveMap(
    new TopicPartitionMap(),
    new TopicPartitionMap([[foo(0), [1, 2, 3]], [foo(1), [4]]]),
    new TopicPartitionMap([[foo(0), [0, 1]], [foo(1), [4]]]),
  );
  assertEquals([...throttledReplicas(moves, "sources")], [["foo", "0:0,0:1,1:4"]]);
  assertEquals([...throttledReplicas(moves, "destinations")], [["foo", "0:2,0:3"]]);
  assertEquals(movingBrokers(moves), [0, 1, 2, 3, 4]);
});

Deno.test("a move under way keeps its sources, and stays throttled when it is no part of the plan", () => {
  const underWay = new TopicPartitionMap([
    [foo(0), { replicas: [1, 2, 3], addingReplicas: [3], removingReplicas: [1] }],
    [{ topic: "bar", partition: 7 }, {
      replicas: [5, 6],
      addingReplicas: [6],
      removingReplicas: [],
    }],
  ]);
  const moves = moveMap(
    underWay,
    new TopicPartitionMap([[foo(0), [2, 4]]]),
    new TopicPartitionMap([[foo(0), [1, 2, 3]]]),
  );
  assertEquals(Object.fromEntries(throttledReplicas(moves, "sources")), {
    foo: "0:1,0:2",
    bar: "7:5",
  });
  assertEquals(Object.fromEntries(throttledReplicas(moves, "destinations")), {
    foo: "0:4",
    bar: "7:6",
  });
});

Deno.test("a partition that is nowhere cannot move", () => {
  assertThrows(
    () =>
      moveMap(
        new TopicPartitionMap(),
        new TopicPartitionMap([[foo(3), [1]]]),
        new TopicPartitionMap(),
      ),
    JavaException,
    "Trying to reassign a topic partition foo-3 with 0 replicas",
  );
});
