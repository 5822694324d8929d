/**
 * The offsets of a shard: those that are committed, and those of transactions that have not ended (Kafka's `OffsetMetadataManager`).
 *
 * @module
 */

import { ZERO_UUID } from "../../../storage/bytes/uuid.ts";
import type { OffsetCommitRecord } from "../group_records.ts";
import { type GroupOffsets, OffsetTable } from "./offset_table.ts";
import type { OffsetAndMetadata } from "./offset_and_metadata.ts";
import type { OffsetsConfig, OffsetsGroups } from "./offsets_group.ts";

/** What an {@linkcode OffsetStore} is made of. */
export interface OffsetStoreOptions {
  /** The broker's configs. */
  readonly config: OffsetsConfig;
  /** The groups. */
  readonly groups: OffsetsGroups;
}

/** A topic that was deleted. */
export interface DeletedTopic {
  /** Its name. */
  readonly name: string;
  /** Its id. */
  readonly id: string;
}

/** Offsets by group, as records have made them. Operations beside it read it and put records out; nothing else changes it. */
export class OffsetStore {
  /** The broker's configs. */
  readonly config: OffsetsConfig;
  /** The groups. */
  readonly groups: OffsetsGroups;
  readonly #committed = new OffsetTable();
  readonly #pending = new Map<number, OffsetTable>();
  /** The producers whose open transactions have an offset for a partition, by group, topic and partition. */
  readonly #open = new Map<string, Map<string, Map<number, Set<number>>>>();
  /** Texts that come with every record of a topic, once each. */
  readonly #topicIds = new Map<string, string>();

  /** Nothing is committed. */
  constructor({ config, groups }: OffsetStoreOptions) {
    this.config = config;
    this.groups = groups;
  }

  /** How many offsets are committed. */
  get size(): number {
    return this.#committed.size;
  }

  /** The offsets that a group has committed, by topic and partition. */
  committed(groupId: string): GroupOffsets | undefined {
    return this.#committed.group(groupId);
  }

  /** What a group has committed for a partition. */
  offset(groupId: string, topic: string, partition: number): OffsetAndMetadata | undefined {
    return this.#committed.get(groupId, topic, partition);
  }

  /** Whether any transaction that has not ended has an offset of a group, or one for a partition. */
  hasPending(groupId: string, topic?: string, partition?: number): boolean {
    const topics = this.#open.get(groupId);
    if (topics === undefined || topic === undefined) return topics !== undefined;
    return topics.get(topic)?.has(partition!) ?? false;
  }

  /** The partitions for which transactions that have not ended have an offset of a group. */
  *pendingPartitions(groupId: string): Generator<readonly [topic: string, partition: number]> {
    for (const [topic, partitions] of this.#open.get(groupId) ?? []) {
      for (const partition of partitions.keys()) yield [topic, partition];
    }
  }

  /** Every offset of a topic that was deleted, committed or not. Those that do not say of which topic they are count as of this one. */
  ofDeletedTopic({ name, id }: DeletedTopic): [groupId: string, partition: number][] {
    const found: [string, number][] = [];
    for (const table of [this.#committed, ...this.#pending.values()]) {
      for (const groupId of table.groupIds) {
        for (const [partition, { topicId }] of table.group(groupId)!.get(name) ?? []) {
          if (topicId === ZERO_UUID || topicId === id) found.push([groupId, partition]);
        }
      }
    }
    return found;
  }

  /** Takes a record over; `producerId` is -1 outside of transactions. */
  replay(record: OffsetCommitRecord, recordOffset: number, producerId: number): void {
    const { group, topic, partition, value } = record;
    if (value === null) return this.#forget(group, topic, partition);
    this.groups.getOrMaybeCreateSimple(group);
    const { offset, leaderEpoch, metadata, commitTimestamp, expireTimestamp } = value;
    const topicId = this.#interned(value.topicId);
    const committed: OffsetAndMetadata = {
      offset,
      leaderEpoch,
      metadata,
      commitTimestamp,
      expireTimestamp,
      topicId,
      recordOffset,
    };
    if (producerId < 0) return this.#committed.put(group, topic, partition, committed);
    let pending = this.#pending.get(producerId);
    if (pending === undefined) this.#pending.set(producerId, pending = new OffsetTable());
    pending.put(group, topic, partition, committed);
    this.#opened(group, topic, partition, producerId);
  }

  /** A transaction has ended: its offsets count from now on unless a later commit outside of it does, or are forgotten. */
  replayEndTransaction(producerId: number, isCommitted: boolean): void {
    const pending = this.#pending.get(producerId);
    if (pending === undefined) return;
    this.#pending.delete(producerId);
    pending.forEach((group, topic, partition, offset) => {
      this.#closed(group, topic, partition, producerId);
      if (!isCommitted) return;
      const before = this.#committed.get(group, topic, partition);
      // Compaction may have taken the record between the two: their places tell which is the later one.
      if (before === undefined || offset.recordOffset > before.recordOffset) {
        this.#committed.put(group, topic, partition, offset);
      }
    });
  }

  #forget(group: string, topic: string, partition: number): void {
    this.#committed.remove(group, topic, partition);
    for (const producerId of [...this.#open.get(group)?.get(topic)?.get(partition) ?? []]) {
      this.#pending.get(producerId)?.remove(group, topic, partition);
      this.#closed(group, topic, partition, producerId);
    }
  }

  #opened(group: string, topic: string, partition: number, producerId: number): void {
    let topics = this.#open.get(group);
    if (topics === undefined) this.#open.set(group, topics = new Map());
    let partitions = topics.get(topic);
    if (partitions === undefined) topics.set(topic, partitions = new Map());
    let producers = partitions.get(partition);
    if (producers === undefined) partitions.set(partition, producers = new Set());
    producers.add(producerId);
  }

  #closed(group: string, topic: string, partition: number, producerId: number): void {
    const topics = this.#open.get(group);
    const partitions = topics?.get(topic);
    const producers = partitions?.get(partition);
    if (topics === undefined || partitions === undefined || producers === undefined) return;
    producers.delete(producerId);
    if (producers.size === 0) partitions.delete(partition);
    if (partitions.size === 0) topics.delete(topic);
    if (topics.size === 0) this.#open.delete(group);
  }

  #interned(topicId: string): string {
    const known = this.#topicIds.get(topicId);
    if (known !== undefined) return known;
    this.#topicIds.set(topicId, topicId);
    return topicId;
  }
}
