import { assertEquals } from "@std/assert";
import {
  type ClassicGroupState,
  isTransition,
} from "../../../../cluster/coordinator/group/classic_group_state.ts";

const STATES: readonly ClassicGroupState[] = [
  "Empty",
  "PreparingRebalance",
  "CompletingRebalance",
  "Stable",
];

Deno.test("a group goes from state to state as a rebalance does, and back to preparing from everywhere", () => {
  const transitions = STATES.flatMap((from) =>
    STATES.filter((to) => isTransition(from, to)).map((to) => `${from} ${to}`)
  );
  assertEquals(transitions, [
    "Empty PreparingRebalance",
    "PreparingRebalance Empty",
    "PreparingRebalance CompletingRebalance",
    "CompletingRebalance PreparingRebalance",
    "CompletingRebalance Stable",
    "Stable PreparingRebalance",
  ]);
});
