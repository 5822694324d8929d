/**
 * Which version of transactions is used, and who has to ask for new epochs because of that.
 *
 * @module
 */

/** Follows what brokers say. */
export class TransactionVersion {
  #seenEpoch = -1;
  #seenLevel = 0;
  #usedEpoch = -1;
  #isVersion2 = false;
  #coordinatorBumpsEpochs = false;
  /** Whether a new epoch is to be asked for when the transaction has ended. */
  needsEpochBump = false;

  /** Whether transactions are of version 2 (KIP-890): partitions join by being written to, and each transaction has an epoch of its own. */
  get isVersion2(): boolean {
    return this.#isVersion2;
  }

  /** Whether this client has to ask for a new epoch after an error. */
  get mustBumpEpoch(): boolean {
    return this.#coordinatorBumpsEpochs && !this.#isVersion2;
  }

  /** Whether the producer can go on after a transaction was aborted because of an error. */
  get canRecover(): boolean {
    return this.#coordinatorBumpsEpochs || this.#isVersion2;
  }

  /**
   * What a broker has finalized.
   *
   * @param epoch of its features
   * @param level of `transaction.version`
   */
  observeFeatures(epoch: number, level: number): void {
    if (epoch <= this.#seenEpoch) return;
    this.#seenEpoch = epoch;
    this.#seenLevel = level;
  }

  /** The highest version of InitProducerId that the coordinator has: from 3 on it gives new epochs. */
  observeCoordinator(initProducerIdVersion: number | undefined): void {
    this.#coordinatorBumpsEpochs = (initProducerIdVersion ?? 0) >= 3;
  }

  /**
   * Uses what is finalized from the next transaction on.
   *
   * @param isFirst whether there was no transaction before; otherwise a new epoch fences what version 1 may have left behind
   */
  update(isFirst: boolean): void {
    if (this.#usedEpoch >= this.#seenEpoch) return;
    this.#usedEpoch = this.#seenEpoch;
    const wasVersion2 = this.#isVersion2;
    this.#isVersion2 = this.#seenLevel >= 2;
    if (!isFirst && !wasVersion2 && this.#isVersion2) this.needsEpochBump = true;
  }
}
