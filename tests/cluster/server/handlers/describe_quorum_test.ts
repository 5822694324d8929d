import { assert, assertEquals } from "@std/assert";
import { errorCode } from "../../../../client/protocol/error_codes.ts";
import { describeQuorum } from "../../../../client/protocol/messages/describe_quorum.ts";
import { describeQuorumHandler } from "../../../../cluster/server/handlers/describe_quorum.ts";
import { call } from "../../../support/handler_call.ts";
import { startBroker } from "../../../support/broker.ts";

const REQUEST = {
  topics: [{ topicName: "__cluster_metadata", partitions: [{ partitionIndex: 0 }] }],
};

Deno.test("the one voter leads, and has all that there is", async () => {
  await using started = await startBroker();
  for (let version = 0; version <= 2; version++) {
    const { errorCode: whole, topics, nodes } = await started.client.call(
      describeQuorum,
      version,
      REQUEST,
    );
    const { partitions: [partition] } = topics[0]!;
    const { leaderId, leaderEpoch, highWatermark, currentVoters, observers } = partition!;
    assertEquals([whole, leaderId, leaderEpoch, observers.length], [0, 1, 1, 0]);
    assertEquals(currentVoters.map(({ replicaId, logEndOffset }) => [replicaId, logEndOffset]), [[
      1,
      highWatermark,
    ]]);
    assert(highWatermark > 5);
    assertEquals(nodes.map(({ nodeId }) => nodeId), version < 2 ? [] : [1]);
    assertEquals(currentVoters[0]!.lastFetchTimestamp > 0, version > 0);
  }
});

const voter = {
  replicaId: 1,
  replicaDirectoryId: "DIRECTORYxxxxxxxxxxxxA",
  logEndOffset: 7,
  lastFetchTimestamp: 5,
  lastCaughtUpTimestamp: 5,
};

Deno.test("directories and addresses are told from version 2 on", () => {
  const handler = describeQuorumHandler({
    raft: {
      describeQuorum: () => ({
        leaderId: 1,
        leaderEpoch: 3,
        highWatermark: 7,
        currentVoters: [voter],
        observers: [{ ...voter, replicaId: 2 }],
        nodes: [{ nodeId: 1, listeners: [{ name: "CONTROLLER", host: "h", port: 9093 }] }],
      }),
    },
  });
  const told = [0, 1, 2].map((version) => {
    const response = call(handler, version, REQUEST);
    if (typeof response === "string") throw new Error(response);
    const { currentVoters, observers } = response.topics[0]!.partitions[0]!;
    const [one] = currentVoters;
    return [
      one!.replicaDirectoryId.charAt(0),
      one!.lastFetchTimestamp,
      observers[0]!.replicaId,
      response.nodes,
    ];
  });
  assertEquals(told, [
    ["A", -1, 2, []],
    ["A", 5, 2, []],
    ["D", 5, 2, [{ nodeId: 1, listeners: [{ name: "CONTROLLER", host: "h", port: 9093 }] }]],
  ]);
});

Deno.test("another partition has no quorum, and who does not lead cannot tell", () => {
  const handler = describeQuorumHandler({ raft: { describeQuorum: () => undefined } });
  const error = (topicName: string, ...indexes: number[]) => {
    const partitions = indexes.map((partitionIndex) => ({ partitionIndex }));
    const response = call(handler, 2, { topics: [{ topicName, partitions }] });
    if (typeof response === "string") throw new Error(response);
    return response.topics[0]!.partitions.map((partition) => partition.errorCode);
  };
  const unknown = errorCode("UNKNOWN_TOPIC_OR_PARTITION");
  assertEquals(error("t", 0), [unknown]);
  assertEquals(error("__cluster_metadata", 1), [unknown]);
  assertEquals(error("__cluster_metadata", 0, 1), [unknown, unknown]);
  assertEquals(error("__cluster_metadata", 0), [errorCode("NOT_LEADER_OR_FOLLOWER")]);
});
