/**
 * Flushing: what was written is made to survive a power cut, and the recovery point moves up to there.
 *
 * The order matters: first the data, then the name of its file, then the recovery point, which a
 * log manager writes to its checkpoint later still. Whatever is below the recovery point is not looked at after a crash.
 *
 * @module
 */

import type { Segment } from "../segment/segment.ts";
import type { LogState } from "./log_state.ts";

/**
 * Flushes everything below `offset`, and the active segment too when it begins there.
 *
 * @param offset the recovery point that this earns, unless a truncation comes in between
 * @param includingActive flush an empty active segment as well, so that its files survive
 * @returns whether the recovery point has moved
 */
export async function flushLog(
  state: LogState,
  offset: number,
  includingActive: boolean,
): Promise<boolean> {
  const segments = segmentsToFlush(state, offset, includingActive);
  if (segments === undefined) return false;
  const progress = state.offsets.flushStarted(offset);
  try {
    for (const path of [...state.unflushedSnapshots]) await flushSnapshot(state, path);
    for (const segment of segments) {
      // Retention, truncation or the cleaner may have taken it out while others were flushed.
      if (state.segments.get(segment.baseOffset) === segment) await segment.flush();
    }
    flushNames(state);
    state.identity.ensureDurable();
  } catch (error) {
    state.offsets.flushFailed(progress);
    throw error;
  }
  return state.offsets.markFlushed(progress);
}

/** Flushes everything, blocking: for appends that must be durable when they return, and for closing. */
export function flushLogSync(state: LogState, includingActive = false): boolean {
  const offset = state.offsets.logEndOffset;
  const segments = segmentsToFlush(state, offset, includingActive);
  if (segments === undefined) return false;
  for (const path of state.unflushedSnapshots) {
    if (state.env.fileSystem.stat(path) === undefined) continue;
    const file = state.env.fileSystem.open(path);
    try {
      file.flushSync();
    } finally {
      file.close();
    }
  }
  state.unflushedSnapshots.clear();
  for (const segment of segments) segment.flushSync();
  flushNames(state);
  state.identity.ensureDurable();
  return state.offsets.markFlushed(state.offsets.flushStarted(offset));
}

function segmentsToFlush(
  state: LogState,
  offset: number,
  includingActive: boolean,
): Segment[] | undefined {
  const { recoveryPoint } = state.offsets;
  // A log that nobody wrote to since it was opened costs nothing to flush or close.
  const upTo = includingActive && state.written ? offset + 1 : offset;
  if (upTo <= recoveryPoint) return undefined;
  return [...state.segments.values(recoveryPoint, upTo)];
}

async function flushSnapshot(state: LogState, path: string): Promise<void> {
  // It may be gone with its segment by now.
  if (state.env.fileSystem.stat(path) !== undefined) {
    const file = state.env.fileSystem.open(path);
    try {
      await file.flush();
    } finally {
      file.close();
    }
  }
  state.unflushedSnapshots.delete(path);
}

function flushNames(state: LogState): void {
  if (!state.unflushedNames) return;
  state.unflushedNames = false;
  try {
    state.env.fileSystem.flushDirectory(state.directory);
  } catch (error) {
    state.unflushedNames = true;
    // The directory may have been renamed or removed with the topic meanwhile: nothing to keep then.
    if (state.env.fileSystem.stat(state.directory) !== undefined) throw error;
  }
}
