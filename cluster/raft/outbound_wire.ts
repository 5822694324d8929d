/**
 * What this replica asks others, as messages of the wire, and what they answer.
 *
 * @module
 */

import type { Api } from "../../client/protocol/api.ts";
import { errorName } from "../../client/protocol/error_codes.ts";
import { beginQuorumEpoch } from "../../client/protocol/messages/begin_quorum_epoch.ts";
import { endQuorumEpoch } from "../../client/protocol/messages/end_quorum_epoch.ts";
import { fetch } from "../../client/protocol/messages/fetch.ts";
import { fetchSnapshot } from "../../client/protocol/messages/fetch_snapshot.ts";
import { vote } from "../../client/protocol/messages/vote.ts";
import { METADATA_TOPIC_ID, ZERO_UUID } from "../../storage/bytes/uuid.ts";
import type { Draft } from "../../storage/message/message_codec.ts";
import { METADATA_PARTITION, METADATA_TOPIC, onlyPartition } from "./metadata_partition.ts";
import type { OffsetAndEpoch } from "./offset_and_epoch.ts";
import { leaderEndpoints, type NodeEndpoint } from "./quorum_endpoints.ts";
import type {
  BeginQuorumEpochRequest,
  EndQuorumEpochRequest,
  FetchRequest,
  FetchSnapshotRequest,
  QuorumInfo,
  RaftFailure,
  RaftRequest,
  RaftResponse,
  VoteRequest,
} from "./raft_message.ts";

/** What every message of this node says. */
export interface WireIdentity {
  /** Id of the cluster. */
  readonly clusterId: string;
  /** The listener over which the quorum speaks. */
  readonly listenerName: string;
}

/** Sends a message of an API, and returns the answer. */
export type SendMessage = <Req, Res>(
  api: Api<Req, Res>,
  draft: Draft<Req>,
) => Promise<Res>;

/** Asks a replica over the wire. */
export function exchange(
  request: RaftRequest,
  identity: WireIdentity,
  send: SendMessage,
): Promise<RaftResponse | RaftFailure> {
  switch (request.type) {
    case "vote":
      return exchangeVote(request, identity, send);
    case "begin_quorum_epoch":
      return exchangeBeginQuorumEpoch(request, identity, send);
    case "end_quorum_epoch":
      return exchangeEndQuorumEpoch(request, identity, send);
    case "fetch":
      return exchangeFetch(request, identity, send);
    case "fetch_snapshot":
      return exchangeFetchSnapshot(request, identity, send);
  }
}

async function exchangeVote(
  request: VoteRequest,
  { clusterId, listenerName }: WireIdentity,
  send: SendMessage,
): Promise<RaftResponse | RaftFailure> {
  const { voter, candidate, epoch, logEnd, preVote } = request;
  const answer = await send(vote, {
    clusterId,
    voterId: voter?.id ?? -1,
    topics: [{
      topicName: METADATA_TOPIC,
      partitions: [{
        partitionIndex: METADATA_PARTITION,
        replicaEpoch: epoch,
        replicaId: candidate.id,
        replicaDirectoryId: candidate.directoryId ?? ZERO_UUID,
        voterDirectoryId: voter?.directoryId ?? ZERO_UUID,
        lastOffsetEpoch: logEnd.epoch,
        lastOffset: logEnd.offset,
        preVote,
      }],
    }],
  });
  const partition = partitionOf(answer);
  if ("error" in partition) return partition;
  const { voteGranted } = partition;
  return {
    type: "vote",
    ...quorumInfo(partition, answer.nodeEndpoints, listenerName),
    voteGranted,
  };
}

async function exchangeBeginQuorumEpoch(
  { voter, leaderId, epoch, leaderEndpoints }: BeginQuorumEpochRequest,
  { clusterId, listenerName }: WireIdentity,
  send: SendMessage,
): Promise<RaftResponse | RaftFailure> {
  const answer = await send(beginQuorumEpoch, {
    clusterId,
    voterId: voter?.id ?? -1,
    topics: [{
      topicName: METADATA_TOPIC,
      partitions: [{
        partitionIndex: METADATA_PARTITION,
        voterDirectoryId: voter?.directoryId ?? ZERO_UUID,
        leaderId,
        leaderEpoch: epoch,
      }],
    }],
    leaderEndpoints,
  });
  const partition = partitionOf(answer);
  if ("error" in partition) return partition;
  return {
    type: "begin_quorum_epoch",
    ...quorumInfo(partition, answer.nodeEndpoints, listenerName),
  };
}

async function exchangeEndQuorumEpoch(
  { leaderId, epoch, leaderEndpoints, preferredCandidates }: EndQuorumEpochRequest,
  { clusterId, listenerName }: WireIdentity,
  send: SendMessage,
): Promise<RaftResponse | RaftFailure> {
  const answer = await send(endQuorumEpoch, {
    clusterId,
    topics: [{
      topicName: METADATA_TOPIC,
      partitions: [{
        partitionIndex: METADATA_PARTITION,
        leaderId,
        leaderEpoch: epoch,
        preferredSuccessors: preferredCandidates.map(({ id }) => id),
        preferredCandidates: preferredCandidates.map(({ id, directoryId }) => ({
          candidateId: id,
          candidateDirectoryId: directoryId ?? ZERO_UUID,
        })),
      }],
    }],
    leaderEndpoints,
  });
  const partition = partitionOf(answer);
  if ("error" in partition) return partition;
  return { type: "end_quorum_epoch", ...quorumInfo(partition, answer.nodeEndpoints, listenerName) };
}

async function exchangeFetch(
  { replica, epoch, fetchOffset, lastFetchedEpoch, highWatermark, maxBytes, maxWaitMs }:
    FetchRequest,
  { clusterId, listenerName }: WireIdentity,
  send: SendMessage,
): Promise<RaftResponse | RaftFailure> {
  const answer = await send(fetch, {
    clusterId,
    replicaState: { replicaId: replica.id, replicaEpoch: -1 },
    maxWaitMs,
    maxBytes,
    topics: [{
      topic: METADATA_TOPIC,
      topicId: METADATA_TOPIC_ID,
      partitions: [{
        partition: METADATA_PARTITION,
        currentLeaderEpoch: epoch,
        fetchOffset,
        lastFetchedEpoch,
        partitionMaxBytes: 0,
        replicaDirectoryId: replica.directoryId ?? ZERO_UUID,
        highWatermark,
      }],
    }],
  });
  const partition = partitionOf({ errorCode: answer.errorCode, topics: answer.responses });
  if ("error" in partition) return partition;
  const told = { errorCode: partition.errorCode, ...partition.currentLeader };
  return {
    type: "fetch",
    ...quorumInfo(told, answer.nodeEndpoints, listenerName),
    highWatermark: partition.highWatermark < 0 ? undefined : partition.highWatermark,
    logStartOffset: partition.logStartOffset,
    divergingEpoch: known(partition.divergingEpoch),
    snapshotId: known(partition.snapshotId),
    records: partition.records ?? NOTHING,
  };
}

async function exchangeFetchSnapshot(
  { replica, epoch, snapshotId, position, maxBytes }: FetchSnapshotRequest,
  { clusterId, listenerName }: WireIdentity,
  send: SendMessage,
): Promise<RaftResponse | RaftFailure> {
  const answer = await send(fetchSnapshot, {
    clusterId,
    replicaId: replica.id,
    maxBytes,
    topics: [{
      name: METADATA_TOPIC,
      partitions: [{
        partition: METADATA_PARTITION,
        currentLeaderEpoch: epoch,
        snapshotId: { endOffset: snapshotId.offset, epoch: snapshotId.epoch },
        position,
        replicaDirectoryId: replica.directoryId ?? ZERO_UUID,
      }],
    }],
  });
  const partition = partitionOf(answer);
  if ("error" in partition) return partition;
  const told = { errorCode: partition.errorCode, ...partition.currentLeader };
  return {
    type: "fetch_snapshot",
    ...quorumInfo(told, answer.nodeEndpoints, listenerName),
    snapshotId: known(partition.snapshotId),
    size: partition.size,
    position: partition.position,
    bytes: partition.unalignedRecords,
  };
}

const NOTHING = new Uint8Array(0);

/** What an answer says of the partition; it failed as a whole when it does not. */
function partitionOf<P extends { readonly errorCode: number }>(
  { errorCode, topics }: {
    readonly errorCode: number;
    readonly topics: readonly { readonly partitions: readonly P[] }[];
  },
): P | RaftFailure {
  if (errorCode !== 0) return { type: "failure", error: errorName(errorCode) };
  return onlyPartition(topics)?.partition ?? { type: "failure", error: "INVALID_REQUEST" };
}

function quorumInfo(
  { errorCode, leaderId, leaderEpoch }: {
    readonly errorCode: number;
    readonly leaderId: number;
    readonly leaderEpoch: number;
  },
  nodes: readonly NodeEndpoint[],
  listenerName: string,
): QuorumInfo {
  return {
    error: errorName(errorCode),
    leaderId: leaderId < 0 ? undefined : leaderId,
    epoch: leaderEpoch,
    leaderEndpoints: leaderEndpoints(leaderId, nodes, listenerName),
  };
}

function known(
  { endOffset, epoch }: { readonly endOffset: number; readonly epoch: number },
): OffsetAndEpoch | undefined {
  return endOffset < 0 && epoch < 0 ? undefined : { offset: endOffset, epoch };
}
