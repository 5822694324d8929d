/**
 * What each level of `metadata.version` allows: which records may be in the metadata log.
 *
 * @module
 */

import { METADATA_VERSIONS } from "../../client/metadata/metadata_version.ts";

/** Which records the controller writes, and how, at a level. */
export interface MetadataVersionAbilities {
  /** Version of RegisterBrokerRecord. */
  readonly registerBrokerRecordVersion: number;
  /** Version of PartitionRecord and PartitionChangeRecord. */
  readonly partitionRecordVersion: number;
  /** A change of several batches may be marked as one (`BeginTransactionRecord`). */
  readonly transactions: boolean;
  /** SCRAM credentials may be written. */
  readonly scram: boolean;
  /** Delegation tokens may be written. */
  readonly delegationTokens: boolean;
  /** Controllers register. */
  readonly controllerRegistration: boolean;
  /** Partitions say which directory of a broker holds them. */
  readonly directoryAssignment: boolean;
  /** Eligible leader replicas may be written. */
  readonly eligibleLeaderReplicas: boolean;
  /** Log directories may be cordoned. */
  readonly cordonedLogDirs: boolean;
  /** The leader epoch rises with every ISR that shrinks. */
  readonly leaderEpochBumpOnIsrShrink: boolean;
}

/** What is possible at a level. */
export function metadataVersionAbilities(level: number): MetadataVersionAbilities {
  const atLeast = (name: string) =>
    level >= METADATA_VERSIONS.find((version) => version.name === name)!.level;
  const directoryAssignment = atLeast("3.7-IV2");
  const eligibleLeaderReplicas = atLeast("4.0-IV1");
  const cordonedLogDirs = atLeast("4.3-IV0");
  return {
    registerBrokerRecordVersion: cordonedLogDirs
      ? 4
      : directoryAssignment
      ? 3
      : atLeast("3.4-IV0")
      ? 2
      : 1,
    partitionRecordVersion: eligibleLeaderReplicas ? 2 : directoryAssignment ? 1 : 0,
    transactions: atLeast("3.6-IV1"),
    scram: atLeast("3.5-IV2"),
    delegationTokens: atLeast("3.6-IV2"),
    controllerRegistration: atLeast("3.7-IV0"),
    directoryAssignment,
    eligibleLeaderReplicas,
    cordonedLogDirs,
    leaderEpochBumpOnIsrShrink: !atLeast("3.6-IV0"),
  };
}
