/** A shard that has offsets and no groups to speak of, for tests of the offsets. */

import { type ErrorName, KafkaError } from "../../client/protocol/error_codes.ts";
import type {
  CoordinatorShard,
  Moment,
  Output,
  ReplayContext,
} from "../../cluster/coordinator/coordinator_shard.ts";
import { type GroupRecord, groupSerde } from "../../cluster/coordinator/group_records.ts";
import type { OffsetAndMetadata } from "../../cluster/coordinator/offsets/offset_and_metadata.ts";
import {
  commitOffsets,
  type CommittedTopic,
  type CommitTopic,
  commitTransactionalOffsets,
} from "../../cluster/coordinator/offsets/offset_commit.ts";
import { OffsetStore } from "../../cluster/coordinator/offsets/offset_store.ts";
import type { OffsetsGroup } from "../../cluster/coordinator/offsets/offsets_group.ts";
import type {
  OffsetsOperation,
  OffsetsRuntime,
} from "../../cluster/coordinator/offsets/offsets_runtime.ts";
import type { CoordinatedTransaction } from "../../cluster/replication/produce_append.ts";
import { ShardHarness } from "./shard_harness.ts";

/** A group that does what a test wants. */
export class TestGroup implements OffsetsGroup {
  /** Thrown by the next checks. */
  error: KafkaError | undefined;
  /** Topics that are being consumed. */
  readonly subscribed = new Set<string>();
  /** From when on offsets expire. */
  condition: ((offset: OffsetAndMetadata) => number) | undefined = ({ commitTimestamp }) =>
    commitTimestamp;
  /** Members whose commits were noted. */
  readonly noted: string[] = [];

  constructor(readonly groupId: string) {}

  validateOffsetCommit(): void {
    if (this.error !== undefined) throw this.error;
  }

  validateOffsetFetch(): void {
    if (this.error !== undefined) throw this.error;
  }

  validateOffsetDelete(): void {
    if (this.error !== undefined) throw this.error;
  }

  isSubscribedToTopic(topic: string): boolean {
    return this.subscribed.has(topic);
  }

  offsetExpirationCondition(): ((offset: OffsetAndMetadata) => number) | undefined {
    return this.condition;
  }

  noteOffsetCommit(memberId: string): void {
    this.noted.push(memberId);
  }
}

/** Configs that a test may change. */
export const offsetsConfig = () => ({
  values: { "offset.metadata.max.bytes": 10, "offsets.retention.minutes": 1 } as Record<
    string,
    number
  >,
  int(name: string): number {
    return this.values[name]!;
  },
});

/** Offsets, and groups that come into being as they are needed. */
export class OffsetsShard implements CoordinatorShard<GroupRecord> {
  readonly groups = new Map<string, TestGroup>();
  readonly offsets: OffsetStore;

  constructor(config = offsetsConfig()) {
    this.offsets = new OffsetStore({
      config,
      groups: {
        get: (groupId) => this.groups.get(groupId),
        getOrMaybeCreateSimple: (groupId) => this.group(groupId),
      },
    });
  }

  group(groupId: string): TestGroup {
    let group = this.groups.get(groupId);
    if (group === undefined) this.groups.set(groupId, group = new TestGroup(groupId));
    return group;
  }

  replay(record: GroupRecord, { offset, producerId }: ReplayContext): void {
    if (record.type === "offsetCommit") this.offsets.replay(record, offset, producerId);
  }

  replayEndTransaction(producerId: number, _epoch: number, committed: boolean): void {
    this.offsets.replayEndTransaction(producerId, committed);
  }

  loaded(): void {}

  timerExpired(_key: string, _out: Output<GroupRecord>, _now: Moment): void {}

  unloaded(): void {}
}

/** The id of a topic in these tests. */
export function idOf(topic: string): string {
  return topic.padEnd(21, "x").slice(0, 21) + "A";
}

/** A harness of it. */
export function offsetsHarness(): ShardHarness<OffsetsShard, GroupRecord> {
  return new ShardHarness<OffsetsShard, GroupRecord>(() => new OffsetsShard(), {
    serde: groupSerde,
  });
}

/** One offset to commit. */
export function commitTopic(
  topic: string,
  partition: number,
  offset: number,
  metadata: string | null = "",
): CommitTopic {
  return {
    name: topic,
    topicId: idOf(topic),
    partitions: [{
      partitionIndex: partition,
      committedOffset: offset,
      committedLeaderEpoch: 3,
      committedMetadata: metadata,
    }],
  };
}

/** Commits outside of generations. */
export function commit(
  harness: ShardHarness<OffsetsShard, GroupRecord>,
  groupId: string,
  topics: readonly CommitTopic[],
  options: { generationId?: number; apiVersion?: number; retentionTimeMs?: number } = {},
) {
  const { generationId = -1, apiVersion = 9, retentionTimeMs = -1 } = options;
  return harness.run<CommittedTopic[]>(({ offsets }, reply, out, now) =>
    commitOffsets(
      offsets,
      { groupId, memberId: "m", groupInstanceId: null, generationId, topics },
      { apiVersion, retentionTimeMs },
      reply,
      out,
      now,
    )
  );
}

/** Commits in a transaction. */
export function commitInTransaction(
  harness: ShardHarness<OffsetsShard, GroupRecord>,
  producerId: number,
  groupId: string,
  topics: readonly CommitTopic[],
  generationId = -1,
) {
  return harness.run<CommittedTopic[]>(({ offsets }, reply, out, now) =>
    commitTransactionalOffsets(
      offsets,
      { groupId, memberId: "", groupInstanceId: null, generationId, topics },
      { producerId, producerEpoch: 0 },
      5,
      reply,
      out,
      now,
    )
  );
}

/** A runtime of one partition over a harness, for tests of handlers. */
export class TestOffsetsRuntime implements OffsetsRuntime {
  readonly harness = offsetsHarness();
  /** Why nothing can be run. */
  refusal: ErrorName | undefined;
  /** Transactions that were verified. */
  readonly verified: CoordinatedTransaction[] = [];

  partitionFor(): number {
    return 0;
  }

  run<R>(_partition: number, operation: OffsetsOperation<R>): R {
    if (this.refusal !== undefined) throw new KafkaError(this.refusal);
    return this.harness.call(operation);
  }

  runInTransaction<R>(
    partition: number,
    transaction: CoordinatedTransaction,
    operation: OffsetsOperation<R>,
  ): Promise<R> {
    this.verified.push(transaction);
    return Promise.resolve().then(() => this.run(partition, operation));
  }
}
