import { assertEquals } from "@std/assert";
import { PartitionNumbering } from "../../../../client/consumer/assignors/partition_numbering.ts";
import { assignableTopics } from "../../../support/assignments.ts";
import { tp } from "../../../support/consumer_world.ts";

const numbering = new PartitionNumbering(
  assignableTopics({ c: 1, unwanted: 2, a: 3, empty: 0 }),
  [["a", "empty", "missing"], ["c", "a"]],
);

Deno.test("topics that somebody wants are numbered by name, and their partitions in that order", () => {
  assertEquals(numbering.topics, ["a", "c"]);
  assertEquals([numbering.topicNumber("c"), numbering.topicNumber("unwanted")], [1, undefined]);
  assertEquals([...numbering.starts], [0, 3, 4]);
  assertEquals([...numbering.topicOf], [0, 0, 0, 1]);
  assertEquals([0, 2, 3].map((number) => numbering.at(number)), [tp("a"), tp("a", 2), tp("c")]);
});

Deno.test("a partition that does not exist has no number, not even its neighbour's", () => {
  assertEquals([tp("a", 2), tp("c")].map((one) => numbering.numberOf(one)), [2, 3]);
  for (const one of [tp("a", 3), tp("c", 1), tp("c", -1), tp("unwanted"), tp("missing")]) {
    assertEquals(numbering.numberOf(one), undefined);
  }
});
