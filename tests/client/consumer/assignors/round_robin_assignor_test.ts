import { assertEquals } from "@std/assert";
import { roundRobinAssignor } from "../../../../client/consumer/assignors/round_robin_assignor.ts";
import { sharedBy, wanting } from "../../../support/assignments.ts";

Deno.test("partitions of all topics go round the members", () => {
  const m = wanting(["a", "b"]);
  assertEquals(sharedBy(roundRobinAssignor, { b: 3, a: 3 }, { m, n: m }), {
    m: "a-0 a-2 b-1",
    n: "a-1 b-0 b-2",
  });
});

Deno.test("members that do not want a topic are passed over", () => {
  const members = { m: wanting(["a"]), n: wanting(["a", "b"]), o: wanting(["a", "b", "c"]) };
  assertEquals(sharedBy(roundRobinAssignor, { a: 1, b: 2, c: 3 }, members), {
    m: "a-0",
    n: "b-0",
    o: "b-1 c-0 c-1 c-2",
  });
});

Deno.test("a topic that nobody wants, and members that want what is not there, are no problem", () => {
  assertEquals(sharedBy(roundRobinAssignor, { x: 2 }, { m: wanting(["a"]) }), { m: "" });
  assertEquals(sharedBy(roundRobinAssignor, {}, {}), {});
});
