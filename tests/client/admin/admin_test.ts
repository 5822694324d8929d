import { assert, assertEquals, assertMatch, assertRejects, assertThrows } from "@std/assert";
import { Admin } from "../../../client/admin/admin.ts";
import { KafkaError } from "../../../client/protocol/error_codes.ts";
import { InvalidConfigError } from "../../../storage/errors.ts";
import { adminWorld } from "../../support/admin.ts";
import { TestBroker } from "../../../cluster/testing/mod.ts";

Deno.test("a client says who it is to brokers", async () => {
  await using world = await adminWorld({ clientId: "tool" });
  await world.admin.listTopics();
  assertEquals(world.admin.clientId, "tool");
  const [request] = world.broker.requests.matching({ api: "Metadata" });
  assertEquals(request!.clientId, "tool");
  await using other = world.another();
  assertMatch(other.clientId, /^adminclient-\d+$/);
});

Deno.test("wrong configs are refused when the client is made", () => {
  assertThrows(
    () => new Admin({}),
    InvalidConfigError,
    "You must set either bootstrap.servers or bootstrap.controllers",
  );
  assertThrows(
    () => new Admin({ bootstrapServers: "a:1", "request.timeout.ms": "x" }),
    InvalidConfigError,
    "request.timeout.ms",
  );
});

Deno.test("many calls go on at the same time", async () => {
  await using world = await adminWorld();
  const { admin } = world;
  const names = Array.from({ length: 30 }, (_, i) => `t${i}`);
  await Promise.all(names.map((name) => admin.createTopics([{ name }])));
  const [topics, cluster, described] = await Promise.all([
    admin.listTopics(),
    admin.describeCluster(),
    admin.describeTopics(names),
  ]);
  assertEquals([topics.size, cluster.nodes.length, described.size], [30, 1, 30]);
  described.all();
});

Deno.test("a broker that answers with errors and drops connections is asked until it answers", async () => {
  await using world = await adminWorld();
  const { admin, broker: { faults } } = world;
  (await admin.createTopics([{ name: "orders" }])).all();
  faults.drop({ api: "DescribeTopicPartitions", times: 2 });
  faults.answer("NOT_CONTROLLER", { api: "CreatePartitions", times: 2 });
  faults.answer("COORDINATOR_LOAD_IN_PROGRESS", { api: "OffsetFetch" });
  faults.answer("NOT_COORDINATOR", { api: "DescribeGroups" });
  faults.answer("NOT_LEADER_OR_FOLLOWER", { api: "ListOffsets" });
  faults.drop({ api: "ListOffsets", when: "after" });
  (await admin.createPartitions(new Map([["orders", { totalCount: 2 }]]))).all();
  assertEquals((await admin.describeTopics(["orders"])).get("orders").partitions.length, 2);
  const p1 = { topic: "orders", partition: 1 };
  assertEquals((await admin.listOffsets([[p1, "latest"]])).get(p1).offset, 0);
  (await admin.alterConsumerGroupOffsets("g", [[p1, { offset: 0 }]])).all();
  assertEquals((await admin.describeConsumerGroups(["g"])).get("g").groupState, "Empty");
  const offsets = await admin.listConsumerGroupOffsets(new Map([["g", null]]));
  assertEquals(offsets.get("g").get(p1)?.offset, 0);
});

Deno.test("a broker that starts again on the same port is found again", async () => {
  await using world = await adminWorld();
  const { admin, broker, transport } = world;
  const { port } = broker.broker.address;
  await admin.describeCluster();
  await broker[Symbol.asyncDispose]();
  const refused = await assertRejects(() => admin.listTopics({ timeoutMs: 50 }), KafkaError);
  assertEquals(refused.code, "REQUEST_TIMED_OUT");
  const call = admin.describeCluster();
  await using _again = await TestBroker.start({ transport, port });
  assertEquals((await call).nodes.length, 1);
});

Deno.test("groups of consumers are those of consumers and those without members", async () => {
  await using world = await adminWorld();
  const { admin } = world;
  (await admin.createTopics([{ name: "orders" }])).all();
  const p0 = { topic: "orders", partition: 0 };
  (await admin.alterConsumerGroupOffsets("g", [[p0, { offset: 0 }]])).all();
  assertEquals([...await admin.listConsumerGroups()].map(({ groupId }) => groupId), ["g"]);
  assert([...await admin.listConsumerGroups({ protocolTypes: ["consumer"] })].length === 0);
});
