import { assertEquals } from "@std/assert";
import { errorCode, type ErrorName } from "../../../client/protocol/error_codes.ts";
import {
  listOffsets,
  type ListOffsetsRequest,
  type ListOffsetsResponse,
} from "../../../client/protocol/messages/list_offsets.ts";
import { metadata } from "../../../client/protocol/messages/metadata.ts";
import type { Draft } from "../../../storage/message/message_codec.ts";
import { scriptedAdmin } from "../../support/admin.ts";
import { ScriptedNodes } from "../../support/scripted_nodes.ts";

const p = (partition: number) => ({ topic: "orders", partition });

function offsetsOf(
  { topics }: ListOffsetsRequest,
  offset: number,
  error: (partition: number) => ErrorName = () => "NONE",
): Draft<ListOffsetsResponse> {
  return {
    topics: topics.map(({ name, partitions }) => ({
      name,
      partitions: partitions.map(({ partitionIndex }) => (
        { partitionIndex, errorCode: errorCode(error(partitionIndex)), offset, leaderEpoch: 3 }
      )),
    })),
  };
}

Deno.test("each leader is asked about its partitions, in one request", async () => {
  await using nodes = await ScriptedNodes.start(1, 2);
  nodes.topics = { orders: [1, 2, 1] };
  nodes.on(listOffsets, (request, { node }) => offsetsOf(request, node * 10));
  await using admin = scriptedAdmin(nodes);
  const results = await admin.listOffsets([0, 1, 2].map((i) => [p(i), "latest"]));
  assertEquals([0, 1, 2].map((i) => results.get(p(i)).offset), [10, 20, 10]);
  const asked = nodes.of(listOffsets).map(({ node, request }) => [
    node,
    request.topics[0]!.partitions.length,
  ]);
  assertEquals(asked.toSorted(), [[1, 2], [2, 1]]);
});

Deno.test("a partition that has moved is looked up again, the others keep their answers", async () => {
  await using nodes = await ScriptedNodes.start(1, 2);
  nodes.topics = { orders: [1, 1] };
  nodes.on(listOffsets, (request, { node }) => {
    nodes.topics = { orders: [1, 2] };
    return offsetsOf(
      request,
      node,
      (partition) => node === 1 && partition === 1 ? "NOT_LEADER_OR_FOLLOWER" : "NONE",
    );
  });
  await using admin = scriptedAdmin(nodes);
  const results = await admin.listOffsets([[p(0), "latest"], [p(1), "latest"]]);
  assertEquals([results.get(p(0)).offset, results.get(p(1)).offset], [1, 2]);
  assertEquals(nodes.of(listOffsets).map(({ node }) => node), [1, 2]);
});

Deno.test("an error that passes is asked again of the same leader, for its partition alone", async () => {
  await using nodes = await ScriptedNodes.start(1);
  nodes.topics = { orders: [1, 1] };
  let asked = 0;
  nodes.on(listOffsets, (request) => {
    const isFirst = asked++ === 0;
    return offsetsOf(
      request,
      7,
      (partition) => isFirst && partition === 1 ? "KAFKA_STORAGE_ERROR" : "NONE",
    );
  });
  await using admin = scriptedAdmin(nodes);
  const results = await admin.listOffsets([[p(0), "latest"], [p(1), "latest"]]);
  assertEquals(results.values().map(({ offset }) => offset), [7, 7]);
  const sizes = nodes.of(listOffsets).map(({ request }) => request.topics[0]!.partitions.length);
  assertEquals(sizes, [2, 1]);
  assertEquals(nodes.of(metadata).filter(({ request }) => request.topics!.length > 0).length, 1);
});

Deno.test("a leader that is gone is looked up again", async () => {
  await using nodes = await ScriptedNodes.start(1, 2);
  nodes.topics = { orders: [2] };
  nodes.on(listOffsets, (request, { node }) => offsetsOf(request, node));
  await using admin = scriptedAdmin(nodes);
  await admin.listOffsets([[p(0), "latest"]]);
  nodes.stop(2);
  nodes.nodes = [1];
  nodes.topics = { orders: [1] };
  assertEquals((await admin.listOffsets([[p(0), "latest"]])).get(p(0)).offset, 1);
});

Deno.test("a leader that metadata has just named and that nobody can reach is looked up again", async () => {
  await using nodes = await ScriptedNodes.start(1);
  nodes.topics = { orders: [5] };
  nodes.on(listOffsets, (request, { node }) => offsetsOf(request, node));
  let lookups = 0;
  nodes.on(metadata, ({ topics }) => {
    if (topics!.length > 0 && ++lookups > 1) nodes.topics = { orders: [1] };
    return nodes.metadata(topics!.map(({ name }) => name!));
  });
  await using admin = scriptedAdmin(nodes);
  assertEquals((await admin.listOffsets([[p(0), "latest"]])).get(p(0)).offset, 1);
});

Deno.test("a partition without a leader does not hold back the others, and runs out of time alone", async () => {
  await using nodes = await ScriptedNodes.start(1);
  nodes.topics = { orders: [1, -1] };
  nodes.on(listOffsets, (request, { node }) => offsetsOf(request, node));
  await using admin = scriptedAdmin(nodes);
  const results = await admin.listOffsets([[p(0), "latest"], [p(1), "latest"]], { timeoutMs: 50 });
  assertEquals(results.get(p(0)).offset, 1);
  assertEquals(
    results.error(p(1))?.message.replace(/\(.*/, ""),
    "Timed out waiting for a node assignment. Call: listOffsets",
  );
});
