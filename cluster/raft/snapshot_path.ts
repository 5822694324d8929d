/**
 * Names of snapshots, in the metadata log's directory.
 * ```text
 * OFFSET-EPOCH.checkpoint            20 and 10 decimal digits: the offset behind the last record that is in it, and that record's epoch
 * OFFSET-EPOCH-….checkpoint.part     being written
 * OFFSET-EPOCH.checkpoint.deleted    replaced, about to be removed
 * ```
 *
 * @module
 */

import type { OffsetAndEpoch } from "./offset_and_epoch.ts";

/** End of a snapshot's name. */
export const SNAPSHOT_SUFFIX = ".checkpoint";
/** End of the name of one that is being written. */
export const PARTIAL_SNAPSHOT_SUFFIX = ".checkpoint.part";
/** End of the name of one that is to be removed. */
export const DELETED_SNAPSHOT_SUFFIX = ".checkpoint.deleted";

/** The snapshot that formatting writes: the first voters, and no committed state. */
export const BOOTSTRAP_SNAPSHOT_ID: OffsetAndEpoch = { offset: 0, epoch: 0 };

const NAME = /^(\d{20})-(\d{10})(?:-[^.]*)?(\.checkpoint(?:\.part|\.deleted)?)$/;

/** The part of the name that tells the snapshot. */
export function snapshotIdText({ offset, epoch }: OffsetAndEpoch): string {
  return `${String(offset).padStart(20, "0")}-${String(epoch).padStart(10, "0")}`;
}

/** The name of a snapshot. */
export function snapshotFileName(id: OffsetAndEpoch, suffix: string = SNAPSHOT_SUFFIX): string {
  return snapshotIdText(id) + suffix;
}

/** A snapshot's name, taken apart. */
export interface SnapshotName {
  /** Which one. */
  readonly id: OffsetAndEpoch;
  /** Whether it can be read, is being written, or is to be removed. */
  readonly state: "complete" | "partial" | "deleted";
}

/** Takes a name apart; `undefined` for one that is not that of a snapshot. */
export function parseSnapshotName(name: string): SnapshotName | undefined {
  const match = NAME.exec(name);
  if (match === null) return undefined;
  const [, offset, epoch, suffix] = match;
  const id = { offset: Number(offset), epoch: Number(epoch) };
  if (!Number.isSafeInteger(id.offset) || id.epoch > 0x7fff_ffff) return undefined;
  const state = suffix === PARTIAL_SNAPSHOT_SUFFIX
    ? "partial"
    : suffix === DELETED_SNAPSHOT_SUFFIX
    ? "deleted"
    : "complete";
  return { id, state };
}
