/**
 * Files that are out of the log but stay on disk for a while (`file.delete.delay.ms`), so that who is reading them can finish.
 *
 * @module
 */

/** Something on disk that is to go for good. */
export interface DeletableFiles {
  /** Removes the files; fine when they are gone. */
  remove(): void;
  /** Lets go of the files without removing them. */
  close(): void;
  /** The directory above was renamed. */
  updateDirectory(directory: string): void;
}

interface PendingDeletion {
  readonly dueMs: number;
  readonly files: DeletableFiles;
}

/**
 * The `.deleted` files of one log, in the order in which they fall due. After a crash there is no such list: opening the log
 * removes every `.deleted` file at once.
 */
export class DeferredDeletion {
  #pending: PendingDeletion[] = [];

  /** How many are waiting. */
  get size(): number {
    return this.#pending.length;
  }

  /** When the next one falls due, ms since the epoch. */
  get nextDueMs(): number | undefined {
    return this.#pending[0]?.dueMs;
  }

  /** Has files removed at `dueMs`, ms since the epoch. */
  schedule(dueMs: number, files: DeletableFiles): void {
    let at = this.#pending.length;
    while (at > 0 && this.#pending[at - 1]!.dueMs > dueMs) at--;
    this.#pending.splice(at, 0, { dueMs, files });
  }

  /**
   * Removes what is due. One that the disk refuses to remove stays listed.
   *
   * @param now ms since the epoch; `Infinity` removes everything
   * @returns how many were removed
   */
  deletePending(now: number): number {
    let removed = 0;
    while (this.#pending.length > 0 && this.#pending[0]!.dueMs <= now) {
      this.#pending[0]!.files.remove();
      this.#pending.shift();
      removed++;
    }
    return removed;
  }

  /** Follows a rename of the log's directory. */
  updateDirectory(directory: string): void {
    for (const { files } of this.#pending) files.updateDirectory(directory);
  }

  /** Lets go of everything; the next opening of the log removes the files. */
  close(): void {
    for (const { files } of this.#pending) files.close();
    this.#pending = [];
  }
}
