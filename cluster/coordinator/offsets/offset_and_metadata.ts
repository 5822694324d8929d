/**
 * What a group has committed for a partition.
 *
 * @module
 */

import type { OffsetCommitValue } from "../group_records.ts";

/** A committed offset, and where its record lies (Kafka's `OffsetAndMetadata`). */
export interface OffsetAndMetadata extends OffsetCommitValue {
  /** Offset of the record in `__consumer_offsets`: of two commits, the later one counts. */
  readonly recordOffset: number;
}

/** What no leader epoch, no generation and no time look like. */
export const NONE = -1;
/** An old client's request asks for the retention that the broker has. */
const DEFAULT_RETENTION_MS = -1;

/** The end of an offset's time as a client of old asks for it; -1 when it leaves that to the broker. */
export function expireTimestampOf(retentionTimeMs: number, wallMs: number): number {
  return retentionTimeMs === DEFAULT_RETENTION_MS ? NONE : wallMs + retentionTimeMs;
}

/**
 * Whether an offset's time is over.
 *
 * @param baseTimestampMs from when on its retention counts
 */
export function isOffsetExpired(
  { expireTimestamp }: OffsetAndMetadata,
  baseTimestampMs: number,
  wallMs: number,
  retentionMs: number,
): boolean {
  if (expireTimestamp !== NONE) return wallMs >= expireTimestamp;
  return wallMs - baseTimestampMs >= retentionMs;
}
