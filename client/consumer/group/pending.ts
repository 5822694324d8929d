/**
 * Work that goes on while the user does something else, and is looked at by a later poll.
 *
 * @module
 */

/** What became of it. */
export type Outcome<T> = { readonly value: T } | { readonly error: unknown };

/** Begun, and perhaps done. */
export class Pending<T> {
  #outcome: Outcome<T> | undefined;

  /**
   * Looks after work.
   *
   * @param onDone told when it is done
   */
  constructor(work: Promise<T>, onDone: () => void) {
    const end = (outcome: Outcome<T>) => {
      this.#outcome = outcome;
      onDone();
    };
    work.then((value) => end({ value }), (error: unknown) => end({ error }));
  }

  /** What became of it; `undefined` while it goes on. */
  get outcome(): Outcome<T> | undefined {
    return this.#outcome;
  }
}
