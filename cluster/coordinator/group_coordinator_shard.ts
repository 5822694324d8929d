/**
 * The groups and offsets of one partition of `__consumer_offsets`.
 *
 * @module
 */

import { errorCode, type ErrorName } from "../../client/protocol/error_codes.ts";
import type {
  HeartbeatRequest,
  HeartbeatResponse,
} from "../../client/protocol/messages/heartbeat.ts";
import type { JoinGroupRequest } from "../../client/protocol/messages/join_group.ts";
import type {
  LeaveGroupResponse,
  MemberIdentity,
} from "../../client/protocol/messages/leave_group.ts";
import type { ListedGroup } from "../../client/protocol/messages/list_groups.ts";
import type { SyncGroupRequest } from "../../client/protocol/messages/sync_group.ts";
import type { Logger, Random } from "../../storage/env.ts";
import type { Draft } from "../../storage/message/message_codec.ts";
import type {
  CoordinatorShard,
  Moment,
  Output,
  ReplayContext,
  Reply,
} from "./coordinator_shard.ts";
import { ClassicGroup } from "./group/classic_group.ts";
import type { JoinAnswer, SyncAnswer } from "./group/classic_group_member.ts";
import { deleteGroup, expireGroups } from "./group/delete_groups.ts";
import { type DescribedGroup, describeGroup } from "./group/describe_groups.ts";
import { groupOfRecord } from "./group/group_metadata.ts";
import type { GroupOperation } from "./group/group_operation.ts";
import { GroupStore } from "./group/group_store.ts";
import { deadKey, parseGroupTimer } from "./group/group_timer_keys.ts";
import { heartbeat } from "./group/heartbeat.ts";
import { type JoinContext, joinGroup } from "./group/join_group.ts";
import { leaveGroup } from "./group/leave_group.ts";
import { listGroups } from "./group/list_groups.ts";
import { heartbeatExpired } from "./group/member_expiration.ts";
import { answerJoin, answerSync, expectHeartbeat } from "./group/member_requests.ts";
import { joinTimerExpired, prepareRebalance, syncTimerExpired } from "./group/rebalance.ts";
import { assignmentWritten, syncGroup } from "./group/sync_group.ts";
import type { GroupConfig } from "./group_config.ts";
import type { GroupMetadataRecord, GroupRecord } from "./group_records.ts";
import { deleteTopicOffsets } from "./offsets/offset_delete.ts";
import { type DeletedTopic, OffsetStore } from "./offsets/offset_store.ts";

/** What a {@linkcode GroupCoordinatorShard} needs. */
export interface GroupCoordinatorOptions {
  /** The configs in force. */
  readonly config: GroupConfig;
  /** Makes the ids of members. */
  readonly random: Random;
  /** Receives what there is to tell an operator. */
  readonly logger: Logger;
}

type Out = Output<GroupRecord>;

/** The timer that forgets offsets and groups whose time is over. */
const EXPIRATION_TIMER = "expire-offsets";

/** By protocol, the config of how long its members may be silent. */
const SESSION_TIMEOUTS = {
  consumer: "group.consumer.session.timeout.ms",
  share: "group.share.session.timeout.ms",
  streams: "group.streams.session.timeout.ms",
} as const;

/**
 * Groups and offsets. What a group's members are doing is known only here; its generations are in the log, so that after a load a group is as it
 * was when its leader last assigned, and members that are not there any more are found out by their silence.
 */
export class GroupCoordinatorShard implements CoordinatorShard<GroupRecord> {
  /** The groups. */
  readonly groups: GroupStore = new GroupStore();
  /** The offsets. */
  readonly offsets: OffsetStore;
  readonly #options: GroupCoordinatorOptions;
  #isLoaded = false;

  /** Nothing is in it. */
  constructor(options: GroupCoordinatorOptions) {
    this.#options = options;
    this.offsets = new OffsetStore({ config: options.config, groups: this.groups });
  }

  /** Takes a record over. */
  replay(record: GroupRecord, { offset, timestamp, producerId }: ReplayContext): void {
    switch (record.type) {
      case "offsetCommit":
        return this.offsets.replay(record, offset, producerId);
      case "groupMetadata":
        return this.#replayGroup(record, timestamp);
      case "other":
        return this.groups.replayOther(record);
    }
  }

  /** A transaction has ended: its offsets count, or never did. */
  replayEndTransaction(producerId: number, _producerEpoch: number, committed: boolean): void {
    this.offsets.replayEndTransaction(producerId, committed);
  }

  /** Gives the members that were loaded the time of their sessions to tell that they are there. */
  loaded(out: Out, now: Moment): void {
    const { config } = this.#options;
    this.#isLoaded = true;
    const operation = this.#operation(out, now);
    for (const group of this.groups.all()) {
      if (!(group instanceof ClassicGroup)) {
        out.setTimer(deadKey(group.groupId), config.int(SESSION_TIMEOUTS[group.type]));
        continue;
      }
      for (const member of group.members.values()) expectHeartbeat(operation, group, member);
      const { size } = group.members;
      const maxSize = config.int("group.max.size");
      if (size > maxSize) {
        // Those who join again first stay; all get the chance to commit what they have done.
        const reason = `Freshly-loaded group (size ${size}) is over capacity ${maxSize}`;
        prepareRebalance(operation, group, reason);
      }
    }
    this.#expireLater(out);
  }

  /** A timer has gone off. */
  timerExpired(key: string, out: Out, now: Moment): void {
    const operation = this.#operation(out, now);
    if (key === EXPIRATION_TIMER) {
      out.isAtomic = false;
      expireGroups(operation, this.offsets);
      this.#expireLater(out);
      out.onAppendFailed = (_error, failed) => this.#expireLater(failed);
      return;
    }
    const timer = parseGroupTimer(key);
    if (timer === undefined) return;
    const { kind, groupId, memberId } = timer;
    const group = this.groups.classic(groupId);
    if (kind === "dead") {
      const foreign = this.groups.foreign(groupId);
      if (foreign !== undefined) foreign.areMembersDead = true;
    } else if (group !== undefined) {
      if (kind === "heartbeat") heartbeatExpired(operation, group, memberId);
      else if (kind === "join") joinTimerExpired(operation, group);
      else syncTimerExpired(operation, group);
    }
  }

  /** Whoever waits is sent to the broker that coordinates from now on. */
  unloaded(out: Out): void {
    const error = { errorCode: errorCode("NOT_COORDINATOR") };
    const operation = this.#operation(out, { wallMs: 0, monotonicMs: 0 });
    for (const group of this.groups.all()) {
      if (!(group instanceof ClassicGroup)) continue;
      for (const member of group.members.values()) {
        answerJoin(operation, group, member, { ...error, memberId: member.memberId });
        answerSync(operation, member, error);
      }
    }
  }

  /** JoinGroup. */
  joinGroup(
    request: JoinGroupRequest,
    context: JoinContext,
    reply: Reply<JoinAnswer>,
    out: Out,
    now: Moment,
  ): void {
    joinGroup(this.#operation(out, now), request, context, reply);
  }

  /** SyncGroup. */
  syncGroup(request: SyncGroupRequest, reply: Reply<SyncAnswer>, out: Out, now: Moment): void {
    syncGroup(this.#operation(out, now), request, reply);
  }

  /** Heartbeat. */
  heartbeat(
    request: HeartbeatRequest,
    reply: Reply<Draft<HeartbeatResponse>>,
    out: Out,
    now: Moment,
  ): void {
    heartbeat(this.#operation(out, now), request, reply);
  }

  /** LeaveGroup. */
  leaveGroup(
    groupId: string,
    members: readonly MemberIdentity[],
    reply: Reply<Draft<LeaveGroupResponse>>,
    out: Out,
    now: Moment,
  ): void {
    leaveGroup(this.#operation(out, now), groupId, members, reply);
  }

  /** DeleteGroups: the error of each group, or `NONE`. */
  deleteGroups(
    groupIds: readonly string[],
    reply: Reply<ErrorName[]>,
    out: Out,
    now: Moment,
  ): void {
    const operation = this.#operation(out, now);
    out.isAtomic = false;
    out.answer(reply, groupIds.map((groupId) => deleteGroup(operation, this.offsets, groupId)));
  }

  /** DescribeGroups, of one group. */
  describeGroup(groupId: string, apiVersion: number): DescribedGroup {
    return describeGroup(this.groups, groupId, apiVersion);
  }

  /** ListGroups. */
  listGroups(statesFilter: readonly string[], typesFilter: readonly string[]): ListedGroup[] {
    return listGroups(this.groups, statesFilter, typesFilter);
  }

  /** Topics were deleted: what was committed for them is forgotten. */
  topicsDeleted(topics: readonly DeletedTopic[], reply: Reply<void>, out: Out): void {
    out.isAtomic = false;
    deleteTopicOffsets(this.offsets, topics, out);
    out.answer(reply, undefined);
  }

  #operation(out: Out, now: Moment): GroupOperation {
    return { ...this.#options, groups: this.groups, out, now };
  }

  #replayGroup({ group: groupId, value }: GroupMetadataRecord, timestamp: number): void {
    const group = this.groups.classic(groupId);
    if (value === null) {
      if (group !== undefined) this.groups.remove(groupId);
    } else if (this.#isLoaded && group !== undefined) {
      // The operation that wrote it has changed the group already, but for what was to be written first.
      assignmentWritten(group, value, timestamp);
    } else this.groups.put(groupOfRecord(groupId, value));
  }

  #expireLater(out: Out): void {
    out.setTimer(
      EXPIRATION_TIMER,
      this.#options.config.long("offsets.retention.check.interval.ms"),
    );
  }
}
