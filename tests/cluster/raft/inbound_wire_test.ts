import { assertEquals } from "@std/assert";
import {
  beginQuorumEpochWire,
  endQuorumEpochWire,
  fetchSnapshotWire,
  fetchWire,
  voteWire,
} from "../../../cluster/raft/inbound_wire.ts";
import { METADATA_TOPIC_ID, ZERO_UUID } from "../../../storage/bytes/uuid.ts";

const METADATA = "__cluster_metadata";

Deno.test("what is not about the metadata, or not about it alone, is refused", () => {
  for (const wire of [voteWire, beginQuorumEpochWire, endQuorumEpochWire]) {
    const read = wire.read as (request: unknown) => unknown;
    const partition = { partitionIndex: 0 };
    for (
      const topics of [
        [],
        [{ topicName: "orders", partitions: [partition] }],
        [{ topicName: METADATA, partitions: [{ partitionIndex: 1 }] }],
        [{ topicName: METADATA, partitions: [partition, partition] }],
        [{ topicName: METADATA, partitions: [partition] }, { topicName: METADATA, partitions: [] }],
      ]
    ) assertEquals(read({ topics, voterId: 1, leaderEndpoints: [] }), "INVALID_REQUEST");
  }
  const readFetch = fetchWire.read as (request: unknown) => unknown;
  const replicaState = { replicaId: 2 };
  const partitions = [{ partition: 0 }];
  assertEquals(
    readFetch({ replicaState, topics: [{ topic: "", topicId: ZERO_UUID, partitions }] }),
    "INVALID_REQUEST",
  );
  const topicId = METADATA_TOPIC_ID;
  assertEquals(
    readFetch({ replicaState, topics: [{ topic: "", topicId, partitions: [{ partition: 1 }] }] }),
    "INVALID_REQUEST",
  );
  const readSnapshot = fetchSnapshotWire.read as (request: unknown) => unknown;
  assertEquals(readSnapshot({ topics: [{ name: "orders", partitions }] }), "INVALID_REQUEST");
});

Deno.test("an old request names who should lead next by ids alone", () => {
  const asked = endQuorumEpochWire.read({
    clusterId: null,
    topics: [{
      topicName: METADATA,
      partitions: [{
        partitionIndex: 0,
        leaderId: 1,
        leaderEpoch: 3,
        preferredSuccessors: [3, 2],
        preferredCandidates: [],
      }],
    }],
    leaderEndpoints: [],
  });
  assertEquals(
    (asked as { preferredCandidates: unknown }).preferredCandidates,
    [{ id: 3, directoryId: undefined }, { id: 2, directoryId: undefined }],
  );
});

Deno.test("the address of the leader is that of the listener over which was asked", () => {
  const answer = {
    type: "vote",
    error: "NONE",
    leaderId: 1,
    epoch: 3,
    leaderEndpoints: [{ name: "CONTROLLER", host: "a", port: 1 }, {
      name: "OTHER",
      host: "b",
      port: 2,
    }],
    voteGranted: false,
  } as const;
  assertEquals(voteWire.write(answer, "OTHER").nodeEndpoints, [{ nodeId: 1, host: "b", port: 2 }]);
  assertEquals(voteWire.write(answer, "THIRD").nodeEndpoints, []);
});
