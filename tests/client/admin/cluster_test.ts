import { assertEquals, assertRejects } from "@std/assert";
import { errorCode, KafkaError } from "../../../client/protocol/error_codes.ts";
import { describeCluster } from "../../../client/protocol/messages/describe_cluster.ts";
import { unregisterBroker } from "../../../client/protocol/messages/unregister_broker.ts";
import { adminWorld, scriptedAdmin } from "../../support/admin.ts";
import { withController } from "../../support/broker.ts";
import { ScriptedNodes } from "../../support/scripted_nodes.ts";

Deno.test("a cluster is described, with what the client may do when it is asked for", async () => {
  await using world = await adminWorld();
  const { admin, broker } = world;
  const { port } = broker.broker.address;
  const cluster = await admin.describeCluster({ includeAuthorizedOperations: true });
  const node = { id: 1, host: "127.0.0.1", port, rack: null, isFenced: false };
  assertEquals([cluster.controller, cluster.nodes], [node, [node]]);
  assertEquals(cluster.clusterId, broker.broker.clusterId);
  assertEquals(cluster.authorizedOperations?.has("ALTER"), true);
  assertEquals((await admin.describeCluster()).authorizedOperations, undefined);
});

Deno.test("controllers describe themselves", async () => {
  await using world = await adminWorld({}, { properties: withController });
  const { host, port } = world.broker.broker.endpoints.find(({ listenerName }) =>
    listenerName === "CONTROLLER"
  )!;
  await using admin = world.another({
    bootstrapServers: [],
    bootstrapControllers: `${host}:${port}`,
  });
  const cluster = await admin.describeCluster();
  assertEquals(cluster.nodes.map((node) => [node.id, node.port]), [[1, port]]);
  assertEquals((await admin.describeMetadataQuorum()).leaderId, 1);
  await assertRejects(
    () => admin.describeCluster({ includeFencedBrokers: true }),
    TypeError,
    "Cannot request fenced brokers from controller endpoint",
  );
});

Deno.test("fenced brokers are told when they are wanted, by brokers that can", async () => {
  await using nodes = await ScriptedNodes.start(1);
  nodes.on(describeCluster, ({ includeFencedBrokers }) => ({
    clusterId: "c",
    brokers: [{ brokerId: 4, host: "h", port: 1, isFenced: includeFencedBrokers }],
  }));
  await using admin = scriptedAdmin(nodes);
  const fenced = await admin.describeCluster({ includeFencedBrokers: true });
  assertEquals(fenced.nodes.map(({ isFenced }) => isFenced), [true]);
  nodes.highest.set("DescribeCluster", 1);
  await using late = scriptedAdmin(nodes);
  const error = await assertRejects(
    () => late.describeCluster({ includeFencedBrokers: true }),
    KafkaError,
  );
  assertEquals(error.code, "UNSUPPORTED_VERSION");
});

Deno.test("an old broker is asked by Metadata", async () => {
  await using nodes = await ScriptedNodes.start(1, 2);
  nodes.highest.set("DescribeCluster", -1);
  nodes.controllerId = 2;
  await using admin = scriptedAdmin(nodes);
  const cluster = await admin.describeCluster();
  assertEquals([cluster.clusterId, cluster.controller?.id, cluster.nodes.length], [
    "scripted",
    2,
    2,
  ]);
});

Deno.test("an error is told at once", async () => {
  await using nodes = await ScriptedNodes.start(1);
  nodes.on(describeCluster, () => ({
    errorCode: errorCode("BROKER_NOT_AVAILABLE"),
    errorMessage: "later",
    clusterId: "",
    brokers: [],
  }));
  await using admin = scriptedAdmin(nodes);
  await assertRejects(() => admin.describeCluster(), KafkaError, "later");
});

Deno.test("a broker is unregistered; only a time-out is tried again", async () => {
  await using nodes = await ScriptedNodes.start(1);
  const answer = (error: Parameters<typeof errorCode>[0]) => () => ({
    errorCode: errorCode(error),
    errorMessage: error,
  });
  nodes.inTurn(
    unregisterBroker,
    answer("REQUEST_TIMED_OUT"),
    answer("NONE"),
    answer("BROKER_ID_NOT_REGISTERED"),
  );
  await using admin = scriptedAdmin(nodes);
  await admin.unregisterBroker(5);
  assertEquals(nodes.of(unregisterBroker).map(({ request }) => request.brokerId), [5, 5]);
  await assertRejects(() => admin.unregisterBroker(6), KafkaError, "BROKER_ID_NOT_REGISTERED");
});
