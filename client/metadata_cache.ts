/**
 * What a client knows of the cluster: brokers, topics, and who leads which partition (Kafka's `Metadata` and `MetadataSnapshot`). Any
 * broker tells; what was told may be old, but a leader's epoch never goes back.
 *
 * @module
 */

import { ZERO_UUID } from "../storage/bytes/uuid.ts";
import type { TopicPartition } from "../storage/file/file_names.ts";
import type { Address } from "./network/transport.ts";
import { type ErrorName, errorName } from "./protocol/error_codes.ts";
import type {
  MetadataResponse,
  MetadataResponsePartition,
  MetadataResponseTopic,
} from "./protocol/messages/metadata.ts";
import type { Node } from "./node.ts";

/** A partition as it was last told. */
export interface PartitionMetadata {
  /** Its number. */
  readonly partition: number;
  /** The broker that leads it; -1 for none. */
  readonly leader: number;
  /** The leader's epoch; -1 when it is not known. */
  readonly leaderEpoch: number;
  /** Brokers that have it, the preferred leader first. */
  readonly replicas: readonly number[];
  /** Those in sync. */
  readonly isr: readonly number[];
  /** Those that cannot be had. */
  readonly offlineReplicas: readonly number[];
  /** What is wrong with it; `NONE` for nothing. */
  readonly error: ErrorName;
}

/** A topic as it was last told. */
export interface TopicMetadata {
  /** Its name. */
  readonly name: string;
  /** Its id; all zeros when the broker does not tell ids. */
  readonly topicId: string;
  /** Whether it is one of Kafka's own. */
  readonly isInternal: boolean;
  /** By number, without gaps. */
  readonly partitions: readonly PartitionMetadata[];
}

/** Who leads a partition now, as an answer to something else tells it (KIP-951). */
export interface NewLeader extends TopicPartition {
  /** The broker; -1 when the answer does not say. */
  readonly leaderId: number;
  /** Its epoch; -1 when the answer does not say. */
  readonly leaderEpoch: number;
}

/** What is known. Every change makes a new `version`. */
export class MetadataCache {
  #version = 0;
  #nodes: ReadonlyMap<number, Node> = new Map();
  #clusterId: string | null = null;
  #controllerId = -1;
  #topics = new Map<string, TopicMetadata>();
  #namesById = new Map<string, string>();
  #errors = new Map<string, ErrorName>();

  /** Counts the changes. */
  get version(): number {
    return this.#version;
  }

  /** The brokers that are there, by id. */
  get nodes(): ReadonlyMap<number, Node> {
    return this.#nodes;
  }

  /** The cluster's id; `null` when it is not known. */
  get clusterId(): string | null {
    return this.#clusterId;
  }

  /** The broker that takes what is meant for the controller; -1 for none. */
  get controllerId(): number {
    return this.#controllerId;
  }

  /** The topics that are known, by name. */
  get topics(): ReadonlyMap<string, TopicMetadata> {
    return this.#topics;
  }

  /** A topic; `undefined` when there is none, as far as is known. */
  topic(name: string): TopicMetadata | undefined {
    return this.#topics.get(name);
  }

  /** A topic by its id. */
  topicById(topicId: string): TopicMetadata | undefined {
    const name = this.#namesById.get(topicId);
    return name === undefined ? undefined : this.#topics.get(name);
  }

  /** What was wrong with a topic when it was last asked for; `undefined` for nothing. */
  topicError(name: string): ErrorName | undefined {
    return this.#errors.get(name);
  }

  /** A partition; `undefined` when there is none, as far as is known. */
  partition({ topic, partition }: TopicPartition): PartitionMetadata | undefined {
    return this.#topics.get(topic)?.partitions[partition];
  }

  /**
   * Takes an answer over.
   *
   * @param isWanted whether a topic is to be kept that the answer does not speak of; none is, when the answer speaks of all
   * @returns whether topics or leaders are others than before
   */
  update(response: MetadataResponse, isWanted: (topic: string) => boolean = () => false): boolean {
    this.#version++;
    this.#nodes = new Map(
      response.brokers.map(({ nodeId: id, host, port, rack }) => [id, { id, host, port, rack }]),
    );
    this.#clusterId = response.clusterId;
    this.#controllerId = response.controllerId;
    const before = this.#topics;
    const answered = new Set<string>();
    const topics = new Map<string, TopicMetadata>();
    let changed = false;
    for (const told of response.topics) {
      const name = told.name ?? this.#namesById.get(told.topicId);
      if (name === undefined) continue;
      answered.add(name);
      const error = errorName(told.errorCode);
      if (error === "NONE") {
        this.#errors.delete(name);
        const topic = merged(name, told, before.get(name));
        topics.set(name, topic);
        changed ||= !hasSameLeaders(topic, before.get(name));
        continue;
      }
      this.#errors.set(name, error);
      // What was known may still be true, while a leader is elected.
      const known = before.get(name);
      if (error === "LEADER_NOT_AVAILABLE" && known !== undefined) topics.set(name, known);
    }
    for (const [name, topic] of before) {
      if (!answered.has(name) && isWanted(name)) topics.set(name, topic);
    }
    for (const name of [...this.#errors.keys()]) {
      if (!answered.has(name) && !isWanted(name)) this.#errors.delete(name);
    }
    this.#topics = topics;
    this.#indexIds();
    return changed || topics.size !== before.size;
  }

  /**
   * Takes new leaders over that an answer has told, with where they are. Those that are not newer than what is known are passed over, as are those
   * whose broker or partition is not known.
   *
   * @returns the partitions that have another leader now
   */
  updateLeaders(
    leaders: readonly NewLeader[],
    endpoints: readonly (Address & { readonly nodeId: number; readonly rack: string | null })[],
  ): readonly TopicPartition[] {
    const nodes = new Map(this.#nodes);
    for (const { nodeId: id, host, port, rack } of endpoints) {
      nodes.set(id, { id, host, port, rack });
    }
    const changed: TopicPartition[] = [];
    for (const { topic: name, partition, leaderId: leader, leaderEpoch } of leaders) {
      const topic = this.#topics.get(name);
      const known = topic?.partitions[partition];
      if (topic === undefined || known === undefined || leader < 0) continue;
      if (leaderEpoch <= known.leaderEpoch || !nodes.has(leader)) continue;
      const partitions = topic.partitions.with(partition, { ...known, leader, leaderEpoch });
      this.#topics.set(name, { ...topic, partitions });
      changed.push({ topic: name, partition });
    }
    if (changed.length === 0) return changed;
    this.#nodes = nodes;
    this.#version++;
    return changed;
  }

  #indexIds(): void {
    this.#namesById = new Map();
    for (const { name, topicId } of this.#topics.values()) {
      if (topicId !== ZERO_UUID) this.#namesById.set(topicId, name);
    }
  }
}

function hasSameLeaders(topic: TopicMetadata, before: TopicMetadata | undefined): boolean {
  if (topic.topicId !== before?.topicId) return false;
  if (topic.partitions.length !== before.partitions.length) return false;
  return topic.partitions.every(({ leader, leaderEpoch }, index) => {
    const known = before.partitions[index]!;
    return known.leader === leader && known.leaderEpoch === leaderEpoch;
  });
}

/** A topic as it is told, but for partitions of which something newer is known. */
function merged(
  name: string,
  told: MetadataResponseTopic,
  known: TopicMetadata | undefined,
): TopicMetadata {
  const before = known?.topicId === told.topicId ? known : undefined;
  const partitions: PartitionMetadata[] = [];
  const sorted = told.partitions.toSorted((a, b) => a.partitionIndex - b.partitionIndex);
  for (const partition of sorted) {
    const index = partition.partitionIndex;
    // A broker that is told something different makes no sense; the partitions before the gap can be had.
    if (index !== partitions.length) break;
    partitions.push(partitionOf(partition, before?.partitions[index]));
  }
  return { name, topicId: told.topicId, isInternal: told.isInternal, partitions };
}

function partitionOf(
  told: MetadataResponsePartition,
  known: PartitionMetadata | undefined,
): PartitionMetadata {
  const { leaderEpoch } = told;
  if (known !== undefined && leaderEpoch >= 0 && leaderEpoch < known.leaderEpoch) return known;
  return {
    partition: told.partitionIndex,
    leader: told.leaderId,
    leaderEpoch,
    replicas: told.replicaNodes,
    isr: told.isrNodes,
    offlineReplicas: told.offlineReplicas,
    error: errorName(told.errorCode),
  };
}
