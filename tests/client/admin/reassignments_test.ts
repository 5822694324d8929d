import { assertEquals, assertRejects } from "@std/assert";
import { errorCode, KafkaError } from "../../../client/protocol/error_codes.ts";
import { alterPartitionReassignments } from "../../../client/protocol/messages/alter_partition_reassignments.ts";
import { listPartitionReassignments } from "../../../client/protocol/messages/list_partition_reassignments.ts";
import { adminWorld, scriptedAdmin } from "../../support/admin.ts";
import { ScriptedNodes } from "../../support/scripted_nodes.ts";

const p = (partition: number, topic = "orders") => ({ topic, partition });

Deno.test("moves are asked of the controller, each partition with its own error", async () => {
  await using world = await adminWorld();
  const { admin } = world;
  (await admin.createTopics([{ name: "orders", numPartitions: 2 }])).all();
  const results = await admin.alterPartitionReassignments([
    [p(0), [1]],
    [p(1), [9]],
    [p(0, "nope"), [1]],
    [p(-1), [1]],
    [p(0, ""), [1]],
  ]);
  assertEquals(results.keys().map((key) => (results.error(key) as KafkaError)?.code), [
    undefined,
    "INVALID_REPLICA_ASSIGNMENT",
    "UNKNOWN_TOPIC_OR_PARTITION",
    "INVALID_TOPIC_EXCEPTION",
    "INVALID_TOPIC_EXCEPTION",
  ]);
  assertEquals(results.error(p(-1))?.message, "The given partition index -1 is not valid.");
  const nothing = await admin.alterPartitionReassignments([[p(0), null]]);
  assertEquals((nothing.error(p(0)) as KafkaError).code, "NO_REASSIGNMENT_IN_PROGRESS");
  assertEquals((await admin.listPartitionReassignments()).size, 0);
});

Deno.test("an error of the whole is that of all, and partitions that the answer lacks have failed", async () => {
  await using nodes = await ScriptedNodes.start(1);
  nodes.inTurn(
    alterPartitionReassignments,
    () => ({
      errorCode: errorCode("CLUSTER_AUTHORIZATION_FAILED"),
      errorMessage: "no",
      responses: [],
    }),
    () => ({ errorMessage: null, responses: [] }),
  );
  await using admin = scriptedAdmin(nodes);
  const refused = await admin.alterPartitionReassignments([[p(0), [1]]], {
    allowReplicationFactorChange: false,
  });
  assertEquals(refused.error(p(0))?.message, "no");
  assertEquals(
    nodes.of(alterPartitionReassignments)[0]!.request.allowReplicationFactorChange,
    false,
  );
  const lost = await admin.alterPartitionReassignments([[p(0), [1]]]);
  assertEquals(
    lost.error(p(0))?.message,
    "The server returned too less results.Expected 1 but received 0",
  );
});

Deno.test("partitions on their way are listed, among some or all", async () => {
  await using nodes = await ScriptedNodes.start(1);
  nodes.on(listPartitionReassignments, () => ({
    errorMessage: null,
    topics: [{
      name: "orders",
      partitions: [
        { partitionIndex: 1, replicas: [1, 2], addingReplicas: [2], removingReplicas: [] },
      ],
    }],
  }));
  await using admin = scriptedAdmin(nodes);
  const moving = await admin.listPartitionReassignments([p(1), p(0), p(1)]);
  assertEquals([...moving], [
    [p(1), { replicas: [1, 2], addingReplicas: [2], removingReplicas: [] }],
  ]);
  await admin.listPartitionReassignments();
  assertEquals(nodes.of(listPartitionReassignments).map(({ request }) => request.topics), [
    [{ name: "orders", partitionIndexes: [1, 0] }],
    null,
  ]);
  await assertRejects(() => admin.listPartitionReassignments([p(-2)]), KafkaError, "index -2");
});
