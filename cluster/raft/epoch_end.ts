/**
 * EndQuorumEpoch, on both sides: a leader that steps down says who should lead next, so that nobody waits until it is missed.
 *
 * @module
 */

import type { ResignedState } from "./epoch_state.ts";
import { learn, learnFromAnswer, refusalOf } from "./leader_discovery.ts";
import { destinationOf, quorumInfo, type RaftContext, send } from "./raft_context.ts";
import type { EndQuorumEpochRequest, EndQuorumEpochResponse } from "./raft_message.ts";
import { matchesReplica, type ReplicaKey } from "./voter_set.ts";

/** Has the leader taken for gone at once, or a little later if others should rather lead. */
export function handleEndQuorumEpoch(
  context: RaftContext,
  request: EndQuorumEpochRequest,
  now: number,
): EndQuorumEpochResponse {
  const { quorum, config } = context;
  const refusal = refusalOf(context, request.leaderId, request);
  if (refusal === undefined) {
    learn(context, request, now);
    const { state } = quorum;
    if (state.name === "Follower" && state.leaderId === request.leaderId) {
      const { preferredCandidates } = request;
      state.fetchDeadline = now +
        electionBackoff(preferredCandidates, quorum.key, config.electionBackoffMaxMs);
    }
  }
  return { type: "end_quorum_epoch", ...quorumInfo(context, refusal ?? "NONE") };
}

/** Notes who knows. Returns whether the answer was of use. */
export function handleEndQuorumEpochResponse(
  context: RaftContext,
  from: number,
  response: EndQuorumEpochResponse,
  now: number,
): boolean {
  const known = learnFromAnswer(context, response, now);
  if (known !== undefined) return known;
  if (response.error !== "NONE") return false;
  const { state } = context.quorum;
  if (state.name === "Resigned") state.unacknowledged.delete(from);
  return true;
}

/** Steps down, if it leads. */
export function resign({ quorum }: RaftContext, now: number): void {
  const { state } = quorum;
  if (state.name === "Leader") quorum.toResigned(state.leader.successors, now);
}

/** Tells those who do not know yet. Returns when there is more to do. */
export function tellEnd(context: RaftContext, state: ResignedState, now: number): number {
  const { key, epoch, history } = context.quorum;
  let next = Infinity;
  for (const id of state.unacknowledged) {
    const to = destinationOf(context, id, history.lastVoters.get(id)?.endpoints ?? []);
    if (to === undefined) continue;
    const readyAt = send(context, to, now, () => ({
      type: "end_quorum_epoch",
      leaderId: key.id,
      epoch,
      // Those who fetch know them.
      leaderEndpoints: [],
      preferredCandidates: state.successors,
    }));
    next = Math.min(next, readyAt);
  }
  return next;
}

/** How long a replica gives way to those before it: the first not at all, each further one twice as long as the one before. */
function electionBackoff(
  candidates: readonly ReplicaKey[],
  key: ReplicaKey,
  maxMs: number,
): number {
  const at = candidates.findIndex((candidate) => matchesReplica(candidate, key));
  if (at === 0 || candidates.length === 0) return 0;
  if (at < 0) return maxMs;
  const first = Math.floor(maxMs / 2 ** (candidates.length - 1));
  return Math.min(maxMs, first * 2 ** (at - 1));
}
