/**
 * Taking a snapshot of the metadata log.
 *
 * @module
 */

import type { Env } from "../../storage/env.ts";
import { OffsetOutOfRangeError } from "../../storage/errors.ts";
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

/** A snapshot that can be taken. */
export interface SnapshotPlace {
  /** What it is called. */
  readonly id: OffsetAndEpoch;
  /** When the last record in it was appended, ms since the epoch. */
  readonly timestamp: number;
}

/**
 * What a snapshot up to `offset` would be called, and how old its last record is.
 *
 * @returns `undefined` when that snapshot is there already, or there is nothing that it could hold
 * @throws {OffsetOutOfRangeError} above the high watermark, and within a batch: a follower could not go on behind it
 */
export function snapshotAt(log: RaftLog, offset: number): SnapshotPlace | undefined {
  if (offset <= log.startOffset) return undefined;
  if (offset > log.highWatermark) {
    throw new OffsetOutOfRangeError(
      `Cannot create a snapshot with an id (${offset}) greater than the high-watermark (${log.highWatermark})`,
    );
  }
  for (const last of log.batches(offset - 1)) {
    if (last.nextOffset !== offset) {
      throw new OffsetOutOfRangeError(
        `Cannot create snapshot at offset (${offset}) because it is not batch aligned. The batch containing the requested offset has a base offset of (${last.baseOffset})`,
      );
    }
    const id = { offset, epoch: last.partitionLeaderEpoch };
    return log.snapshots.has(id) ? undefined : { id, timestamp: last.maxTimestamp };
  }
  return undefined;
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
  const found = snapshotAt(log, offset);
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
