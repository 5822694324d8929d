/**
 * Where brokers have put their replicas (KIP-858).
 *
 * @module
 */

import { errorCode, type ErrorName, KafkaError } from "../../client/protocol/error_codes.ts";
import type {
  AssignReplicasToDirsRequest,
  AssignReplicasToDirsResponseDirectoryData,
} from "../../client/protocol/messages/assign_replicas_to_dirs.ts";
import { metadataVersionAbilities } from "../raft/metadata_version_abilities.ts";
import { checkBrokerEpoch } from "./broker_epoch.ts";
import type { ControllerContext, Decision } from "./decision.ts";
import { withoutReplicas } from "./leadership_updates.ts";
import type { MetadataRecord } from "./metadata_records.ts";
import { changePartition } from "./partition_change.ts";
import { PartitionSet } from "./partition_set.ts";

/**
 * Decides on AssignReplicasToDirs (Kafka's `ReplicationControlManager.handleAssignReplicasToDirs`): each replica by itself. One in a directory that has
 * failed is led by others.
 *
 * @throws {KafkaError} `UNSUPPORTED_VERSION`, `STALE_BROKER_EPOCH`
 */
export function assignReplicasToDirs(
  context: ControllerContext,
  { brokerId, brokerEpoch, directories }: AssignReplicasToDirsRequest,
): Decision<AssignReplicasToDirsResponseDirectoryData[]> {
  const { cluster, metadataVersion } = context.image;
  if (!metadataVersionAbilities(metadataVersion).directoryAssignment) {
    throw new KafkaError("UNSUPPORTED_VERSION", "Directory assignment is not supported yet.");
  }
  checkBrokerEpoch(context, brokerId, brokerEpoch);
  const records: MetadataRecord[] = [];
  const lost = new PartitionSet();
  const response = directories.map(({ id, topics }) => {
    const isOnline = cluster.hasOnlineDirectory(brokerId, id);
    return {
      id,
      topics: topics.map(({ topicId, partitions }) => ({
        topicId,
        partitions: partitions.map(({ partitionIndex }) => {
          const error = assign(context, brokerId, id, topicId, partitionIndex, records);
          if (error === "NONE" && !isOnline) lost.add(topicId, partitionIndex);
          return { partitionIndex, errorCode: errorCode(error) };
        }),
      })),
    };
  });
  records.push(...withoutReplicas(context, brokerId, lost));
  return { records, response, isSplittable: true };
}

function assign(
  context: ControllerContext,
  brokerId: number,
  directoryId: string,
  topicId: string,
  partitionId: number,
  records: MetadataRecord[],
): ErrorName {
  const topic = context.image.topics.byId.get(topicId);
  if (topic === undefined) return "UNKNOWN_TOPIC_ID";
  const partition = topic.partitions.get(partitionId);
  if (partition === undefined) return "UNKNOWN_TOPIC_OR_PARTITION";
  if (!partition.replicas.includes(brokerId)) return "NOT_LEADER_OR_FOLLOWER";
  const directories = new Map([[brokerId, directoryId]]);
  const record = changePartition(context, topic, partitionId, { directories });
  if (record !== undefined) records.push(record);
  return "NONE";
}
