import { assertEquals } from "@std/assert";
import { generalAssignment } from "../../../../client/consumer/assignors/general_assignment.ts";
import { earlierOwners } from "../../../../client/consumer/assignors/previous_owners.ts";
import { TopicSubscribers } from "../../../../client/consumer/assignors/topic_subscribers.ts";
import { wanting } from "../../../support/assignments.ts";
import { having, shownOwners, stickyGroupOf } from "../../../support/sticky_groups.ts";

const a = ["a"];
const both = ["a", "b"];

function share(...args: Parameters<typeof stickyGroupOf>) {
  const group = stickyGroupOf(...args);
  const { partitions, wanted, claims } = group;
  const latest = Math.max(...claims.map(({ generation }) => generation));
  const owners = generalAssignment(
    group,
    new TopicSubscribers(partitions, wanted),
    earlierOwners(partitions, claims, latest),
  );
  return shownOwners(group, owners);
}

Deno.test("topics that fewest want are given first, so that others are left for who wants less", () => {
  const members = { m: wanting(a), n: wanting(both), o: wanting(["a", "b", "c"]) };
  assertEquals(share({ a: 3, b: 3, c: 3 }, members), {
    m: "a-0 a-1 a-2",
    n: "b-0 b-1 b-2",
    o: "c-0 c-1 c-2",
  });
});

Deno.test("a new member gets from who has two more, and no more than that takes", () => {
  const members = { m: having(both, "a-0 a-1 a-2 b-0"), n: having(a, "a-3"), o: wanting(a) };
  assertEquals(share({ a: 4, b: 1 }, members), { m: "a-2 b-0", n: "a-1 a-3", o: "a-0" });
});

Deno.test("what a member does not want any more goes to others, with little else", () => {
  const members = { m: having(["b"], "a-0 b-0"), n: having(both, "b-1 a-1") };
  assertEquals(share({ a: 2, b: 2 }, members), { m: "b-0 b-1", n: "a-0 a-1" });
});

Deno.test("who missed a rebalance gets back what it had, when it moves", () => {
  const members = {
    m: having(both, "a-0 a-1 a-2 a-3 b-0", { generationId: 2 }),
    n: having(a, "a-2 a-3"),
    o: wanting(a),
  };
  assertEquals(share({ a: 4, b: 1 }, members), { m: "a-3 b-0", n: "a-0 a-2", o: "a-1" });
});

Deno.test("nobody keeps a partition in another rack, and who is near gets it", () => {
  const members = {
    m: having(both, "a-0 a-1", { rackId: "x" }),
    n: having(a, "a-2 a-3", { rackId: "y" }),
  };
  assertEquals(share({ a: [["x"], ["y"], ["x"], ["y"]], b: [["y"]] }, members), {
    m: "a-0 a-2 b-0",
    n: "a-1 a-3",
  });
});

Deno.test("a member that is alone with its topics neither gives nor takes", () => {
  const members = { m: wanting(["b"]), n: wanting(a), o: wanting(a) };
  assertEquals(share({ a: 4, b: 5 }, members), {
    m: "b-0 b-1 b-2 b-3 b-4",
    n: "a-0 a-2",
    o: "a-1 a-3",
  });
});

Deno.test("a topic that nobody wants is nobody's", () => {
  assertEquals(share({ a: 1, c: 1 }, { m: wanting(a), n: wanting(["b"]) }), { m: "a-0", n: "" });
});
