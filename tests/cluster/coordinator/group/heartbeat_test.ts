import { assertEquals } from "@std/assert";
import { GroupHarness } from "../../../support/group_harness.ts";

Deno.test("members of groups that are not there are unknown, as are others", () => {
  const groups = new GroupHarness();
  assertEquals(groups.heartbeat("m", 1), "UNKNOWN_MEMBER_ID");
  const memberId = groups.join().response.memberId!;
  assertEquals(groups.heartbeat(memberId, 0), "UNKNOWN_MEMBER_ID");
  groups.stable(1, { group: "h" });
  assertEquals(groups.heartbeat("m", 1, { group: "h" }), "UNKNOWN_MEMBER_ID");
});

Deno.test("a sign of life is of the generation", () => {
  const groups = new GroupHarness();
  const [a] = groups.stable(1) as [string];
  assertEquals(groups.heartbeat(a, 1), "NONE");
  assertEquals(groups.heartbeat(a, 0), "ILLEGAL_GENERATION");
  assertEquals(groups.heartbeat(a, 2), "ILLEGAL_GENERATION");
});

Deno.test("members are told to join again, and live on meanwhile", () => {
  const groups = new GroupHarness();
  const [a, b] = groups.stable(2) as [string, string];
  groups.join({ memberId: a });
  for (let i = 0; i < 5; i++) {
    groups.advance(9000);
    assertEquals(groups.heartbeat(b, 1), "REBALANCE_IN_PROGRESS");
  }
  assertEquals(groups.join({ memberId: b }).response.generationId, 2);
});

Deno.test("signs of life count while the assignment is awaited", () => {
  const groups = new GroupHarness();
  const { memberId } = groups.enter();
  groups.advance(3000);
  for (let i = 0; i < 5; i++) {
    groups.advance(9000);
    assertEquals(groups.heartbeat(memberId, 1), "NONE");
  }
});

Deno.test("a sign of life keeps the session, and silence ends it", () => {
  const groups = new GroupHarness();
  const [a] = groups.stable(1) as [string];
  groups.advance(9000);
  groups.heartbeat(a, 1);
  groups.advance(9999);
  assertEquals(groups.state(), "Stable");
  groups.advance(1);
  assertEquals(groups.state(), "Empty");
});
