import { assertEquals, assertRejects } from "@std/assert";
import { Producer } from "../../../client/producer/producer.ts";
import { errorCode, KafkaError } from "../../../client/protocol/error_codes.ts";
import { listTransactions } from "../../../client/protocol/messages/list_transactions.ts";
import { adminWorld, scriptedAdmin } from "../../support/admin.ts";
import { ScriptedNodes } from "../../support/scripted_nodes.ts";

Deno.test("transactions are listed, by state, producer, age and name", async () => {
  await using world = await adminWorld();
  const { admin, broker: { bootstrapServers }, transport } = world;
  for (const transactionalId of ["a-1", "b-1"]) {
    await using producer = new Producer({ bootstrapServers, transport, transactionalId });
    await producer.initTransactions();
  }
  const ids = async (options: Parameters<typeof admin.listTransactions>[0]) =>
    (await admin.listTransactions(options)).get(1).map(({ transactionalId }) => transactionalId)
      .toSorted();
  assertEquals(await ids({}), ["a-1", "b-1"]);
  assertEquals(await ids({ filteredStates: ["Empty"] }), ["a-1", "b-1"]);
  assertEquals(await ids({ filteredStates: ["Ongoing"] }), []);
  assertEquals(await ids({ filteredDuration: 1e15 }), []);
  assertEquals(await ids({ filteredTransactionalIdPattern: "a-.*" }), ["a-1"]);
  const [first] = (await admin.listTransactions()).get(1);
  assertEquals(await ids({ filteredProducerIds: [first!.producerId] }), [first!.transactionalId]);
});

Deno.test("each broker has its own error; one that is loading is asked again", async () => {
  await using nodes = await ScriptedNodes.start(1, 2, 3);
  let asked = 0;
  nodes.on(listTransactions, (_request, { node }) => {
    const error = node === 1
      ? asked++ === 0 ? "COORDINATOR_LOAD_IN_PROGRESS" : "NONE"
      : node === 2
      ? "COORDINATOR_NOT_AVAILABLE"
      : "CLUSTER_AUTHORIZATION_FAILED";
    return {
      errorCode: errorCode(error),
      transactionStates: [{ transactionalId: "t", producerId: 4, transactionState: "Odd" }],
    };
  });
  await using admin = scriptedAdmin(nodes);
  const results = await admin.listTransactions();
  assertEquals(results.get(1), [{ transactionalId: "t", producerId: 4, state: "Unknown" }]);
  assertEquals(
    results.error(2)?.message,
    "ListTransactions request sent to broker 2 failed because the coordinator is shutting down",
  );
  assertEquals(
    results.error(3)?.message,
    "ListTransactions request sent to broker 3 failed with an unexpected exception",
  );
});

Deno.test("a broker that does not know a filter says so, and brokers that cannot be found are told", async () => {
  await using nodes = await ScriptedNodes.start(1);
  nodes.highest.set("ListTransactions", 0);
  await using admin = scriptedAdmin(nodes);
  for (const options of [{ filteredDuration: 5 }, { filteredTransactionalIdPattern: "x" }]) {
    const error = (await admin.listTransactions(options)).error(1);
    assertEquals((error as KafkaError).code, "UNSUPPORTED_VERSION");
  }
  await using lost = scriptedAdmin(nodes, { bootstrapServers: "nowhere:1" });
  await assertRejects(
    () => lost.listTransactions({ timeoutMs: 20 }),
    KafkaError,
    "Timed out waiting for a node assignment. Call: listTransactions(api=METADATA)",
  );
});
