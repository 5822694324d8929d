/**
 * The topics of a cluster.
 *
 * @module
 */

import { assert } from "@std/assert";
import type {
  PartitionChangeRecord,
  PartitionRecord,
  RemoveTopicRecord,
  TopicRecord,
} from "./metadata_records/topic_records.ts";
import { PartitionIndex } from "./partition_index.ts";
import {
  changedRegistration,
  type PartitionRegistration,
  registrationOf,
} from "./partition_registration.ts";

/** One topic. */
export interface TopicImage {
  /** Name of the topic. */
  readonly name: string;
  /** Id of the topic. */
  readonly id: string;
  /** Its partitions, by number. */
  readonly partitions: ReadonlyMap<number, PartitionRegistration>;
}

interface MutableTopic extends TopicImage {
  readonly partitions: Map<number, PartitionRegistration>;
}

/** Topics by name and by id. */
export class TopicsImage {
  readonly #byName = new Map<string, MutableTopic>();
  readonly #byId = new Map<string, MutableTopic>();
  /** Names that differ only by `.` and `_`, under the name with `_`: their metrics would be the same. */
  readonly #byCollisionName = new Map<string, Set<string>>();
  /** Where partitions of a broker, or without a leader, are found. */
  readonly index: PartitionIndex = new PartitionIndex();

  /** Topics by name. */
  get byName(): ReadonlyMap<string, TopicImage> {
    return this.#byName;
  }

  /** Topics by id. */
  get byId(): ReadonlyMap<string, TopicImage> {
    return this.#byId;
  }

  /** A partition; `undefined` when there is none. */
  partition(topic: string, partition: number): PartitionRegistration | undefined {
    return this.#byName.get(topic)?.partitions.get(partition);
  }

  /** Whether a broker leads anything. */
  hasLeaderships(brokerId: number): boolean {
    for (const [topicId, id] of this.index.ofBroker(brokerId)) {
      if (this.#byId.get(topicId)!.partitions.get(id)!.leader === brokerId) return true;
    }
    return false;
  }

  /** A topic whose name is too much like `name`, when there is one. */
  collidingWith(name: string): string | undefined {
    if (!/[._]/.test(name)) return undefined;
    return this.#byCollisionName.get(name.replaceAll(".", "_"))?.values().next().value;
  }

  /** A topic is made. */
  replayTopic({ name, topicId }: TopicRecord): void {
    const topic: MutableTopic = { name, id: topicId, partitions: new Map() };
    this.#byName.set(name, topic);
    this.#byId.set(topicId, topic);
    if (!/[._]/.test(name)) return;
    const unified = name.replaceAll(".", "_");
    const names = this.#byCollisionName.get(unified);
    if (names === undefined) this.#byCollisionName.set(unified, new Set([name]));
    else names.add(name);
  }

  /** A partition is made, or told whole. */
  replayPartition(record: PartitionRecord): void {
    this.#set(this.#topic(record.topicId), record.partitionId, registrationOf(record));
  }

  /** A partition changes. */
  replayPartitionChange(record: PartitionChangeRecord): void {
    const topic = this.#topic(record.topicId);
    const partition = topic.partitions.get(record.partitionId);
    assert(partition !== undefined, `Partition of a change: ${record.partitionId}`);
    this.#set(topic, record.partitionId, changedRegistration(partition, record));
  }

  /** A topic is removed. Returns what it was. */
  replayRemoveTopic({ topicId }: RemoveTopicRecord): TopicImage {
    const topic = this.#topic(topicId);
    this.#byName.delete(topic.name);
    this.#byId.delete(topicId);
    for (const [id, partition] of topic.partitions) {
      this.index.changed(topicId, id, partition, undefined);
    }
    const unified = topic.name.replaceAll(".", "_");
    const names = this.#byCollisionName.get(unified);
    names?.delete(topic.name);
    if (names?.size === 0) this.#byCollisionName.delete(unified);
    return topic;
  }

  /**
   * The eligible leader replicas of a topic are forgotten; of all topics when the name is empty.
   *
   * @param changed is told of each partition that had any
   */
  replayClearElr(name: string, changed: (topicId: string, partition: number) => void): void {
    const topics = name === "" ? [...this.#byName.values()] : [this.#byName.get(name)];
    for (const topic of topics) {
      assert(topic !== undefined, `Topic of a metadata record: ${name}`);
      for (const [id, partition] of topic.partitions) {
        if (partition.elr.length === 0 && partition.lastKnownElr.length === 0) continue;
        this.#set(topic, id, {
          ...partition,
          elr: [],
          lastKnownElr: [],
          partitionEpoch: partition.partitionEpoch + 1,
        });
        changed(topic.id, id);
      }
    }
  }

  #set(topic: MutableTopic, id: number, partition: PartitionRegistration): void {
    this.index.changed(topic.id, id, topic.partitions.get(id), partition);
    topic.partitions.set(id, partition);
  }

  #topic(topicId: string): MutableTopic {
    const topic = this.#byId.get(topicId);
    assert(topic !== undefined, `Topic of a metadata record: ${topicId}`);
    return topic;
  }
}
