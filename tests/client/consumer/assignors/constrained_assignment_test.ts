import { assertEquals } from "@std/assert";
import { constrainedAssignment } from "../../../../client/consumer/assignors/constrained_assignment.ts";
import { wanting } from "../../../support/assignments.ts";
import { having, shownOwners, stickyGroupOf } from "../../../support/sticky_groups.ts";
import { topicPartitionKey } from "../../../../storage/file/file_names.ts";

const a = ["a"];

function share(...args: Parameters<typeof stickyGroupOf>): Record<string, string> {
  const group = stickyGroupOf(...args);
  const { owners, moving } = constrainedAssignment(group);
  return {
    ...shownOwners(group, owners),
    moving: moving.map((number) => topicPartitionKey(group.partitions.at(number))).join(" "),
  };
}

Deno.test("what is free goes round the members", () => {
  const m = wanting(["a", "b"]);
  assertEquals(share({ a: 3, b: 4 }, { m, n: m, o: m }), {
    m: "a-0 b-0 b-3",
    n: "a-1 b-1",
    o: "a-2 b-2",
    moving: "",
  });
});

Deno.test("members keep what they have had, the lower partitions of all topics first", () => {
  const both = ["a", "b"];
  const members = { m: having(both, "a-2 b-0 a-0 b-1 a-1 b-2"), n: wanting(both) };
  assertEquals(share({ a: 3, b: 3 }, members), {
    m: "a-0 a-1 b-0",
    n: "a-2 b-1 b-2",
    moving: "a-2 b-1 b-2",
  });
});

Deno.test("only as many keep the large share as there are partitions for it", () => {
  const members = { m: having(a, "a-0 a-1"), n: having(a, "a-2 a-3"), o: wanting(a) };
  assertEquals(share({ a: 4 }, members), { m: "a-0 a-1", n: "a-2", o: "a-3", moving: "a-3" });
});

Deno.test("who is looked at first keeps the large share", () => {
  // "p" is in a bucket before that of "m".
  const members = { m: having(a, "a-0 a-1"), p: having(a, "a-2 a-3"), o: wanting(a) };
  assertEquals(share({ a: 4 }, members), { m: "a-0", o: "a-1", p: "a-2 a-3", moving: "a-1" });
});

Deno.test("members without a partition get one before others get a second", () => {
  const members = { m: having(a, "a-0"), n: having(a, "a-1"), o: wanting(a) };
  assertEquals(share({ a: 5 }, members), { m: "a-0 a-3", n: "a-1 a-4", o: "a-2", moving: "" });
});

Deno.test("what two have had in one generation is moving, whoever gets it", () => {
  const members = { m: having(a, "a-0 a-1"), n: having(a, "a-1") };
  assertEquals(share({ a: 2 }, members), { m: "a-0", n: "a-1", moving: "a-1" });
});

Deno.test("a partition in another rack is given up to who is near", () => {
  const racks = [["x"], ["y"], ["x"], ["y"]];
  const members = {
    m: having(a, "a-0 a-1", { rackId: "x" }),
    n: having(a, "a-2 a-3", { rackId: "y" }),
  };
  assertEquals(share({ a: racks }, members), { m: "a-0 a-2", n: "a-1 a-3", moving: "a-1 a-2" });
});

Deno.test("partitions that fewest members are near are given first", () => {
  const racks = [["x", "y"], ["x"], ["x", "y"], ["y"], ["z"]];
  const members = {
    m: wanting(a, { rackId: "x" }),
    n: wanting(a, { rackId: "y" }),
    o: wanting(a, { rackId: "y" }),
  };
  assertEquals(share({ a: racks }, members), { m: "a-1 a-2", n: "a-3 a-4", o: "a-0", moving: "" });
});
