import { assert, assertEquals, assertMatch, assertNotEquals } from "@std/assert";
import type { GroupMetadataRecord } from "../../../../cluster/coordinator/group_records.ts";
import { bytes, errorOf, GroupHarness, subscriptionOf } from "../../../support/group_harness.ts";

const RANGE = ["range", subscriptionOf("t")] as const;
const STICKY = ["sticky", subscriptionOf("t")] as const;

Deno.test("a client without an id is given one, and joins with it", () => {
  const groups = new GroupHarness();
  const asked = groups.join({ clientId: "app" });
  assertEquals(errorOf(asked), "MEMBER_ID_REQUIRED");
  const { memberId } = asked.response;
  assertMatch(memberId!, /^app-[0-9a-f-]{36}$/);
  assertEquals(groups.state(), "Empty");
  const joined = groups.join({ memberId: memberId! });
  assertEquals(joined.isDone, false);
  groups.advance(3000);
  assertEquals(joined.response, {
    memberId: memberId!,
    generationId: 1,
    protocolName: "range",
    protocolType: "consumer",
    leader: memberId!,
    members: [{ memberId: memberId!, groupInstanceId: null, metadata: subscriptionOf("t") }],
  });
  assertEquals(groups.state(), "CompletingRebalance");
});

Deno.test("an old client joins at once", () => {
  const groups = new GroupHarness();
  const joined = groups.join({ version: 3 });
  assertEquals(groups.state(), "PreparingRebalance");
  groups.advance(3000);
  assertEquals(joined.response.leader, joined.response.memberId);
});

Deno.test("a static member joins at once, and its id begins with its static id", () => {
  const groups = new GroupHarness();
  const joined = groups.join({ instance: "i1" });
  groups.advance(3000);
  assertMatch(joined.response.memberId!, /^i1-/);
  assertEquals(joined.response.members?.[0]?.groupInstanceId, "i1");
});

Deno.test("a new group is written down, and is there after a load", () => {
  const groups = new GroupHarness();
  groups.join();
  const [record] = groups.harness.records as [GroupMetadataRecord];
  assertEquals(record, {
    type: "groupMetadata",
    group: "g",
    value: {
      protocolType: "",
      generation: 0,
      protocol: null,
      leader: null,
      currentStateTimestamp: groups.harness.now.wallMs,
      members: [],
    },
  });
  groups.harness.reload();
  assertEquals(groups.shard.listGroups([], []).map(({ groupId }) => groupId), ["g"]);
});

Deno.test("when a new group cannot be written down it is none, and who asked is told", () => {
  for (const version of [3, 9]) {
    const groups = new GroupHarness();
    groups.harness.failAppend("COORDINATOR_NOT_AVAILABLE");
    const joined = groups.join({ version });
    assertEquals(errorOf(joined), "COORDINATOR_NOT_AVAILABLE");
    assertEquals(groups.state(), "Dead");
    assertEquals(groups.join({ version }).isDone, version >= 4);
  }
});

Deno.test("an id that the group has not given is unknown, also of a group that is not there", () => {
  const groups = new GroupHarness();
  assertEquals(errorOf(groups.join({ memberId: "x" })), "UNKNOWN_MEMBER_ID");
  assertEquals(groups.state(), "Dead");
  groups.stable(1);
  const refused = groups.join({ memberId: "x" });
  assertEquals([errorOf(refused), refused.response.memberId], ["UNKNOWN_MEMBER_ID", "x"]);
});

Deno.test("a member has a protocol, and the type of it", () => {
  for (const options of [{ protocolType: "" }, { protocols: [] }]) {
    const groups = new GroupHarness();
    assertEquals(errorOf(groups.join(options)), "INCONSISTENT_GROUP_PROTOCOL");
  }
});

Deno.test("who has no protocol in common with the members stays out", () => {
  const groups = new GroupHarness();
  const [leader] = groups.stable(1, { protocols: [RANGE, STICKY] });
  assertEquals(errorOf(groups.join({ protocolType: "connect" })), "INCONSISTENT_GROUP_PROTOCOL");
  assertEquals(
    errorOf(groups.join({ protocols: [["other", bytes("")]] })),
    "INCONSISTENT_GROUP_PROTOCOL",
  );
  assertEquals(errorOf(groups.join({ protocols: [STICKY] })), "MEMBER_ID_REQUIRED");
  const rejoined = groups.join({ memberId: leader!, protocolType: "connect" });
  assertEquals([errorOf(rejoined), rejoined.response.memberId], [
    "INCONSISTENT_GROUP_PROTOCOL",
    leader,
  ]);
});

Deno.test("a member that joins again during the rebalance is answered with the others", () => {
  const groups = new GroupHarness();
  const [a, b] = groups.stable(2) as [string, string];
  const again = groups.join({ memberId: a });
  assertEquals([again.isDone, groups.state()], [false, "PreparingRebalance"]);
  const other = groups.join({ memberId: b });
  assertEquals([again.response.generationId, other.response.generationId], [2, 2]);
  assertEquals(again.response.members?.length, 2);
  assertEquals(other.response.members, []);
  assertEquals(other.response.leader, a);
});

Deno.test("the earlier JoinGroup of a member that sends a second one is answered too", () => {
  const groups = new GroupHarness();
  const [a] = groups.stable(2) as [string];
  const first = groups.join({ memberId: a });
  const second = groups.join({ memberId: a });
  assertEquals(errorOf(first), "REBALANCE_IN_PROGRESS");
  assertEquals(second.isDone, false);
  groups.advance(60_000);
  assertEquals(second.response.generationId, 2);
});

Deno.test("while the assignment is awaited, a member that has changed nothing is told the generation again", () => {
  const groups = new GroupHarness();
  const { memberId, joined } = groups.enter();
  groups.advance(3000);
  const again = groups.join({ memberId });
  assertEquals(again.response, joined.response);
  assertEquals(groups.state(), "CompletingRebalance");
});

Deno.test("while the assignment is awaited, a member that has changed begins another rebalance", () => {
  const groups = new GroupHarness();
  const { memberId } = groups.enter();
  groups.advance(3000);
  const again = groups.join({ memberId, protocols: [["range", subscriptionOf("u")]] });
  assertEquals(again.response.generationId, 2);
});

Deno.test("a follower that has changed nothing does not disturb a stable group", () => {
  const groups = new GroupHarness();
  const [a, b] = groups.stable(2) as [string, string];
  const { response } = groups.join({ memberId: b });
  assertEquals(response, {
    memberId: b,
    generationId: 1,
    protocolName: "range",
    protocolType: "consumer",
    leader: a,
    members: [],
  });
  assertEquals(groups.state(), "Stable");
});

Deno.test("a follower that has changed begins a rebalance", () => {
  const groups = new GroupHarness();
  const [, b] = groups.stable(2) as [string, string];
  const again = groups.join({ memberId: b, protocols: [["range", subscriptionOf("u")]] });
  assertEquals([again.isDone, groups.state()], [false, "PreparingRebalance"]);
});

Deno.test("a leader that joins again begins a rebalance, whether it has changed or not", () => {
  const groups = new GroupHarness();
  const [a] = groups.stable(2) as [string];
  assertEquals(groups.join({ memberId: a }).isDone, false);
  assertEquals(groups.state(), "PreparingRebalance");
});

Deno.test("an id from before the group was empty is unknown", () => {
  const groups = new GroupHarness();
  const [a] = groups.stable(1) as [string];
  groups.leave(a);
  assertEquals(groups.state(), "Empty");
  assertEquals(errorOf(groups.join({ memberId: a })), "UNKNOWN_MEMBER_ID");
});

Deno.test("an id that was given to a dynamic member is refused with a static id", () => {
  const groups = new GroupHarness();
  const memberId = groups.join().response.memberId!;
  assertEquals(groups.join({ memberId, instance: "i" }).error, "UNKNOWN_SERVER_ERROR");
});

Deno.test("a static id that nobody has, with a member's id, is unknown", () => {
  const groups = new GroupHarness();
  const [a] = groups.stable(1) as [string];
  assertEquals(errorOf(groups.join({ memberId: a, instance: "i" })), "UNKNOWN_MEMBER_ID");
});

Deno.test("a stable group that is full takes nobody in, but its members again", () => {
  const groups = new GroupHarness({ "group.max.size": 2 });
  const [a] = groups.stable(2) as [string];
  const refused = groups.join({ version: 3 });
  assertEquals([errorOf(refused), refused.response.memberId], ["GROUP_MAX_SIZE_REACHED", ""]);
  assertEquals(errorOf(groups.join()), "GROUP_MAX_SIZE_REACHED");
  assertEquals(errorOf(groups.join({ instance: "i" })), "GROUP_MAX_SIZE_REACHED");
  assertEquals(groups.join({ memberId: a }).isDone, false);
});

Deno.test("an empty group lets more ask than it has room for; the first to join are in", () => {
  const groups = new GroupHarness({ "group.max.size": 2 });
  const ids = [1, 2, 3].map(() => groups.join().response.memberId!);
  const joined = ids.map((memberId) => groups.join({ memberId }));
  assertEquals(errorOf(joined[2]!), "GROUP_MAX_SIZE_REACHED");
  groups.advance(6000);
  assertEquals(joined[0]!.response.members?.length, 2);
});

Deno.test("when the limit has become lower, the last members to join again are out", () => {
  const groups = new GroupHarness();
  const ids = groups.stable(4);
  groups.set("group.max.size", 2);
  const joined = ids.map((memberId) => groups.join({ memberId }));
  assertEquals(joined.map(({ isDone }) => isDone), [true, true, true, true]);
  assertEquals(joined.slice(2).map(errorOf), [
    "GROUP_MAX_SIZE_REACHED",
    "GROUP_MAX_SIZE_REACHED",
  ]);
  assertEquals(joined[0]!.response.members?.length, 2);
});

Deno.test("a member that waits already is let in again although the group is full", () => {
  const groups = new GroupHarness();
  const [a, b] = groups.stable(3) as [string, string];
  groups.set("group.max.size", 2);
  groups.join({ memberId: a });
  groups.join({ memberId: b });
  assertEquals(groups.join({ memberId: a }).isDone, false);
});

Deno.test("a member that joins takes other timeouts from then on", () => {
  const groups = new GroupHarness();
  const [a] = groups.stable(1) as [string];
  groups.join({ memberId: a, sessionMs: 30_000, rebalanceMs: 7000 });
  const member = groups.shard.groups.classic("g")!.members.get(a)!;
  assertEquals([member.sessionTimeoutMs, member.rebalanceTimeoutMs], [30_000, 7000]);
});

Deno.test("what a member tells outlives the request", () => {
  const groups = new GroupHarness();
  const metadata = subscriptionOf("t");
  const { joined } = groups.enter({ protocols: [["range", metadata]] });
  metadata.fill(0);
  groups.advance(3000);
  assertEquals(joined.response.members?.[0]?.metadata, subscriptionOf("t"));
});

Deno.test("ids are different every time", () => {
  const groups = new GroupHarness();
  assertNotEquals(groups.join().response.memberId, groups.join().response.memberId);
});

Deno.test("a classic member takes the place of a group of another protocol that nobody is in", () => {
  const groups = new GroupHarness();
  const key = new Uint8Array([0, 3, 0, 1, 103]);
  const record = { type: "other", recordType: 3, group: "g", key, value: bytes("v") } as const;
  groups.harness.run((_shard, reply, out) => {
    out.append(record);
    out.answer(reply, undefined);
  });
  assertEquals(groups.shard.listGroups([], [])[0]?.groupType, "consumer");
  groups.harness.failAppend();
  assertEquals(groups.join().isDone, true);
  assertEquals(groups.shard.listGroups([], [])[0]?.groupType, "consumer");
  assertEquals(errorOf(groups.join()), "MEMBER_ID_REQUIRED");
  assert(groups.harness.records.some((one) => one.type === "other" && one.value === null));
  groups.harness.reload();
  assertEquals(groups.shard.listGroups([], [])[0]?.groupType, "classic");
});
