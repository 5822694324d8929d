/**
 * What replicas of the metadata log say to each other, as the state machine sees it; `outbound_wire.ts` and `inbound_wire.ts` have the side of the wire.
 *
 * @module
 */

import type { ErrorName } from "../../client/protocol/error_codes.ts";
import type { OffsetAndEpoch } from "./offset_and_epoch.ts";
import type { ReplicaKey, VoterEndpoint } from "./voter_set.ts";

/** Where a request goes. */
export interface RaftDestination {
  /** Id of the node; below -1 for a bootstrap server, of which only the address is known. */
  readonly id: number;
  /** Host name or address. */
  readonly host: string;
  /** Port. */
  readonly port: number;
}

/** Asks for a vote, or how a vote would go. */
export interface VoteRequest {
  /** The API. */
  readonly type: "vote";
  /** Who is asked; `undefined` when the request does not say. */
  readonly voter: ReplicaKey | undefined;
  /** Who asks. */
  readonly candidate: ReplicaKey;
  /** Epoch of who asks. */
  readonly epoch: number;
  /** The end of the log of who asks. */
  readonly logEnd: OffsetAndEpoch;
  /** Whether it only asks how a vote would go (KIP-996). */
  readonly preVote: boolean;
}

/** A new leader makes itself known. */
export interface BeginQuorumEpochRequest {
  /** The API. */
  readonly type: "begin_quorum_epoch";
  /** Who is meant; `undefined` when the request does not say. */
  readonly voter: ReplicaKey | undefined;
  /** The leader. */
  readonly leaderId: number;
  /** Its epoch. */
  readonly epoch: number;
  /** Where it listens; empty when the request does not say. */
  readonly leaderEndpoints: readonly VoterEndpoint[];
}

/** A leader steps down. */
export interface EndQuorumEpochRequest {
  /** The API. */
  readonly type: "end_quorum_epoch";
  /** The leader. */
  readonly leaderId: number;
  /** Its epoch. */
  readonly epoch: number;
  /** Where it listens; empty when the request does not say. */
  readonly leaderEndpoints: readonly VoterEndpoint[];
  /** Who should lead next, best first. */
  readonly preferredCandidates: readonly ReplicaKey[];
}

/** Asks for what follows on a log's end. */
export interface FetchRequest {
  /** The API. */
  readonly type: "fetch";
  /** Who asks. */
  readonly replica: ReplicaKey;
  /** The epoch as it knows it. */
  readonly epoch: number;
  /** The end of its log. */
  readonly fetchOffset: number;
  /** Epoch of its last record. */
  readonly lastFetchedEpoch: number;
  /** The high watermark that it knows: a higher one is worth an answer. */
  readonly highWatermark: number;
  /** Most bytes to return. */
  readonly maxBytes: number;
  /** How long the answer may wait for something new, ms. */
  readonly maxWaitMs: number;
}

/** Asks for a part of a snapshot. */
export interface FetchSnapshotRequest {
  /** The API. */
  readonly type: "fetch_snapshot";
  /** Who asks. */
  readonly replica: ReplicaKey;
  /** The epoch as it knows it. */
  readonly epoch: number;
  /** The snapshot. */
  readonly snapshotId: OffsetAndEpoch;
  /** First byte to return. */
  readonly position: number;
  /** Most bytes to return. */
  readonly maxBytes: number;
}

/** What one replica asks another. */
export type RaftRequest =
  | VoteRequest
  | BeginQuorumEpochRequest
  | EndQuorumEpochRequest
  | FetchRequest
  | FetchSnapshotRequest;

/** What every answer tells of who answers. */
export interface QuorumInfo {
  /** `NONE` when the request was done. */
  readonly error: ErrorName;
  /** Who leads, as far as the answering node knows. */
  readonly leaderId: number | undefined;
  /** The epoch of the answering node. */
  readonly epoch: number;
  /** Where the leader listens, if that is known. */
  readonly leaderEndpoints: readonly VoterEndpoint[];
}

/** Answer to {@linkcode VoteRequest}. */
export interface VoteResponse extends QuorumInfo {
  /** The API. */
  readonly type: "vote";
  /** Whether the vote was given. */
  readonly voteGranted: boolean;
}

/** Answer to {@linkcode BeginQuorumEpochRequest}. */
export interface BeginQuorumEpochResponse extends QuorumInfo {
  /** The API. */
  readonly type: "begin_quorum_epoch";
}

/** Answer to {@linkcode EndQuorumEpochRequest}. */
export interface EndQuorumEpochResponse extends QuorumInfo {
  /** The API. */
  readonly type: "end_quorum_epoch";
}

/** What an answer to {@linkcode FetchRequest} says beside the records. */
export interface FetchOutcome extends QuorumInfo {
  /** The API. */
  readonly type: "fetch";
  /** The high watermark, when the answering node knows it. */
  readonly highWatermark: number | undefined;
  /** First offset of the answering log. */
  readonly logStartOffset: number;
  /** Where the asking log parts from the answering one. */
  readonly divergingEpoch: OffsetAndEpoch | undefined;
  /** The snapshot to fetch first. */
  readonly snapshotId: OffsetAndEpoch | undefined;
}

/** Answer to {@linkcode FetchRequest} on its way out: its owner reads the records. */
export interface FetchAnswer extends FetchOutcome {
  /** The records to read; `undefined` for none. */
  readonly read: { readonly offset: number; readonly maxBytes: number } | undefined;
}

/** Answer to {@linkcode FetchRequest} as it arrived. */
export interface FetchResponse extends FetchOutcome {
  /** Batches. */
  readonly records: Uint8Array;
}

/** What an answer to {@linkcode FetchSnapshotRequest} says beside the bytes. */
export interface FetchSnapshotOutcome extends QuorumInfo {
  /** The API. */
  readonly type: "fetch_snapshot";
  /** The snapshot; `undefined` when there is none of that name. */
  readonly snapshotId: OffsetAndEpoch | undefined;
  /** Bytes of the whole snapshot. */
  readonly size: number;
  /** Where the bytes are in it. */
  readonly position: number;
}

/** Answer to {@linkcode FetchSnapshotRequest} on its way out: its owner reads the bytes. */
export interface FetchSnapshotAnswer extends FetchSnapshotOutcome {
  /** How many bytes to read. */
  readonly length: number;
}

/** Answer to {@linkcode FetchSnapshotRequest} as it arrived. */
export interface FetchSnapshotResponse extends FetchSnapshotOutcome {
  /** Bytes of the snapshot. */
  readonly bytes: Uint8Array;
}

/** What this replica answers. */
export type RaftAnswer =
  | VoteResponse
  | BeginQuorumEpochResponse
  | EndQuorumEpochResponse
  | FetchAnswer
  | FetchSnapshotAnswer;

/** What this replica was answered. */
export type RaftResponse =
  | VoteResponse
  | BeginQuorumEpochResponse
  | EndQuorumEpochResponse
  | FetchResponse
  | FetchSnapshotResponse;

/** There was no answer that says more than this. */
export interface RaftFailure {
  /** What stands for an answer. */
  readonly type: "failure";
  /**
   * Why; `BROKER_NOT_AVAILABLE` when nobody is there, as the node's machine, which refuses connections, or the node itself says, and
   * `NETWORK_EXCEPTION` when the network gave no answer and nobody knows more.
   */
  readonly error: ErrorName;
}
