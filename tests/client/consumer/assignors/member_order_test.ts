import { assertEquals } from "@std/assert";
import { inMemberOrder } from "../../../../client/consumer/assignors/member_order.ts";

Deno.test("static members come first, by the names that they keep", () => {
  const members = new Map([
    ["d", { groupInstanceId: null }],
    ["c", { groupInstanceId: "1" }],
    ["a", { groupInstanceId: null }],
    ["b", { groupInstanceId: "2" }],
  ]);
  assertEquals(inMemberOrder(members), ["c", "b", "a", "d"]);
});
