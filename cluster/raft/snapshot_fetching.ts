/**
 * FetchSnapshot at a follower: the leader's log begins behind the end of this one, so that its snapshot takes the place of the whole log.
 *
 * @module
 */

import type { FollowerState } from "./epoch_state.ts";
import { fetched } from "./follower_progress.ts";
import { learnFromAnswer } from "./leader_discovery.ts";
import { compareOffsetAndEpoch } from "./offset_and_epoch.ts";
import type { RaftContext } from "./raft_context.ts";
import type { FetchSnapshotRequest, FetchSnapshotResponse } from "./raft_message.ts";

/** What is asked next while a snapshot is being fetched; `undefined` while none is. */
export function snapshotRequest(
  { quorum, config }: RaftContext,
  { snapshot }: FollowerState,
): FetchSnapshotRequest | undefined {
  return snapshot && {
    type: "fetch_snapshot",
    replica: quorum.key,
    epoch: quorum.epoch,
    snapshotId: snapshot.id,
    position: snapshot.size,
    maxBytes: config.fetchSnapshotMaxBytes,
  };
}

/** Adds a part, and ends with the last one. Returns whether the answer was of use. */
export function handleFetchSnapshotResponse(
  context: RaftContext,
  response: FetchSnapshotResponse,
  now: number,
): boolean {
  const known = learnFromAnswer(context, response, now);
  if (known !== undefined) return known;
  const { quorum: { state }, emit } = context;
  if (state.name !== "Follower" || state.snapshot === undefined) return false;
  const { error, snapshotId, position, size, bytes } = response;
  const { snapshot } = state;
  if (error !== "NONE" && error !== "SNAPSHOT_NOT_FOUND" && error !== "POSITION_OUT_OF_RANGE") {
    return false;
  }
  const end = snapshot.size + bytes.length;
  const isNext = error === "NONE" && snapshotId !== undefined &&
    compareOffsetAndEpoch(snapshotId, snapshot.id) === 0 && position === snapshot.size &&
    bytes.length > 0 && end <= size;
  if (!isNext) {
    // The leader has let go of it, or it is not the same any more: the next fetch tells what to do instead.
    state.snapshot = undefined;
    emit({ type: "abandon_snapshot" });
    if (error === "SNAPSHOT_NOT_FOUND") fetched(context, state, now);
    return error === "SNAPSHOT_NOT_FOUND";
  }
  emit({ type: "append_snapshot", bytes });
  state.snapshot = { id: snapshot.id, size: end };
  if (end === size) {
    state.snapshot = undefined;
    context.isStoring = true;
    emit({ type: "complete_snapshot" });
  }
  fetched(context, state, now);
  return true;
}
