import { assertEquals, assertThrows } from "@std/assert";
import {
  replicaSelector,
  type ReplicaView,
  selectByRack,
} from "../../../cluster/replication/replica_selector.ts";
import { InvalidConfigError } from "../../../storage/errors.ts";

function view(brokerId: number, rack: string | null, logEndOffset = 10, sinceCaughtUpMs = 0) {
  return { brokerId, rack, logEndOffset, sinceCaughtUpMs };
}

function selected(rackId: string, leader: ReplicaView, followers: ReplicaView[]): number {
  return selectByRack(rackId, leader, followers).brokerId;
}

Deno.test("a consumer reads in its rack, from the leader before others", () => {
  const followers = [view(2, "b"), view(3, "a"), view(4, null)];
  assertEquals(selected("a", view(1, "a"), followers), 1);
  assertEquals(selected("b", view(1, "a"), followers), 2);
  assertEquals(selected("c", view(1, "a"), followers), 1);
  assertEquals(selected("", view(1, "a"), followers), 1);
});

Deno.test("of several in the rack, the one with the most, then the latest, then the largest id", () => {
  const leader = view(1, "a", 20);
  assertEquals(selected("b", leader, [view(2, "b", 9), view(3, "b", 10)]), 3);
  assertEquals(selected("b", leader, [view(2, "b", 9, 1), view(3, "b", 9, 2)]), 2);
  assertEquals(selected("b", leader, [view(3, "b"), view(2, "b")]), 3);
});

Deno.test("Kafka's class names choose, and any other is refused", () => {
  assertEquals([replicaSelector(undefined), replicaSelector("")], [undefined, undefined]);
  const name = "org.apache.kafka.common.replica.RackAwareReplicaSelector";
  assertEquals(replicaSelector(name), selectByRack);
  assertThrows(
    () => replicaSelector("com.example.Mine"),
    InvalidConfigError,
    "Invalid value com.example.Mine for configuration replica.selector.class",
  );
});
