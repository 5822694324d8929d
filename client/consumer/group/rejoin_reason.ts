/**
 * Reasons as coordinators take them (KIP-800).
 *
 * @module
 */

const MAX_LENGTH = 255;

/** A reason that is not too long for the coordinator. */
export function truncatedReason(reason: string): string {
  return reason.slice(0, MAX_LENGTH);
}
