/**
 * What brokers tell of their log directories (KIP-858).
 *
 * @module
 */

import { metadataVersionAbilities } from "../raft/metadata_version_abilities.ts";
import type { ControllerContext, Decision } from "./decision.ts";
import { withoutDirectories } from "./leadership_updates.ts";
import { type MetadataRecord, metadataRecord } from "./metadata_records.ts";
import { changePartition } from "./partition_change.ts";

/** A replica that its broker has put into a directory. */
export interface ReplicaPlacement {
  /** Id of the topic. */
  readonly topicId: string;
  /** Number of the partition. */
  readonly partition: number;
  /** Id of the directory. */
  readonly directoryId: string;
}

/**
 * Decides on AssignReplicasToDirs: the metadata says where a broker has its replicas. Of a replica that is told twice the last place
 * counts; one that the broker is not to have is passed over.
 */
export function assignReplicasToDirectories(
  context: ControllerContext,
  brokerId: number,
  placements: readonly ReplicaPlacement[],
): Decision<void> {
  const { image } = context;
  const records: MetadataRecord[] = [];
  const { directoryAssignment } = metadataVersionAbilities(image.metadataVersion);
  const last = new Map(
    placements.map((placement) => [`${placement.topicId} ${placement.partition}`, placement]),
  );
  for (const { topicId, partition, directoryId } of directoryAssignment ? last.values() : []) {
    const topic = image.topics.byId.get(topicId);
    if (!topic?.partitions.get(partition)?.replicas.includes(brokerId)) continue;
    const directories = new Map([[brokerId, directoryId]]);
    const record = changePartition(context, topic, partition, { directories });
    if (record !== undefined) records.push(record);
  }
  return { records, response: undefined, isSplittable: true };
}

/**
 * Decides that directories of a broker have failed: others lead what was in them, or nobody, and its registration names those that
 * are left.
 */
export function failDirectories(
  context: ControllerContext,
  brokerId: number,
  directories: readonly string[],
): Decision<void> {
  const { image } = context;
  const broker = image.cluster.brokers.get(brokerId);
  const failed = broker?.logDirs.filter((id) => directories.includes(id)) ?? [];
  const { directoryAssignment } = metadataVersionAbilities(image.metadataVersion);
  if (broker === undefined || failed.length === 0 || !directoryAssignment) {
    return { records: [], response: undefined };
  }
  const records = withoutDirectories(context, brokerId, failed);
  const logDirs = broker.logDirs.filter((id) => !failed.includes(id));
  // A record cannot say that none is left.
  if (logDirs.length > 0) {
    const { brokerEpoch } = broker;
    records.push(
      metadataRecord("BrokerRegistrationChangeRecord", 2, { brokerId, brokerEpoch, logDirs }),
    );
  }
  return { records, response: undefined, isSplittable: true };
}
