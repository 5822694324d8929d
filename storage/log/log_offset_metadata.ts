/**
 * An offset together with where its batch lies on disk, when that is known.
 *
 * @module
 */

/** Stands for an offset that is not known. */
export const UNKNOWN_OFFSET = -1;

/** Stands for a file position that was not looked up yet, or does not exist. */
export const UNKNOWN_POSITION = -1;

/** An offset and the place of its batch (Kafka's `LogOffsetMetadata`). */
export interface LogOffsetMetadata {
  /** The offset. */
  readonly messageOffset: number;
  /** Base offset of the segment that holds it, or {@linkcode UNKNOWN_OFFSET}. */
  readonly segmentBaseOffset: number;
  /** Byte position in that segment's `.log`, or {@linkcode UNKNOWN_POSITION}. */
  readonly relativePositionInSegment: number;
}

/** An offset whose place is not known (yet). */
export function messageOffsetOnly(messageOffset: number): LogOffsetMetadata {
  return {
    messageOffset,
    segmentBaseOffset: UNKNOWN_OFFSET,
    relativePositionInSegment: UNKNOWN_POSITION,
  };
}

/** Whether the place on disk is missing. */
export function isMessageOffsetOnly(metadata: LogOffsetMetadata): boolean {
  return metadata.segmentBaseOffset === UNKNOWN_OFFSET &&
    metadata.relativePositionInSegment === UNKNOWN_POSITION;
}
