import { assertEquals } from "@std/assert";
import {
  errorCode,
  type ErrorName,
  type KafkaError,
} from "../../../client/protocol/error_codes.ts";
import { offsetCommit } from "../../../client/protocol/messages/offset_commit.ts";
import { offsetDelete } from "../../../client/protocol/messages/offset_delete.ts";
import { offsetFetch } from "../../../client/protocol/messages/offset_fetch.ts";
import { adminWorld, scriptedAdmin } from "../../support/admin.ts";
import { joinGroup } from "../../support/group_members.ts";
import { ScriptedNodes } from "../../support/scripted_nodes.ts";

const p = (partition: number, topic = "orders") => ({ topic, partition });

Deno.test("offsets are set, listed for several groups, and deleted", async () => {
  await using world = await adminWorld();
  const { admin } = world;
  (await admin.createTopics([{ name: "orders", numPartitions: 2 }])).all();
  (await admin.alterConsumerGroupOffsets("a", [
    [p(0), { offset: 5, leaderEpoch: 0, metadata: "note" }],
    [p(1), { offset: 6 }],
  ])).all();
  (await admin.alterConsumerGroupOffsets("b", [[p(0), { offset: 7 }]])).all();
  const listed = await admin.listConsumerGroupOffsets(
    new Map([["a", null], ["b", [p(0), p(1)]], ["c", null]]),
  );
  assertEquals([...listed.get("a")], [
    [p(0), { offset: 5, leaderEpoch: 0, metadata: "note" }],
    [p(1), { offset: 6, metadata: "" }],
  ]);
  assertEquals(listed.get("b").get(p(0))?.offset, 7);
  assertEquals([listed.get("b").has(p(1)), listed.get("b").get(p(1))], [true, null]);
  assertEquals(listed.get("c").size, 0);
  (await admin.deleteConsumerGroupOffsets("a", [p(0)])).all();
  const after = await admin.listConsumerGroupOffsets(new Map([["a", null]]));
  assertEquals([...after.get("a").keys()], [p(1)]);
});

Deno.test("each partition has its own error, and that of a group is the error of all", async () => {
  await using world = await adminWorld();
  const { admin } = world;
  (await admin.createTopics([{ name: "orders", numPartitions: 2 }])).all();
  const set = await admin.alterConsumerGroupOffsets("g", [
    [p(0), { offset: 1 }],
    [p(0, "nope"), { offset: 1 }],
  ]);
  assertEquals(set.error(p(0)), undefined);
  assertEquals((set.error(p(0, "nope")) as KafkaError).code, "UNKNOWN_TOPIC_OR_PARTITION");
  await using _member = await joinGroup(world, "busy");
  const refused = await admin.alterConsumerGroupOffsets("busy", [[p(0), { offset: 1 }]]);
  assertEquals((refused.error(p(0)) as KafkaError).code, "UNKNOWN_MEMBER_ID");
  const subscribed = await admin.deleteConsumerGroupOffsets("busy", [p(0)]);
  assertEquals((subscribed.error(p(0)) as KafkaError).code, "GROUP_SUBSCRIBED_TO_TOPIC");
  const gone = await admin.deleteConsumerGroupOffsets("nope", [p(0), p(1)]);
  assertEquals(gone.keys().map((key) => (gone.error(key) as KafkaError).code), [
    "GROUP_ID_NOT_FOUND",
    "GROUP_ID_NOT_FOUND",
  ]);
});

Deno.test("a commit is sent again while the coordinator is loading or the group rebalances, and elsewhere when it has moved", async () => {
  await using nodes = await ScriptedNodes.start(1, 2);
  const answer = (error: ErrorName) => () => ({
    topics: [{
      name: "orders",
      partitions: [{ partitionIndex: 0, errorCode: errorCode(error) }],
    }],
  });
  nodes.inTurn(
    offsetCommit,
    answer("COORDINATOR_LOAD_IN_PROGRESS"),
    answer("REBALANCE_IN_PROGRESS"),
    () => {
      nodes.coordinator = 2;
      return answer("NOT_COORDINATOR")();
    },
    answer("NONE"),
  );
  await using admin = scriptedAdmin(nodes);
  (await admin.alterConsumerGroupOffsets("g", [[p(0), { offset: 1 }]])).all();
  assertEquals(nodes.of(offsetCommit).map(({ node, version }) => [node, version]), [
    [1, 9],
    [1, 9],
    [1, 9],
    [2, 9],
  ]);
});

Deno.test("partitions that answers lack have failed", async () => {
  await using nodes = await ScriptedNodes.start(1);
  nodes.on(offsetCommit, () => ({ topics: [] }));
  nodes.on(offsetDelete, () => ({ topics: [] }));
  await using admin = scriptedAdmin(nodes);
  assertEquals(
    (await admin.alterConsumerGroupOffsets("g", [[p(0), { offset: 1 }]])).error(p(0))?.message,
    'Alter offset for partition "orders-0" was not attempted',
  );
  assertEquals(
    (await admin.deleteConsumerGroupOffsets("g", [p(0)])).error(p(0))?.message,
    'Offset deletion result for partition "orders-0" was not included in the response',
  );
});

Deno.test("a broker that is old is asked for one group after the other", async () => {
  await using nodes = await ScriptedNodes.start(1);
  nodes.highest.set("OffsetFetch", 6);
  nodes.on(offsetFetch, ({ groupId, topics }) => ({
    topics: (topics ?? []).map(({ name, partitionIndexes }) => ({
      name,
      partitions: partitionIndexes.map((partitionIndex) => (
        { partitionIndex, committedOffset: groupId === "a" ? 1 : 2, metadata: null }
      )),
    })),
  }));
  await using admin = scriptedAdmin(nodes);
  const listed = await admin.listConsumerGroupOffsets(new Map([["a", [p(0)]], ["b", [p(0)]]]));
  assertEquals(["a", "b"].map((group) => listed.get(group).get(p(0))?.offset), [1, 2]);
  const stable = await admin.listConsumerGroupOffsets(new Map([["a", null]]), {
    requireStable: true,
  });
  assertEquals((stable.error("a") as KafkaError).code, "UNSUPPORTED_VERSION");
});

Deno.test("a partition with an error is left out, a group with one has failed", async () => {
  await using nodes = await ScriptedNodes.start(1);
  nodes.on(offsetFetch, ({ groups }) => ({
    groups: groups.map(({ groupId }) => ({
      groupId,
      errorCode: groupId === "bad" ? errorCode("GROUP_AUTHORIZATION_FAILED") : 0,
      topics: [{
        name: "orders",
        partitions: [
          { partitionIndex: 0, committedOffset: 3, metadata: "" },
          { partitionIndex: 1, committedOffset: -1, metadata: "", errorCode: 29 },
        ],
      }],
    })),
  }));
  await using admin = scriptedAdmin(nodes);
  const listed = await admin.listConsumerGroupOffsets(new Map([["good", null], ["bad", null]]));
  assertEquals([...listed.get("good").keys()], [p(0)]);
  assertEquals((listed.error("bad") as KafkaError).code, "GROUP_AUTHORIZATION_FAILED");
});
