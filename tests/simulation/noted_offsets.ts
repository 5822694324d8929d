/** What the members of a simulated group were told that they have committed: that is what the coordinator has, and it never goes back. */

import { assert, assertEquals } from "@std/assert";
import { type ErrorName, errorName } from "../../client/protocol/error_codes.ts";
import {
  commitOffsets,
  type CommittedTopic,
} from "../../cluster/coordinator/offsets/offset_commit.ts";
import { ZERO_UUID } from "../../storage/bytes/uuid.ts";
import type { GroupHarness } from "../support/group_harness.ts";

const GROUP = "g";
const TOPIC = "t";

/** A member that commits. */
export interface Committer {
  readonly memberId: string;
  readonly instance: string | null;
  readonly generation: number;
}

/** The offsets of a group that were acknowledged. */
export class NotedOffsets {
  readonly #groups: GroupHarness;
  readonly #acknowledged = new Map<number, number>();
  /** How many commits were acknowledged. */
  commits = 0;
  /** How many were refused, by error. */
  readonly refused: Partial<Record<ErrorName, number>> = {};

  constructor(groups: GroupHarness) {
    this.#groups = groups;
  }

  /** Where the coordinator says that a consumer of a partition goes on. */
  of(partition: number): number {
    return this.#groups.shard.offsets.offset(GROUP, TOPIC, partition)?.offset ?? 0;
  }

  /** Commits where a member is. Returns the error. */
  commit(
    { memberId, instance, generation }: Committer,
    positions: ReadonlyMap<number, number>,
  ): ErrorName {
    const partitions = [...positions].map(([partitionIndex, committedOffset]) => ({
      partitionIndex,
      committedOffset,
      committedLeaderEpoch: -1,
      committedMetadata: null,
    }));
    const commit = {
      groupId: GROUP,
      memberId,
      groupInstanceId: instance,
      generationId: generation,
      topics: [{ name: TOPIC, topicId: ZERO_UUID, partitions }],
    };
    const pending = this.#groups.harness.run<CommittedTopic[]>(({ offsets }, reply, out, now) =>
      commitOffsets(offsets, commit, { apiVersion: 9, retentionTimeMs: -1 }, reply, out, now)
    );
    const { error } = pending;
    if (error !== undefined) {
      this.refused[error] = (this.refused[error] ?? 0) + 1;
      return error;
    }
    for (const { partitionIndex, errorCode } of pending.response[0]!.partitions) {
      assertEquals(errorName(errorCode), "NONE");
      const offset = positions.get(partitionIndex)!;
      const before = this.#acknowledged.get(partitionIndex) ?? 0;
      assert(
        offset >= before,
        `${memberId} takes partition ${partitionIndex} from ${before} back to ${offset}`,
      );
      this.#acknowledged.set(partitionIndex, offset);
    }
    this.commits++;
    return "NONE";
  }

  /** The group was deleted. */
  forget(): void {
    this.#acknowledged.clear();
  }

  /** The coordinator has what it has acknowledged, all of it and nothing else. */
  check(): void {
    const committed = this.#groups.shard.offsets.committed(GROUP);
    const size = committed?.get(TOPIC)?.size ?? 0;
    assertEquals(size, this.#acknowledged.size, "partitions with committed offsets");
    for (const [partition, offset] of this.#acknowledged) {
      assertEquals(this.of(partition), offset, `the committed offset of partition ${partition}`);
    }
  }
}
