/**
 * What the metadata says of one partition.
 *
 * @module
 */

import type { PartitionChangeRecord, PartitionRecord } from "./metadata_records/topic_records.ts";

/** The leader of a partition that has none. */
export const NO_LEADER: number = -1;
/** In a change: the leader stays. */
export const NO_LEADER_CHANGE: number = -2;
/** The directory of a replica that was placed before there were ids of directories. */
export const MIGRATING_DIRECTORY = "AAAAAAAAAAAAAAAAAAAAAA";
/** The directory of a replica that nobody has placed yet: the broker chooses one. */
export const UNASSIGNED_DIRECTORY = "AAAAAAAAAAAAAAAAAAAAAQ";
/** The directory of a replica whose directory is gone. */
export const LOST_DIRECTORY = "AAAAAAAAAAAAAAAAAAAAAg";

/** One partition, as of some offset of the metadata log (Kafka's `PartitionRegistration`). Never changed, only replaced. */
export interface PartitionRegistration {
  /** Brokers that have it, the preferred leader first. */
  readonly replicas: readonly number[];
  /** Id of the log directory of each replica. */
  readonly directories: readonly string[];
  /** Replicas in sync. */
  readonly isr: readonly number[];
  /** Replicas that a reassignment is taking away. */
  readonly removingReplicas: readonly number[];
  /** Replicas that a reassignment is adding. */
  readonly addingReplicas: readonly number[];
  /** Eligible leader replicas (KIP-966). */
  readonly elr: readonly number[];
  /** The last eligible leader replicas before there were none. */
  readonly lastKnownElr: readonly number[];
  /** The leader, or -1. */
  readonly leader: number;
  /** 0 recovered, 1 recovering from an unclean election. */
  readonly leaderRecoveryState: number;
  /** Grows with every change of leader. */
  readonly leaderEpoch: number;
  /** Grows with every change. */
  readonly partitionEpoch: number;
}

/** The partition that a record describes whole. */
export function registrationOf(record: PartitionRecord): PartitionRegistration {
  return {
    replicas: record.replicas,
    // Directories came with a later version of the record.
    directories: record.directories.length > 0
      ? record.directories
      : record.replicas.map(() => MIGRATING_DIRECTORY),
    isr: record.isr,
    removingReplicas: record.removingReplicas,
    addingReplicas: record.addingReplicas,
    elr: record.eligibleLeaderReplicas ?? [],
    lastKnownElr: record.lastKnownElr ?? [],
    leader: record.leader,
    leaderRecoveryState: record.leaderRecoveryState,
    leaderEpoch: record.leaderEpoch,
    partitionEpoch: record.partitionEpoch,
  };
}

/** The partition after a change. The leader epoch goes up when the change names a leader, also the old one. */
export function changedRegistration(
  partition: PartitionRegistration,
  change: PartitionChangeRecord,
): PartitionRegistration {
  const namesLeader = change.leader !== NO_LEADER_CHANGE;
  const replicas = change.replicas ?? partition.replicas;
  return {
    replicas,
    directories: change.directories ?? directoriesFor(replicas, partition),
    isr: change.isr ?? partition.isr,
    removingReplicas: change.removingReplicas ?? partition.removingReplicas,
    addingReplicas: change.addingReplicas ?? partition.addingReplicas,
    elr: change.eligibleLeaderReplicas ?? partition.elr,
    lastKnownElr: change.lastKnownElr ?? partition.lastKnownElr,
    leader: namesLeader ? change.leader : partition.leader,
    leaderRecoveryState: change.leaderRecoveryState >= 0
      ? change.leaderRecoveryState
      : partition.leaderRecoveryState,
    leaderEpoch: namesLeader ? partition.leaderEpoch + 1 : partition.leaderEpoch,
    partitionEpoch: partition.partitionEpoch + 1,
  };
}

/** Directories that go on when replicas change and their directories are not told: old metadata versions tell none. */
function directoriesFor(
  replicas: readonly number[],
  { replicas: before, directories }: PartitionRegistration,
): readonly string[] {
  return replicas === before
    ? directories
    : replicas.map((id) => directories[before.indexOf(id)] ?? MIGRATING_DIRECTORY);
}

/** The directory that a broker has a partition in; `undefined` when it has none of it. */
export function directoryOf(
  { replicas, directories }: PartitionRegistration,
  brokerId: number,
): string | undefined {
  return directories[replicas.indexOf(brokerId)];
}

/** Whether the first of the replicas leads. */
export function hasPreferredLeader({ replicas, leader }: PartitionRegistration): boolean {
  return leader === replicas[0];
}

/** Whether replicas are being added or taken away. */
export function isReassigning(
  { addingReplicas, removingReplicas }: PartitionRegistration,
): boolean {
  return addingReplicas.length > 0 || removingReplicas.length > 0;
}

/** What the records of the cluster have room for. */
export interface PartitionRecordRoom {
  /** Whether directories are written. */
  readonly directoryAssignment: boolean;
  /** Whether eligible leader replicas are kept. */
  readonly isElrEnabled: boolean;
}

/** The record that describes a partition whole. Eligible leader replicas take part only when there are any. */
export function partitionRecordOf(
  topicId: string,
  partitionId: number,
  partition: PartitionRegistration,
  { directoryAssignment, isElrEnabled }: PartitionRecordRoom,
): PartitionRecord {
  const { elr, lastKnownElr, directories, ...rest } = partition;
  return {
    partitionId,
    topicId,
    ...rest,
    directories: directoryAssignment ? directories : [],
    eligibleLeaderReplicas: isElrEnabled && elr.length > 0 ? elr : null,
    lastKnownElr: isElrEnabled && lastKnownElr.length > 0 ? lastKnownElr : null,
  };
}
