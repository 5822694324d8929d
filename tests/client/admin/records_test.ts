import { assertEquals } from "@std/assert";
import { Producer } from "../../../client/producer/producer.ts";
import { errorCode, type KafkaError } from "../../../client/protocol/error_codes.ts";
import { deleteRecords } from "../../../client/protocol/messages/delete_records.ts";
import { adminWorld, scriptedAdmin } from "../../support/admin.ts";
import { ScriptedNodes } from "../../support/scripted_nodes.ts";

const p = (partition: number) => ({ topic: "orders", partition });

Deno.test("records are deleted up to an offset, or all of them", async () => {
  await using world = await adminWorld();
  const { admin, broker: { bootstrapServers }, transport } = world;
  (await admin.createTopics([{ name: "orders", numPartitions: 2 }])).all();
  await using producer = new Producer({ bootstrapServers, transport });
  for (const partition of [0, 0, 0, 1]) {
    await producer.send({ topic: "orders", partition, value: "x" });
  }
  const results = await admin.deleteRecords([[p(0), 2], [p(1), -1]]);
  assertEquals(results.get(p(0)), { lowWatermark: 2 });
  assertEquals(results.get(p(1)), { lowWatermark: 1 });
  const beyond = await admin.deleteRecords([[p(0), 99]]);
  assertEquals((beyond.error(p(0)) as KafkaError).code, "OFFSET_OUT_OF_RANGE");
  assertEquals((await admin.listOffsets([[p(0), "earliest"]])).get(p(0)).offset, 2);
});

Deno.test("a leader that has moved is looked up again", async () => {
  await using nodes = await ScriptedNodes.start(1, 2);
  nodes.topics = { orders: [1] };
  nodes.on(deleteRecords, (_request, { node }) => {
    nodes.topics = { orders: [2] };
    const error = errorCode(node === 1 ? "NOT_LEADER_OR_FOLLOWER" : "NONE");
    const told = { partitionIndex: 0, lowWatermark: 4, errorCode: error };
    return { topics: [{ name: "orders", partitions: [told] }] };
  });
  await using admin = scriptedAdmin(nodes);
  assertEquals((await admin.deleteRecords([[p(0), 4]], { timeoutMs: 2500 })).get(p(0)), {
    lowWatermark: 4,
  });
  const asked = nodes.of(deleteRecords);
  assertEquals(asked.map(({ node, request }) => [node, request.timeoutMs]), [[1, 2500], [2, 2500]]);
});

Deno.test("a topic that is not there is waited for until the time is over", async () => {
  await using world = await adminWorld();
  const results = await world.admin.deleteRecords([[p(0), 1]], { timeoutMs: 30 });
  assertEquals((results.error(p(0)) as KafkaError).code, "REQUEST_TIMED_OUT");
});
