import { assertEquals } from "@std/assert";
import { NO_GENERATION } from "../../../../client/consumer/group/generation.ts";
import { MemberState } from "../../../../client/consumer/group/member_state.ts";

const FIRST = { generationId: 1, memberId: "m-1", protocolName: "range" };

function stable(): MemberState {
  const member = new MemberState();
  member.beginJoin();
  member.joined(FIRST);
  member.synced();
  return member;
}

Deno.test("a new member has to join, and no reason for it", () => {
  const { phase, needsRejoin, rejoinReason, needsPrepare } = new MemberState();
  assertEquals([phase, needsRejoin, rejoinReason, needsPrepare], ["unjoined", true, "", true]);
});

Deno.test("joining goes from phase to phase", () => {
  const member = new MemberState();
  const seen = () => [member.phase, member.isRebalancing, member.hasJoined, member.needsRejoin];
  member.beginJoin();
  assertEquals(seen(), ["preparing", true, false, true]);
  member.joined(FIRST);
  assertEquals(seen(), ["completing", true, true, true]);
  member.synced();
  assertEquals(seen(), ["stable", false, true, false]);
  assertEquals(member.generation, FIRST);
});

Deno.test("a reason to join anew stays until the partitions have come", () => {
  const member = stable();
  assertEquals(member.requestRejoin("mine"), true);
  assertEquals(member.requestRejoin("yours"), false);
  assertEquals([member.needsRejoin, member.rejoinReason, member.phase], [true, "yours", "stable"]);
  member.beginJoin();
  member.joined({ ...FIRST, generationId: 2 });
  member.synced();
  assertEquals([member.needsRejoin, member.rejoinReason], [false, ""]);
});

Deno.test("the coordinator's name for a member is in no generation yet", () => {
  const member = new MemberState();
  member.name("m-1");
  assertEquals(member.generation, { ...NO_GENERATION, memberId: "m-1" });
});

Deno.test("who is reset joins anew, with its name only where that still counts", () => {
  const member = stable();
  member.needsPrepare = false;
  member.reset("too old", true);
  assertEquals(member.generation, { ...NO_GENERATION, memberId: "m-1" });
  assertEquals([member.phase, member.needsRejoin, member.rejoinReason, member.needsPrepare], [
    "unjoined",
    true,
    "too old",
    true,
  ]);
  member.reset("unknown", false);
  assertEquals(member.generation, NO_GENERATION);
});
