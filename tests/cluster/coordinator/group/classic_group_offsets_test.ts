import { assertEquals, assertThrows } from "@std/assert";
import { KafkaError } from "../../../../client/protocol/error_codes.ts";
import { ClassicGroupOffsets } from "../../../../cluster/coordinator/group/classic_group_offsets.ts";
import { ClassicGroup } from "../../../../cluster/coordinator/group/classic_group.ts";
import type { GroupRecord } from "../../../../cluster/coordinator/group_records.ts";
import { Output } from "../../../../cluster/coordinator/coordinator_shard.ts";
import { bytes, GroupHarness, type JoinOptions } from "../../../support/group_harness.ts";

/** Groups with one in the state that is asked for, and its first member. */
function inState(
  state: string,
  options: JoinOptions = {},
): { group: ClassicGroup; memberId: string } {
  const groups = new GroupHarness();
  let memberId = "m";
  if (state === "Empty") groups.join();
  else if (state === "CompletingRebalance") {
    memberId = groups.enter(options).memberId;
    groups.advance(3000);
  } else {
    memberId = groups.stable(2, options)[0]!;
    if (state === "PreparingRebalance") groups.join({ ...options, memberId });
  }
  const group = groups.shard.groups.classic("g")!;
  assertEquals(group.state, state);
  return { group, memberId };
}

const COMMIT_CASES: readonly (readonly [
  state: string,
  member: "own" | "other" | "none",
  generation: number,
  isTransactional: boolean,
  expected: string,
])[] = [
  ["Empty", "none", -1, false, "NONE"],
  ["Empty", "none", -1, true, "NONE"],
  ["Empty", "other", 1, false, "UNKNOWN_MEMBER_ID"],
  ["Empty", "other", 1, true, "UNKNOWN_MEMBER_ID"],
  ["Stable", "own", 1, false, "NONE"],
  ["Stable", "own", 1, true, "NONE"],
  ["Stable", "own", 0, false, "ILLEGAL_GENERATION"],
  ["Stable", "own", 0, true, "ILLEGAL_GENERATION"],
  ["Stable", "other", 1, false, "UNKNOWN_MEMBER_ID"],
  ["Stable", "none", -1, false, "UNKNOWN_MEMBER_ID"],
  ["Stable", "none", -1, true, "NONE"],
  ["PreparingRebalance", "own", 1, false, "NONE"],
  ["CompletingRebalance", "own", 1, false, "REBALANCE_IN_PROGRESS"],
  ["CompletingRebalance", "own", 1, true, "NONE"],
];

Deno.test("who may commit depends on the state, the member, its generation and the transaction", () => {
  for (const [state, who, generation, isTransactional, expected] of COMMIT_CASES) {
    const { group, memberId } = inState(state);
    const id = { own: memberId, other: "x", none: "" }[who];
    let error = "NONE";
    try {
      group.offsets.validateOffsetCommit(id, null, generation, isTransactional, 9);
    } catch (thrown) {
      error = (thrown as KafkaError).code;
    }
    assertEquals(error, expected, `${state} ${who} ${generation} ${isTransactional}`);
  }
});

Deno.test("a static id that nobody has may not commit", () => {
  const { group, memberId } = inState("Stable");
  assertThrows(
    () => group.offsets.validateOffsetCommit(memberId, "i", 1, false, 9),
    KafkaError,
  );
});

Deno.test("offsets may be deleted while nobody is there, and of consumers", () => {
  for (const state of ["Empty", "Stable", "PreparingRebalance", "CompletingRebalance"]) {
    inState(state).group.offsets.validateOffsetDelete();
  }
  const other = { protocolType: "connect", protocols: [["v1", bytes("")]] } as const;
  for (const state of ["Stable", "PreparingRebalance", "CompletingRebalance"]) {
    const { offsets } = inState(state, other).group;
    assertThrows(() => offsets.validateOffsetDelete(), KafkaError);
  }
});

Deno.test("what consumers have subscribed to is in use, and everything while that is not known", () => {
  const { offsets } = inState("Stable").group;
  assertEquals([offsets.isSubscribedToTopic("t"), offsets.isSubscribedToTopic("u")], [true, false]);
  const unknown = inState("Stable", { protocols: [["range", bytes("?")]] }).group.offsets;
  assertEquals(unknown.isSubscribedToTopic("u"), true);
  const other = inState("Stable", { protocolType: "connect" }).group.offsets;
  assertEquals(other.isSubscribedToTopic("t"), false);
  assertEquals(new ClassicGroup("g", 1).offsets.isSubscribedToTopic("t"), false);
});

Deno.test("the retention counts from when the group became empty, or from the commit", () => {
  const offset = { commitTimestamp: 7 } as never;
  const baseOf = (group: ClassicGroup) => group.offsets.offsetExpirationCondition()?.(offset);
  const simple = new ClassicGroup("g", 5);
  assertEquals(baseOf(simple), 7);
  const options = { protocolType: "consumer" };
  assertEquals(baseOf(new ClassicGroup("g", 5, options)), 5);
  assertEquals(baseOf(new ClassicGroup("g", 5, { ...options, stateTimestamp: -1 })), 7);
  assertEquals(baseOf(inState("Stable").group), 7);
  assertEquals(baseOf(inState("PreparingRebalance").group), undefined);
  assertEquals(baseOf(inState("CompletingRebalance").group), undefined);
  assertEquals(baseOf(inState("Stable", { protocolType: "connect" }).group), undefined);
  const unknown = inState("Stable", { protocols: [["range", bytes("?")]] });
  assertEquals(baseOf(unknown.group), undefined);
});

Deno.test("a commit keeps the session of a member that may have its offsets kept", () => {
  for (
    const [state, expected] of [
      ["Stable", 1],
      ["PreparingRebalance", 1],
      ["CompletingRebalance", 0],
    ] as const
  ) {
    const { group, memberId } = inState(state);
    const out = new Output<GroupRecord>();
    new ClassicGroupOffsets(group).noteOffsetCommit(memberId, out, { wallMs: 0, monotonicMs: 0 });
    new ClassicGroupOffsets(group).noteOffsetCommit("x", out, { wallMs: 0, monotonicMs: 0 });
    assertEquals(out.timers.size, expected, state);
  }
});
