import { assertEquals, assertRejects } from "@std/assert";
import { errorCode, KafkaError } from "../../../client/protocol/error_codes.ts";
import { leaveGroup } from "../../../client/protocol/messages/leave_group.ts";
import { adminWorld, scriptedAdmin } from "../../support/admin.ts";
import { joinGroup } from "../../support/group_members.ts";
import { ScriptedNodes } from "../../support/scripted_nodes.ts";

const p0 = { topic: "orders", partition: 0 };

Deno.test("groups without members are deleted, each with its own error", async () => {
  await using world = await adminWorld();
  const { admin } = world;
  (await admin.createTopics([{ name: "orders" }])).all();
  (await admin.alterConsumerGroupOffsets("idle", [[p0, { offset: 0 }]])).all();
  await using _member = await joinGroup(world, "busy");
  const results = await admin.deleteConsumerGroups(["idle", "busy", "nope"]);
  assertEquals(results.keys().map((key) => (results.error(key) as KafkaError)?.code), [
    undefined,
    "NON_EMPTY_GROUP",
    "GROUP_ID_NOT_FOUND",
  ]);
});

Deno.test("members are removed by their instance ids", async () => {
  await using world = await adminWorld();
  const { admin } = world;
  (await admin.createTopics([{ name: "orders" }])).all();
  await using _member = await joinGroup(world, "g", "one");
  const results = await admin.removeMembersFromConsumerGroup("g", {
    members: [{ groupInstanceId: "one" }, { groupInstanceId: "two" }],
    reason: "r".repeat(300),
  });
  assertEquals(results.error("one"), undefined);
  assertEquals((results.error("two") as KafkaError).code, "UNKNOWN_MEMBER_ID");
  const [left] = world.broker.requests.matching({ api: "LeaveGroup" });
  const { members } = left!.request as { members: { reason: string }[] };
  assertEquals(members[0]!.reason.length, 255);
  assertEquals((await admin.describeConsumerGroups(["g"])).get("g").groupState, "Empty");
});

Deno.test("all members are removed", async () => {
  await using world = await adminWorld();
  const { admin } = world;
  (await admin.createTopics([{ name: "orders" }])).all();
  await using member = await joinGroup(world, "g");
  const results = await admin.removeMembersFromConsumerGroup("g");
  results.all();
  assertEquals(results.keys(), [member.memberId]);
  assertEquals((await admin.removeMembersFromConsumerGroup("g")).size, 0);
  const error = await assertRejects(
    () => admin.removeMembersFromConsumerGroup("nope"),
    KafkaError,
  );
  assertEquals(
    error.message,
    "Encounter exception when trying to get members from group: nope",
  );
});

Deno.test("an error of the group is that of its members, and a member that the answer lacks has failed", async () => {
  await using nodes = await ScriptedNodes.start(1);
  nodes.inTurn(
    leaveGroup,
    () => ({ errorCode: errorCode("GROUP_AUTHORIZATION_FAILED") }),
    () => ({ members: [] }),
  );
  await using admin = scriptedAdmin(nodes);
  const members = [{ groupInstanceId: "one" }];
  const refused = await admin.removeMembersFromConsumerGroup("g", { members });
  assertEquals((refused.error("one") as KafkaError).code, "GROUP_AUTHORIZATION_FAILED");
  const lost = await admin.removeMembersFromConsumerGroup("g", { members });
  assertEquals(
    lost.error("one")?.message,
    'Member "one" was not included in the removal response',
  );
});
