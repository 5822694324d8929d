import { assertEquals, assertThrows } from "@std/assert";
import { errorCode, KafkaError } from "../../../client/protocol/error_codes.ts";
import { listGroups } from "../../../client/protocol/messages/list_groups.ts";
import { adminWorld, scriptedAdmin } from "../../support/admin.ts";
import { ScriptedNodes } from "../../support/scripted_nodes.ts";

const listed = (groupId: string, protocolType = "consumer") => ({
  groupId,
  protocolType,
  groupState: "Stable",
  groupType: "classic",
});

Deno.test("groups are listed, by state, by type and by what their members are", async () => {
  await using world = await adminWorld();
  const { admin } = world;
  (await admin.createTopics([{ name: "orders" }])).all();
  const p0 = { topic: "orders", partition: 0 };
  (await admin.alterConsumerGroupOffsets("g", [[p0, { offset: 0 }]])).all();
  const group = {
    groupId: "g",
    type: "Classic",
    protocol: "",
    groupState: "Empty",
    isSimpleConsumerGroup: true,
  } as const;
  assertEquals((await admin.listGroups()).all(), [group]);
  assertEquals([...await admin.listConsumerGroups()], [group]);
  assertEquals((await admin.listGroups({ groupStates: ["Stable"] })).all(), []);
  assertEquals((await admin.listGroups({ types: ["Consumer"] })).all(), []);
  assertEquals((await admin.listGroups({ protocolTypes: ["connect"] })).all(), []);
});

Deno.test("a broker that fails does not hide the groups of the others", async () => {
  await using nodes = await ScriptedNodes.start(1, 2);
  nodes.on(
    listGroups,
    (_request, { node }) =>
      node === 1
        ? { groups: [listed("a"), listed("b", "connect")] }
        : { errorCode: errorCode("CLUSTER_AUTHORIZATION_FAILED"), groups: [] },
  );
  await using admin = scriptedAdmin(nodes);
  const groups = await admin.listGroups();
  assertEquals(groups.valid.map(({ groupId }) => groupId), ["a", "b"]);
  assertEquals(groups.errors.map(({ message }) => message), [
    "Error listing groups on 127.0.0.1:9002 (id: 2 rack: null isFenced: false): Cluster authorization failed.",
  ]);
  assertThrows(() => [...groups], KafkaError, "Error listing groups");
  assertEquals((await admin.listConsumerGroups()).valid.map(({ groupId }) => groupId), ["a"]);
});

Deno.test("a coordinator that is loading is asked again, another error is told at once", async () => {
  await using nodes = await ScriptedNodes.start(1);
  const answer = (error: Parameters<typeof errorCode>[0]) => () => ({
    errorCode: errorCode(error),
    groups: [],
  });
  nodes.inTurn(
    listGroups,
    answer("COORDINATOR_LOAD_IN_PROGRESS"),
    answer("NONE"),
    answer("NOT_COORDINATOR"),
  );
  await using admin = scriptedAdmin(nodes);
  assertEquals((await admin.listGroups()).all(), []);
  assertEquals(nodes.of(listGroups).length, 2);
  const { errors } = await admin.listGroups();
  assertEquals((errors[0] as KafkaError).code, "NOT_COORDINATOR");
  assertEquals(nodes.of(listGroups).length, 3);
});

Deno.test("when no broker can be found that is the error", async () => {
  await using nodes = await ScriptedNodes.start(1);
  await using admin = scriptedAdmin(nodes, { bootstrapServers: "nowhere:1" });
  const { errors } = await admin.listGroups({ timeoutMs: 20 });
  assertEquals(errors.map(({ message }) => message), [
    "Failed to find brokers to send ListGroups: Timed out waiting for a node assignment. Call: findAllBrokers",
  ]);
});

Deno.test("a broker that is too old for a filter says so, unless the filter changes nothing", async () => {
  await using nodes = await ScriptedNodes.start(1);
  nodes.highest.set("ListGroups", 3);
  nodes.on(listGroups, () => ({ groups: [{ groupId: "a", protocolType: "consumer" }] }));
  await using admin = scriptedAdmin(nodes);
  assertEquals(
    (await admin.listGroups({ groupStates: ["Stable"] })).errors[0]?.message.split(": ").at(-1),
    "The broker only supports ListGroups v3, but we need v4 or newer to request groups by states.",
  );
  assertEquals(
    (await admin.listGroups({ types: ["Share"] })).errors[0]?.message.includes(
      "Requested group types: [Share].",
    ),
    true,
  );
  const classic = await admin.listGroups({ types: ["Classic", "Consumer"] });
  assertEquals(classic.all(), [
    { groupId: "a", protocol: "consumer", isSimpleConsumerGroup: false },
  ]);
});
