import { assertEquals, assertRejects } from "@std/assert";
import { KafkaError } from "../../../client/protocol/error_codes.ts";
import { describeCluster } from "../../../client/protocol/messages/describe_cluster.ts";
import { describeLogDirs } from "../../../client/protocol/messages/describe_log_dirs.ts";
import { describeQuorum } from "../../../client/protocol/messages/describe_quorum.ts";
import { listConfigResources } from "../../../client/protocol/messages/list_config_resources.ts";
import { scriptedAdmin } from "../../support/admin.ts";
import { ScriptedNodes } from "../../support/scripted_nodes.ts";

const voter = {
  topics: [{
    topicName: "__cluster_metadata",
    partitions: [{ partitionIndex: 0, leaderId: 2, leaderEpoch: 1, currentVoters: [] }],
  }],
};

function controllers(nodes: ScriptedNodes, endpointType = 2): void {
  nodes.on(describeCluster, () => ({
    endpointType,
    clusterId: "c",
    controllerId: nodes.controllerId,
    brokers: nodes.nodes.map((brokerId) => ({
      brokerId,
      host: "127.0.0.1",
      port: 9000 + brokerId,
    })),
  }));
}

Deno.test("a client of controllers finds the active one, by DescribeCluster", async () => {
  await using nodes = await ScriptedNodes.start(1, 2);
  nodes.controllerId = 2;
  controllers(nodes);
  nodes.on(describeQuorum, () => voter);
  await using admin = scriptedAdmin(nodes, {
    bootstrapServers: [],
    bootstrapControllers: nodes.bootstrapServers,
  });
  assertEquals((await admin.describeMetadataQuorum()).leaderId, 2);
  assertEquals(nodes.of(describeQuorum).map(({ node }) => node), [2]);
  assertEquals(nodes.requests.some(({ api }) => api === "Metadata"), false);
});

Deno.test("calls that controllers do not serve are refused at once", async () => {
  await using nodes = await ScriptedNodes.start(1);
  await using admin = scriptedAdmin(nodes, {
    bootstrapServers: [],
    bootstrapControllers: nodes.bootstrapServers,
  });
  const error = await assertRejects(() => admin.listTopics(), KafkaError);
  assertEquals(error.code, "UNSUPPORTED_ENDPOINT_TYPE");
  assertEquals(
    error.message,
    "This Admin API is not yet supported when communicating directly with the controller quorum.",
  );
  assertEquals(nodes.requests, []);
});

Deno.test("brokers that were taken for controllers are told at once", async () => {
  await using nodes = await ScriptedNodes.start(1);
  controllers(nodes, 1);
  await using admin = scriptedAdmin(nodes, {
    bootstrapServers: [],
    bootstrapControllers: nodes.bootstrapServers,
  });
  const error = await assertRejects(() => admin.describeMetadataQuorum(), KafkaError);
  assertEquals(error.code, "MISMATCHED_ENDPOINT_TYPE");
  assertEquals(
    error.message,
    "Expected response from CONTROLLER endpoint, but got response from endpoint type 1",
  );
});

Deno.test("controllers that were taken for brokers are told at once", async () => {
  await using nodes = await ScriptedNodes.start(1);
  nodes.highest.set("Metadata", -1);
  await using admin = scriptedAdmin(nodes);
  const error = await assertRejects(() => admin.listTopics(), KafkaError);
  assertEquals([error.code, error.message], [
    "UNSUPPORTED_VERSION",
    "The node does not support METADATA",
  ]);
});

Deno.test("a node that is not there yet is waited for", async () => {
  await using nodes = await ScriptedNodes.start(1, 2);
  nodes.nodes = [1];
  nodes.on(describeLogDirs, () => ({ results: [{ logDir: "/d", topics: [] }] }));
  await using admin = scriptedAdmin(nodes);
  await admin.listTopics();
  const call = admin.describeLogDirs([2]);
  nodes.nodes = [1, 2];
  assertEquals([...(await call).get(2).keys()], ["/d"]);
});

Deno.test("a client that is closed takes no calls, and waits for those under way", async () => {
  await using nodes = await ScriptedNodes.start(1);
  const admin = scriptedAdmin(nodes);
  const asked = Promise.withResolvers<void>();
  const answer = Promise.withResolvers<void>();
  nodes.on(listConfigResources, async () => {
    asked.resolve();
    await answer.promise;
    return { configResources: [] };
  });
  const call = admin.listConfigResources();
  await asked.promise;
  const closed = admin.close();
  await assertRejects(
    () => admin.listTopics(),
    Error,
    "Cannot accept new calls when AdminClient is closing.",
  );
  answer.resolve();
  assertEquals(await call, []);
  await closed;
  await admin.close();
});

Deno.test("a client that is closed in a hurry ends the calls under way", async () => {
  await using nodes = await ScriptedNodes.start(1);
  const admin = scriptedAdmin(nodes);
  const asked = Promise.withResolvers<void>();
  nodes.on(listConfigResources, () => {
    asked.resolve();
    return new Promise<never>(() => {});
  });
  const refused = assertRejects(() => admin.listConfigResources(), KafkaError);
  await asked.promise;
  await admin.close({ timeoutMs: 1 });
  assertEquals((await refused).code, "REQUEST_TIMED_OUT");
});
