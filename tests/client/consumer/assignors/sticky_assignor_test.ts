import { assertEquals } from "@std/assert";
import { StickyAssignor } from "../../../../client/consumer/assignors/sticky_assignor.ts";
import { sharedBy, wanting } from "../../../support/assignments.ts";
import { tp } from "../../../support/consumer_world.ts";

const GROUP = { groupId: "g", generationId: 4, memberId: "m", groupInstanceId: null };

Deno.test("a member tells what it has had, and in which generation", () => {
  const assignor = new StickyAssignor();
  assertEquals(assignor.subscriptionUserData(), null);
  assignor.onAssignment({ partitions: [tp("a", 1), tp("a", 3)], userData: null }, GROUP);
  assertEquals(
    assignor.subscriptionUserData()?.toHex(),
    "00000001" + "000161" + "00000002" + "00000001" + "00000003" + "00000004",
  );
});

Deno.test("members get again what they have had", () => {
  const had = new StickyAssignor();
  had.onAssignment({ partitions: [tp("a", 1), tp("a", 2)], userData: null }, GROUP);
  const members = {
    m: wanting(["a"]),
    n: wanting(["a"], { userData: had.subscriptionUserData() }),
  };
  assertEquals(sharedBy(new StickyAssignor(), { a: 4 }, members), { m: "a-0 a-3", n: "a-1 a-2" });
});

Deno.test("the first version is read without a generation, and what cannot be read is nothing", () => {
  const first = Uint8Array.fromHex("00000001" + "000161" + "00000001" + "00000001");
  const members = { m: wanting(["a"]), n: wanting(["a"], { userData: first }) };
  assertEquals(sharedBy(new StickyAssignor(), { a: 2 }, members), { m: "a-0", n: "a-1" });
  members.n = wanting(["a"], { userData: Uint8Array.of(1, 2, 3) });
  assertEquals(sharedBy(new StickyAssignor(), { a: 2 }, members), { m: "a-0", n: "a-1" });
});
