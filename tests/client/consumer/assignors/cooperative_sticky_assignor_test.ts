import { assertEquals } from "@std/assert";
import { CooperativeStickyAssignor } from "../../../../client/consumer/assignors/cooperative_sticky_assignor.ts";
import { sharedBy, wanting } from "../../../support/assignments.ts";
import { tp } from "../../../support/consumer_world.ts";

const GROUP = { groupId: "g", generationId: 4, memberId: "m", groupInstanceId: null };

Deno.test("what moves is given up in one rebalance, and taken over in the next", () => {
  const assignor = new CooperativeStickyAssignor();
  const all = [tp("a"), tp("a", 1), tp("a", 2), tp("a", 3)];
  const m = wanting(["a"], { ownedPartitions: all, generationId: 3 });
  const n = wanting(["a"], { generationId: 3 });
  assertEquals(sharedBy(assignor, { a: 4 }, { m, n }), { m: "a-0 a-1", n: "" });
  const kept = wanting(["a"], { ownedPartitions: all.slice(0, 2), generationId: 4 });
  assertEquals(sharedBy(assignor, { a: 4 }, { m: kept, n }), { m: "a-0 a-1", n: "a-2 a-3" });
});

Deno.test("a member tells its generation for leaders that know no other way", () => {
  const assignor = new CooperativeStickyAssignor();
  assertEquals(assignor.subscriptionUserData().toHex(), "ffffffff");
  assignor.onAssignment({ partitions: [], userData: null }, GROUP);
  const userData = assignor.subscriptionUserData();
  assertEquals(userData.toHex(), "00000004");
  const ownedPartitions = [tp("a")];
  const members = {
    m: wanting(["a"], { ownedPartitions, generationId: 3 }),
    n: wanting(["a"], { ownedPartitions, userData }),
  };
  // The later one is right; the other still thinks that it has it.
  assertEquals(sharedBy(assignor, { a: 1 }, members), { m: "", n: "a-0" });
});

Deno.test("it works cooperatively and eagerly", () => {
  assertEquals(new CooperativeStickyAssignor().supportedProtocols, ["COOPERATIVE", "EAGER"]);
});
