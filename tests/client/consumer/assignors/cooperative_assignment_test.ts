import { assertEquals, assertThrows } from "@std/assert";
import {
  checkCooperativeAssignment,
  movedAtOnce,
} from "../../../../client/consumer/assignors/cooperative_assignment.ts";
import { IllegalConsumerStateError } from "../../../../client/consumer/consumer_errors.ts";
import type { TopicPartition } from "../../../../storage/file/file_names.ts";
import { tp } from "../../../support/consumer_world.ts";

const owning = (members: Record<string, TopicPartition[]>) =>
  new Map(Object.entries(members).map(([name, ownedPartitions]) => [name, { ownedPartitions }]));
const giving = (members: Record<string, TopicPartition[]>) =>
  new Map(Object.entries(members).map(([name, partitions]) => [name, { partitions }]));

Deno.test("what one gives up and another gets moves at once", () => {
  const owned = owning({ m: [tp("a"), tp("a", 1), tp("a", 2)], n: [] });
  const moved = movedAtOnce(owned, giving({ m: [tp("a")], n: [tp("a", 1), tp("b")] }));
  assertEquals([...moved], [tp("a", 1)]);
});

Deno.test("an assignment that takes what is in use is refused, with what it is", () => {
  const owned = owning({ m: [tp("a")], n: [] });
  checkCooperativeAssignment("mine", owned, giving({ m: [], n: [tp("b")] }));
  assertThrows(
    () => checkCooperativeAssignment("mine", owned, giving({ m: [], n: [tp("a")] })),
    IllegalConsumerStateError,
    "mine has given [a-0] to other members",
  );
});
