/**
 * The cluster's metadata as the replicas of a broker, and those who ask for them, see it.
 *
 * @module
 */

import type { PartitionAssignment } from "./partition.ts";

/** Where clients of a listener find a broker. */
export interface BrokerEndpoint {
  /** Its id. */
  readonly nodeId: number;
  /** Its host. */
  readonly host: string;
  /** Its port. */
  readonly port: number;
  /** Its rack. */
  readonly rack: string | null;
}

/** A partition of a topic, with the directory that each replica is in. */
export interface AssignedPartition extends PartitionAssignment {
  /** Ids of the directories, in the order of the replicas. */
  readonly directories: readonly string[];
}

/** What is looked up in the metadata. */
export interface MetadataView {
  /** Level of `metadata.version`, 0 before there is one. */
  readonly metadataVersion: number;
  /** Name of the topic with an id. */
  topicName(topicId: string): string | undefined;
  /** Id of the topic with a name. */
  topicId(topic: string): string | undefined;
  /** The partitions of a topic, by index; none for a topic that there is not. */
  partitions(topic: string): ReadonlyMap<number, AssignedPartition>;
  /** One partition. */
  partition(topic: string, partition: number): AssignedPartition | undefined;
  /** Whether there is such a partition. */
  contains(topic: string, partition: number): boolean;
  /** Epoch of a broker's registration; `undefined` when it is not there, fenced, or about to stop. */
  activeBrokerEpoch(brokerId: number): number | undefined;
  /** Where clients of a listener find a broker that is alive. */
  endpoint(brokerId: number, listenerName: string): BrokerEndpoint | undefined;
}

/** The partitions of a topic that there is not. */
export const NO_PARTITIONS: ReadonlyMap<number, AssignedPartition> = new Map();

/** The metadata before any has come. */
export const NO_METADATA: MetadataView = {
  metadataVersion: 0,
  topicName: () => undefined,
  topicId: () => undefined,
  partitions: () => NO_PARTITIONS,
  partition: () => undefined,
  contains: () => false,
  activeBrokerEpoch: () => undefined,
  endpoint: () => undefined,
};

/** Id of the directory that a broker's replica of a partition is assigned to. */
export function assignedDirectory(
  { replicas, directories }: AssignedPartition,
  brokerId: number,
): string | undefined {
  return directories[replicas.indexOf(brokerId)];
}
