/**
 * DescribeQuorum (55): who votes about the metadata, and how far everybody is. Versions 0 to 2.
 *
 * @module
 */

import { errorCode, errorMessage, type ErrorName } from "../../../client/protocol/error_codes.ts";
import {
  describeQuorum as api,
  type DescribeQuorumRequest,
  type DescribeQuorumResponse,
} from "../../../client/protocol/messages/describe_quorum.ts";
import type { Draft } from "../../../storage/message/message_codec.ts";
import { METADATA_PARTITION, METADATA_TOPIC } from "../../raft/metadata_partition.ts";
import type { QuorumReplica } from "../../raft/describe_quorum.ts";
import type { RaftDriver } from "../../raft/raft_driver.ts";
import type { ApiHandler } from "../api_handler.ts";

/** The first version that tells directories and addresses. */
const FIRST_VERSION_WITH_DIRECTORIES = 2;

/** Answers DescribeQuorum for the one partition that has a quorum. */
export function describeQuorumHandler(
  { raft }: { readonly raft: Pick<RaftDriver, "describeQuorum"> },
): ApiHandler<DescribeQuorumRequest, DescribeQuorumResponse> {
  return {
    api,
    handle(request, { apiVersion }) {
      if (!asksForMetadata(request)) return failed(request, "UNKNOWN_TOPIC_OR_PARTITION");
      const quorum = raft.describeQuorum();
      if (quorum === undefined) return failed(request, "NOT_LEADER_OR_FOLLOWER");
      const { leaderId, leaderEpoch, highWatermark, currentVoters, observers, nodes } = quorum;
      const tellsDirectories = apiVersion >= FIRST_VERSION_WITH_DIRECTORIES;
      const told = ({ replicaDirectoryId, ...replica }: QuorumReplica) =>
        tellsDirectories ? { ...replica, replicaDirectoryId } : replica;
      return {
        topics: [{
          topicName: METADATA_TOPIC,
          partitions: [{
            partitionIndex: METADATA_PARTITION,
            leaderId,
            leaderEpoch,
            highWatermark,
            currentVoters: currentVoters.map(told),
            observers: observers.map(told),
          }],
        }],
        nodes: tellsDirectories ? nodes : [],
      };
    },
    onError: (_request, error, message) => ({
      errorCode: errorCode(error),
      errorMessage: message ?? errorMessage(error),
    }),
  };
}

function asksForMetadata({ topics }: DescribeQuorumRequest): boolean {
  const [topic, ...others] = topics;
  return others.length === 0 && topic?.topicName === METADATA_TOPIC &&
    topic.partitions.length === 1 && topic.partitions[0]!.partitionIndex === METADATA_PARTITION;
}

function failed(
  { topics }: DescribeQuorumRequest,
  error: ErrorName,
): Draft<DescribeQuorumResponse> {
  return {
    topics: topics.map(({ topicName, partitions }) => ({
      topicName,
      partitions: partitions.map(({ partitionIndex }) => ({
        partitionIndex,
        errorCode: errorCode(error),
        errorMessage: errorMessage(error),
      })),
    })),
  };
}
