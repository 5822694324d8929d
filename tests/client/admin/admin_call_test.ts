import { assert, assertEquals, assertRejects, assertStringIncludes } from "@std/assert";
import { errorCode, KafkaError } from "../../../client/protocol/error_codes.ts";
import { createTopics } from "../../../client/protocol/messages/create_topics.ts";
import { describeQuorum } from "../../../client/protocol/messages/describe_quorum.ts";
import { listConfigResources } from "../../../client/protocol/messages/list_config_resources.ts";
import { metadata } from "../../../client/protocol/messages/metadata.ts";
import { systemEnv } from "../../../storage/system_env.ts";
import { scriptedAdmin } from "../../support/admin.ts";
import { ScriptedNodes } from "../../support/scripted_nodes.ts";

const created = (name: string, error: Parameters<typeof errorCode>[0] = "NONE") => ({
  topics: [{ name, errorCode: errorCode(error), numPartitions: 1, replicationFactor: 1 }],
});

Deno.test("after NOT_CONTROLLER new metadata is waited for, and the new controller gets the request", async () => {
  await using nodes = await ScriptedNodes.start(1, 2);
  await using admin = scriptedAdmin(nodes);
  const { clock } = systemEnv();
  nodes.on(metadata, async () => {
    if (nodes.of(createTopics).length > 0) await clock.sleep(20);
    return nodes.metadata([]);
  });
  nodes.on(createTopics, ({ topics: [topic] }, { node }) => {
    nodes.controllerId = 2;
    return created(topic!.name, node === 2 ? "NONE" : "NOT_CONTROLLER");
  });
  (await admin.createTopics([{ name: "orders" }])).all();
  assertEquals(nodes.of(createTopics).map(({ node }) => node), [1, 2]);
});

Deno.test("a request whose connection breaks is sent again", async () => {
  await using nodes = await ScriptedNodes.start(1);
  await using admin = scriptedAdmin(nodes);
  nodes.inTurn(createTopics, () => null, ({ topics: [topic] }) => created(topic!.name));
  (await admin.createTopics([{ name: "orders" }])).all();
  assertEquals(nodes.of(createTopics).length, 2);
});

Deno.test("a call that no node can be found for says so when its time is over", async () => {
  await using nodes = await ScriptedNodes.start(1);
  await using admin = scriptedAdmin(nodes, { bootstrapServers: "nowhere:1" });
  const error = await assertRejects(() => admin.listTopics({ timeoutMs: 20 }), KafkaError);
  assertEquals(error.code, "REQUEST_TIMED_OUT");
  assertEquals(error.message, "Timed out waiting for a node assignment. Call: listTopics");
});

Deno.test("a call that waits for its answer says how often it was sent when its time is over", async () => {
  await using nodes = await ScriptedNodes.start(1);
  await using admin = scriptedAdmin(nodes);
  nodes.on(listConfigResources, () => new Promise<never>(() => {}));
  const error = await assertRejects(
    () => admin.listConfigResources([], { timeoutMs: 20 }),
    KafkaError,
  );
  assertEquals(error.code, "REQUEST_TIMED_OUT");
  assert(
    /^Call\(callName=listConfigResources, deadlineMs=\d+, tries=1, nextAllowedTryMs=\d+\) timed out at \d+ after 1 attempt\(s\)$/
      .test(error.message),
    error.message,
  );
});

Deno.test("an answer that does not come is waited for no longer than request.timeout.ms, then asked for again", async () => {
  await using nodes = await ScriptedNodes.start(1);
  await using admin = scriptedAdmin(nodes, { requestTimeoutMs: 20 });
  nodes.inTurn(
    listConfigResources,
    () => new Promise<never>(() => {}),
    () => ({ configResources: [{ resourceName: "orders", resourceType: 2 }] }),
  );
  assertEquals(await admin.listConfigResources(), [{ type: "TOPIC", name: "orders" }]);
});

Deno.test("no request is sent more often than retries allow", async () => {
  await using nodes = await ScriptedNodes.start(1);
  await using admin = scriptedAdmin(nodes, { retries: 2 });
  nodes.on(describeQuorum, () => ({ errorCode: errorCode("LEADER_NOT_AVAILABLE"), topics: [] }));
  const error = await assertRejects(() => admin.describeMetadataQuorum(), KafkaError);
  assertStringIncludes(error.message, "after 3 attempt(s)");
  assertEquals((error.cause as KafkaError).code, "LEADER_NOT_AVAILABLE");
  assertEquals(nodes.of(describeQuorum).length, 3);
});

Deno.test("an API that the node lacks is told at once", async () => {
  await using nodes = await ScriptedNodes.start(1);
  nodes.highest.set("DescribeQuorum", -1);
  await using admin = scriptedAdmin(nodes);
  const error = await assertRejects(() => admin.describeMetadataQuorum(), KafkaError);
  assertEquals(error.message, "The node does not support DESCRIBE_QUORUM");
});

Deno.test("a version that has no room for what is asked is told, with those that there are", async () => {
  await using nodes = await ScriptedNodes.start(1);
  nodes.highest.set("ListConfigResources", 0);
  await using admin = scriptedAdmin(nodes);
  const error = await assertRejects(() => admin.listConfigResources(["TOPIC"]), KafkaError);
  assertEquals(
    error.message,
    "The node does not support LIST_CONFIG_RESOURCES with version in range [1,1]. The supported range is [0,0].",
  );
});

Deno.test("the broker gets no more time than the call has, nor than one answer may take", async () => {
  await using nodes = await ScriptedNodes.start(1);
  await using admin = scriptedAdmin(nodes, {
    requestTimeoutMs: 30_000,
    defaultApiTimeoutMs: 60_000,
  });
  nodes.on(createTopics, ({ topics: [topic] }) => created(topic!.name));
  await admin.createTopics([{ name: "a" }], { timeoutMs: 5000 });
  await admin.createTopics([{ name: "b" }]);
  const [short, long] = nodes.of(createTopics).map(({ request }) => request.timeoutMs);
  assert(short! > 4000 && short! <= 5000, `${short}`);
  assertEquals(long, 30_000);
});

Deno.test("a user who gives up gets the reason, also for calls about several things", async () => {
  await using nodes = await ScriptedNodes.start(1);
  await using admin = scriptedAdmin(nodes);
  const user = new AbortController();
  const asked = Promise.withResolvers<void>();
  nodes.on(createTopics, () => {
    asked.resolve();
    return new Promise<never>(() => {});
  });
  const call = admin.createTopics([{ name: "a" }], { signal: user.signal });
  const refused = assertRejects(() => call, Error, "enough");
  await asked.promise;
  user.abort(new Error("enough"));
  await refused;
  await assertRejects(() => admin.listTopics({ signal: user.signal }), Error, "enough");
});

Deno.test("metadata that names no broker is asked for again", async () => {
  await using nodes = await ScriptedNodes.start(1);
  await using admin = scriptedAdmin(nodes);
  nodes.inTurn(metadata, () => ({ brokers: [], topics: [] }), () => nodes.metadata([]));
  assertEquals((await admin.listTopics()).size, 0);
});
