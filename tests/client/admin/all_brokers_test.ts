import { assertEquals } from "@std/assert";
import { listGroups } from "../../../client/protocol/messages/list_groups.ts";
import { metadata } from "../../../client/protocol/messages/metadata.ts";
import { scriptedAdmin } from "../../support/admin.ts";
import { ScriptedNodes } from "../../support/scripted_nodes.ts";

Deno.test("the brokers are those of fresh metadata", async () => {
  await using nodes = await ScriptedNodes.start(1, 2);
  nodes.nodes = [1];
  nodes.on(listGroups, (_request, { node }) => ({
    groups: [{ groupId: `g${node}`, protocolType: "consumer" }],
  }));
  await using admin = scriptedAdmin(nodes);
  assertEquals((await admin.listGroups()).all().map(({ groupId }) => groupId), ["g1"]);
  nodes.nodes = [1, 2];
  assertEquals(
    (await admin.listGroups()).all().map(({ groupId }) => groupId).toSorted(),
    ["g1", "g2"],
  );
});

Deno.test("metadata without brokers is asked for again", async () => {
  await using nodes = await ScriptedNodes.start(1);
  nodes.on(listGroups, () => ({ groups: [] }));
  await using admin = scriptedAdmin(nodes);
  await admin.listTopics();
  nodes.inTurn(metadata, () => ({ brokers: [], topics: [] }), () => nodes.metadata([]));
  assertEquals((await admin.listGroups()).all(), []);
});
