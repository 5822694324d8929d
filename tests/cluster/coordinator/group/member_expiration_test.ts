import { assertEquals } from "@std/assert";
import { errorOf, GroupHarness } from "../../../support/group_harness.ts";

Deno.test("an id that nobody joins with is taken back after the session timeout", () => {
  const groups = new GroupHarness();
  const memberId = groups.join({ sessionMs: 7000 }).response.memberId!;
  groups.advance(7000);
  assertEquals(errorOf(groups.join({ memberId })), "UNKNOWN_MEMBER_ID");
});

Deno.test("a rebalance goes on when an id that it waited for is taken back", () => {
  const groups = new GroupHarness();
  const [a] = groups.stable(1) as [string];
  groups.join({ sessionMs: 7000 });
  const again = groups.join({ memberId: a });
  groups.advance(6999);
  assertEquals(again.isDone, false);
  groups.advance(1);
  assertEquals(again.response.generationId, 2);
});

Deno.test("a silent member is out, and the others rebalance", () => {
  const groups = new GroupHarness();
  const [a, b] = groups.stable(2) as [string, string];
  groups.advance(9000);
  groups.heartbeat(a, 1);
  groups.advance(1000);
  assertEquals(groups.state(), "PreparingRebalance");
  assertEquals(groups.heartbeat(b, 1), "UNKNOWN_MEMBER_ID");
  assertEquals(groups.join({ memberId: a }).response.members?.length, 1);
});

Deno.test("a rebalance goes on when the last member that it waited for falls silent", () => {
  const groups = new GroupHarness();
  const [a] = groups.stable(2) as [string];
  const again = groups.join({ memberId: a });
  groups.advance(9999);
  assertEquals(again.isDone, false);
  groups.advance(1);
  assertEquals(again.response.members?.length, 1);
});

Deno.test("a member whose JoinGroup waits need give no other sign of life", () => {
  const groups = new GroupHarness();
  const [a, b] = groups.stable(2) as [string, string];
  const again = groups.join({ memberId: a });
  for (let i = 0; i < 6; i++) {
    groups.advance(8000);
    groups.heartbeat(b, 1);
  }
  assertEquals(again.isDone, false);
  groups.join({ memberId: b });
  assertEquals(again.response.members?.length, 2);
});

Deno.test("a new member whose JoinGroup waits too long is out, as it may not be there", () => {
  const groups = new GroupHarness();
  const rebalanceMs = 400_000;
  const [a] = groups.stable(1, { rebalanceMs, sessionMs: 1_000_000 }) as [string];
  const fresh = groups.enter({ rebalanceMs });
  groups.advance(299_999);
  assertEquals(fresh.joined.isDone, false);
  groups.advance(1);
  assertEquals([errorOf(fresh.joined), fresh.joined.response.memberId], ["UNKNOWN_MEMBER_ID", ""]);
  assertEquals(groups.join({ memberId: a, rebalanceMs }).response.members?.length, 1);
});

Deno.test("a new member's session is its own from the first generation on", () => {
  const groups = new GroupHarness();
  const { memberId } = groups.enter({ sessionMs: 6000 });
  groups.advance(3000);
  groups.advance(5999);
  assertEquals(groups.heartbeat(memberId, 1), "NONE");
  groups.advance(6000);
  assertEquals(groups.state(), "Empty");
});

Deno.test("the last member that falls silent leaves the group empty", () => {
  const groups = new GroupHarness();
  groups.stable(3);
  groups.advance(10_000);
  assertEquals(groups.state(), "Empty");
});

Deno.test("timers of a group that was deleted do nothing", () => {
  const groups = new GroupHarness();
  groups.join();
  assertEquals(groups.delete("g"), ["NONE"]);
  groups.advance(1_000_000);
  assertEquals(groups.state(), "Dead");
});
