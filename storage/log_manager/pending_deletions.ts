/**
 * Partitions whose directories were renamed to `-delete` and are removed a while later.
 *
 * @module
 */

/** A partition's directory that is on its way out. */
export interface PendingDeletion {
  /** Where it is: `topic-partition.ID-delete`. */
  readonly directory: string;
  /** The log directory that holds it. */
  readonly parent: string;
  /** When it was renamed, or found at the start, ms since the epoch. */
  readonly since: number;
  /** Removes it with all in it. */
  remove(): void;
  /** Lets go of open files, and leaves the rest to the next start. */
  close(): void;
}

/** The queue, oldest first. */
export class PendingDeletions {
  /** Log directories of which a power cut could bring the old names back, and whose checkpoints still have them. */
  readonly unflushed: Set<string> = new Set();
  #queue: PendingDeletion[] = [];

  /** The directories that wait. */
  get directories(): readonly string[] {
    return this.#queue.map(({ directory }) => directory);
  }

  /** Adds one that is as old as the newest, or newer. */
  add(deletion: PendingDeletion): void {
    this.#queue.push(deletion);
  }

  /**
   * Removes what has waited long enough, a directory a step. One that fails is dropped too: its directory is found at the next start.
   *
   * @param now ms since the epoch
   * @param delayMs how long they wait: `file.delete.delay.ms`
   * @param onRemoved told of each, with the error that it met
   * @returns ms until the next one is due; `undefined` when none waits
   */
  *removeDue(
    now: number,
    delayMs: number,
    onRemoved: (deletion: PendingDeletion, error: unknown) => void,
  ): Generator<void, number | undefined> {
    for (;;) {
      const oldest = this.#queue[0];
      if (oldest === undefined) return undefined;
      const left = oldest.since + delayMs - now;
      if (left > 0) return left;
      this.#queue.shift();
      let failure: unknown;
      try {
        oldest.remove();
      } catch (error) {
        failure = error;
      }
      onRemoved(oldest, failure);
      yield;
    }
  }

  /** Takes out what lies in a log directory that has gone offline. */
  forgetDirectory(parent: string): void {
    this.unflushed.delete(parent);
    const gone = this.#queue.filter((deletion) => deletion.parent === parent);
    this.#queue = this.#queue.filter((deletion) => deletion.parent !== parent);
    for (const deletion of gone) deletion.close();
  }

  /** Lets go of all; the next start removes them. */
  close(): void {
    for (const deletion of this.#queue) deletion.close();
    this.#queue = [];
  }
}
