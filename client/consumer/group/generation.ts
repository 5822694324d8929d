/**
 * What a member was told when it joined.
 *
 * @module
 */

/** One round of a group, and who this consumer is in it (Kafka's `AbstractCoordinator.Generation`). */
export interface Generation {
  /** Counts the rounds; -1 when this consumer is in none. */
  readonly generationId: number;
  /** Who this consumer is; empty before the coordinator has named it. */
  readonly memberId: string;
  /** The assignor that the members have in common; `null` when this consumer is in no round. */
  readonly protocolName: string | null;
}

/** A consumer that the group knows nothing of. */
export const NO_GENERATION: Generation = { generationId: -1, memberId: "", protocolName: null };

/** Whether it was given up; the member's name may be left. */
export function isReset({ generationId, protocolName }: Generation): boolean {
  return generationId === NO_GENERATION.generationId && protocolName === null;
}

/** As log lines and reasons have it. */
export function generationText({ generationId, memberId, protocolName }: Generation): string {
  return `Generation{generationId=${generationId}, memberId='${memberId}', protocol='${protocolName}'}`;
}
