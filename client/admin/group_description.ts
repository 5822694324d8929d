/**
 * What is known of a group.
 *
 * @module
 */

import type { TopicPartition } from "../../storage/file/file_names.ts";
import type { ConsumerGroupDescribeResponse } from "../protocol/messages/consumer_group_describe.ts";
import type { DescribeGroupsResponse } from "../protocol/messages/describe_groups.ts";
import type { Node } from "../node.ts";
import { type AclOperation, authorizedOperations } from "./acl_operations.ts";
import { type GroupState, groupStateOf, type GroupType } from "./group_state.ts";
import { memberAssignment } from "./member_assignment.ts";

/** A member of a group. */
export interface MemberDescription {
  /** Its id. */
  readonly consumerId: string;
  /** The name that it keeps over restarts; `undefined` for a member that has none. */
  readonly groupInstanceId?: string;
  /** Where it is; `undefined` when it does not say. */
  readonly rackId?: string;
  /** What its client calls itself. */
  readonly clientId: string;
  /** Where it connects from. */
  readonly host: string;
  /** The partitions that it has. */
  readonly assignment: readonly TopicPartition[];
  /** The partitions that it is to have; only of groups of the newer protocol. */
  readonly targetAssignment?: readonly TopicPartition[];
  /** Its epoch; only of groups of the newer protocol. */
  readonly memberEpoch?: number;
  /** Whether it speaks the newer protocol; `undefined` when the broker does not tell. */
  readonly upgraded?: boolean;
}

/** A group, whatever its members are. */
export interface AnyGroupDescription {
  /** Its name. */
  readonly groupId: string;
  /** Its members. */
  readonly members: readonly MemberDescription[];
  /** What it does just now. */
  readonly groupState: GroupState;
  /** The broker that coordinates it. */
  readonly coordinator: Node;
  /** What the client may do to it; `undefined` when it was not asked for, or not told. */
  readonly authorizedOperations?: ReadonlySet<AclOperation>;
}

/** A group of consumers. */
export interface ConsumerGroupDescription extends AnyGroupDescription {
  /** Whether it has only offsets, and partitions that its members have chosen themselves. */
  readonly isSimpleConsumerGroup: boolean;
  /** How partitions are assigned. */
  readonly partitionAssignor: string;
  /** Its protocol. */
  readonly type: GroupType;
  /** Its epoch; only of groups of the newer protocol. */
  readonly groupEpoch?: number;
  /** The epoch of its target assignment; only of groups of the newer protocol. */
  readonly targetAssignmentEpoch?: number;
}

/** A group of the classic protocol, whatever its members are. */
export interface ClassicGroupDescription extends AnyGroupDescription {
  /** What kind of members it has. */
  readonly protocol: string;
  /** What they have agreed on. */
  readonly protocolData: string;
  /** Whether it has only offsets. */
  readonly isSimpleConsumerGroup: boolean;
}

/** A group from an answer to the classic request. */
export type DescribedGroup = DescribeGroupsResponse["groups"][number];

const CONSUMERS = "consumer";

/** A group from an answer to the newer protocol's request. */
export type NewerGroup = ConsumerGroupDescribeResponse["groups"][number];

/** Describes a group of the newer protocol. */
export function newerGroup(group: NewerGroup, coordinator: Node): ConsumerGroupDescription {
  return {
    groupId: group.groupId,
    isSimpleConsumerGroup: false,
    members: group.members.map((member) => ({
      consumerId: member.memberId,
      ...optional("groupInstanceId", member.instanceId),
      ...optional("rackId", member.rackId),
      clientId: member.clientId,
      host: member.clientHost,
      assignment: partitionsOf(member.assignment),
      targetAssignment: partitionsOf(member.targetAssignment),
      memberEpoch: member.memberEpoch,
      ...(member.memberType < 0 ? {} : { upgraded: member.memberType === 1 }),
    })),
    partitionAssignor: group.assignorName,
    type: "Consumer",
    groupState: groupStateOf(group.groupState),
    coordinator,
    ...authorized(group.authorizedOperations),
    groupEpoch: group.groupEpoch,
    targetAssignmentEpoch: group.assignmentEpoch,
  };
}

function partitionsOf(assignment: NewerGroup["members"][number]["assignment"]): TopicPartition[] {
  return assignment.topicPartitions.flatMap(({ topicName: topic, partitions }) =>
    partitions.map((partition) => ({ topic, partition }))
  );
}

/**
 * Describes a group of the classic protocol.
 *
 * @throws {TypeError} when its members are no consumers
 */
export function consumerGroup(group: DescribedGroup, coordinator: Node): ConsumerGroupDescription {
  const { groupId, protocolType } = group;
  if (protocolType !== CONSUMERS && protocolType !== "") {
    throw new TypeError(`GroupId ${groupId} is not a consumer group (${protocolType}).`);
  }
  return {
    ...anyGroup(group, coordinator),
    isSimpleConsumerGroup: protocolType === "",
    partitionAssignor: group.protocolData,
    type: "Classic",
  };
}

/** Describes a group of the classic protocol, whatever its members are. */
export function classicGroup(group: DescribedGroup, coordinator: Node): ClassicGroupDescription {
  const { protocolType: protocol, protocolData } = group;
  const isSimpleConsumerGroup = protocol === "";
  return { ...anyGroup(group, coordinator), protocol, protocolData, isSimpleConsumerGroup };
}

function anyGroup(group: DescribedGroup, coordinator: Node): AnyGroupDescription {
  // Only consumers have an assignment that is known here.
  const isReadable = group.protocolType === CONSUMERS || group.protocolType === "";
  return {
    groupId: group.groupId,
    members: group.members.map((member) => ({
      consumerId: member.memberId,
      ...optional("groupInstanceId", member.groupInstanceId),
      clientId: member.clientId,
      host: member.clientHost,
      assignment: isReadable ? memberAssignment(member.memberAssignment) : [],
    })),
    groupState: groupStateOf(group.groupState),
    coordinator,
    ...authorized(group.authorizedOperations),
  };
}

function optional<N extends string>(name: N, value: string | null): Partial<Record<N, string>> {
  return value === null ? {} : { [name]: value } as Record<N, string>;
}

function authorized(bits: number): Pick<AnyGroupDescription, "authorizedOperations"> {
  const operations = authorizedOperations(bits);
  return operations === undefined ? {} : { authorizedOperations: operations };
}
