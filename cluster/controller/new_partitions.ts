/**
 * Partitions in the making: by the controller's choice, or as somebody assigned them.
 *
 * @module
 */

import { type PlacementSpec, placeReplicas } from "../../client/metadata/replica_placement.ts";
import { KafkaError } from "../../client/protocol/error_codes.ts";
import { metadataVersionAbilities } from "../raft/metadata_version_abilities.ts";
import type { BrokerRegistration } from "./cluster_image.ts";
import type { ControllerContext } from "./decision.ts";
import type { MetadataRecord } from "./metadata_records.ts";
import { partitionRecordOf, type PartitionRegistration } from "./partition_registration.ts";

/** A new partition on these replicas, led by the first that is up. */
function newPartition(
  { image: { cluster } }: ControllerContext,
  replicas: readonly number[],
  isr: readonly number[],
): PartitionRegistration {
  return {
    replicas,
    directories: replicas.map((id) => cluster.defaultDirectory(id)),
    isr,
    removingReplicas: [],
    addingReplicas: [],
    elr: [],
    lastKnownElr: [],
    leader: isr[0]!,
    leaderRecoveryState: 0,
    leaderEpoch: 0,
    partitionEpoch: 0,
  };
}

/**
 * Partitions whose replicas the controller places.
 *
 * @throws {KafkaError} `INVALID_REPLICATION_FACTOR` when there are too few brokers
 */
export function placedPartitions(
  context: ControllerContext,
  spec: PlacementSpec,
): PartitionRegistration[] {
  const { image: { cluster }, random } = context;
  const brokers = [...cluster.brokers.values()].filter((broker) =>
    hasUncordonedDirectory(broker) && (broker.fenced || !broker.inControlledShutdown)
  );
  return placeReplicas(spec, brokers, random).map((replicas) => {
    const isr = replicas.filter((id) => cluster.isActive(id));
    if (isr.length > 0) return newPartition(context, replicas, isr);
    throw new KafkaError(
      "INVALID_REPLICATION_FACTOR",
      `Unable to replicate the partition ${spec.replicationFactor} time(s): ` +
        "All brokers are currently fenced or in controlled shutdown.",
    );
  });
}

/**
 * A partition whose replicas somebody chose.
 *
 * @param replicationFactor how many there must be; `undefined` for any number
 * @throws {KafkaError} `INVALID_REPLICA_ASSIGNMENT`
 */
export function assignedPartition(
  context: ControllerContext,
  partition: number,
  replicas: readonly number[],
  replicationFactor: number | undefined,
): PartitionRegistration {
  const { image: { cluster } } = context;
  validateManualAssignment(context, replicas, replicationFactor);
  const isr = replicas.filter((id) => cluster.isActive(id));
  if (isr.length === 0) {
    throw new KafkaError(
      "INVALID_REPLICA_ASSIGNMENT",
      `All brokers specified in the manual partition assignment for partition ${partition} are ` +
        "fenced or in controlled shutdown.",
    );
  }
  return newPartition(context, replicas, isr);
}

/** Checks an assignment; errors as {@linkcode assignedPartition}. */
export function validateManualAssignment(
  { image: { cluster } }: ControllerContext,
  replicas: readonly number[],
  replicationFactor: number | undefined,
): void {
  const refuse = (reason: string): never => {
    throw new KafkaError(
      "INVALID_REPLICA_ASSIGNMENT",
      `The manual partition assignment includes ${reason}`,
    );
  };
  if (replicas.length === 0) refuse("an empty replica list.");
  const seen = new Set<number>();
  for (const id of [...replicas].sort((a, b) => a - b)) {
    if (!cluster.brokers.has(id)) refuse(`broker ${id}, but no such broker is registered.`);
    if (seen.has(id)) refuse(`the broker ${id} more than once.`);
    seen.add(id);
  }
  if (replicationFactor !== undefined && replicas.length !== replicationFactor) {
    refuse(
      `a partition with ${replicas.length} replica(s), but this is not consistent with previous ` +
        `partitions, which have ${replicationFactor} replica(s).`,
    );
  }
}

/** The record of a partition, in the version that the cluster writes. */
export function partitionRecord(
  { image }: ControllerContext,
  topicId: string,
  partitionId: number,
  partition: PartitionRegistration,
): MetadataRecord {
  const { partitionRecordVersion: version, directoryAssignment } = metadataVersionAbilities(
    image.metadataVersion,
  );
  const room = { directoryAssignment, isElrEnabled: image.isElrEnabled };
  return {
    type: "PartitionRecord",
    version,
    data: partitionRecordOf(topicId, partitionId, partition, room),
  };
}

function hasUncordonedDirectory({ logDirs, cordonedLogDirs }: BrokerRegistration): boolean {
  return cordonedLogDirs === null || logDirs.length === 0 ||
    logDirs.some((directory) => !cordonedLogDirs.includes(directory));
}
