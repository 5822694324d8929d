/**
 * Fetch at those who follow, or look for somebody to follow: what is asked of whom, and what is done with the answer.
 *
 * @module
 */

import { CorruptRecordError } from "../../storage/errors.ts";
import type { FollowerState } from "./epoch_state.ts";
import { fetched, followHighWatermark } from "./follower_progress.ts";
import { learnFromAnswer } from "./leader_discovery.ts";
import {
  compareOffsetAndEpoch,
  type OffsetAndEpoch,
  offsetAndEpochText,
} from "./offset_and_epoch.ts";
import { destinationOf, endOfLog, type RaftContext, send } from "./raft_context.ts";
import { truncationOffset } from "./raft_log_view.ts";
import type { FetchRequest, FetchResponse } from "./raft_message.ts";
import { snapshotRequest } from "./snapshot_fetching.ts";

/**
 * Fetches from the leader, or asks anybody else who leads by now while it cannot be reached. One fetch is under way at a time, so that the answer goes with
 * the log as it is.
 *
 * @returns when there is more to do
 */
export function fetchFromLeader(context: RaftContext, state: FollowerState, now: number): number {
  if (context.isStoring) return Infinity;
  const { requests } = context;
  const to = destinationOf(context, state.leaderId, state.leaderEndpoints);
  const isOverdue = to !== undefined && requests.hasTimedOut(to.id, now);
  if (isOverdue) requests.reset(to.id);
  if (to === undefined || isOverdue || requests.isBackingOff(to.id, now)) {
    return Math.min(fetchFromAnybody(context, now), to ? requests.readyAt(to.id, now) : Infinity);
  }
  const busyUntil = requests.inFlightUntil(now);
  if (busyUntil !== undefined) return busyUntil;
  return send(context, to, now, () => snapshotRequest(context, state) ?? fetchRequest(context));
}

/** Asks one of the bootstrap servers, if one can be asked. Returns when there is more to do. */
export function fetchFromAnybody(context: RaftContext, now: number): number {
  const { requests } = context;
  if (context.isStoring) return Infinity;
  const busyUntil = requests.inFlightUntil(now);
  if (busyUntil !== undefined) return busyUntil;
  const to = requests.readyBootstrapServer(now);
  return to === undefined
    ? requests.bootstrapReadyAt(now)
    : send(context, to, now, () => fetchRequest(context));
}

/**
 * Takes over what the leader has sent, or what it asks for. Returns whether that was of use.
 *
 * @throws {CorruptRecordError} when the leader contradicts what is committed
 */
export function handleFetchResponse(
  context: RaftContext,
  response: FetchResponse,
  now: number,
): boolean {
  const known = learnFromAnswer(context, response, now);
  if (known !== undefined) return known;
  const { quorum: { state, epoch, isVoter }, log, emit } = context;
  if (response.error !== "NONE" || state.name !== "Follower") return false;
  const { divergingEpoch, snapshotId, records } = response;
  if (divergingEpoch !== undefined) {
    const offset = truncationOffset(log, divergingEpoch);
    requireAbove(context, offset, divergingEpoch);
    context.isStoring = true;
    emit({ type: "truncate", offset });
  } else if (snapshotId !== undefined) {
    // Whoever has more than that would lose it.
    if (compareOffsetAndEpoch(snapshotId, endOfLog(log)) <= 0) return false;
    requireAbove(context, snapshotId.offset, snapshotId);
    if (state.snapshot !== undefined) emit({ type: "abandon_snapshot" });
    state.snapshot = { id: snapshotId, size: 0 };
    emit({ type: "begin_snapshot", snapshotId });
  } else {
    if (records.length > 0) {
      context.isStoring = true;
      // What an observer has counts for nobody.
      emit({ type: "append", records, epoch, isDurable: isVoter });
    }
    state.leaderHighWatermark = Math.max(state.leaderHighWatermark, response.highWatermark ?? -1);
    followHighWatermark(context, state);
  }
  fetched(context, state, now);
  return true;
}

function fetchRequest({ quorum, log, config }: RaftContext): FetchRequest {
  return {
    type: "fetch",
    replica: quorum.key,
    epoch: quorum.epoch,
    fetchOffset: log.endOffset,
    lastFetchedEpoch: log.lastEpoch,
    highWatermark: log.highWatermark,
    maxBytes: config.fetchMaxBytes,
    maxWaitMs: config.fetchMaxWaitMs,
  };
}

/** What is committed never goes: a leader that would have it otherwise, or this log, is not what it should be. */
function requireAbove({ log }: RaftContext, offset: number, told: OffsetAndEpoch): void {
  if (offset >= log.highWatermark) return;
  throw new CorruptRecordError(
    `The leader has nothing in common with this log above ${offsetAndEpochText(told)}, ` +
      `which is below the high watermark ${log.highWatermark}`,
  );
}
