import { assertEquals } from "@std/assert";
import type { OffsetSpec } from "../../../client/admin/offsets.ts";
import { Producer } from "../../../client/producer/producer.ts";
import type { KafkaError } from "../../../client/protocol/error_codes.ts";
import { listOffsets } from "../../../client/protocol/messages/list_offsets.ts";
import { adminWorld, scriptedAdmin } from "../../support/admin.ts";
import { ScriptedNodes } from "../../support/scripted_nodes.ts";

const p = (partition: number) => ({ topic: "orders", partition });

Deno.test("offsets are found by place and by time", async () => {
  await using world = await adminWorld();
  const { admin, broker: { bootstrapServers }, transport } = world;
  (await admin.createTopics([{ name: "orders" }])).all();
  await using producer = new Producer({ bootstrapServers, transport });
  for (const timestamp of [1000, 3000, 2000]) {
    await producer.send({ topic: "orders", partition: 0, value: "x", timestamp });
  }
  const find = async (spec: OffsetSpec) => (await admin.listOffsets([[p(0), spec]])).get(p(0));
  assertEquals((await find("earliest")).offset, 0);
  assertEquals((await find("latest")).offset, 3);
  assertEquals(await find("maxTimestamp"), { offset: 1, timestamp: 3000, leaderEpoch: 0 });
  assertEquals(await find({ timestamp: 2000 }), { offset: 1, timestamp: 3000, leaderEpoch: 0 });
  assertEquals(await find({ timestamp: 9000 }), { offset: -1, timestamp: -1 });
  assertEquals((await find("earliestLocal")).offset, 0);
});

Deno.test("the isolation level is the broker's to apply", async () => {
  await using nodes = await ScriptedNodes.start(1);
  nodes.topics = { orders: [1] };
  nodes.on(listOffsets, () => ({
    topics: [{ name: "orders", partitions: [{ partitionIndex: 0, errorCode: 0, offset: 1 }] }],
  }));
  await using admin = scriptedAdmin(nodes);
  await admin.listOffsets([[p(0), "latest"]], { isolationLevel: "read_committed" });
  await admin.listOffsets([[p(0), "latest"]]);
  assertEquals(nodes.of(listOffsets).map(({ request }) => request.isolationLevel), [1, 0]);
});

Deno.test("a broker that does not know the largest timestamp answers the rest", async () => {
  await using nodes = await ScriptedNodes.start(1);
  nodes.topics = { orders: [1, 1] };
  nodes.highest.set("ListOffsets", 5);
  nodes.on(listOffsets, ({ topics }) => ({
    topics: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => (
        { partitionIndex, errorCode: 0, offset: 8 }
      )),
    })),
  }));
  await using admin = scriptedAdmin(nodes);
  const results = await admin.listOffsets([[p(0), "maxTimestamp"], [p(1), "latest"]]);
  assertEquals((results.error(p(0)) as KafkaError).code, "UNSUPPORTED_VERSION");
  assertEquals(results.get(p(1)).offset, 8);
  const tiered = await admin.listOffsets([[p(0), "latestTiered"]]);
  assertEquals((tiered.error(p(0)) as KafkaError).code, "UNSUPPORTED_VERSION");
});
