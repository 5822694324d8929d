/**
 * What a classic group has to say about its offsets.
 *
 * @module
 */

import { KafkaError } from "../../../client/protocol/error_codes.ts";
import type { Moment, Output } from "../coordinator_shard.ts";
import type { GroupRecord } from "../group_records.ts";
import type { OffsetAndMetadata } from "../offsets/offset_and_metadata.ts";
import type { OffsetsGroup } from "../offsets/offsets_group.ts";
import type { ClassicGroup } from "./classic_group.ts";
import { heartbeatKey } from "./group_timer_keys.ts";

/** A classic group as its offsets see it. */
export class ClassicGroupOffsets implements OffsetsGroup {
  readonly #group: ClassicGroup;

  /** Of a group. */
  constructor(group: ClassicGroup) {
    this.#group = group;
  }

  /** Its id. */
  get groupId(): string {
    return this.#group.groupId;
  }

  /**
   * Checks that a member may commit. Outside of generations anybody may, as long as nobody is in the group.
   *
   * @throws {KafkaError} `UNKNOWN_MEMBER_ID`, `FENCED_INSTANCE_ID`, `ILLEGAL_GENERATION`, `REBALANCE_IN_PROGRESS`
   */
  validateOffsetCommit(
    memberId: string,
    groupInstanceId: string | null,
    generationId: number,
    isTransactional: boolean,
  ): void {
    const { state } = this.#group;
    if (generationId < 0 && state === "Empty") return;
    if (generationId >= 0 || memberId !== "" || groupInstanceId !== null) {
      const error = this.#group.memberError(memberId, groupInstanceId);
      if (error !== undefined) throw new KafkaError(error);
      if (generationId !== this.#group.generationId) throw new KafkaError("ILLEGAL_GENERATION");
    } else if (!isTransactional) {
      // Old transactional producers tell neither member nor generation, so nothing is asked of them.
      throw new KafkaError("UNKNOWN_MEMBER_ID");
    }
    // The member is of this generation but has no assignment yet, so what it commits is of the one before.
    if (!isTransactional && state === "CompletingRebalance") {
      throw new KafkaError("REBALANCE_IN_PROGRESS");
    }
  }

  /** Offsets may always be read. */
  validateOffsetFetch(): void {}

  /**
   * Checks that offsets may be deleted: of a group with members only when it is known what they consume.
   *
   * @throws {KafkaError} `NON_EMPTY_GROUP`
   */
  validateOffsetDelete(): void {
    const { state, usesConsumerProtocol } = this.#group;
    if (state !== "Empty" && !usesConsumerProtocol) throw new KafkaError("NON_EMPTY_GROUP");
  }

  /** Whether members consume a topic. While it is not known, consumers are taken to. */
  isSubscribedToTopic(topic: string): boolean {
    const { subscribedTopics, usesConsumerProtocol } = this.#group;
    return subscribedTopics?.has(topic) ?? usesConsumerProtocol;
  }

  /** From when on the retention of an offset counts; `undefined` when none may expire now. */
  offsetExpirationCondition(): ((offset: OffsetAndMetadata) => number) | undefined {
    const { protocolType, state, stateTimestamp, usesConsumerProtocol, subscribedTopics } =
      this.#group;
    const sinceCommit = (offset: OffsetAndMetadata) => offset.commitTimestamp;
    if (protocolType === undefined) return sinceCommit;
    if (state === "Empty") return stateTimestamp === -1 ? sinceCommit : () => stateTimestamp;
    const isKnown = usesConsumerProtocol && subscribedTopics !== undefined && state === "Stable";
    return isKnown ? sinceCommit : undefined;
  }

  /** A commit is a sign of life. */
  noteOffsetCommit(memberId: string, out: Output<GroupRecord>, _now: Moment): void {
    const { state, members, groupId } = this.#group;
    const member = members.get(memberId);
    if (member === undefined || (state !== "Stable" && state !== "PreparingRebalance")) return;
    out.setTimer(heartbeatKey(groupId, memberId), member.sessionTimeoutMs);
  }
}
