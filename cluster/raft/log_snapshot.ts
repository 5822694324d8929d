/**
 * Taking a snapshot of the metadata log.
 *
 * @module
 */

import type { Env } from "../../storage/env.ts";
import type { OffsetAndEpoch } from "./offset_and_epoch.ts";
import type { QuorumHistory } from "./quorum_history.ts";
import type { RaftLog } from "./raft_log.ts";
import { SnapshotWriter } from "./snapshot_writer.ts";

/** The log, and what else a snapshot needs. */
export interface SnapshotSource {
  /** The world. */
  readonly env: Env;
  /** The log. */
  readonly log: RaftLog;
  /** Voters and protocol version over the log. */
  readonly history: QuorumHistory;
}

/**
 * Writes the state that the records up to `offset` make, with the voters and the version that were in force there.
 *
 * @param records framed metadata records; all are taken before this returns its promise
 * @returns the snapshot; `undefined` when there was one already
 * @throws {OffsetOutOfRangeError} when `offset` is not committed, or is within a batch
 */
export async function writeLogSnapshot(
  { env, log, history }: SnapshotSource,
  offset: number,
  records: Iterable<Uint8Array>,
): Promise<OffsetAndEpoch | undefined> {
  const found = log.snapshotAt(offset);
  if (found === undefined) return undefined;
  const kraftVersion = history.kraftVersionAt(offset - 1);
  const voters = kraftVersion === 0 ? undefined : history.votersAt(offset - 1);
  const writer = new SnapshotWriter({
    env,
    directory: log.directory,
    id: found.id,
    lastContainedLogTimestamp: found.timestamp,
    kraftVersion,
    ...(voters === undefined ? {} : { voters }),
  });
  try {
    writer.append(records);
    await writer.freeze();
  } finally {
    writer.close();
  }
  log.snapshots.add(found.id);
  history.truncateOld(offset);
  return found.id;
}
