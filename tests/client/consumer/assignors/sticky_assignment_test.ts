import { assert, assertEquals } from "@std/assert";
import type { Subscription } from "../../../../client/consumer/assignors/partition_assignor.ts";
import {
  type StickyAssignment,
  stickyAssignment,
} from "../../../../client/consumer/assignors/sticky_assignment.ts";
import { topicPartitionKey } from "../../../../storage/file/file_names.ts";
import { assignableTopics, shown, wanting } from "../../../support/assignments.ts";
import { SeededRandom } from "../../../support/manual_env.ts";
import { claimsIn, having } from "../../../support/sticky_groups.ts";

type Topics = Readonly<Record<string, number>>;
type Members = Readonly<Record<string, Subscription>>;

const GENERATION = 1;

function share(topics: Topics, members: Members): StickyAssignment {
  const subscriptions = new Map(Object.entries(members));
  const claims = claimsIn(subscriptions);
  return stickyAssignment(assignableTopics(topics), subscriptions, claims, GENERATION);
}

const show = ({ partitions }: StickyAssignment) =>
  shown(new Map(Array.from(partitions, ([member, partitions]) => [member, { partitions }])));

Deno.test("members that want the same, in whatever order, share evenly; it is known what moves", () => {
  const members = { m: having(["a", "b"], "a-0 a-1 a-2 b-0"), n: wanting(["b", "a"]) };
  const assigned = share({ a: 3, b: 1 }, members);
  assertEquals(show(assigned), { m: "a-0 b-0", n: "a-1 a-2" });
  assertEquals([...assigned.moving!].map(topicPartitionKey), ["a-1", "a-2"]);
});

Deno.test("who wants more takes what others do not want", () => {
  const assigned = share({ a: 2, b: 2 }, { m: wanting(["a"]), n: wanting(["a", "b"]) });
  assertEquals(show(assigned), { m: "a-0 a-1", n: "b-0 b-1" });
  assertEquals(assigned.moving, undefined);
});

Deno.test("what a member does not want any more, or is not there, goes", () => {
  const members = { m: having(["b"], "a-0 a-9"), n: wanting(["a"]) };
  assertEquals(show(share({ a: 1, b: 1 }, members)), { m: "b-0", n: "a-0" });
});

Deno.test("nobody shares nothing", () => {
  assertEquals(show(share({ a: 1 }, {})), {});
  assertEquals(show(share({}, { m: wanting([]), n: wanting(["a"]) })), { m: "", n: "" });
});

Deno.test("whatever comes, all is shared once, evenly, and nothing moves without need", () => {
  const random = new SeededRandom(7);
  for (let round = 0; round < 200; round++) {
    const topics: Record<string, number> = {};
    for (const name of ["a", "b", "c"]) topics[name] = random.below(8);
    const isUniform = random.chance(0.5);
    const members: Record<string, Subscription> = {};
    for (let i = random.below(6); i >= 0; i--) {
      members[`m${i}`] = wanting(
        Object.keys(topics).filter(() => isUniform || random.chance(0.6)),
      );
    }
    for (let rebalance = 0; rebalance < 3; rebalance++) {
      const assigned = show(share(topics, members));
      check(topics, members, assigned);
      for (const [name, { topics }] of Object.entries(members)) {
        members[name] = having(topics, assigned[name]!);
      }
      assertEquals(show(share(topics, members)), assigned, "it moves without need");
      members[`n${rebalance}`] = wanting(Object.keys(topics));
      if (random.chance(0.5)) delete members.m0;
    }
  }
});

function check(topics: Topics, members: Members, assigned: Readonly<Record<string, string>>): void {
  const given = new Map(
    Object.entries(assigned).map(([member, text]) => [member, text === "" ? [] : text.split(" ")]),
  );
  const owners = new Map<string, string>();
  for (const [member, partitions] of given) {
    for (const one of partitions) {
      assert(!owners.has(one), "shared twice");
      assert(members[member]!.topics.includes(one.slice(0, one.indexOf("-"))), "not wanted");
      owners.set(one, member);
    }
  }
  for (const [topic, size] of Object.entries(topics)) {
    const takers = Object.keys(members).filter((member) => members[member]!.topics.includes(topic));
    for (let partition = 0; partition < size; partition++) {
      const owner = owners.get(`${topic}-${partition}`);
      assertEquals(owner === undefined, takers.length === 0, "not shared");
      // No other member could take it and still have less.
      for (const taker of owner === undefined ? [] : takers) {
        assert(given.get(owner!)!.length <= given.get(taker)!.length + 1, "uneven");
      }
    }
  }
}
