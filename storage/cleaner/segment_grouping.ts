/**
 * Which neighbouring segments are cleaned into one, so that segments do not shrink to nothing with repeated cleanings:
 * Kafka's `Cleaner.groupSegmentsBySize`.
 *
 * @module
 */

/** What grouping looks at in a segment. */
export interface GroupableSegment {
  readonly baseOffset: number;
  /** Bytes of its data. */
  readonly size: number;
  readonly offsetIndex: { readonly sizeInBytes: number };
  readonly timeIndex: { readonly sizeInBytes: number };
}

/** Offsets in a segment's indexes are relative to its base offset, in 31 bits. */
const MAX_OFFSET_RANGE = 0x7fff_ffff;

/**
 * Splits `segments` into runs, each of which fits into one segment even if nothing is dropped.
 *
 * @param segments in order of offset
 * @param maxSize bytes of data a group may have (`segment.bytes`)
 * @param maxIndexSize bytes that a group's offset indexes may have, and its time indexes (`segment.index.bytes`)
 * @param firstUncleanableOffset bounds the offsets of the last segment
 */
export function groupSegmentsBySize<S extends GroupableSegment>(
  segments: readonly S[],
  maxSize: number,
  maxIndexSize: number,
  firstUncleanableOffset: number,
): S[][] {
  const groups: S[][] = [];
  let group: S[] | undefined;
  let size = 0;
  let indexSize = 0;
  let timeIndexSize = 0;
  for (let i = 0; i < segments.length; i++) {
    const segment = segments[i]!;
    // An estimate from above: to know the last offset of a segment, part of it would have to be read.
    const lastOffset = (segments[i + 1]?.baseOffset ?? firstUncleanableOffset) - 1;
    if (
      group !== undefined &&
      size + segment.size <= maxSize &&
      indexSize + segment.offsetIndex.sizeInBytes <= maxIndexSize &&
      timeIndexSize + segment.timeIndex.sizeInBytes <= maxIndexSize &&
      // A segment without data fits any range; else an empty one would stay behind for every 2^31 offsets.
      (segment.size === 0 || lastOffset - group[0]!.baseOffset <= MAX_OFFSET_RANGE)
    ) {
      group.push(segment);
      size += segment.size;
      indexSize += segment.offsetIndex.sizeInBytes;
      timeIndexSize += segment.timeIndex.sizeInBytes;
    } else {
      group = [segment];
      groups.push(group);
      size = segment.size;
      indexSize = segment.offsetIndex.sizeInBytes;
      timeIndexSize = segment.timeIndex.sizeInBytes;
    }
  }
  return groups;
}
