/**
 * Loading the logs of log directories: all directories at once, a few logs of each, every log a slice in turn.
 *
 * @module
 */

import type { Clock } from "../env.ts";

/** One log to be loaded. */
export interface LoadJob {
  /** Name of the partition's directory. */
  readonly name: string;
  /** The work, in slices that tell the bytes they have gone through; it handles its own errors. */
  readonly work: Generator<{ readonly bytes: number }, void>;
}

/** How far loading has come. */
export interface LoadLogsProgress {
  /** The log directory in which something was done. */
  readonly directory: string;
  /** Name of the partition's directory that was worked on. */
  readonly log: string;
  /** Whether that log is done. */
  readonly done: boolean;
  /** Bytes gone through since the last report of this log. */
  readonly bytes: number;
  /** Logs of the directory that are not loaded yet. */
  readonly remainingLogs: number;
  /** Logs of the directory. */
  readonly totalLogs: number;
}

/** The logs of one directory. */
export interface DirectoryJobs {
  readonly directory: string;
  /** Made when it is their turn. */
  readonly jobs: readonly (() => LoadJob)[];
}

/** Longest stretch of work, in ms, before others get the event loop. */
const SLICE_MS = 8;

/**
 * The slices of all jobs.
 *
 * @param directories the jobs by log directory
 * @param atOnce how many jobs of a directory are under way at a time
 */
export function* loadInSlices(
  directories: readonly DirectoryJobs[],
  atOnce: number,
): Generator<LoadLogsProgress, void> {
  const states = directories.map(({ directory, jobs }) => ({
    directory,
    jobs,
    next: 0,
    remaining: jobs.length,
    running: [] as LoadJob[],
  }));
  let left = true;
  while (left) {
    left = false;
    for (const state of states) {
      while (state.running.length < atOnce && state.next < state.jobs.length) {
        state.running.push(state.jobs[state.next++]!());
      }
      for (const job of [...state.running]) {
        const step = job.work.next();
        if (step.done) {
          state.running.splice(state.running.indexOf(job), 1);
          state.remaining--;
        }
        yield {
          directory: state.directory,
          log: job.name,
          done: step.done === true,
          bytes: step.done ? 0 : step.value.bytes,
          remainingLogs: state.remaining,
          totalLogs: state.jobs.length,
        };
      }
      if (state.remaining > 0) left = true;
    }
  }
}

/**
 * Runs sliced work to its end and gives way to the event loop whenever a stretch has lasted some ms.
 *
 * @throws the signal's reason, once it aborts
 */
export async function runInSlices<Progress, Result>(
  work: Generator<Progress, Result>,
  clock: Clock,
  onProgress?: (progress: Progress) => void,
  signal?: AbortSignal,
): Promise<Result> {
  let sliceStart = clock.monotonic();
  for (;;) {
    const step = work.next();
    if (step.done) return step.value;
    onProgress?.(step.value);
    if (clock.monotonic() - sliceStart < SLICE_MS) continue;
    await clock.sleep(0, signal);
    sliceStart = clock.monotonic();
  }
}
