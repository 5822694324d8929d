/**
 * A group whose members assign partitions among themselves (Kafka's `ClassicGroup`).
 *
 * @module
 */

import type { JoinGroupRequestProtocol } from "../../../client/protocol/messages/join_group.ts";
import type { Reply } from "../coordinator_shard.ts";
import type { OffsetsGroup } from "../offsets/offsets_group.ts";
import { ClassicGroupOffsets } from "./classic_group_offsets.ts";
import type { ClassicGroupMember, JoinAnswer } from "./classic_group_member.ts";
import { type ClassicGroupState, isTransition } from "./classic_group_state.ts";
import { CONSUMER_PROTOCOL_TYPE, subscribedTopics } from "./subscribed_topics.ts";
import { selectProtocol, SupportedProtocols } from "./supported_protocols.ts";

/** What a {@linkcode ClassicGroup} begins with; by default it is new and empty. */
export interface ClassicGroupOptions {
  /** Its state. */
  readonly state: ClassicGroupState;
  /** Number of its generation. */
  readonly generationId: number;
  /** Kind of its protocols. */
  readonly protocolType: string | undefined;
  /** The protocol of the generation. */
  readonly protocolName: string | undefined;
  /** The member that assigns. */
  readonly leaderId: string | undefined;
  /** When it came into its state, ms since the epoch; -1 when that is not known. */
  readonly stateTimestamp: number;
}

/** The members of a group, and how far their generation is. It answers nobody and sets no timers: the operations beside it do. */
export class ClassicGroup {
  /** Its id. */
  readonly groupId: string;
  /** The group as its offsets see it. */
  readonly offsets: OffsetsGroup = new ClassicGroupOffsets(this);
  /** Kind of its protocols; `undefined` for a group that only keeps offsets. */
  protocolType: string | undefined;
  /** The protocol of the generation. */
  protocolName: string | undefined;
  /** Number of the generation. */
  generationId: number;
  /** When it came into its state, ms since the epoch; -1 when that is not known. */
  stateTimestamp: number;
  /** The topics of its consumers; `undefined` when they are not known. */
  subscribedTopics: ReadonlySet<string> | undefined;
  /** How the first rebalance after the group was empty goes on; `undefined` outside of it. */
  initialRebalance: { readonly delayMs: number; readonly remainingMs: number } | undefined;
  /** Whether somebody has come since the first rebalance was last put off. */
  newMemberAdded = false;
  /** Ids that were given to clients which have not joined with them. */
  readonly pendingJoinMembers: Set<string> = new Set();
  /** The members that have not asked for their assignment. */
  readonly pendingSyncMembers: Set<string> = new Set();
  readonly #members = new Map<string, ClassicGroupMember>();
  readonly #staticMembers = new Map<string, string>();
  readonly #supported = new SupportedProtocols();
  #awaitingJoin = 0;
  #leaderId: string | undefined;
  #state: ClassicGroupState;

  /** A group without members. */
  constructor(groupId: string, stateTimestamp: number, options: Partial<ClassicGroupOptions> = {}) {
    this.groupId = groupId;
    this.stateTimestamp = options.stateTimestamp ?? stateTimestamp;
    this.generationId = options.generationId ?? 0;
    this.protocolType = options.protocolType;
    this.protocolName = options.protocolName;
    this.#leaderId = options.leaderId;
    this.#state = options.state ?? "Empty";
  }

  /** Its state. */
  get state(): ClassicGroupState {
    return this.#state;
  }

  /** The member that assigns. */
  get leaderId(): string | undefined {
    return this.#leaderId;
  }

  /** Its members, those that were there first before the others. */
  get members(): ReadonlyMap<string, ClassicGroupMember> {
    return this.#members;
  }

  /** How many members' JoinGroups wait. */
  get awaitingJoin(): number {
    return this.#awaitingJoin;
  }

  /** Whether everybody who is to join has joined. */
  get hasAllMembersJoined(): boolean {
    return this.#members.size === this.#awaitingJoin && this.pendingJoinMembers.size === 0;
  }

  /** How long a rebalance may take: as long as the slowest member may, ms. */
  get rebalanceTimeoutMs(): number {
    let longest = 0;
    for (const { rebalanceTimeoutMs } of this.#members.values()) {
      longest = Math.max(longest, rebalanceTimeoutMs);
    }
    return longest;
  }

  /** Whether the members are consumers. */
  get usesConsumerProtocol(): boolean {
    return this.protocolType === CONSUMER_PROTOCOL_TYPE;
  }

  /** The member that has a static id. */
  staticMemberId(groupInstanceId: string): string | undefined {
    return this.#staticMembers.get(groupInstanceId);
  }

  /** Adds a member, whose JoinGroup may wait. The first one leads. */
  add(member: ClassicGroupMember, joinReply?: Reply<JoinAnswer>): void {
    const { memberId, groupInstanceId } = member;
    if (this.#members.size === 0) this.protocolType = member.protocolType;
    if (groupInstanceId !== null) this.#staticMembers.set(groupInstanceId, memberId);
    this.#leaderId ??= memberId;
    this.#members.set(memberId, member);
    this.#supported.add(member);
    this.setJoinReply(member, joinReply);
    this.pendingJoinMembers.delete(memberId);
  }

  /** Takes a member out, pending or not, whose requests were answered. Fine when there is none. */
  remove(memberId: string): void {
    const member = this.#members.get(memberId);
    if (member !== undefined) {
      this.#members.delete(memberId);
      this.#supported.remove(member);
      this.setJoinReply(member, undefined);
      if (member.groupInstanceId !== null) this.#staticMembers.delete(member.groupInstanceId);
    }
    if (this.#leaderId === memberId) this.#leaderId = this.#members.keys().next().value;
    this.pendingJoinMembers.delete(memberId);
    this.pendingSyncMembers.delete(memberId);
  }

  /** Puts a member, whose requests were answered, in the place of the one that had its static id. */
  replaceStatic(old: ClassicGroupMember, member: ClassicGroupMember): void {
    const { memberId } = member;
    this.setJoinReply(old, undefined);
    this.#members.delete(old.memberId);
    this.#supported.remove(old);
    this.#members.set(memberId, member);
    this.#supported.add(member);
    this.#staticMembers.set(member.groupInstanceId!, memberId);
    if (this.#leaderId === old.memberId) this.#leaderId = memberId;
    if (this.pendingSyncMembers.delete(old.memberId)) this.pendingSyncMembers.add(memberId);
  }

  /** A member has joined again, with what it wants from now on. */
  update(
    member: ClassicGroupMember,
    protocols: readonly JoinGroupRequestProtocol[],
    rebalanceTimeoutMs: number,
    sessionTimeoutMs: number,
  ): void {
    this.#supported.remove(member);
    member.protocols = protocols;
    this.#supported.add(member);
    member.rebalanceTimeoutMs = rebalanceTimeoutMs;
    member.sessionTimeoutMs = sessionTimeoutMs;
  }

  /** Notes that a JoinGroup of a member waits, or none. */
  setJoinReply(member: ClassicGroupMember, joinReply: Reply<JoinAnswer> | undefined): void {
    if (member.joinReply === undefined && joinReply !== undefined) this.#awaitingJoin++;
    if (member.joinReply !== undefined && joinReply === undefined) this.#awaitingJoin--;
    member.joinReply = joinReply;
  }

  /**
   * Makes sure that who leads has joined again.
   *
   * @returns whether anybody leads
   */
  electJoinedLeader(): boolean {
    if (this.#leaderId === undefined) return false;
    if (this.#members.get(this.#leaderId)?.joinReply !== undefined) return true;
    for (const { memberId, joinReply } of this.#members.values()) {
      if (joinReply === undefined) continue;
      this.#leaderId = memberId;
      return true;
    }
    return false;
  }

  /** What is wrong with a request that a member is said to have sent: it is none, or another one has its static id. */
  memberError(
    memberId: string,
    groupInstanceId: string | null,
  ): "UNKNOWN_MEMBER_ID" | "FENCED_INSTANCE_ID" | undefined {
    if (groupInstanceId !== null) {
      const existing = this.#staticMembers.get(groupInstanceId);
      if (existing === undefined) return "UNKNOWN_MEMBER_ID";
      if (existing !== memberId) return "FENCED_INSTANCE_ID";
    }
    return this.#members.has(memberId) ? undefined : "UNKNOWN_MEMBER_ID";
  }

  /** Whether one who wants to join has a protocol that all members support. */
  supportsProtocols(
    protocolType: string,
    protocols: readonly JoinGroupRequestProtocol[],
  ): boolean {
    if (this.#state === "Empty") return protocolType !== "" && protocols.length > 0;
    return this.protocolType === protocolType &&
      protocols.some(({ name }) => this.#supported.count(name) === this.#members.size);
  }

  /** The protocol that the members choose. */
  selectProtocol(): string {
    return selectProtocol(this.#members.values(), this.#members.size, this.#supported);
  }

  /** Goes on to the next generation: its members are those that are there now. */
  initNextGeneration(nowMs: number): void {
    this.generationId++;
    const isEmpty = this.#members.size === 0;
    this.protocolName = isEmpty ? undefined : this.selectProtocol();
    this.findSubscribedTopics();
    this.transitionTo(isEmpty ? "Empty" : "CompletingRebalance", nowMs);
    this.pendingSyncMembers.clear();
    this.initialRebalance = undefined;
    this.newMemberAdded = false;
  }

  /** Reads what the members have subscribed to. */
  findSubscribedTopics(): void {
    const { protocolName } = this;
    const members = [...this.#members.values()];
    if (!this.usesConsumerProtocol) this.subscribedTopics = undefined;
    else if (members.length === 0) this.subscribedTopics = new Set();
    else if (protocolName === undefined) this.subscribedTopics = undefined;
    else this.subscribedTopics = subscribedTopics(members.map((one) => one.metadata(protocolName)));
  }

  /** Goes into another state. */
  transitionTo(state: ClassicGroupState, nowMs: number): void {
    if (!isTransition(this.#state, state)) {
      throw new Error(`Group ${this.groupId} cannot go from ${this.#state} to: ${state}`);
    }
    this.#state = state;
    this.stateTimestamp = nowMs;
  }
}
