import { assertEquals } from "@std/assert";
import { MembersByLoad } from "../../../../client/consumer/assignors/members_by_load.ts";

const orderOf = (members: MembersByLoad) => {
  const seen: number[] = [];
  members.first((member) => {
    seen.push(member);
    return false;
  });
  return seen;
};

Deno.test("those with least come first, and of those with as much the first", () => {
  const members = new MembersByLoad(Uint32Array.of(2, 0, 1, 0));
  assertEquals(orderOf(members), [1, 3, 2, 0]);
  assertEquals([...members.loads()], [0, 0, 1, 2]);
  assertEquals(members.first((member) => member !== 1), 3);
  assertEquals(members.first(() => false), undefined);
});

Deno.test("who gets or loses partitions moves to its new place", () => {
  const members = new MembersByLoad(Uint32Array.of(1, 1, 1, 1));
  members.add(0, 1);
  assertEquals(orderOf(members), [1, 2, 3, 0]);
  members.add(2, 1);
  assertEquals(orderOf(members), [1, 3, 0, 2]);
  members.add(2, -2);
  assertEquals(orderOf(members), [2, 1, 3, 0]);
  members.add(0, -1);
  assertEquals(orderOf(members), [2, 0, 1, 3]);
  assertEquals([0, 1, 2, 3].map((member) => members.loadOf(member)), [1, 1, 0, 1]);
});

Deno.test("members that are not kept are passed over, but have what they have", () => {
  const members = new MembersByLoad(Uint32Array.of(0, 3, 1));
  members.keep((member) => member > 0);
  assertEquals(orderOf(members), [2, 1]);
  assertEquals([[...members.loads()], members.loadOf(0)], [[1, 3], 0]);
});
