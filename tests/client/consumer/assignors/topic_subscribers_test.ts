import { assertEquals } from "@std/assert";
import { PartitionNumbering } from "../../../../client/consumer/assignors/partition_numbering.ts";
import { TopicSubscribers } from "../../../../client/consumer/assignors/topic_subscribers.ts";
import { assignableTopics } from "../../../support/assignments.ts";

Deno.test("it is known who wants which topic, and how many do", () => {
  const wanted = [["c", "a"], ["b"], ["a", "missing", "a"], [], ["b", "a"]];
  const partitions = new PartitionNumbering(assignableTopics({ a: 1, b: 1, c: 1 }), wanted);
  const subscribers = new TopicSubscribers(partitions, wanted);
  const members = [0, 1, 2, 3, 4];
  assertEquals(
    [0, 1, 2].map((topic) => members.filter((member) => subscribers.has(topic, member))),
    [[0, 2, 4], [1, 4], [0]],
  );
  assertEquals([0, 1, 2].map((topic) => subscribers.count(topic)), [3, 2, 1]);
});
