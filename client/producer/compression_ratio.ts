/**
 * How well the records of a topic compress, learnt from its batches, so that a batch can be filled without compressing it over and over
 * (Kafka's `CompressionRatioEstimator`).
 *
 * @module
 */

/** How much is taken off after a batch that compressed better than expected. */
const IMPROVING_STEP = 0.005;
/** How much is put on, at least, after one that compressed worse. */
const DETERIORATING_STEP = 0.05;

/** An estimate that gets better slowly and worse quickly: batches that turn out too large are costly. */
export class CompressionRatio {
  #estimate = 1;

  /** Compressed bytes for each byte before. */
  get estimate(): number {
    return this.#estimate;
  }

  /** Learns from a batch. */
  observe(ratio: number): void {
    if (ratio > this.#estimate) {
      this.#estimate = Math.max(this.#estimate + DETERIORATING_STEP, ratio);
    } else if (ratio < this.#estimate) {
      this.#estimate = Math.max(this.#estimate - IMPROVING_STEP, ratio);
    }
  }

  /** A batch was refused as too large: starts anew, with no hope or with what that batch has shown. */
  reset(ratio: number): void {
    this.#estimate = Math.max(1, ratio);
  }
}
