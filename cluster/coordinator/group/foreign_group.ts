/**
 * A group of a protocol that this coordinator does not speak, as another broker has left it.
 *
 * @module
 */

import { KafkaError } from "../../../client/protocol/error_codes.ts";
import type { OffsetAndMetadata } from "../offsets/offset_and_metadata.ts";
import type { OffsetsGroup } from "../offsets/offsets_group.ts";
import type { OtherGroupRecord } from "../group_records.ts";

/** The protocol of a group, by Kafka's name. */
export type ForeignGroupType = "consumer" | "share" | "streams";

/** By record type: the protocol, and whether there is one such record for each member. */
const RECORD_TYPES: ReadonlyMap<number, readonly [type: ForeignGroupType, isMember: boolean]> =
  new Map([
    [3, ["consumer", false]],
    [4, ["consumer", false]],
    [5, ["consumer", true]],
    [6, ["consumer", false]],
    [7, ["consumer", false]],
    [8, ["consumer", false]],
    [10, ["share", true]],
    [11, ["share", false]],
    [12, ["share", false]],
    [13, ["share", false]],
    [14, ["share", false]],
    [15, ["share", false]],
    [16, ["consumer", false]],
    [17, ["streams", false]],
    [19, ["streams", true]],
    [20, ["streams", false]],
    [21, ["streams", false]],
    [22, ["streams", false]],
    [23, ["streams", false]],
  ]);

/** The protocol that a type of record belongs to. */
export function foreignGroupType(recordType: number): ForeignGroupType | undefined {
  return RECORD_TYPES.get(recordType)?.[0];
}

/**
 * Its records stay, so that a broker which speaks its protocol finds it as it was, and its offsets stay with it. It goes when it is asked to be
 * deleted, or when a classic member takes its place, as long as nobody is in it.
 */
export class ForeignGroup implements OffsetsGroup {
  /** Its id. */
  readonly groupId: string;
  /** Its protocol. */
  readonly type: ForeignGroupType;
  /** Whether its members have been silent for so long that they cannot be there any more. */
  areMembersDead = false;
  readonly #records = new Map<string, OtherGroupRecord>();
  #memberCount = 0;

  /** A group without records. */
  constructor(groupId: string, type: ForeignGroupType) {
    this.groupId = groupId;
    this.type = type;
  }

  /** Whether none of its records is left. */
  get isGone(): boolean {
    return this.#records.size === 0;
  }

  /** Whether somebody may be in it. */
  get hasMembers(): boolean {
    return this.#memberCount > 0 && !this.areMembersDead;
  }

  /** Its state, as far as can be told. */
  get state(): "Empty" | "Stable" {
    return this.hasMembers ? "Stable" : "Empty";
  }

  /** Takes a record over. */
  replay(record: OtherGroupRecord): void {
    const key = record.key.join();
    const isMember = RECORD_TYPES.get(record.recordType)?.[1] ?? false;
    const wasThere = this.#records.has(key);
    if (record.value === null) this.#records.delete(key);
    else this.#records.set(key, record);
    if (isMember) this.#memberCount += Number(record.value !== null) - Number(wasThere);
  }

  /** What makes it go. */
  tombstones(): OtherGroupRecord[] {
    return [...this.#records.values()].map((record) => ({ ...record, value: null }));
  }

  /**
   * Checks that offsets may be committed: from outside, while nobody is in it, or in a transaction that tells no member.
   *
   * @throws {KafkaError} `UNKNOWN_MEMBER_ID`
   */
  validateOffsetCommit(
    memberId: string,
    groupInstanceId: string | null,
    generationId: number,
    isTransactional: boolean,
  ): void {
    const isNobody = memberId === "" && groupInstanceId === null;
    if (generationId < 0 && (!this.hasMembers || (isTransactional && isNobody))) return;
    throw new KafkaError("UNKNOWN_MEMBER_ID");
  }

  /** Offsets may be read from outside; no epoch of a member is known. */
  validateOffsetFetch(memberId: string | null, memberEpoch: number): void {
    if (memberId !== null || memberEpoch >= 0) throw new KafkaError("UNKNOWN_MEMBER_ID");
  }

  /** Offsets may be deleted, if nobody consumes the topic. */
  validateOffsetDelete(): void {}

  /** What its members consume is not known, so it may be anything. */
  isSubscribedToTopic(): boolean {
    return this.hasMembers;
  }

  /** Its offsets do not expire here. */
  offsetExpirationCondition(): ((offset: OffsetAndMetadata) => number) | undefined {
    return undefined;
  }

  /** Nobody can give a sign of life. */
  noteOffsetCommit(): void {}
}
