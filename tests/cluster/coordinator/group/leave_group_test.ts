import { assertEquals } from "@std/assert";
import { errorOf, GroupHarness } from "../../../support/group_harness.ts";

Deno.test("a group that is not there has no members", () => {
  const groups = new GroupHarness();
  assertEquals(groups.leave("m", { instance: "i" }), ["UNKNOWN_MEMBER_ID", "UNKNOWN_MEMBER_ID"]);
  groups.stable(1);
  assertEquals(groups.leave("m"), ["UNKNOWN_MEMBER_ID"]);
  assertEquals(groups.state(), "Stable");
});

Deno.test("a member that leaves makes the others rebalance, and is unknown from then on", () => {
  const groups = new GroupHarness();
  const [a, b] = groups.stable(2) as [string, string];
  assertEquals(groups.leave(b), ["NONE"]);
  assertEquals(groups.state(), "PreparingRebalance");
  assertEquals(groups.leave(b), ["UNKNOWN_MEMBER_ID"]);
  assertEquals(groups.join({ memberId: a }).response.members?.length, 1);
});

Deno.test("a rebalance goes on when the last member that it waited for leaves", () => {
  const groups = new GroupHarness();
  const [a, b] = groups.stable(2) as [string, string];
  const again = groups.join({ memberId: a });
  groups.leave(b);
  assertEquals(again.response.generationId, 2);
});

Deno.test("who gives its id back is gone at once", () => {
  const groups = new GroupHarness();
  const [a] = groups.stable(1) as [string];
  const pending = groups.join().response.memberId!;
  const again = groups.join({ memberId: a });
  assertEquals(groups.leave(pending), ["NONE"]);
  assertEquals(again.response.generationId, 2);
  assertEquals(errorOf(groups.join({ memberId: pending })), "UNKNOWN_MEMBER_ID");
});

Deno.test("static members are taken out by their static ids", () => {
  const groups = new GroupHarness();
  const joined = ["i0", "i1"].map((instance) => groups.join({ instance }));
  groups.advance(6000);
  const [a, b] = joined.map(({ response }) => response.memberId!) as [string, string];
  assertEquals(
    groups.leave({ instance: "i0" }, { instance: "nobody" }, { instance: "i1", memberId: a }),
    ["NONE", "UNKNOWN_MEMBER_ID", "FENCED_INSTANCE_ID"],
  );
  assertEquals(groups.heartbeat(a, 1), "UNKNOWN_MEMBER_ID");
  assertEquals(groups.heartbeat(b, 1), "REBALANCE_IN_PROGRESS");
  assertEquals(groups.leave({ instance: "i1", memberId: b }), ["NONE"]);
  assertEquals(groups.state(), "Empty");
});

Deno.test("several leave at once, members and ones that have only an id, each with its answer", () => {
  const groups = new GroupHarness();
  const [a, b] = groups.stable(2) as [string, string];
  const pending = groups.join().response.memberId!;
  assertEquals(groups.leave(a, "x", pending, b), ["NONE", "UNKNOWN_MEMBER_ID", "NONE", "NONE"]);
  assertEquals(groups.state(), "Empty");
});

Deno.test("the requests of a member that is taken out are answered", () => {
  const groups = new GroupHarness();
  const [, b] = groups.stable(2) as [string, string];
  const joining = groups.enter({ version: 9 });
  assertEquals(groups.leave(joining.memberId), ["NONE"]);
  assertEquals(errorOf(joining.joined), "UNKNOWN_MEMBER_ID");
  groups.advance(60_000);
  const statics = new GroupHarness();
  const joined = ["i0", "i1"].map((instance) => statics.join({ instance }));
  statics.advance(6000);
  const syncing = statics.sync(joined[1]!.response.memberId!, 1);
  assertEquals(statics.leave({ instance: "i1" }), ["NONE"]);
  assertEquals(errorOf(syncing), "UNKNOWN_MEMBER_ID");
  assertEquals(groups.heartbeat(b, 9), "UNKNOWN_MEMBER_ID");
});

Deno.test("when the first rebalance is under way, who leaves does not end it early", () => {
  const groups = new GroupHarness();
  const [a, b] = [groups.enter(), groups.enter()];
  groups.leave(b.memberId);
  assertEquals(a.joined.isDone, false);
  groups.advance(6000);
  assertEquals(a.joined.response.members?.length, 1);
});
