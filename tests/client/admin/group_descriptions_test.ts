import { assertEquals, assertThrows } from "@std/assert";
import { errorCode, type KafkaError } from "../../../client/protocol/error_codes.ts";
import { consumerGroupDescribe } from "../../../client/protocol/messages/consumer_group_describe.ts";
import { describeGroups } from "../../../client/protocol/messages/describe_groups.ts";
import { adminWorld, scriptedAdmin } from "../../support/admin.ts";
import { joinGroup } from "../../support/group_members.ts";
import { ScriptedNodes } from "../../support/scripted_nodes.ts";

Deno.test("a group with a member is described with what it has", async () => {
  await using world = await adminWorld();
  const { admin } = world;
  (await admin.createTopics([{ name: "orders" }])).all();
  await using member = await joinGroup(world, "g", "instance-1");
  const groups = await admin.describeConsumerGroups(["g"], { includeAuthorizedOperations: true });
  const group = groups.get("g");
  assertEquals([group.groupState, group.type, group.partitionAssignor], [
    "Stable",
    "Classic",
    "range",
  ]);
  assertEquals(
    group.members.map(({ consumerId, groupInstanceId, assignment }) => (
      { consumerId, groupInstanceId, assignment }
    )),
    [{
      consumerId: member.memberId,
      groupInstanceId: "instance-1",
      assignment: [{ topic: "orders", partition: 0 }],
    }],
  );
  assertEquals(group.authorizedOperations?.has("DELETE"), true);
  assertEquals(group.coordinator.id, 1);
  const classic = (await admin.describeClassicGroups(["g"])).get("g");
  assertEquals([classic.protocol, classic.protocolData], ["consumer", "range"]);
});

Deno.test("each group has its own error", async () => {
  await using world = await adminWorld();
  const { admin } = world;
  (await admin.createTopics([{ name: "orders" }])).all();
  await using _member = await joinGroup(world, "g");
  const groups = await admin.describeConsumerGroups(["g", "nope"]);
  assertEquals(groups.get("g").members.length, 1);
  assertEquals((groups.error("nope") as KafkaError).code, "GROUP_ID_NOT_FOUND");
  assertEquals(groups.error("nope")?.message, "Group nope not found.");
});

Deno.test("groups that the newer request does not know are asked for by the classic one", async () => {
  await using nodes = await ScriptedNodes.start(1);
  nodes.on(consumerGroupDescribe, ({ groupIds }) => ({
    groups: groupIds.map((groupId) => ({
      groupId,
      errorCode: errorCode(groupId === "new" ? "NONE" : "GROUP_ID_NOT_FOUND"),
      errorMessage: groupId === "new" ? null : `Group ${groupId} is not a consumer group.`,
      groupState: "Stable",
      assignorName: "uniform",
      members: [],
    })),
  }));
  nodes.on(describeGroups, ({ groups }) => ({
    groups: groups.map((groupId) => ({
      groupId,
      errorCode: errorCode(groupId === "old" ? "NONE" : "GROUP_ID_NOT_FOUND"),
      groupState: "Empty",
      protocolType: "consumer",
      members: [],
    })),
  }));
  await using admin = scriptedAdmin(nodes);
  const groups = await admin.describeConsumerGroups(["new", "old", "none"]);
  assertEquals([groups.get("new").type, groups.get("old").type], ["Consumer", "Classic"]);
  assertEquals(groups.error("none")?.message, "Group none is not a consumer group.");
  assertEquals(nodes.of(describeGroups).map(({ request }) => request.groups), [["old", "none"]]);
});

Deno.test("a group whose members are no consumers is refused", async () => {
  await using nodes = await ScriptedNodes.start(1);
  nodes.highest.set("ConsumerGroupDescribe", -1);
  nodes.on(describeGroups, ({ groups }) => ({
    groups: groups.map((groupId) => ({
      groupId,
      groupState: "Stable",
      protocolType: "connect",
      members: [],
    })),
  }));
  await using admin = scriptedAdmin(nodes);
  const groups = await admin.describeConsumerGroups(["g"]);
  assertThrows(() => groups.get("g"), TypeError, "GroupId g is not a consumer group (connect).");
  assertEquals((await admin.describeClassicGroups(["g"])).get("g").protocol, "connect");
});

Deno.test("a member with an assignment that nobody can read fails its group alone", async () => {
  await using nodes = await ScriptedNodes.start(1);
  nodes.highest.set("ConsumerGroupDescribe", -1);
  nodes.on(describeGroups, ({ groups }) => ({
    groups: groups.map((groupId) => ({
      groupId,
      groupState: "Stable",
      protocolType: "consumer",
      members: [{
        memberId: "m",
        memberMetadata: new Uint8Array(0),
        memberAssignment: new Uint8Array(groupId === "bad" ? [0, 1, 2] : []),
      }],
    })),
  }));
  await using admin = scriptedAdmin(nodes);
  const groups = await admin.describeConsumerGroups(["bad", "good"]);
  assertEquals(groups.error("bad")?.name !== undefined, true);
  assertEquals(groups.get("good").members.length, 1);
});
