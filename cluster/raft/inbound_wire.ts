/**
 * What other replicas ask this one, from messages of the wire, and what it answers.
 *
 * @module
 */

import { errorCode, type ErrorName } from "../../client/protocol/error_codes.ts";
import type * as begin from "../../client/protocol/messages/begin_quorum_epoch.ts";
import type * as end from "../../client/protocol/messages/end_quorum_epoch.ts";
import type * as fetches from "../../client/protocol/messages/fetch.ts";
import type * as snapshots from "../../client/protocol/messages/fetch_snapshot.ts";
import type * as votes from "../../client/protocol/messages/vote.ts";
import { METADATA_TOPIC_ID } from "../../storage/bytes/uuid.ts";
import type { Draft } from "../../storage/message/message_codec.ts";
import { METADATA_PARTITION, METADATA_TOPIC, onlyPartition } from "./metadata_partition.ts";
import type { OffsetAndEpoch } from "./offset_and_epoch.ts";
import { nodeEndpoints } from "./quorum_endpoints.ts";
import type {
  BeginQuorumEpochRequest,
  BeginQuorumEpochResponse,
  EndQuorumEpochRequest,
  EndQuorumEpochResponse,
  FetchRequest,
  FetchResponse,
  FetchSnapshotRequest,
  FetchSnapshotResponse,
  QuorumInfo,
  VoteRequest,
  VoteResponse,
} from "./raft_message.ts";
import { replicaKey } from "./voter_set.ts";

/** Reads the requests of an API that replicas ask each other, and writes the answers. */
export interface InboundWire<Req, Res, Asked, Answered> {
  /** What is asked; the error of the whole request when it is about something else than the metadata. */
  read(request: Req): Asked | ErrorName;
  /** The answer, over a listener. */
  write(answer: Answered, listenerName: string): Draft<Res>;
  /** The answer to a request that failed as a whole. */
  failed(error: ErrorName): Draft<Res>;
}

/** Vote. */
export const voteWire: InboundWire<
  votes.VoteRequest,
  votes.VoteResponse,
  VoteRequest,
  VoteResponse
> = {
  read({ voterId, topics }) {
    const asked = onlyPartition(topics);
    if (asked === undefined || !isMetadata(asked.topic.topicName, asked.partition.partitionIndex)) {
      return "INVALID_REQUEST";
    }
    const { replicaId, replicaDirectoryId, voterDirectoryId, ...partition } = asked.partition;
    return {
      type: "vote",
      voter: voterId < 0 ? undefined : replicaKey(voterId, voterDirectoryId),
      candidate: replicaKey(replicaId, replicaDirectoryId),
      epoch: partition.replicaEpoch,
      logEnd: { offset: partition.lastOffset, epoch: partition.lastOffsetEpoch },
      preVote: partition.preVote,
    };
  },
  write: (answer, listenerName) => ({
    topics: [{
      topicName: METADATA_TOPIC,
      partitions: [{ ...partitionAnswer(answer), voteGranted: answer.voteGranted }],
    }],
    nodeEndpoints: nodeEndpoints(answer, listenerName),
  }),
  failed,
};

/** BeginQuorumEpoch. */
export const beginQuorumEpochWire: InboundWire<
  begin.BeginQuorumEpochRequest,
  begin.BeginQuorumEpochResponse,
  BeginQuorumEpochRequest,
  BeginQuorumEpochResponse
> = {
  read({ voterId, topics, leaderEndpoints }) {
    const asked = onlyPartition(topics);
    if (asked === undefined || !isMetadata(asked.topic.topicName, asked.partition.partitionIndex)) {
      return "INVALID_REQUEST";
    }
    const { voterDirectoryId, leaderId, leaderEpoch } = asked.partition;
    return {
      type: "begin_quorum_epoch",
      voter: voterId < 0 ? undefined : replicaKey(voterId, voterDirectoryId),
      leaderId,
      epoch: leaderEpoch,
      leaderEndpoints,
    };
  },
  write: (answer, listenerName) => ({
    topics: [{ topicName: METADATA_TOPIC, partitions: [partitionAnswer(answer)] }],
    nodeEndpoints: nodeEndpoints(answer, listenerName),
  }),
  failed,
};

/** EndQuorumEpoch. */
export const endQuorumEpochWire: InboundWire<
  end.EndQuorumEpochRequest,
  end.EndQuorumEpochResponse,
  EndQuorumEpochRequest,
  EndQuorumEpochResponse
> = {
  read({ topics, leaderEndpoints }) {
    const asked = onlyPartition(topics);
    if (asked === undefined || !isMetadata(asked.topic.topicName, asked.partition.partitionIndex)) {
      return "INVALID_REQUEST";
    }
    const { leaderId, leaderEpoch, preferredSuccessors, preferredCandidates } = asked.partition;
    return {
      type: "end_quorum_epoch",
      leaderId,
      epoch: leaderEpoch,
      leaderEndpoints,
      preferredCandidates: preferredCandidates.length > 0
        ? preferredCandidates.map(({ candidateId, candidateDirectoryId }) =>
          replicaKey(candidateId, candidateDirectoryId)
        )
        : preferredSuccessors.map((id) => replicaKey(id)),
    };
  },
  write: (answer, listenerName) => ({
    topics: [{ topicName: METADATA_TOPIC, partitions: [partitionAnswer(answer)] }],
    nodeEndpoints: nodeEndpoints(answer, listenerName),
  }),
  failed,
};

/** Fetch of the metadata. */
export const fetchWire: InboundWire<
  fetches.FetchRequest,
  fetches.FetchResponse,
  FetchRequest,
  FetchResponse
> = {
  read({ replicaId, replicaState, maxWaitMs, maxBytes, topics }) {
    const asked = onlyPartition(topics);
    const isOurs = asked !== undefined && asked.partition.partition === METADATA_PARTITION &&
      (asked.topic.topicId === METADATA_TOPIC_ID || asked.topic.topic === METADATA_TOPIC);
    if (!isOurs) return "INVALID_REQUEST";
    const { partition } = asked;
    const id = replicaId < 0 ? replicaState.replicaId : replicaId;
    return {
      type: "fetch",
      replica: replicaKey(id, partition.replicaDirectoryId),
      epoch: partition.currentLeaderEpoch,
      fetchOffset: partition.fetchOffset,
      lastFetchedEpoch: partition.lastFetchedEpoch,
      highWatermark: partition.highWatermark,
      maxBytes,
      maxWaitMs,
    };
  },
  write: (answer, listenerName) => ({
    responses: [{
      topic: METADATA_TOPIC,
      topicId: METADATA_TOPIC_ID,
      partitions: [{
        partitionIndex: METADATA_PARTITION,
        errorCode: errorCode(answer.error),
        highWatermark: answer.highWatermark ?? -1,
        logStartOffset: answer.logStartOffset,
        currentLeader: { leaderId: answer.leaderId ?? -1, leaderEpoch: answer.epoch },
        ...maybe("divergingEpoch", answer.divergingEpoch),
        ...maybe("snapshotId", answer.snapshotId),
        records: answer.records,
      }],
    }],
    nodeEndpoints: nodeEndpoints(answer, listenerName),
  }),
  failed,
};

/** FetchSnapshot. */
export const fetchSnapshotWire: InboundWire<
  snapshots.FetchSnapshotRequest,
  snapshots.FetchSnapshotResponse,
  FetchSnapshotRequest,
  FetchSnapshotResponse
> = {
  read({ replicaId, maxBytes, topics }) {
    const asked = onlyPartition(topics);
    if (asked === undefined || !isMetadata(asked.topic.name, asked.partition.partition)) {
      return "INVALID_REQUEST";
    }
    const { snapshotId, position, currentLeaderEpoch, replicaDirectoryId } = asked.partition;
    return {
      type: "fetch_snapshot",
      replica: replicaKey(replicaId, replicaDirectoryId),
      epoch: currentLeaderEpoch,
      snapshotId: { offset: snapshotId.endOffset, epoch: snapshotId.epoch },
      position,
      maxBytes,
    };
  },
  write: (answer, listenerName) => ({
    topics: [{
      name: METADATA_TOPIC,
      partitions: [{
        index: METADATA_PARTITION,
        errorCode: errorCode(answer.error),
        snapshotId: onTheWire(answer.snapshotId ?? { offset: 0, epoch: 0 }),
        currentLeader: { leaderId: answer.leaderId ?? -1, leaderEpoch: answer.epoch },
        size: answer.size,
        position: answer.position,
        unalignedRecords: answer.bytes,
      }],
    }],
    nodeEndpoints: nodeEndpoints(answer, listenerName),
  }),
  failed,
};

function isMetadata(topic: string, partition: number): boolean {
  return topic === METADATA_TOPIC && partition === METADATA_PARTITION;
}

function partitionAnswer({ error, leaderId, epoch }: QuorumInfo) {
  return {
    partitionIndex: METADATA_PARTITION,
    errorCode: errorCode(error),
    leaderId: leaderId ?? -1,
    leaderEpoch: epoch,
  };
}

function failed(error: ErrorName): { readonly errorCode: number } {
  return { errorCode: errorCode(error) };
}

function onTheWire({ offset, epoch }: OffsetAndEpoch) {
  return { endOffset: offset, epoch };
}

function maybe<K extends string>(name: K, value: OffsetAndEpoch | undefined) {
  return value === undefined ? {} : { [name]: onTheWire(value) };
}
