import { assertEquals, assertRejects } from "@std/assert";
import { errorCode, KafkaError } from "../../../client/protocol/error_codes.ts";
import { addRaftVoter } from "../../../client/protocol/messages/add_raft_voter.ts";
import { describeQuorum } from "../../../client/protocol/messages/describe_quorum.ts";
import { removeRaftVoter } from "../../../client/protocol/messages/remove_raft_voter.ts";
import { adminWorld, scriptedAdmin } from "../../support/admin.ts";
import { ScriptedNodes } from "../../support/scripted_nodes.ts";

const DIRECTORY = "1QAAAAAAAAAAAAAAAAAAAA";

Deno.test("the quorum is described", async () => {
  await using world = await adminWorld();
  const quorum = await world.admin.describeMetadataQuorum();
  assertEquals([quorum.leaderId, quorum.voters.length, quorum.observers], [1, 1, []]);
  assertEquals(quorum.voters[0]!.replicaId, 1);
  assertEquals(quorum.voters[0]!.logEndOffset >= quorum.highWatermark, true);
  assertEquals([...quorum.nodes.keys()], [1]);
});

function replica(replicaId: number) {
  return { replicaId, replicaDirectoryId: DIRECTORY, logEndOffset: 3 };
}

const partition = {
  partitionIndex: 0,
  leaderId: 1,
  leaderEpoch: 2,
  highWatermark: 3,
  currentVoters: [replica(1)],
  observers: [replica(4)],
};

Deno.test("what is not known of a replica is null, and listeners come by name", async () => {
  await using nodes = await ScriptedNodes.start(1);
  nodes.on(describeQuorum, () => ({
    topics: [{ topicName: "__cluster_metadata", partitions: [partition] }],
    nodes: [{ nodeId: 1, listeners: [{ name: "CONTROLLER", host: "h", port: 9 }] }],
  }));
  await using admin = scriptedAdmin(nodes);
  assertEquals(await admin.describeMetadataQuorum(), {
    leaderId: 1,
    leaderEpoch: 2,
    highWatermark: 3,
    voters: [{ ...replica(1), lastFetchTimestamp: null, lastCaughtUpTimestamp: null }],
    observers: [{ ...replica(4), lastFetchTimestamp: null, lastCaughtUpTimestamp: null }],
    nodes: new Map([[1, new Map([["CONTROLLER", { host: "h", port: 9 }]])]]),
  });
});

Deno.test("answers about something else are refused", async () => {
  await using nodes = await ScriptedNodes.start(1);
  const topic = (topicName: string, ...partitions: typeof partition[]) => ({
    topics: [{ topicName, partitions }],
  });
  const other = { ...partition, partitionIndex: 1 };
  const odd = [
    [{ topics: [] }, "received 0 topics when 1 was expected"],
    [topic("x", partition), "a topic with name x when __cluster_metadata was expected"],
    [topic("__cluster_metadata"), "with 0 partitions when 1 was expected"],
    [topic("__cluster_metadata", other), "with index 1 when 0 was expected"],
  ] as const;
  await using admin = scriptedAdmin(nodes);
  for (const [answer, text] of odd) {
    nodes.on(describeQuorum, () => answer);
    await assertRejects(() => admin.describeMetadataQuorum(), KafkaError, text);
  }
  const refused = {
    ...partition,
    errorCode: errorCode("CLUSTER_AUTHORIZATION_FAILED"),
    errorMessage: null,
  };
  nodes.on(describeQuorum, () => topic("__cluster_metadata", refused));
  await assertRejects(() => admin.describeMetadataQuorum(), KafkaError, "Cluster authorization");
});

Deno.test("voters are added and removed", async () => {
  await using nodes = await ScriptedNodes.start(1);
  nodes.on(addRaftVoter, ({ voterId }) => (
    { errorCode: voterId === 3 ? 0 : errorCode("DUPLICATE_VOTER"), errorMessage: null }
  ));
  nodes.on(removeRaftVoter, ({ voterId }) => (
    { errorCode: voterId === 3 ? 0 : errorCode("VOTER_NOT_FOUND"), errorMessage: null }
  ));
  await using admin = scriptedAdmin(nodes);
  const endpoint = { name: "CONTROLLER", host: "h", port: 9 };
  await admin.addRaftVoter(3, DIRECTORY, [endpoint], { clusterId: "c" });
  const [{ request } = { request: undefined }] = nodes.of(addRaftVoter);
  assertEquals([request?.clusterId, request?.voterDirectoryId, request?.listeners], [
    "c",
    DIRECTORY,
    [endpoint],
  ]);
  await admin.removeRaftVoter(3, DIRECTORY);
  const added = await assertRejects(() => admin.addRaftVoter(4, DIRECTORY, []), KafkaError);
  assertEquals(added.code, "DUPLICATE_VOTER");
  const removed = await assertRejects(() => admin.removeRaftVoter(4, DIRECTORY), KafkaError);
  assertEquals(removed.code, "VOTER_NOT_FOUND");
});
