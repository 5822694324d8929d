import { assertEquals } from "@std/assert";
import { rangeAssignor } from "../../../../client/consumer/assignors/range_assignor.ts";
import { sharedBy, wanting } from "../../../support/assignments.ts";

const both = ["a", "b"];
const near = (rackId: string) => wanting(both, { rackId });

Deno.test("each topic is cut into ranges, the first members get the larger ones", () => {
  const m = wanting(both);
  assertEquals(sharedBy(rangeAssignor, { a: 3, b: 3 }, { m, n: m }), {
    m: "a-0 a-1 b-0 b-1",
    n: "a-2 b-2",
  });
});

Deno.test("a topic is shared by those who want it; who is left over gets nothing", () => {
  const members = { m: wanting(["a"]), n: wanting(both), o: wanting(["a"]) };
  assertEquals(sharedBy(rangeAssignor, { a: 2, b: 2 }, members), {
    m: "a-0",
    n: "a-1 b-0 b-1",
    o: "",
  });
});

Deno.test("static members are served in the order of the names that they keep", () => {
  const members = {
    m: wanting(["a"], { groupInstanceId: "2" }),
    n: wanting(["a"], { groupInstanceId: "1" }),
  };
  assertEquals(sharedBy(rangeAssignor, { a: 3 }, members), { m: "a-2", n: "a-0 a-1" });
});

Deno.test("members get partitions of their rack, as many as without", () => {
  const racks = [["x"], ["y"], ["x"], ["y"]];
  const members = { m: near("y"), n: near("x") };
  assertEquals(sharedBy(rangeAssignor, { a: racks }, members), { m: "a-1 a-3", n: "a-0 a-2" });
  const uneven = [["x"], ["x"], ["x"], ["y"]];
  assertEquals(sharedBy(rangeAssignor, { a: uneven }, members), { m: "a-2 a-3", n: "a-0 a-1" });
});

Deno.test("topics that are cut alike are cut alike with racks, too", () => {
  const racks = [["x"], ["y"], ["x"], ["y"]];
  const members = { m: near("y"), n: near("x") };
  assertEquals(sharedBy(rangeAssignor, { a: racks, b: racks }, members), {
    m: "a-1 a-3 b-1 b-3",
    n: "a-0 a-2 b-0 b-2",
  });
});

Deno.test("racks in which all partitions are do not matter, nor those in which none is", () => {
  const members = { m: near("y"), n: near("x") };
  const everywhere = [["x", "y"], ["y", "x"]];
  assertEquals(sharedBy(rangeAssignor, { a: everywhere }, members), { m: "a-0", n: "a-1" });
  assertEquals(sharedBy(rangeAssignor, { a: [["z"], ["w"]] }, members), { m: "a-0", n: "a-1" });
});
