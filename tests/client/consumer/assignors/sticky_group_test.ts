import { assertEquals } from "@std/assert";
import { wanting } from "../../../support/assignments.ts";
import { having, stickyGroupOf } from "../../../support/sticky_groups.ts";

Deno.test("members are numbered by name, and looked at as Java's hash table has them", () => {
  const m = wanting(["a"]);
  // In 16 buckets "p" is in the first, and "a" in the second.
  const group = stickyGroupOf({ a: 2 }, { b: m, p: m, a: m });
  assertEquals(group.members, ["a", "b", "p"]);
  assertEquals(group.visitOrder, [2, 0, 1]);
  assertEquals(group.claims.map(({ member }) => member), group.visitOrder);
});

Deno.test("what members have had, where they are and what they want has their numbers", () => {
  const group = stickyGroupOf({ a: [["x"], ["y"]] }, {
    n: having(["a", "b"], "a-0", { rackId: "x" }),
    m: having(["a"], "a-1 a-0", { rackId: "y", generationId: 2 }),
  });
  assertEquals(group.wanted, [["a"], ["a", "b"]]);
  assertEquals([...group.owners], [0, 0]);
  assertEquals([0, 1].map((member) => group.racks.isAway(member, 0)), [true, false]);
});
