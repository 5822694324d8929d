/**
 * Sequence numbers count from 0 to 2^31 - 1, and then from 0 again.
 *
 * @module
 */

/** Whether a sequence number comes before another, the way round that is shorter. */
export function precedes(sequence: number, other: number): boolean {
  return ((sequence - other) & 0x7fff_ffff) > 0x3fff_ffff;
}
