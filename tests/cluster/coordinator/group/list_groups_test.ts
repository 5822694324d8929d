import { assertEquals } from "@std/assert";
import { listGroups } from "../../../../cluster/coordinator/group/list_groups.ts";
import { ForeignGroup } from "../../../../cluster/coordinator/group/foreign_group.ts";
import { GroupHarness } from "../../../support/group_harness.ts";

function threeGroups(): GroupHarness {
  const groups = new GroupHarness();
  groups.stable(1, { group: "stable" });
  groups.join({ group: "empty" });
  groups.shard.groups.put(new ForeignGroup("foreign", "share"));
  return groups;
}

Deno.test("all groups are told, with their states and types", () => {
  assertEquals(listGroups(threeGroups().shard.groups, [], []), [
    { groupId: "stable", protocolType: "consumer", groupState: "Stable", groupType: "classic" },
    { groupId: "empty", protocolType: "", groupState: "Empty", groupType: "classic" },
    { groupId: "foreign", protocolType: "share", groupState: "Empty", groupType: "share" },
  ]);
});

Deno.test("states and types are asked for however they are written", () => {
  const { groups } = threeGroups().shard;
  const list = (states: string[], types: string[]) =>
    listGroups(groups, states, types).map(({ groupId }) => groupId);
  assertEquals(list(["STABLE "], []), ["stable"]);
  assertEquals(list(["empty", "Stable"], ["Classic"]), ["stable", "empty"]);
  assertEquals(list([], ["SHARE"]), ["foreign"]);
  assertEquals(list([], ["consumer"]), []);
  assertEquals(list(["nonsense"], []), []);
  assertEquals(list([], ["nonsense"]), []);
});
