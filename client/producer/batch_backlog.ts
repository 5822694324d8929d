/**
 * How far a producer is ahead of its brokers: full batches that wait to be sent. A few of them keep all requests full; more make records wait
 * longer and take memory, and are of no other use.
 *
 * @module
 */

/** What no batch takes less than, so that batches of single records are not without a limit. */
const LEAST_BATCH_BYTES = 1024;

/** Counts batches. */
export class BatchBacklog {
  readonly #most: number;
  #length = 0;
  #short: PromiseWithResolvers<void> | undefined;

  /**
   * Starts with none.
   *
   * @param maxRequestSize `max.request.size`: full batches that are more than this are many
   * @param batchSize `batch.size`
   */
  constructor(maxRequestSize: number, batchSize: number) {
    this.#most = Math.ceil(maxRequestSize / Math.max(batchSize, LEAST_BATCH_BYTES));
  }

  /** Whether there are more than one request takes. */
  get isLong(): boolean {
    return this.#length > this.#most;
  }

  /** Says how many there are now. */
  update(length: number): void {
    this.#length = length;
    if (this.#short === undefined || length > this.#most / 2) return;
    this.#short.resolve();
    this.#short = undefined;
  }

  /** Resolves when there are but half as many as are many. */
  async whenShort(): Promise<void> {
    if (!this.isLong) return;
    this.#short ??= Promise.withResolvers();
    await this.#short.promise;
  }
}
