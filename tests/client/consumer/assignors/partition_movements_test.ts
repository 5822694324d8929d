import { assertEquals } from "@std/assert";
import { PartitionMovements } from "../../../../client/consumer/assignors/partition_movements.ts";
import { PartitionNumbering } from "../../../../client/consumer/assignors/partition_numbering.ts";
import { assignableTopics } from "../../../support/assignments.ts";

// Numbers 0 to 3 are those of one topic, and 4 to 7 of the other.
const movements = () => {
  const topics = assignableTopics({ t: 4, u: 4 });
  return new PartitionMovements(new PartitionNumbering(topics, [["t", "u"]]));
};

Deno.test("one that has moved goes home before another of its topic moves that way", () => {
  const moved = movements();
  moved.move(1, 0, 1);
  assertEquals(moved.instead(2, 1, 0), 1);
  assertEquals(moved.instead(2, 0, 1), 2, "the same way as before");
  assertEquals(moved.instead(2, 2, 0), 2, "from somebody else");
  assertEquals(moved.instead(6, 1, 0), 6, "another topic");
});

Deno.test("of several that could go home, Java's hash table has the first", () => {
  const moved = movements();
  for (const partition of [5, 6]) moved.move(partition, 0, 1);
  assertEquals(moved.instead(7, 1, 0), 6);
});

Deno.test("who has moved twice has gone from the first to the last", () => {
  const moved = movements();
  moved.move(1, 0, 1);
  moved.move(1, 1, 2);
  assertEquals(moved.instead(2, 1, 0), 2);
  assertEquals(moved.instead(2, 2, 0), 1);
});

Deno.test("who is at home again has not moved", () => {
  const moved = movements();
  moved.move(1, 0, 1);
  moved.move(1, 1, 0);
  assertEquals(moved.instead(2, 1, 0), 2);
  moved.move(1, 0, 2);
  assertEquals(moved.instead(2, 2, 0), 1);
});

Deno.test("what has moved is looked at from where it was at first", () => {
  const moved = movements();
  moved.move(1, 2, 0);
  moved.move(3, 0, 1);
  // Partition 3 belongs to member 0: where it goes now is, from there, the way from 0 to 2, and partition 1 came the other way.
  assertEquals(moved.instead(3, 1, 2), 1);
});
