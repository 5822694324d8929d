/**
 * Which snapshots the metadata log lets go. Pure.
 *
 * @module
 */

import type { MetadataLogConfig } from "./metadata_log_config.ts";

/** The oldest snapshot, and what there is beside it. */
export interface RetentionInput {
  /** Ms since the epoch. */
  readonly now: number;
  /** Bytes of the log's segments. */
  readonly logSize: number;
  /** Bytes of all snapshots together. */
  readonly snapshotsSize: number;
  /** When the last record in the oldest snapshot was appended, ms since the epoch. */
  readonly oldestTimestamp: number;
}

/** Why the oldest snapshot goes, for the log; `undefined` when it stays. */
export function snapshotDeletionReason(
  { now, logSize, snapshotsSize, oldestTimestamp }: RetentionInput,
  config: Pick<MetadataLogConfig, "retentionBytes" | "retentionMs">,
): string | undefined {
  const { retentionBytes, retentionMs } = config;
  if (retentionBytes >= 0 && logSize + snapshotsSize > retentionBytes) {
    return `log size (${logSize}) and snapshots size (${snapshotsSize}) is greater than ${retentionBytes}`;
  }
  if (retentionMs >= 0 && now - oldestTimestamp > retentionMs) {
    return `timestamp (${oldestTimestamp}) is now (${now}) older than the retention (${retentionMs})`;
  }
  return undefined;
}
