/**
 * A group, as the commits of its offsets see it.
 *
 * @module
 */

import type { Moment, Output } from "../coordinator_shard.ts";
import type { GroupRecord } from "../group_records.ts";
import type { OffsetAndMetadata } from "./offset_and_metadata.ts";

/** What committed offsets need of their group. */
export interface OffsetsGroup {
  /** Its id. */
  readonly groupId: string;
  /**
   * Checks that a member may commit.
   *
   * @param generationId the member's generation, negative for one outside of any
   * @param isTransactional whether the commit is part of a transaction
   * @throws {KafkaError} what is wrong with the member or its generation
   */
  validateOffsetCommit(
    memberId: string,
    groupInstanceId: string | null,
    generationId: number,
    isTransactional: boolean,
    apiVersion: number,
  ): void;
  /**
   * Checks that offsets may be read.
   *
   * @throws {KafkaError} `GROUP_ID_NOT_FOUND` when the group is gone
   */
  validateOffsetFetch(memberId: string | null, memberEpoch: number): void;
  /**
   * Checks that offsets may be deleted.
   *
   * @throws {KafkaError} `GROUP_ID_NOT_FOUND`, `NON_EMPTY_GROUP`
   */
  validateOffsetDelete(): void;
  /** Whether members consume a topic, as far as is known. */
  isSubscribedToTopic(topic: string): boolean;
  /** From when on the retention of an offset counts, ms since the epoch; `undefined` when none may expire now. */
  offsetExpirationCondition(): ((offset: OffsetAndMetadata) => number) | undefined;
  /** A member has committed: that counts as a sign of life. */
  noteOffsetCommit(memberId: string, out: Output<GroupRecord>, now: Moment): void;
}

/** The groups of a shard. */
export interface OffsetsGroups {
  /** A group that there is. */
  get(groupId: string): OffsetsGroup | undefined;
  /** A group; one that has offsets and never had members is made. */
  getOrMaybeCreateSimple(groupId: string): OffsetsGroup;
}

/** The configs of offsets; a `BrokerConfig` has them. */
export interface OffsetsConfig {
  /** A number. */
  int(name: string): number;
}
