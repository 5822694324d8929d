import { assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import type { GroupMetadataRecord } from "../../../../cluster/coordinator/group_records.ts";
import {
  bytes,
  errorOf,
  GroupHarness,
  type JoinOptions,
  subscriptionOf,
  text,
} from "../../../support/group_harness.ts";

const RANGE = ["range", subscriptionOf("t")] as const;
const STICKY = ["sticky", subscriptionOf("t")] as const;

/** A stable group of the static members `i0` (which leads) and `i1`. */
function twoStatic(options: JoinOptions = {}): { groups: GroupHarness; ids: [string, string] } {
  const groups = new GroupHarness();
  const joined = ["i0", "i1"].map((instance) => groups.join({ instance, ...options }));
  groups.advance(6000);
  const ids = joined.map(({ response }) => response.memberId!) as [string, string];
  groups.sync(ids[1], 1);
  groups.sync(ids[0], 1, { [ids[0]]: bytes("a0"), [ids[1]]: bytes("a1") });
  assertEquals(groups.state(), "Stable");
  return { groups, ids };
}

Deno.test("a static follower that restarts gets its assignment back, without a rebalance", () => {
  const { groups, ids } = twoStatic();
  const { response } = groups.join({ instance: "i1" });
  assertNotEquals(response.memberId, ids[1]);
  assertMatch(response.memberId!, /^i1-/);
  assertEquals([response.generationId, response.leader, response.skipAssignment], [
    1,
    ids[0],
    false,
  ]);
  assertEquals(groups.state(), "Stable");
  const synced = groups.sync(response.memberId!, 1, {}, { instance: "i1" });
  assertEquals(text(synced.response.assignment), "a1");
});

Deno.test("the new id is written down, and is good after a load", () => {
  const { groups } = twoStatic();
  const { memberId } = groups.join({ instance: "i1" }).response;
  const last = groups.harness.records.at(-1) as GroupMetadataRecord;
  assertEquals(last.value?.members.map((one) => [one.groupInstanceId, text(one.assignment)]), [
    ["i0", "a0"],
    ["i1", "a1"],
  ]);
  groups.harness.reload();
  assertEquals(groups.heartbeat(memberId!, 1, { instance: "i1" }), "NONE");
});

Deno.test("a static leader that restarts is told that it leads and need not assign", () => {
  const { groups, ids } = twoStatic();
  const { response } = groups.join({ instance: "i0" });
  assertEquals(
    [response.leader, response.skipAssignment, response.members?.length],
    [response.memberId, true, 2],
  );
  assertNotEquals(response.memberId, ids[0]);
});

Deno.test("an old static leader that restarts takes another for the leader", () => {
  const { groups, ids } = twoStatic();
  const { response } = groups.join({ instance: "i0", version: 8 });
  assertEquals([response.leader, response.members, response.skipAssignment], [
    ids[0],
    [],
    undefined,
  ]);
  // It leads all the same: when it joins again, there is a rebalance.
  assertEquals(groups.join({ memberId: response.memberId!, instance: "i0" }).isDone, false);
});

Deno.test("the member before is fenced off everywhere", () => {
  const { groups, ids } = twoStatic();
  groups.join({ instance: "i1" });
  const instance = "i1";
  assertEquals(groups.heartbeat(ids[1], 1, { instance }), "FENCED_INSTANCE_ID");
  assertEquals(errorOf(groups.sync(ids[1], 1, {}, { instance })), "FENCED_INSTANCE_ID");
  assertEquals(errorOf(groups.join({ memberId: ids[1], instance })), "FENCED_INSTANCE_ID");
  assertEquals(groups.leave({ instance, memberId: ids[1] }), ["FENCED_INSTANCE_ID"]);
  assertEquals(groups.heartbeat(ids[1], 1), "UNKNOWN_MEMBER_ID");
  assertEquals(groups.heartbeat(ids[0], 1, { instance: "nobody" }), "UNKNOWN_MEMBER_ID");
});

Deno.test("the session of the new member counts, not that of the one before", () => {
  const { groups, ids } = twoStatic();
  groups.advance(6000);
  groups.heartbeat(ids[0], 1);
  const { memberId } = groups.join({ instance: "i1" }).response;
  groups.advance(6000);
  groups.heartbeat(ids[0], 1);
  assertEquals(groups.heartbeat(memberId!, 1), "NONE");
  assertEquals(groups.state(), "Stable");
  groups.advance(9000);
  groups.heartbeat(ids[0], 1);
  groups.advance(1001);
  assertEquals(groups.state(), "PreparingRebalance");
});

Deno.test("when the new id cannot be written down, the member before is in its place again", () => {
  const { groups, ids } = twoStatic({ protocols: [RANGE, STICKY] });
  groups.harness.failAppend("NOT_COORDINATOR");
  const { response } = groups.join({ instance: "i0", protocols: [RANGE], sessionMs: 6000 });
  assertEquals(response, {
    errorCode: 16,
    memberId: "",
    generationId: 1,
    protocolName: "range",
    protocolType: "consumer",
    leader: ids[0],
    members: [],
  });
  assertEquals(groups.heartbeat(ids[0], 1, { instance: "i0" }), "NONE");
  const group = groups.shard.groups.classic("g")!;
  assertEquals([group.leaderId, group.members.size], [ids[0], 2]);
  assertEquals(group.members.get(ids[0])?.protocols.length, 2);
  groups.advance(9999);
  groups.heartbeat(ids[1], 1);
  assertEquals(groups.heartbeat(ids[0], 1), "NONE");
});

Deno.test("a restart that changes the group's protocol makes a rebalance", () => {
  const { groups, ids } = twoStatic({ protocols: [RANGE, STICKY] });
  const joined = groups.join({ instance: "i1", protocols: [STICKY] });
  assertEquals([joined.isDone, groups.state()], [false, "PreparingRebalance"]);
  const leader = groups.join({ memberId: ids[0], instance: "i0", protocols: [RANGE, STICKY] });
  assertEquals([joined.response.protocolName, leader.response.generationId], ["sticky", 2]);
});

Deno.test("a restart that leaves the group's protocol as it is makes none", () => {
  const { groups } = twoStatic({ protocols: [RANGE, STICKY] });
  assertEquals(groups.join({ instance: "i1", protocols: [RANGE] }).response.generationId, 1);
  assertEquals(groups.state(), "Stable");
});

Deno.test("a restart while the assignment is awaited makes another rebalance, and fences the one before", () => {
  const groups = new GroupHarness();
  const joined = ["i0", "i1"].map((instance) => groups.join({ instance }));
  groups.advance(6000);
  const ids = joined.map(({ response }) => response.memberId!);
  const parked = groups.sync(ids[1]!, 1);
  const again = groups.join({ instance: "i1" });
  assertEquals([errorOf(parked), again.isDone], ["FENCED_INSTANCE_ID", false]);
  assertEquals(groups.state(), "PreparingRebalance");
  const leader = groups.join({ memberId: ids[0]!, instance: "i0" });
  assertEquals(
    leader.response.members?.map((one) => one.memberId).sort(),
    [
      ids[0]!,
      again.response.memberId!,
    ].sort(),
  );
});

Deno.test("a restart during a rebalance fences the JoinGroup of the one before", () => {
  const { groups, ids } = twoStatic();
  groups.join({ memberId: ids[0], instance: "i0" });
  groups.set("group.max.size", 10);
  const before = groups.join({ instance: "i2" });
  assertEquals(before.isDone, false);
  const after = groups.join({ instance: "i2" });
  assertEquals([errorOf(before), after.isDone], ["FENCED_INSTANCE_ID", false]);
  groups.join({ memberId: ids[1], instance: "i1" });
  assertEquals(after.response.generationId, 2);
});

Deno.test("a static member that joins with its id is treated as any other", () => {
  const { groups, ids } = twoStatic();
  assertEquals(groups.join({ memberId: ids[1], instance: "i1" }).response.generationId, 1);
  assertEquals(groups.join({ memberId: ids[0], instance: "i0" }).isDone, false);
  assertEquals(groups.state(), "PreparingRebalance");
});

Deno.test("a static member with the static id of another is fenced off", () => {
  const { groups, ids } = twoStatic();
  assertEquals(errorOf(groups.join({ memberId: ids[1], instance: "i0" })), "FENCED_INSTANCE_ID");
  const sync = groups.sync(ids[1], 1, {}, { instance: "i0" });
  assertEquals(errorOf(sync), "FENCED_INSTANCE_ID");
});

Deno.test("a restarted member that has not asked for its assignment counts as one that has not, by its new id", () => {
  const groups = new GroupHarness();
  const joined = ["i0", "i1"].map((instance) =>
    groups.join({ instance, rebalanceMs: 20_000, sessionMs: 100_000 })
  );
  groups.advance(6000);
  const ids = joined.map(({ response }) => response.memberId!);
  groups.sync(ids[0]!, 1, {});
  assertEquals(groups.state(), "Stable");
  const { memberId } = groups.join({ instance: "i1", sessionMs: 100_000 }).response;
  groups.sync(memberId!, 1);
  groups.advance(20_001);
  assertEquals(groups.state(), "Stable");
});
