/** Answers to Metadata as a test needs them. */

import type { MetadataResponse } from "../../client/protocol/messages/metadata.ts";
import { topicId } from "./scripted_cluster.ts";

/** Topics with the replicas of each partition, on nodes 0, 1, 2 ... with these racks. */
export function metadataAnswer(
  topics: Readonly<Record<string, readonly (readonly number[])[]>>,
  racks: readonly (string | null)[] = [null],
): MetadataResponse {
  return {
    throttleTimeMs: 0,
    errorCode: 0,
    clusterId: "c",
    controllerId: 0,
    clusterAuthorizedOperations: 0,
    brokers: racks.map((rack, nodeId) => ({
      nodeId,
      host: "127.0.0.1",
      port: 9000 + nodeId,
      rack,
    })),
    topics: Object.entries(topics).map(([name, partitions], index) => ({
      name,
      topicId: topicId(index + 1),
      errorCode: 0,
      isInternal: name.startsWith("__"),
      topicAuthorizedOperations: 0,
      partitions: partitions.map((replicas, partitionIndex) => ({
        errorCode: 0,
        partitionIndex,
        leaderId: replicas[0] ?? -1,
        leaderEpoch: 0,
        replicaNodes: [...replicas],
        isrNodes: [...replicas],
        offlineReplicas: [],
      })),
    })),
  };
}
