/**
 * What is known of a topic.
 *
 * @module
 */

import type { Node } from "../node.ts";
import { type AclOperation, authorizedOperations } from "./acl_operations.ts";

/** A partition of a topic. Nodes that are not there have an empty host and the port -1. */
export interface TopicPartitionInfo {
  /** Its number. */
  readonly partition: number;
  /** Who leads it; `null` for nobody. */
  readonly leader: Node | null;
  /** Brokers that have it, the preferred leader first. */
  readonly replicas: readonly Node[];
  /** Those in sync. */
  readonly isr: readonly Node[];
  /** Those that may lead it when none is in sync (KIP-966); `null` when the broker does not tell. */
  readonly elr: readonly Node[] | null;
  /** Those that may have led it last (KIP-966); `null` when the broker does not tell. */
  readonly lastKnownElr: readonly Node[] | null;
}

/** A topic. */
export interface TopicDescription {
  /** Its name. */
  readonly name: string;
  /** Its id; all zeros when the broker does not tell. */
  readonly topicId: string;
  /** Whether it is one of Kafka's own. */
  readonly isInternal: boolean;
  /** By number. */
  readonly partitions: readonly TopicPartitionInfo[];
  /** What the client may do to it; `undefined` when it was not asked for, or not told. */
  readonly authorizedOperations?: ReadonlySet<AclOperation>;
}

/** The bit field of what a client may do, when it was not asked for. */
export const NOT_ASKED = -0x8000_0000;

/** What an answer tells of a partition. */
export interface ToldPartition {
  /** Its number. */
  readonly partitionIndex: number;
  /** Id of its leader; -1 for none. */
  readonly leaderId: number;
  /** Ids of the brokers that have it. */
  readonly replicaNodes: readonly number[];
  /** Ids of those in sync. */
  readonly isrNodes: readonly number[];
  /** Ids of those that may lead it. */
  readonly elr?: readonly number[] | null;
  /** Ids of those that may have led it last. */
  readonly lastKnownElr?: readonly number[] | null;
}

/**
 * A topic from an answer.
 *
 * @param nodes the nodes that are there
 * @param operations what the client may do, as a bit field
 */
export function topicDescription(
  told: { readonly name: string | null; readonly topicId: string; readonly isInternal: boolean },
  nodes: ReadonlyMap<number, Node>,
  partitions: readonly ToldPartition[],
  operations: number,
): TopicDescription {
  const node = (id: number): Node => nodes.get(id) ?? { id, host: "", port: -1, rack: null };
  const list = (ids: readonly number[] | null | undefined) => ids?.map(node) ?? null;
  const authorized = authorizedOperations(operations);
  return {
    name: told.name!,
    topicId: told.topicId,
    isInternal: told.isInternal,
    partitions: partitions.map((partition) => ({
      partition: partition.partitionIndex,
      leader: nodes.get(partition.leaderId) ?? null,
      replicas: partition.replicaNodes.map(node),
      isr: partition.isrNodes.map(node),
      elr: list(partition.elr),
      lastKnownElr: list(partition.lastKnownElr),
    })).toSorted((a, b) => a.partition - b.partition),
    ...(authorized === undefined ? {} : { authorizedOperations: authorized }),
  };
}
