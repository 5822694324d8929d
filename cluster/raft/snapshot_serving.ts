/**
 * FetchSnapshot at the leader (KIP-630).
 *
 * @module
 */

import type { ErrorName } from "../../client/protocol/error_codes.ts";
import { leaderRefusal, MAX_ANSWER_BYTES } from "./fetch_serving.ts";
import { quorumInfo, type RaftContext } from "./raft_context.ts";
import type { FetchSnapshotAnswer, FetchSnapshotRequest } from "./raft_message.ts";

/** Answers with a part of a snapshot, if it is still there. */
export function handleFetchSnapshot(
  context: RaftContext,
  request: FetchSnapshotRequest,
  now: number,
): FetchSnapshotAnswer {
  const { quorum: { state }, log } = context;
  const { snapshotId, position, replica, maxBytes } = request;
  const failed = (error: ErrorName): FetchSnapshotAnswer => ({
    type: "fetch_snapshot",
    ...quorumInfo(context, error),
    snapshotId: undefined,
    size: 0,
    position: 0,
    length: 0,
  });
  const refusal = leaderRefusal(context, request.epoch);
  if (refusal !== undefined || state.name !== "Leader") {
    return failed(refusal ?? "NOT_LEADER_OR_FOLLOWER");
  }
  // What formatting wrote is in the first leader's log: there is no snapshot of it to fetch.
  const size = snapshotId.offset === 0 && snapshotId.epoch === 0
    ? undefined
    : log.snapshots.size(snapshotId);
  if (size === undefined) return failed("SNAPSHOT_NOT_FOUND");
  if (position < 0 || position >= size) return failed("POSITION_OUT_OF_RANGE");
  state.leader.heardFrom(replica, now);
  const length = Math.min(Math.max(maxBytes, 0), MAX_ANSWER_BYTES, size - position);
  return { ...failed("NONE"), snapshotId, size, position, length };
}
