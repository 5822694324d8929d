/**
 * Fetch at the leader: what follows on a replica's log, now or once there is something, and what the replica has to do when its log is another.
 *
 * @module
 */

import type { ErrorName } from "../../client/protocol/error_codes.ts";
import type { LeadingState } from "./epoch_state.ts";
import { quorumInfo, type RaftContext } from "./raft_context.ts";
import { matchLog } from "./raft_log_view.ts";
import type { FetchAnswer, FetchRequest } from "./raft_message.ts";
import type { WaitingFetch } from "./waiting_fetch.ts";

/** Most bytes that are read for an answer, whatever is asked for; one batch of the metadata log has no more. */
export const MAX_ANSWER_BYTES: number = 8 * 1024 * 1024;

/** Answers a fetch, or lets it wait until {@linkcode answerWaiting}. */
export function handleFetch(
  context: RaftContext,
  requestId: number,
  request: FetchRequest,
  now: number,
): void {
  const answer = fetchNow(context, request, now);
  const { state } = context.quorum;
  const hasNews = answer.error !== "NONE" || answer.read !== undefined ||
    answer.divergingEpoch !== undefined || answer.snapshotId !== undefined ||
    request.highWatermark < (answer.highWatermark ?? -1);
  if (hasNews || request.maxWaitMs === 0 || state.name !== "Leader") {
    context.emit({ type: "answer", id: requestId, answer });
    return;
  }
  const deadline = now + request.maxWaitMs;
  state.waiting.push({ requestId, request, nothingNew: answer, deadline });
}

/** Answers those who wait and whom something new concerns: all of them when the high watermark has moved. */
export function answerWaiting(
  context: RaftContext,
  now: number,
  isNews: (waiting: WaitingFetch) => boolean,
): void {
  const { state } = context.quorum;
  if (state.name !== "Leader") return;
  for (const waiting of takeOut(state, isNews)) {
    const answer = fetchNow(context, waiting.request, now);
    context.emit({ type: "answer", id: waiting.requestId, answer });
  }
}

/** Answers those whose time is over. Returns when that is the next time. */
export function answerOverdue(context: RaftContext, state: LeadingState, now: number): number {
  for (const { requestId, nothingNew } of takeOut(state, ({ deadline }) => deadline <= now)) {
    context.emit({ type: "answer", id: requestId, answer: nothingNew });
  }
  return state.waiting.reduce((next, { deadline }) => Math.min(next, deadline), Infinity);
}

/** Answers those who wait at a leader that is none any more. */
export function refuseWaiting(context: RaftContext, before: LeadingState): void {
  for (const { requestId } of before.waiting.splice(0)) {
    const answer = emptyAnswer(context, "NOT_LEADER_OR_FOLLOWER");
    context.emit({ type: "answer", id: requestId, answer });
  }
}

/** Why this replica does not answer as the leader of an epoch; `undefined` when it does. */
export function leaderRefusal({ quorum }: RaftContext, epoch: number): ErrorName | undefined {
  if (epoch < quorum.epoch) return "FENCED_LEADER_EPOCH";
  if (epoch > quorum.epoch) return "UNKNOWN_LEADER_EPOCH";
  return quorum.state.name === "Leader" ? undefined : "NOT_LEADER_OR_FOLLOWER";
}

/** Notes that what is committed has moved, and tells those who wait. */
export function committed(context: RaftContext, state: LeadingState, now: number): void {
  context.emit({ type: "high_watermark", offset: state.leader.highWatermark! });
  answerWaiting(context, now, () => true);
}

function fetchNow(context: RaftContext, request: FetchRequest, now: number): FetchAnswer {
  const { quorum, log } = context;
  const { replica, fetchOffset, lastFetchedEpoch } = request;
  const isPossible = request.maxWaitMs >= 0 && fetchOffset >= 0 && lastFetchedEpoch >= 0 &&
    lastFetchedEpoch <= request.epoch && replica.id !== quorum.key.id;
  if (!isPossible) return emptyAnswer(context, "INVALID_REQUEST");
  const refusal = leaderRefusal(context, request.epoch);
  const { state } = quorum;
  if (refusal !== undefined || state.name !== "Leader") {
    return emptyAnswer(context, refusal ?? "NOT_LEADER_OR_FOLLOWER");
  }
  const match = matchLog(log, { offset: fetchOffset, epoch: lastFetchedEpoch });
  const isValid = match.kind === "valid";
  if (isValid && state.leader.updateReplica(replica, fetchOffset, now)) {
    committed(context, state, now);
  }
  const maxBytes = Math.min(Math.max(request.maxBytes, 0), MAX_ANSWER_BYTES);
  return {
    ...emptyAnswer(context, "NONE"),
    highWatermark: state.leader.highWatermark,
    divergingEpoch: match.kind === "diverging" ? match.end : undefined,
    snapshotId: match.kind === "snapshot" ? match.id : undefined,
    read: isValid && fetchOffset < log.endOffset ? { offset: fetchOffset, maxBytes } : undefined,
  };
}

function emptyAnswer(context: RaftContext, error: ErrorName): FetchAnswer {
  return {
    type: "fetch",
    ...quorumInfo(context, error),
    highWatermark: undefined,
    logStartOffset: context.log.startOffset,
    divergingEpoch: undefined,
    snapshotId: undefined,
    read: undefined,
  };
}

function takeOut(
  state: LeadingState,
  matches: (waiting: WaitingFetch) => boolean,
): readonly WaitingFetch[] {
  const taken = state.waiting.filter(matches);
  if (taken.length > 0) {
    const rest = state.waiting.filter((waiting) => !taken.includes(waiting));
    state.waiting.splice(0, state.waiting.length, ...rest);
  }
  return taken;
}
