/**
 * Which handler takes what another replica asks or answers.
 *
 * @module
 */

import { beginElection } from "./election.ts";
import { handleBeginQuorumEpoch, handleBeginQuorumEpochResponse } from "./epoch_begin.ts";
import { handleEndQuorumEpoch, handleEndQuorumEpochResponse } from "./epoch_end.ts";
import { handleFetchResponse } from "./fetch_sending.ts";
import { handleFetch } from "./fetch_serving.ts";
import { missLeader } from "./follower_progress.ts";
import type { RaftContext } from "./raft_context.ts";
import type { RaftAnswer, RaftFailure, RaftRequest, RaftResponse } from "./raft_message.ts";
import { handleFetchSnapshotResponse } from "./snapshot_fetching.ts";
import { handleFetchSnapshot } from "./snapshot_serving.ts";
import { handleVote, handleVoteResponse } from "./vote.ts";

/** An answer, and what it answers. */
export interface ArrivedResponse {
  /** The node that was asked. */
  readonly from: number;
  /** The number of the request. */
  readonly correlationId: number;
  /** The answer. */
  readonly response: RaftResponse | RaftFailure;
}

/** Answers a request, now or, a fetch that waits, later. */
export function answerRequest(
  context: RaftContext,
  id: number,
  request: RaftRequest,
  now: number,
): void {
  if (request.type === "fetch") handleFetch(context, id, request, now);
  else context.emit({ type: "answer", id, answer: answerTo(context, request, now) });
}

/** Takes an answer, unless it is late, or came before. */
export function takeResponse(context: RaftContext, arrived: ArrivedResponse, now: number): void {
  const { from, correlationId } = arrived;
  const { requests } = context;
  if (!requests.isExpected(from, correlationId)) return;
  const isUseful = take(context, arrived, now);
  requests.answered(from, correlationId, isUseful, now);
}

function answerTo(
  context: RaftContext,
  request: Exclude<RaftRequest, { readonly type: "fetch" }>,
  now: number,
): RaftAnswer {
  switch (request.type) {
    case "vote":
      return handleVote(context, request, now);
    case "begin_quorum_epoch":
      return handleBeginQuorumEpoch(context, request, now);
    case "end_quorum_epoch":
      return handleEndQuorumEpoch(context, request, now);
    case "fetch_snapshot":
      return handleFetchSnapshot(context, request, now);
  }
}

function take(context: RaftContext, { from, response }: ArrivedResponse, now: number): boolean {
  switch (response.type) {
    case "vote":
      return handleVoteResponse(context, from, response, now);
    case "begin_quorum_epoch":
      return handleBeginQuorumEpochResponse(context, response, now);
    case "end_quorum_epoch":
      return handleEndQuorumEpochResponse(context, from, response, now);
    case "fetch":
      return handleFetchResponse(context, response, now);
    case "fetch_snapshot":
      return handleFetchSnapshotResponse(context, response, now);
    case "failure":
      handleFailure(context, from, response, now);
      return false;
  }
}

function handleFailure(
  context: RaftContext,
  from: number,
  { error }: RaftFailure,
  now: number,
): void {
  const { quorum: { state, isVoter } } = context;
  if (error === "UNSUPPORTED_VERSION" && state.name === "Prospective") {
    // Some voter is too old to be asked how a vote would go: it is asked for its vote instead.
    beginElection(context, now);
  } else if (error === "BROKER_NOT_AVAILABLE" && state.name === "Follower") {
    if (isVoter && from === state.leaderId) missLeader(context, state, now);
  }
}
