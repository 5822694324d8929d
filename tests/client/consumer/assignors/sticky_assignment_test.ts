import { assert, assertEquals } from "@std/assert";
import { stickyAssignment } from "../../../../client/consumer/assignors/sticky_assignment.ts";
import { TopicPartitionMap } from "../../../../storage/file/topic_partition_map.ts";
import type { TopicPartition } from "../../../../storage/file/file_names.ts";
import { assignableTopics, shown, wanting } from "../../../support/assignments.ts";
import { tp } from "../../../support/consumer_world.ts";
import { SeededRandom } from "../../../support/manual_env.ts";

type Members = Record<string, readonly string[]>;

function share(
  topics: Record<string, number>,
  members: Members,
  owners: readonly (readonly [TopicPartition, string])[] = [],
) {
  return stickyAssignment(
    assignableTopics(topics),
    new Map(Object.entries(members).map(([name, topics]) => [name, wanting(topics)])),
    new TopicPartitionMap(owners),
  );
}

const show = (assigned: ReadonlyMap<string, TopicPartition[]>) =>
  shown(new Map(Array.from(assigned, ([member, partitions]) => [member, { partitions }])));

Deno.test("what is free goes to who has least", () => {
  assertEquals(show(share({ a: 3, b: 2 }, { m: ["a", "b"], n: ["a", "b"] })), {
    m: "a-0 a-2 b-1",
    n: "a-1 b-0",
  });
});

Deno.test("members keep what they have, and give a new one its share", () => {
  const owners = [0, 1, 2, 3].map((partition) => [tp("a", partition), "m"] as const);
  assertEquals(show(share({ a: 4 }, { m: ["a"], n: ["a"] }, owners)), {
    m: "a-0 a-1",
    n: "a-3 a-2",
  });
});

Deno.test("what a member does not want any more, or is not there, goes", () => {
  const owners = [[tp("a"), "m"], [tp("a", 9), "m"], [tp("b"), "gone"]] as const;
  assertEquals(show(share({ a: 1, b: 1 }, { m: ["b"], n: ["a"] }, owners)), { m: "b-0", n: "a-0" });
});

Deno.test("who wants more takes what others do not want", () => {
  const members = { m: ["a"], n: ["a", "b"] };
  assertEquals(show(share({ a: 2, b: 2 }, members)), { m: "a-0 a-1", n: "b-0 b-1" });
});

Deno.test("whatever comes, all is shared once, evenly, and nothing moves without need", () => {
  const random = new SeededRandom(7);
  for (let round = 0; round < 200; round++) {
    const topics: Record<string, number> = {};
    for (const name of ["a", "b", "c"]) topics[name] = random.below(8);
    const isUniform = random.chance(0.5);
    const members: Members = {};
    for (let i = random.below(6); i >= 0; i--) {
      members[`m${i}`] = Object.keys(topics).filter(() => isUniform || random.chance(0.6));
    }
    let owners = new TopicPartitionMap<string>();
    for (let rebalance = 0; rebalance < 3; rebalance++) {
      const assigned = share(topics, members, [...owners]);
      check(topics, members, assigned);
      const again = share(topics, members, ownersIn(assigned));
      assertEquals(sorted(again), sorted(assigned), "it moves without need");
      owners = new TopicPartitionMap(ownersIn(assigned));
      members[`n${rebalance}`] = Object.keys(topics);
      if (random.chance(0.5)) delete members.m0;
    }
  }
});

const sorted = (assigned: ReadonlyMap<string, TopicPartition[]>) =>
  Object.fromEntries(
    Object.entries(show(assigned)).map((
      [member, all],
    ) => [member, all.split(" ").sort().join(" ")]),
  );

function ownersIn(assigned: ReadonlyMap<string, TopicPartition[]>) {
  return [...assigned].flatMap(([member, partitions]) =>
    partitions.map((one) => [one, member] as const)
  );
}

function check(
  topics: Record<string, number>,
  members: Members,
  assigned: ReadonlyMap<string, TopicPartition[]>,
): void {
  const seen = new TopicPartitionMap<string>();
  for (const [member, partitions] of assigned) {
    for (const one of partitions) {
      assert(!seen.has(one), "shared twice");
      assert(members[member]!.includes(one.topic), "not wanted");
      seen.set(one, member);
    }
  }
  for (const [topic, size] of Object.entries(topics)) {
    const takers = Object.keys(members).filter((member) => members[member]!.includes(topic));
    for (let partition = 0; partition < size; partition++) {
      const owner = seen.get({ topic, partition });
      assertEquals(owner === undefined, takers.length === 0, "not shared");
      // No other member could take it and still have less.
      for (const taker of owner === undefined ? [] : takers) {
        assert(assigned.get(owner!)!.length <= assigned.get(taker)!.length + 1, "uneven");
      }
    }
  }
}
