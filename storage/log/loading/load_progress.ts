/**
 * Long work in slices: a generator yields after each slice what it got done, and returns its result.
 *
 * @module
 */

/** What one slice of loading a log has done. */
export interface LoadProgress {
  /** Bytes read since the last slice. */
  readonly bytes: number;
  /** Segments finished since the last slice. */
  readonly segments: number;
}

/** Runs sliced work to its end in one go. */
export function drain<Result>(work: Generator<unknown, Result>): Result {
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
  }
}
