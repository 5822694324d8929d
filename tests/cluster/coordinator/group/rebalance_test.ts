import { assert, assertEquals } from "@std/assert";
import type { GroupMetadataRecord } from "../../../../cluster/coordinator/group_records.ts";
import { bytes, errorOf, GroupHarness } from "../../../support/group_harness.ts";

Deno.test("a new group waits for more members, and for as long again when some come", () => {
  const groups = new GroupHarness();
  const first = groups.enter();
  groups.advance(2000);
  const second = groups.enter();
  groups.advance(1000);
  assertEquals(first.joined.isDone, false);
  groups.advance(2999);
  assertEquals(first.joined.isDone, false);
  groups.advance(1);
  assertEquals(first.joined.response.members?.length, 2);
  assertEquals(second.joined.response.generationId, 1);
});

Deno.test("a new group waits no longer than its rebalance timeout, whoever comes", () => {
  const groups = new GroupHarness();
  const rebalanceMs = 10_000;
  const first = groups.enter({ rebalanceMs });
  for (let second = 1; second <= 9; second++) {
    groups.advance(1000);
    groups.enter({ rebalanceMs });
    assertEquals(first.joined.isDone, false);
  }
  groups.advance(1000);
  assertEquals(first.joined.response.members?.length, 10);
});

Deno.test("a group that has become empty waits again", () => {
  const groups = new GroupHarness();
  const [a] = groups.stable(1) as [string];
  groups.leave(a);
  const { joined } = groups.enter();
  groups.advance(2999);
  assertEquals(joined.isDone, false);
  groups.advance(1);
  assertEquals(joined.response.generationId, 3);
});

Deno.test("without a delay, the first rebalance is over when the timer comes", () => {
  const groups = new GroupHarness({ "group.initial.rebalance.delay.ms": 0 });
  const { joined } = groups.enter();
  groups.advance(0);
  assertEquals(joined.response.generationId, 1);
});

Deno.test("a rebalance is over when all members have joined again", () => {
  const groups = new GroupHarness();
  const [a, b] = groups.stable(2) as [string, string];
  const third = groups.enter();
  assertEquals(groups.state(), "PreparingRebalance");
  groups.join({ memberId: a });
  assertEquals(third.joined.isDone, false);
  groups.join({ memberId: b });
  assertEquals(third.joined.response.generationId, 2);
});

Deno.test("a rebalance waits for clients that were given an id", () => {
  const groups = new GroupHarness();
  const [a] = groups.stable(1) as [string];
  const memberId = groups.join().response.memberId!;
  const again = groups.join({ memberId: a });
  assertEquals(again.isDone, false);
  const joined = groups.join({ memberId });
  assertEquals([again.response.generationId, joined.response.generationId], [2, 2]);
});

Deno.test("when the rebalance timeout is over, dynamic members that have not joined are out", () => {
  const groups = new GroupHarness();
  const [a, b] = groups.stable(2, { rebalanceMs: 8000 }) as [string, string];
  const joined = groups.join({ memberId: a, rebalanceMs: 8000 });
  groups.advance(7999);
  assertEquals(groups.heartbeat(b, 1), "REBALANCE_IN_PROGRESS");
  groups.advance(1);
  assertEquals(joined.response.members?.length, 1);
  assertEquals(groups.heartbeat(b, 2), "UNKNOWN_MEMBER_ID");
});

Deno.test("a rebalance takes as long as the slowest member may", () => {
  const groups = new GroupHarness();
  const [a] = groups.stable(1, { rebalanceMs: 9000, sessionMs: 60_000 }) as [string];
  const { joined } = groups.enter({ rebalanceMs: 20_000 });
  groups.advance(19_999);
  assertEquals(joined.isDone, false);
  groups.advance(1);
  assertEquals(joined.response.members?.length, 1);
  assertEquals(groups.heartbeat(a, 2), "UNKNOWN_MEMBER_ID");
});

Deno.test("who leads and has not joined again does not lead any more", () => {
  const groups = new GroupHarness();
  const [, b, c] = groups.stable(3, { sessionMs: 100_000 }) as [string, string, string];
  const changed = bytes("changed");
  const joined = groups.join({ memberId: b, protocols: [["range", changed]] });
  groups.join({ memberId: c });
  groups.advance(60_000);
  assertEquals([joined.response.leader, joined.response.members?.length], [b, 2]);
});

Deno.test("static members that have not joined again stay, and are told to the leader", () => {
  const groups = new GroupHarness();
  const statics = ["i0", "i1"].map((instance) => groups.join({ instance, sessionMs: 100_000 }));
  groups.advance(6000);
  const [a, b] = statics.map(({ response }) => response.memberId!) as [string, string];
  groups.sync(b, 1);
  groups.sync(a, 1);
  const joined = groups.join({ memberId: a, instance: "i0" });
  groups.advance(60_000);
  assertEquals(joined.response.members?.length, 2);
});

Deno.test("a static leader that has not joined again is followed by one that has", () => {
  const groups = new GroupHarness();
  const statics = ["i0", "i1"].map((instance) => groups.join({ instance, sessionMs: 100_000 }));
  groups.advance(6000);
  const [a, b] = statics.map(({ response }) => response.memberId!) as [string, string];
  groups.sync(b, 1);
  groups.sync(a, 1);
  const joined = groups.join({
    memberId: b,
    instance: "i1",
    protocols: [["range", bytes("changed")]],
  });
  groups.advance(60_000);
  assertEquals(joined.response.leader, b);
});

Deno.test("when nobody has joined again the rebalance is looked at again, until the sessions end", () => {
  const groups = new GroupHarness();
  const joined = groups.join({ instance: "i0", sessionMs: 100_000, rebalanceMs: 20_000 });
  groups.advance(3000);
  const { memberId } = joined.response;
  groups.sync(memberId!, 1);
  const dynamic = groups.enter({ rebalanceMs: 20_000 });
  assertEquals(groups.leave(dynamic.memberId), ["NONE"]);
  groups.advance(20_000);
  assertEquals(groups.state(), "PreparingRebalance");
  groups.advance(20_000);
  assertEquals(groups.logger.matching("cannot go on because no member has joined").length, 2);
  groups.advance(60_001);
  assertEquals(groups.state(), "Empty");
});

Deno.test("members that do not ask for their assignments within the rebalance timeout are out", () => {
  const groups = new GroupHarness();
  const [a, b, c] = [1, 2, 3].map(() => groups.enter({ sessionMs: 100_000 }));
  groups.advance(6000);
  groups.sync(a!.memberId, 1);
  groups.sync(b!.memberId, 1);
  assertEquals(groups.state(), "Stable");
  groups.advance(59_999);
  assertEquals(groups.heartbeat(c!.memberId, 1), "NONE");
  groups.advance(1);
  assertEquals(groups.state(), "PreparingRebalance");
  assertEquals(groups.heartbeat(c!.memberId, 1), "UNKNOWN_MEMBER_ID");
  assertEquals(groups.heartbeat(a!.memberId, 1), "REBALANCE_IN_PROGRESS");
});

Deno.test("a leader that does not assign within the rebalance timeout is out, and followers are told", () => {
  const groups = new GroupHarness();
  const [a, b] = [1, 2].map(() => groups.enter({ sessionMs: 100_000 }));
  groups.advance(6000);
  const parked = groups.sync(b!.memberId, 1);
  groups.advance(60_000);
  assertEquals(errorOf(parked), "REBALANCE_IN_PROGRESS");
  assertEquals(groups.heartbeat(a!.memberId, 1), "UNKNOWN_MEMBER_ID");
  const again = groups.join({ memberId: b!.memberId });
  assertEquals([again.response.leader, again.response.generationId], [b!.memberId, 2]);
});

Deno.test("when nobody asks for an assignment the group becomes empty", () => {
  const groups = new GroupHarness();
  [1, 2].map(() => groups.enter({ sessionMs: 100_000 }));
  groups.advance(66_000);
  assertEquals(groups.state(), "Empty");
});

Deno.test("when all have their assignments, nothing is due but signs of life", () => {
  const groups = new GroupHarness();
  const ids = groups.stable(3);
  for (let i = 0; i < 20; i++) {
    groups.advance(9000);
    for (const id of ids) assertEquals(groups.heartbeat(id, 1), "NONE");
  }
  assertEquals(groups.state(), "Stable");
});

Deno.test("a group that has become empty is written down with its next generation", () => {
  const groups = new GroupHarness();
  const [a] = groups.stable(1) as [string];
  groups.leave(a);
  const last = groups.harness.records.at(-1) as GroupMetadataRecord;
  assertEquals(last.value, {
    protocolType: "consumer",
    generation: 2,
    protocol: null,
    leader: null,
    currentStateTimestamp: groups.harness.now.wallMs,
    members: [],
  });
  groups.harness.reload();
  assertEquals(groups.state(), "Empty");
});

Deno.test("when that cannot be written down, the group is empty all the same", () => {
  const groups = new GroupHarness();
  const [a] = groups.stable(1) as [string];
  groups.harness.failAppend("NOT_COORDINATOR");
  assertEquals(groups.leaving("g", a).error, "NOT_COORDINATOR");
  assertEquals(groups.state(), "Empty");
  const { joined } = groups.enter();
  groups.advance(120_000);
  assert(joined.isDone);
  assertEquals(joined.response.generationId, 3);
});

Deno.test("generations only go up, also when the group is loaded again", () => {
  const groups = new GroupHarness();
  const [a] = groups.stable(1) as [string];
  groups.harness.reload();
  const generations = [1, 2, 3].map(() => {
    const { generationId } = groups.join({ memberId: a }).response;
    groups.sync(a, generationId!);
    groups.harness.reload();
    return generationId;
  });
  assertEquals(generations, [2, 3, 4]);
});
