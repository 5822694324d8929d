import { assertEquals } from "@std/assert";
import { describeGroup } from "../../../../cluster/coordinator/group/describe_groups.ts";
import { GroupHarness, subscriptionOf, text } from "../../../support/group_harness.ts";

Deno.test("a stable group tells its protocol, and what its members have told and got", () => {
  const groups = new GroupHarness();
  const [a, b] = groups.stable(2) as [string, string];
  const described = describeGroup(groups.shard.groups, "g", 6);
  assertEquals(
    [described.groupState, described.protocolType, described.protocolData, described.errorCode],
    ["Stable", "consumer", "range", undefined],
  );
  assertEquals(
    described.members?.map((one) => [
      one.memberId,
      one.groupInstanceId,
      one.clientId,
      one.clientHost,
      text(one.memberAssignment),
    ]),
    [[a, null, "client", "/127.0.0.1", "a0"], [b, null, "client", "/127.0.0.1", "a1"]],
  );
  assertEquals(described.members?.[0]?.memberMetadata, subscriptionOf("t"));
});

Deno.test("a group that rebalances tells neither its protocol nor what its members have told", () => {
  const groups = new GroupHarness();
  const [a] = groups.stable(2) as [string];
  groups.join({ memberId: a });
  const described = describeGroup(groups.shard.groups, "g", 6);
  assertEquals([described.groupState, described.protocolData], ["PreparingRebalance", ""]);
  assertEquals(described.members?.map(({ memberMetadata }) => memberMetadata), [
    undefined,
    undefined,
  ]);
});

Deno.test("a group that is not there is dead, and since version 6 an error", () => {
  const { groups } = new GroupHarness().shard;
  assertEquals(describeGroup(groups, "g", 5), { groupId: "g", groupState: "Dead" });
  assertEquals(describeGroup(groups, "g", 6), {
    groupId: "g",
    groupState: "Dead",
    errorCode: 69,
    errorMessage: "Group g not found.",
  });
});
