import { assertEquals } from "@std/assert";
import type { GroupMetadataRecord } from "../../../../cluster/coordinator/group_records.ts";
import { bytes, errorOf, GroupHarness, text } from "../../../support/group_harness.ts";

/** A group that awaits the assignment of its first member. */
function joined(
  count: number,
  sessionMs = 10_000,
): { groups: GroupHarness; ids: [string, string, string] } {
  const groups = new GroupHarness();
  const ids = Array.from({ length: count }, () => groups.enter({ sessionMs }).memberId);
  groups.advance(count === 1 ? 3000 : 6000);
  return { groups, ids: ids as [string, string, string] };
}

Deno.test("followers get what the leader assigns, whoever comes first", () => {
  const { groups, ids: [a, b, c] } = joined(3);
  const early = groups.sync(b, 1);
  assertEquals(early.isDone, false);
  const leader = groups.sync(a, 1, { [a]: bytes("a"), [b]: bytes("b"), [c]: bytes("c") });
  const late = groups.sync(c, 1);
  assertEquals([leader, early, late].map(({ response }) => text(response.assignment)), [
    "a",
    "b",
    "c",
  ]);
  assertEquals(early.response.protocolName, "range");
  assertEquals(early.response.protocolType, "consumer");
  assertEquals(groups.state(), "Stable");
});

Deno.test("the generation is written down with what it is assigned", () => {
  const { groups, ids: [a, b] } = joined(2);
  groups.sync(a, 1, { [a]: bytes("a"), [b]: bytes("b") });
  const { value } = groups.harness.records.at(-1) as GroupMetadataRecord;
  assertEquals([value?.generation, value?.protocol, value?.leader], [1, "range", a]);
  assertEquals(value?.members.map(({ memberId, assignment }) => [memberId, text(assignment)]), [
    [a, "a"],
    [b, "b"],
  ]);
  groups.harness.reload();
  assertEquals(text(groups.sync(b, 1).response.assignment), "b");
});

Deno.test("a member that the leader forgets gets nothing", () => {
  const { groups, ids: [a, b] } = joined(2);
  const waiting = groups.sync(b, 1);
  groups.sync(a, 1, { [a]: bytes("a") });
  assertEquals(waiting.response.assignment, bytes(""));
  assertEquals(errorOf(waiting), "NONE");
});

Deno.test("an assignment to nobody is passed over", () => {
  const { groups, ids: [a] } = joined(1);
  groups.sync(a, 1, { [a]: bytes("a"), nobody: bytes("x") });
  const { value } = groups.harness.records.at(-1) as GroupMetadataRecord;
  assertEquals(value?.members.length, 1);
});

Deno.test("what is assigned outlives the request", () => {
  const { groups, ids: [a] } = joined(1);
  const assignment = bytes("a");
  groups.sync(a, 1, { [a]: assignment });
  assignment.fill(0);
  assertEquals(text(groups.sync(a, 1).response.assignment), "a");
});

Deno.test("assignments of a follower count for nothing", () => {
  const { groups, ids: [a, b] } = joined(2);
  const follower = groups.sync(b, 1, { [a]: bytes("x"), [b]: bytes("x") });
  assertEquals(follower.isDone, false);
  groups.sync(a, 1, { [b]: bytes("b") });
  assertEquals(text(follower.response.assignment), "b");
});

Deno.test("a group that is not there, or empty, has no assignments", () => {
  const groups = new GroupHarness();
  assertEquals(errorOf(groups.sync("m", 1)), "UNKNOWN_MEMBER_ID");
  const memberId = groups.join().response.memberId!;
  assertEquals(errorOf(groups.sync(memberId, 0)), "UNKNOWN_MEMBER_ID");
});

Deno.test("a member is of the group, of its generation, and of its protocol", () => {
  const { groups, ids: [a] } = joined(1);
  assertEquals(errorOf(groups.sync("x", 1)), "UNKNOWN_MEMBER_ID");
  assertEquals(errorOf(groups.sync(a, 2)), "ILLEGAL_GENERATION");
  assertEquals(errorOf(groups.sync(a, 0)), "ILLEGAL_GENERATION");
  const sync = (protocolType: string | null, protocolName: string | null) =>
    errorOf(groups.sync(a, 1, {}, { protocolType, protocolName }));
  assertEquals(sync("connect", "range"), "INCONSISTENT_GROUP_PROTOCOL");
  assertEquals(sync("consumer", "sticky"), "INCONSISTENT_GROUP_PROTOCOL");
  assertEquals(sync("consumer", "range"), "NONE");
  assertEquals(sync(null, null), "NONE");
});

Deno.test("during a rebalance, members are to join first", () => {
  const groups = new GroupHarness();
  const [a] = groups.stable(2) as [string];
  groups.join({ memberId: a });
  assertEquals(errorOf(groups.sync(a, 1)), "REBALANCE_IN_PROGRESS");
});

Deno.test("who waits for its assignment is told of another rebalance", () => {
  const { groups, ids: [a, b] } = joined(2);
  const waiting = groups.sync(b, 1);
  groups.leave(a);
  assertEquals(errorOf(waiting), "REBALANCE_IN_PROGRESS");
});

Deno.test("the earlier SyncGroup of a member that sends a second one is answered too", () => {
  const { groups, ids: [a, b] } = joined(2);
  const first = groups.sync(b, 1);
  const second = groups.sync(b, 1);
  assertEquals(errorOf(first), "REBALANCE_IN_PROGRESS");
  groups.sync(a, 1, { [b]: bytes("b") });
  assertEquals(text(second.response.assignment), "b");
});

Deno.test("when the assignment cannot be written down, members are told and rebalance", () => {
  const { groups, ids: [a, b] } = joined(2);
  const waiting = groups.sync(b, 1);
  groups.harness.failAppend("COORDINATOR_NOT_AVAILABLE");
  const leader = groups.sync(a, 1, { [a]: bytes("a"), [b]: bytes("b") });
  assertEquals([leader, waiting].map(errorOf), [
    "COORDINATOR_NOT_AVAILABLE",
    "COORDINATOR_NOT_AVAILABLE",
  ]);
  assertEquals(groups.state(), "PreparingRebalance");
  assertEquals(groups.heartbeat(b, 1), "REBALANCE_IN_PROGRESS");
  groups.join({ memberId: a });
  const again = groups.join({ memberId: b });
  assertEquals(again.response.generationId, 2);
  assertEquals(groups.shard.groups.classic("g")!.members.get(a)!.assignment.length, 0);
});

Deno.test("members that fall silent after such a failure are out when their time is over", () => {
  const { groups, ids: [a] } = joined(1);
  groups.harness.failAppend();
  groups.sync(a, 1, {});
  groups.advance(10_001);
  assertEquals(groups.state(), "Empty");
});

Deno.test("a member's session begins anew with its assignment", () => {
  const { groups, ids: [a, b] } = joined(2, 10_000);
  groups.sync(b, 1);
  for (let i = 0; i < 4; i++) {
    groups.advance(9000);
    assertEquals(groups.heartbeat(a, 1), "NONE");
  }
  groups.sync(a, 1);
  groups.advance(9999);
  assertEquals(groups.heartbeat(b, 1), "NONE");
});
