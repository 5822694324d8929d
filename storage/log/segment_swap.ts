/**
 * Putting rewritten segments in the place of old ones, so that a crash at any step leaves either the old or the new:
 *
 * 1. The new segments are complete and flushed, named `.cleaned`; the old ones are flushed as well. A crash up to here:
 *    `.cleaned` files are removed.
 * 2. They become `.swap`, the highest base offset first. A crash in between leaves a `.cleaned` that is lower than
 *    every `.swap`: both are removed.
 * 3. With the last of them, the lowest, it is decided: from now on a crash ends in the new segments. The old ones become `.deleted`.
 * 4. The new ones lose their suffix.
 *
 * The directory is flushed between the steps, as names may reach the disk in any order otherwise. `leftover_files.ts`
 * does what is left to do after a crash.
 *
 * @module
 */

import { CLEANED_SUFFIX, DELETED_SUFFIX, SWAP_SUFFIX } from "../file/file_names.ts";
import type { Segment } from "../segment/segment.ts";
import { type DeletionState, removeLater } from "./segment_deletion.ts";

/**
 * Replaces `oldSegments` by `newSegments` (Kafka's `replaceSegments`).
 *
 * @param newSegments flushed, with files named `.cleaned`
 * @param oldSegments those that are no longer in the log are passed over
 * @returns the old segments whose base offset no new one has
 */
export function replaceSegments(
  state: DeletionState,
  newSegments: readonly Segment[],
  oldSegments: readonly Segment[],
): Segment[] {
  const { segments, env, directory } = state;
  const added = [...newSegments].sort((a, b) => a.baseOffset - b.baseOffset);
  const removed = oldSegments.filter((segment) => segments.get(segment.baseOffset) === segment)
    .sort((a, b) => a.baseOffset - b.baseOffset);
  forgetEnds(state, removed);
  env.fileSystem.flushDirectory(directory);
  for (let i = added.length - 1; i >= 0; i--) {
    added[i]!.changeFileSuffixes(CLEANED_SUFFIX, SWAP_SUFFIX);
    // Names must become durable from the top down: see step 2.
    env.fileSystem.flushDirectory(directory);
  }
  const newBaseOffsets = new Set(added.map((segment) => segment.baseOffset));
  const notReplaced: Segment[] = [];
  for (const segment of added) segments.add(segment);
  for (const segment of removed) {
    if (!newBaseOffsets.has(segment.baseOffset)) {
      segments.remove(segment.baseOffset);
      notReplaced.push(segment);
    }
    segment.changeFileSuffixes("", DELETED_SUFFIX);
  }
  removeLater(state, removed);
  env.fileSystem.flushDirectory(directory);
  for (const segment of added) segment.changeFileSuffixes(SWAP_SUFFIX, "");
  env.fileSystem.flushDirectory(directory);
  return notReplaced;
}

/**
 * The new segments may end earlier than the old ones did, which must not pass for a loss. Nor must a real loss go unseen if
 * the swap does not come about: what is noted of the old ones is dropped once they are flushed.
 */
function forgetEnds(state: DeletionState, removed: readonly Segment[]): void {
  const noted = removed.filter(({ baseOffset }) => state.unflushed.endOf(baseOffset) !== undefined);
  for (const segment of noted) segment.flushSync();
  state.unflushed.forget(noted.map((segment) => segment.baseOffset));
}
