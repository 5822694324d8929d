import { assertEquals, assertRejects } from "@std/assert";
import { Producer } from "../../../client/producer/producer.ts";
import {
  errorCode,
  type ErrorName,
  type KafkaError,
} from "../../../client/protocol/error_codes.ts";
import { describeTransactions } from "../../../client/protocol/messages/describe_transactions.ts";
import { initProducerId } from "../../../client/protocol/messages/init_producer_id.ts";
import { type AdminWorld, adminWorld, scriptedAdmin } from "../../support/admin.ts";
import { ScriptedNodes } from "../../support/scripted_nodes.ts";

const p0 = { topic: "orders", partition: 0 };

async function withOpenTransaction(world: AdminWorld): Promise<Producer> {
  const { admin, broker: { bootstrapServers }, transport } = world;
  (await admin.createTopics([{ name: "orders" }])).all();
  const producer = new Producer({ bootstrapServers, transport, transactionalId: "copier" });
  await producer.initTransactions();
  producer.beginTransaction();
  await producer.send({ ...p0, value: "x" });
  return producer;
}

Deno.test("an open transaction is described, and one that is not there is told", async () => {
  await using world = await adminWorld();
  await using producer = await withOpenTransaction(world);
  const results = await world.admin.describeTransactions(["copier", "nobody"]);
  const { state, topicPartitions, transactionStartTimeMs, coordinatorId, transactionTimeoutMs } =
    results.get("copier");
  assertEquals([state, topicPartitions, coordinatorId, transactionTimeoutMs], [
    "Ongoing",
    [p0],
    1,
    60_000,
  ]);
  assertEquals(transactionStartTimeMs! > 0, true);
  assertEquals(
    results.error("nobody")?.message,
    "DescribeTransactions request for transactionalId `nobody` failed because the ID could not be found",
  );
  await producer.commitTransaction();
});

Deno.test("who fences a producer aborts its transaction", async () => {
  await using world = await adminWorld();
  const { admin } = world;
  await using producer = await withOpenTransaction(world);
  const before = (await admin.describeTransactions(["copier"])).get("copier");
  const fenced = (await admin.fenceProducers(["copier"])).get("copier");
  assertEquals(fenced.producerId, before.producerId);
  assertEquals(fenced.epoch > before.producerEpoch, true);
  await assertRejects(() => producer.commitTransaction());
  const after = (await admin.describeTransactions(["copier"])).get("copier");
  assertEquals(["CompleteAbort", "Empty"].includes(after.state), true, after.state);
  await admin.forceTerminateTransaction("copier");
});

async function refused(api: "describe" | "fence", ...errors: ErrorName[]) {
  await using nodes = await ScriptedNodes.start(1);
  const codes = errors.map((error) => errorCode(error));
  let turn = 0;
  const next = () => codes[Math.min(turn++, codes.length - 1)]!;
  nodes.on(describeTransactions, () => ({
    transactionStates: [{ transactionalId: "t", errorCode: next(), topics: [] }],
  }));
  nodes.on(initProducerId, () => ({ errorCode: next(), producerId: 5, producerEpoch: 1 }));
  await using admin = scriptedAdmin(nodes);
  const results = api === "describe"
    ? await admin.describeTransactions(["t"])
    : await admin.fenceProducers(["t"]);
  return { error: results.error("t") as KafkaError | undefined, asked: turn };
}

Deno.test("what may not be described is told in Kafka's words", async () => {
  const { error } = await refused("describe", "TRANSACTIONAL_ID_AUTHORIZATION_FAILED");
  assertEquals(
    error?.message,
    "DescribeTransactions request for transactionalId `t` failed due to authorization failure",
  );
  const odd = await refused("describe", "UNKNOWN_SERVER_ERROR");
  assertEquals(odd.error?.message.endsWith("failed due to unexpected error"), true);
  assertEquals(await refused("describe", "COORDINATOR_LOAD_IN_PROGRESS", "NONE"), {
    error: undefined,
    asked: 2,
  });
});

Deno.test("fencing goes on while a transaction ends, and tells what is wrong in Kafka's words", async () => {
  assertEquals(await refused("fence", "CONCURRENT_TRANSACTIONS", "NOT_COORDINATOR", "NONE"), {
    error: undefined,
    asked: 3,
  });
  const texts = [
    ["CLUSTER_AUTHORIZATION_FAILED", "failed due to cluster authorization failure"],
    [
      "TRANSACTIONAL_ID_AUTHORIZATION_FAILED",
      "failed due to transactional ID authorization failure",
    ],
    ["INVALID_TRANSACTION_TIMEOUT", "failed due to unexpected error"],
  ] as const;
  for (const [name, text] of texts) {
    const { error } = await refused("fence", name);
    assertEquals(error?.message, `InitProducerId request for transactionalId \`t\` ${text}`);
  }
});

Deno.test("a fenced transaction has the time of the call, or of one answer", async () => {
  await using nodes = await ScriptedNodes.start(1);
  nodes.on(initProducerId, () => ({ producerId: 5, producerEpoch: 1 }));
  await using admin = scriptedAdmin(nodes);
  await admin.fenceProducers(["t"], { timeoutMs: 700 });
  await admin.fenceProducers(["t"]);
  const timeouts = nodes.of(initProducerId).map(({ request }) => request.transactionTimeoutMs);
  assertEquals(timeouts, [700, 3000]);
});
