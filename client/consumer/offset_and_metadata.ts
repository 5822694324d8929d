/**
 * What a group commits for a partition.
 *
 * @module
 */

/** An offset, and what is kept with it. */
export interface OffsetAndMetadata {
  /** The offset of the next record to read. */
  readonly offset: number;
  /** The leader's epoch of the last record that was read; when it is known, records that are lost later are noticed. */
  readonly leaderEpoch?: number;
  /** Any text. Default: none. */
  readonly metadata?: string;
}

/** As Java writes it. */
export function offsetAndMetadataText(value: OffsetAndMetadata): string {
  const { offset, leaderEpoch = -1, metadata = "" } = value;
  const epoch = leaderEpoch < 0 ? null : leaderEpoch;
  return `OffsetAndMetadata{offset=${offset}, leaderEpoch=${epoch}, metadata='${metadata}'}`;
}
