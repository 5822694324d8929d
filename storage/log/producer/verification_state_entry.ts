/**
 * KIP-890: before the first record of a transaction is written to a partition, the leader asks the
 * transaction coordinator whether the partition is part of that transaction. While the answer is on its way the log
 * holds a verification entry for the producer; its guard ties the answer to the question. As
 * `VerificationStateEntry` and `VerificationGuard` of `org.apache.kafka.storage.internals.log`.
 *
 * @module
 */

/** Identifies one verification. Two guards are the same only if they are the same object. */
export class VerificationGuard {
  /** Stands for "no verification"; it verifies nothing. */
  static readonly SENTINEL: VerificationGuard = new VerificationGuard();

  /** Whether `verifyingGuard` belongs to the verification that this guard was made for. */
  verify(verifyingGuard: VerificationGuard): boolean {
    return verifyingGuard === this && verifyingGuard !== VerificationGuard.SENTINEL;
  }
}

/** What is known of a producer whose transaction is being verified. */
export class VerificationStateEntry {
  /** When the verification began, ms since the epoch. */
  readonly timestamp: number;
  /** Ties an append to this verification. */
  readonly verificationGuard: VerificationGuard = new VerificationGuard();
  /** Whether the producer's epoch grows with every transaction (transactions version 2). */
  readonly supportsEpochBump: boolean;
  #lowestSequence: number;
  #epoch: number;

  /**
   * Starts a verification.
   *
   * @param timestamp ms since the epoch
   * @param sequence first sequence of the batch that asks
   * @param epoch producer epoch of that batch
   * @param supportsEpochBump whether the client speaks transactions version 2
   */
  constructor(timestamp: number, sequence: number, epoch: number, supportsEpochBump: boolean) {
    this.timestamp = timestamp;
    this.supportsEpochBump = supportsEpochBump;
    this.#lowestSequence = sequence;
    this.#epoch = epoch;
  }

  /** The lowest sequence seen while verifying: no higher one may be written before it. */
  get lowestSequence(): number {
    return this.#lowestSequence;
  }

  /** The newest producer epoch seen while verifying. */
  get epoch(): number {
    return this.#epoch;
  }

  /**
   * Notes one more batch that needs this verification. When a batch fails to verify and is sent again later, a
   * batch with a higher sequence must not slip in before it, so the lowest sequence is kept; a newer
   * epoch starts the count afresh.
   */
  maybeUpdateLowestSequenceAndEpoch(sequence: number, epoch: number): void {
    if (epoch > this.#epoch) {
      this.#epoch = epoch;
      this.#lowestSequence = sequence;
    } else if (epoch === this.#epoch && sequence < this.#lowestSequence) {
      this.#lowestSequence = sequence;
    }
  }
}
