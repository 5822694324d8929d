/**
 * The quorum of controllers.
 *
 * @module
 */

import type { Address } from "../network/transport.ts";
import { addRaftVoter as addRaftVoterApi } from "../protocol/messages/add_raft_voter.ts";
import {
  describeQuorum,
  type DescribeQuorumResponse,
} from "../protocol/messages/describe_quorum.ts";
import { removeRaftVoter as removeRaftVoterApi } from "../protocol/messages/remove_raft_voter.ts";
import { sendCall, sendCallOnce } from "./admin_call.ts";
import type { AdminContext, Destination } from "./admin_context.ts";
import type { CallOptions } from "./admin_options.ts";
import { apiOutcome, throwApiError, unexpectedAnswer } from "./api_error.ts";
import { throwIfNotController } from "./quota_violations.ts";

/** A voter or an observer. */
export interface ReplicaState {
  /** Id of the node. */
  readonly replicaId: number;
  /** Id of the directory that its log is in; all zeros when it is not known. */
  readonly replicaDirectoryId: string;
  /** How far its log goes; -1 when it is not known. */
  readonly logEndOffset: number;
  /** When it has last fetched, ms since the epoch; `null` when it is not known. */
  readonly lastFetchTimestamp: number | null;
  /** When it last had all that the leader had, ms since the epoch; `null` when it is not known. */
  readonly lastCaughtUpTimestamp: number | null;
}

/** The quorum. */
export interface QuorumInfo {
  /** Id of the leader. */
  readonly leaderId: number;
  /** Its epoch. */
  readonly leaderEpoch: number;
  /** Up to where the metadata is committed. */
  readonly highWatermark: number;
  /** The nodes that decide. */
  readonly voters: readonly ReplicaState[];
  /** The nodes that follow. */
  readonly observers: readonly ReplicaState[];
  /** Where voters listen, by id and by name of the listener; empty when brokers do not tell. */
  readonly nodes: ReadonlyMap<number, ReadonlyMap<string, Address>>;
}

/** Where a voter listens. */
export interface RaftVoterEndpoint extends Address {
  /** Name of the listener. */
  readonly name: string;
}

/** Options of {@linkcode addRaftVoter} and {@linkcode removeRaftVoter}. */
export interface RaftVoterOptions extends CallOptions {
  /** The cluster that is meant; another refuses. Default: any. */
  readonly clusterId?: string;
}

const METADATA_TOPIC = "__cluster_metadata";
const CONTROLLER: Destination = { to: "any", orController: true };

/**
 * Describes the quorum.
 *
 * @throws {KafkaError} what the controller says
 */
export async function describeMetadataQuorum(
  context: AdminContext,
  options: CallOptions = {},
): Promise<QuorumInfo> {
  return await context.run(options, (time) =>
    sendCall(context, time, {
      name: "describeMetadataQuorum",
      destination: CONTROLLER,
      api: describeQuorum,
      draft: () => (
        { topics: [{ topicName: METADATA_TOPIC, partitions: [{ partitionIndex: 0 }] }] }
      ),
    }, (response) => {
      const partitions = response.topics.flatMap((topic) => topic.partitions);
      throwIfNotController(context, [response, ...partitions]);
      throwApiError(response.errorCode, response.errorMessage);
      return quorumIn(response);
    }));
}

function quorumIn({ topics, nodes }: DescribeQuorumResponse): QuorumInfo {
  const [topic] = topics;
  if (topics.length !== 1) {
    throw unexpectedAnswer(
      `DescribeMetadataQuorum received ${topics.length} topics when 1 was expected`,
    );
  }
  const { topicName, partitions } = topic!;
  if (topicName !== METADATA_TOPIC) {
    throw unexpectedAnswer(
      `DescribeMetadataQuorum received a topic with name ${topicName} when ${METADATA_TOPIC} was expected`,
    );
  }
  const [partition] = partitions;
  if (partitions.length !== 1) {
    throw unexpectedAnswer(
      `DescribeMetadataQuorum received a topic ${topicName} with ${partitions.length} partitions when 1 was expected`,
    );
  }
  const { partitionIndex, errorCode, errorMessage, currentVoters, ...found } = partition!;
  if (partitionIndex !== 0) {
    throw unexpectedAnswer(
      `DescribeMetadataQuorum received a single partition with index ${partitionIndex} when 0 was expected`,
    );
  }
  throwApiError(errorCode, errorMessage);
  return {
    leaderId: found.leaderId,
    leaderEpoch: found.leaderEpoch,
    highWatermark: found.highWatermark,
    voters: currentVoters.map(replicaState),
    observers: found.observers.map(replicaState),
    nodes: new Map(nodes.map(({ nodeId, listeners }) => [
      nodeId,
      new Map(listeners.map(({ name, host, port }) => [name, { host, port }])),
    ])),
  };
}

type ToldReplica =
  DescribeQuorumResponse["topics"][number]["partitions"][number]["currentVoters"][number];

function replicaState(told: ToldReplica): ReplicaState {
  const orNull = (timestamp: number) => timestamp === -1 ? null : timestamp;
  return {
    replicaId: told.replicaId,
    replicaDirectoryId: told.replicaDirectoryId,
    logEndOffset: told.logEndOffset,
    lastFetchTimestamp: orNull(told.lastFetchTimestamp),
    lastCaughtUpTimestamp: orNull(told.lastCaughtUpTimestamp),
  };
}

/**
 * Makes a controller a voter.
 *
 * @param voterId id of the node
 * @param voterDirectoryId id of the directory that its log is in
 * @param endpoints where it listens
 * @throws {KafkaError} what the controller says
 */
export async function addRaftVoter(
  context: AdminContext,
  voterId: number,
  voterDirectoryId: string,
  endpoints: Iterable<RaftVoterEndpoint>,
  options: RaftVoterOptions = {},
): Promise<void> {
  const listeners = Array.from(endpoints, ({ name, host, port }) => ({ name, host, port }));
  const { clusterId = null } = options;
  await context.run(options, (time) =>
    sendCallOnce(context, time, {
      name: "addRaftVoter",
      destination: CONTROLLER,
      api: addRaftVoterApi,
      draft: ({ timeoutMs }) => ({ clusterId, timeoutMs, voterId, voterDirectoryId, listeners }),
    }, (response) => {
      throwIfNotController(context, [response]);
      return apiOutcome(response.errorCode, response.errorMessage, () => {});
    }));
}

/**
 * Makes a voter a mere observer.
 *
 * @param voterId id of the node
 * @param voterDirectoryId id of the directory that its log is in
 * @throws {KafkaError} what the controller says
 */
export async function removeRaftVoter(
  context: AdminContext,
  voterId: number,
  voterDirectoryId: string,
  options: RaftVoterOptions = {},
): Promise<void> {
  const { clusterId = null } = options;
  await context.run(options, (time) =>
    sendCallOnce(context, time, {
      name: "removeRaftVoter",
      destination: CONTROLLER,
      api: removeRaftVoterApi,
      draft: () => ({ clusterId, voterId, voterDirectoryId }),
    }, (response) => {
      throwIfNotController(context, [response]);
      return apiOutcome(response.errorCode, response.errorMessage, () => {});
    }));
}
