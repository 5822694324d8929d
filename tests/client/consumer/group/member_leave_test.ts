import { assertEquals } from "@std/assert";
import { leaveMembership } from "../../../../client/consumer/group/member_leave.ts";
import { errorCode } from "../../../../client/protocol/error_codes.ts";
import { leaveGroup } from "../../../../client/protocol/messages/leave_group.ts";
import { MemberWorld } from "../../../support/member_world.ts";

async function left(world: MemberWorld): Promise<void> {
  const { coordinator, member, settings, env: { logger } } = world;
  await world.outcomeOf(leaveMembership({ coordinator, member, settings, logger }, "enough"));
}

Deno.test("a member that leaves says so, and why, and is none at once", async () => {
  await using world = await MemberWorld.start();
  world.nodes.on(leaveGroup, () => ({}));
  await world.findCoordinator();
  world.settle("t");
  const leaving = left(world);
  assertEquals([world.member.phase, world.member.generation.memberId], ["unjoined", ""]);
  await leaving;
  const [{ request } = { request: undefined }] = world.nodes.of(leaveGroup);
  assertEquals(request?.members, [{ memberId: "m-1", groupInstanceId: null, reason: "enough" }]);
});

Deno.test("an old coordinator is told the member alone", async () => {
  await using world = await MemberWorld.start();
  world.nodes.highest.set(leaveGroup.name, 2);
  world.nodes.on(leaveGroup, () => ({}));
  await world.findCoordinator();
  world.settle("t");
  await left(world);
  assertEquals(world.nodes.of(leaveGroup)[0]?.request.memberId, "m-1");
});

Deno.test("a static member, one that has not joined, and one without a coordinator say nothing", async () => {
  await using fixed = await MemberWorld.start({ groupInstanceId: "i" });
  await fixed.findCoordinator();
  fixed.settle("t");
  await left(fixed);
  await using world = await MemberWorld.start();
  world.settle("t");
  await left(world);
  await world.findCoordinator();
  await left(world);
  assertEquals([...fixed.nodes.of(leaveGroup), ...world.nodes.of(leaveGroup)], []);
  assertEquals([fixed.member.phase, world.member.phase], ["unjoined", "unjoined"]);
});

Deno.test("what the coordinator says against it is for the log alone", async () => {
  await using world = await MemberWorld.start();
  await world.findCoordinator();
  world.settle("t");
  world.nodes.on(leaveGroup, () => ({
    members: [{
      memberId: "m-1",
      groupInstanceId: null,
      errorCode: errorCode("UNKNOWN_MEMBER_ID"),
    }],
  }));
  await left(world);
  assertEquals(world.env.logger.matching("LeaveGroup failed", "warn").length, 1);
  world.settle("t");
  world.nodes.on(leaveGroup, () => null);
  await left(world);
  assertEquals(world.env.logger.matching("LeaveGroup failed", "debug").length, 1);
});
