import { assert, assertEquals, assertRejects } from "@std/assert";
import { MemoryTransport } from "../../../client/network/memory_transport.ts";
import { tcpTransport } from "../../../client/network/tcp_transport.ts";
import { errorCode } from "../../../client/protocol/error_codes.ts";
import { createTopics } from "../../../client/protocol/messages/create_topics.ts";
import { deleteTopics } from "../../../client/protocol/messages/delete_topics.ts";
import { fetch } from "../../../client/protocol/messages/fetch.ts";
import { metadata } from "../../../client/protocol/messages/metadata.ts";
import { produce, type ProduceResponse } from "../../../client/protocol/messages/produce.ts";
import { buildBatch } from "../../../storage/record/record_batch_builder.ts";
import { FaultPlan } from "../../../cluster/testing/fault_plan.ts";
import { TestBroker, type TestBrokerOptions } from "../../../cluster/testing/test_broker.ts";
import { TestClient } from "../../support/test_client.ts";

const PRODUCE_VERSION = 9;
/** The first version that names topics by ids. */
const PRODUCE_BY_ID_VERSION = 13;

async function setup(options: TestBrokerOptions = {}) {
  const transport = new MemoryTransport();
  const broker = await TestBroker.start({ transport, ...options });
  const connect = (clientId: string) =>
    TestClient.connect(transport, broker.broker.address, clientId);
  return {
    broker,
    connect,
    [Symbol.asyncDispose]: () => broker[Symbol.asyncDispose](),
  };
}

function batch(): Uint8Array {
  return buildBatch([{ value: new Uint8Array([1, 2, 3]), timestamp: 1_700_000_000_000 }]);
}

async function makeTopic(client: TestClient, name = "orders"): Promise<string> {
  const { topics } = await client.call(createTopics, 7, {
    topics: [{ name, numPartitions: 1, replicationFactor: 1 }],
    timeoutMs: 1000,
  });
  assertEquals(topics[0]!.errorCode, 0);
  return topics[0]!.topicId;
}

const record = (topic: string, acks = -1) => ({
  acks,
  timeoutMs: 1000,
  topicData: [{ name: topic, partitionData: [{ index: 0, records: batch() }] }],
});

const outcome = ({ responses }: ProduceResponse) => responses[0]!.partitionResponses[0]!;

Deno.test("a broker for tests is reached by TCP on a port of its own, and keeps nothing", async () => {
  await using broker = await TestBroker.start();
  assert(/^127\.0\.0\.1:\d+$/.test(broker.bootstrapServers), broker.bootstrapServers);
  using client = await TestClient.connect(tcpTransport(), broker.broker.address);
  await makeTopic(client);
  const { topics } = await client.call(metadata, 12, { topics: null });
  assertEquals(topics.map(({ name }) => name), ["orders"]);
});

Deno.test("a producer is refused as often as ordered, and nothing is written meanwhile", async () => {
  await using test = await setup();
  using client = await test.connect("shop");
  await makeTopic(client);
  const fault = test.broker.faults.answer("NOT_LEADER_OR_FOLLOWER", {
    api: "Produce",
    topic: "orders",
    times: 2,
  });
  const answers = [];
  for (let i = 0; i < 3; i++) {
    answers.push(outcome(await client.call(produce, PRODUCE_VERSION, record("orders"))));
  }
  const refused = errorCode("NOT_LEADER_OR_FOLLOWER");
  assertEquals(answers.map(({ errorCode }) => errorCode), [refused, refused, 0]);
  assertEquals(answers[2]!.baseOffset, 0);
  assertEquals(fault.hits, 2);
});

Deno.test("a fault on a topic is met by a request that names the topic by its id", async () => {
  await using test = await setup();
  using client = await test.connect("shop");
  const topicId = await makeTopic(client);
  await makeTopic(client, "invoices");
  test.broker.faults.answer("REQUEST_TIMED_OUT", { topic: "orders", api: "Produce" });
  const answer = await client.call(produce, PRODUCE_BY_ID_VERSION, {
    acks: -1,
    topicData: [{ topicId, partitionData: [{ index: 0, records: batch() }] }],
  });
  assertEquals(outcome(answer).errorCode, errorCode("REQUEST_TIMED_OUT"));
  assertEquals(test.broker.requests.matching({ api: "Produce" })[0]!.topics, ["orders"]);
});

Deno.test("a connection dropped after a request loses the answer, not the record", async () => {
  await using test = await setup();
  using first = await test.connect("shop");
  await makeTopic(first);
  test.broker.faults.drop({ api: "Produce", when: "after" });
  await assertRejects(
    () => first.call(produce, PRODUCE_VERSION, record("orders")),
    Error,
    "The connection ended",
  );
  using second = await test.connect("shop");
  const answer = outcome(await second.call(produce, PRODUCE_VERSION, record("orders")));
  assertEquals([answer.errorCode, answer.baseOffset], [0, 1]);
});

Deno.test("a connection dropped before a request loses the record", async () => {
  await using test = await setup();
  using first = await test.connect("shop");
  await makeTopic(first);
  test.broker.faults.drop({ api: "Produce" });
  await assertRejects(
    () => first.call(produce, PRODUCE_VERSION, record("orders")),
    Error,
    "The connection ended",
  );
  using second = await test.connect("shop");
  assertEquals(
    outcome(await second.call(produce, PRODUCE_VERSION, record("orders"))).baseOffset,
    0,
  );
});

Deno.test("a producer that wants no answer is cut off by an error", async () => {
  await using test = await setup();
  using client = await test.connect("shop");
  await makeTopic(client);
  test.broker.faults.answer("NOT_LEADER_OR_FOLLOWER", { api: "Produce" });
  await client.send(produce, PRODUCE_VERSION, record("orders", 0));
  assertEquals(await client.receive(), undefined);
});

Deno.test("a request is held back until a test lets it go", async () => {
  await using test = await setup();
  using client = await test.connect("shop");
  await makeTopic(client);
  const gate = Promise.withResolvers<void>();
  test.broker.faults.delay(gate.promise, { api: "Produce" });
  let isAnswered = false;
  const answer = client.call(produce, PRODUCE_VERSION, record("orders"))
    .then((response) => (isAnswered = true, response));
  await test.broker.requests.waitFor({ api: "Produce" });
  using other = await test.connect("other");
  await other.call(metadata, 12, { topics: [] });
  assertEquals(isAnswered, false);
  gate.resolve();
  assertEquals(outcome(await answer).errorCode, 0);
});

Deno.test("faults are met by the client that they are meant for alone", async () => {
  await using test = await setup();
  using shop = await test.connect("shop");
  using billing = await test.connect("billing");
  await makeTopic(shop);
  test.broker.faults.answer("NOT_CONTROLLER", { clientId: "billing", times: Infinity });
  const ask = async (client: TestClient, name: string) =>
    (await client.call(deleteTopics, 6, { topics: [{ name }], timeoutMs: 1000 })).responses[0]!
      .errorCode;
  assertEquals(await ask(billing, "orders"), errorCode("NOT_CONTROLLER"));
  assertEquals(await ask(shop, "orders"), 0);
});

Deno.test("requests are seen with what was in them", async () => {
  await using test = await setup();
  using client = await test.connect("shop");
  await makeTopic(client);
  const sent = record("orders");
  await client.call(produce, PRODUCE_VERSION, sent);
  const seen = await test.broker.requests.waitFor({ api: "Produce", clientId: "shop" });
  assertEquals([seen.apiVersion, seen.topics, seen.listenerName], [
    PRODUCE_VERSION,
    ["orders"],
    "PLAINTEXT",
  ]);
  const { topicData } = seen.request as {
    topicData: { partitionData: { records: Uint8Array }[] }[];
  };
  assertEquals(
    topicData[0]!.partitionData[0]!.records,
    sent.topicData[0]!.partitionData[0]!.records,
  );
  assertEquals(test.broker.requests.all.map(({ api }) => api), ["CreateTopics", "Produce"]);
});

Deno.test("a stop waits neither for what a fault holds back nor for those who wait for requests", async () => {
  const test = await setup();
  using client = await test.connect("shop");
  test.broker.faults.delay(3_600_000, { api: "Metadata" });
  await client.send(metadata, 12, { topics: [] });
  await test.broker.requests.waitFor({ api: "Metadata" });
  const waiting = assertRejects(() => test.broker.requests.waitFor({ api: "Fetch" }));
  await test.broker[Symbol.asyncDispose]();
  await waiting;
  assertEquals(await client.receive(), undefined);
});

Deno.test("a fault on a topic is met by a fetch whose session has the topic", async () => {
  await using test = await setup();
  using client = await test.connect("shop");
  await makeTopic(client);
  const first = await client.call(fetch, 12, {
    maxWaitMs: 0,
    minBytes: 0,
    maxBytes: 1 << 20,
    sessionEpoch: 0,
    topics: [{ topic: "orders", partitions: [{ partition: 0, partitionMaxBytes: 1 << 20 }] }],
  });
  assert(first.sessionId > 0);
  test.broker.faults.answer("UNKNOWN_SERVER_ERROR", { api: "Fetch", topic: "orders" });
  const { sessionId } = first;
  const ask = { maxWaitMs: 0, minBytes: 0, maxBytes: 1 << 20, sessionId, sessionEpoch: 1 };
  const second = await client.call(fetch, 12, ask);
  assertEquals(second.errorCode, errorCode("UNKNOWN_SERVER_ERROR"));
});

Deno.test("a plan of faults may be there before the broker, and outlive it", async () => {
  const faults = new FaultPlan();
  const fault = faults.answer("REQUEST_TIMED_OUT", { api: "CreateTopics", times: 2 });
  for (let i = 0; i < 2; i++) {
    await using test = await setup({ faults });
    using client = await test.connect("shop");
    const { topics } = await client.call(createTopics, 7, {
      topics: [{ name: "orders", numPartitions: 1, replicationFactor: 1 }],
    });
    assertEquals(topics[0]!.errorCode, errorCode("REQUEST_TIMED_OUT"));
  }
  assertEquals(fault.hits, 2);
});
