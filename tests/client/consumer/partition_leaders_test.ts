import { assertEquals } from "@std/assert";
import {
  byLeader,
  byTopic,
  currentLeader,
  isOnlineReplica,
} from "../../../client/consumer/partition_leaders.ts";
import { MetadataCache } from "../../../client/metadata_cache.ts";
import { tp } from "../../support/consumer_world.ts";
import { topicId } from "../../support/scripted_cluster.ts";

function cache(): MetadataCache {
  const cache = new MetadataCache();
  cache.update({
    throttleTimeMs: 0,
    brokers: [{ nodeId: 1, host: "h", port: 1, rack: null }, {
      nodeId: 2,
      host: "h",
      port: 2,
      rack: null,
    }],
    clusterId: null,
    controllerId: 1,
    topics: [{
      errorCode: 0,
      name: "a",
      topicId: topicId(1),
      isInternal: false,
      topicAuthorizedOperations: 0,
      partitions: [1, 9].map((leaderId, partitionIndex) => ({
        errorCode: 0,
        partitionIndex,
        leaderId,
        leaderEpoch: 4,
        replicaNodes: [1, 2, 9],
        isrNodes: [1],
        offlineReplicas: [2],
      })),
    }],
    clusterAuthorizedOperations: 0,
    errorCode: 0,
  });
  return cache;
}

Deno.test("a leader without an address is none, but its epoch counts", () => {
  assertEquals(currentLeader(cache(), tp("a")), { leader: 1, leaderEpoch: 4 });
  assertEquals(currentLeader(cache(), tp("a", 1)), { leader: -1, leaderEpoch: 4 });
  assertEquals(currentLeader(cache(), tp("a", 2)), { leader: -1, leaderEpoch: -1 });
});

Deno.test("a replica can be read from when it is one, has an address, and is online", () => {
  assertEquals([1, 2, 9, 5].map((node) => isOnlineReplica(cache(), tp("a"), node)), [
    true,
    false,
    false,
    false,
  ]);
  assertEquals(isOnlineReplica(cache(), tp("b"), 1), false);
});

Deno.test("partitions are sorted by leader, and by topic", () => {
  const entries = [[tp("a"), 1], [tp("b"), 2], [tp("a", 1), 1]] as const;
  const leaders = byLeader(entries, (_, value) => value);
  assertEquals([...leaders.keys()], [1, 2]);
  assertEquals([...leaders.get(1)!.keys()], [tp("a"), tp("a", 1)]);
  const topics = byTopic(entries, (partition, value) => [partition, value]);
  assertEquals([...topics], [["a", [[0, 1], [1, 1]]], ["b", [[0, 2]]]]);
});
