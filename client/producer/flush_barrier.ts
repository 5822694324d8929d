/**
 * Waiting until everything that was there at some moment is done.
 *
 * @module
 */

/** Counts things that are not done yet: batches, and records that wait to get into one. */
export class FlushBarrier {
  readonly #done = Promise.withResolvers<void>();
  #left = 1;

  /** One more to wait for. */
  add(): void {
    this.#left++;
  }

  /** One is done. */
  remove(): void {
    if (--this.#left === 0) this.#done.resolve();
  }

  /** All have been added. Resolves when all are done. */
  wait(): Promise<void> {
    this.remove();
    return this.#done.promise;
  }
}
