/**
 * Settling what an interrupted deletion, compaction or split has left in a log's directory, before its segments are loaded.
 * `segment_swap.ts` tells the order in which the files got their names.
 *
 * @module
 */

import type { Env } from "../../env.ts";
import {
  CLEANED_SUFFIX,
  DELETED_SUFFIX,
  isLogFile,
  offsetFromFileName,
  SWAP_SUFFIX,
} from "../../file/file_names.ts";
import { Segment } from "../../segment/segment.ts";
import type { LogConfig } from "../config/log_config.ts";

/** Snapshots of the metadata log on their way out: not ours to remove. */
const KRAFT_SNAPSHOT_DELETED_SUFFIX = ".checkpoint.deleted";

/** Checkpoints and the like are written beside their place and renamed. */
const HALF_WRITTEN = /(?:-checkpoint|\.snapshot|\.metadata)\.tmp$/;

/** Where to look. */
export interface LeftoverOptions {
  readonly env: Env;
  readonly directory: string;
  readonly config: LogConfig;
}

/**
 * Removes what was on its way out or half made, and completes a swap that had been decided.
 *
 * @param names names of the files that were there before
 * @returns names of the files that are there now, sorted
 */
export function settleLeftoverFiles(
  options: LeftoverOptions,
  names: readonly string[],
): readonly string[] {
  const isTemporary = (name: string) =>
    name.endsWith(DELETED_SUFFIX) || name.endsWith(CLEANED_SUFFIX) || name.endsWith(SWAP_SUFFIX) ||
    HALF_WRITTEN.test(name);
  if (!names.some(isTemporary)) return names;
  const swapFiles = removeTemporaryFiles(options, names.filter(isTemporary));
  if (swapFiles.length > 0) completeSwap(options, swapFiles);
  return fileNames(options);
}

/** Removes `.deleted` and `.cleaned` files, and those `.swap` files that belong to an undecided swap. Returns the others. */
function removeTemporaryFiles(options: LeftoverOptions, names: readonly string[]): string[] {
  const swapFiles: string[] = [];
  const cleanedFiles: string[] = [];
  let minCleanedOffset = Infinity;
  for (const name of names) {
    if (name.endsWith(DELETED_SUFFIX) && !name.endsWith(KRAFT_SNAPSHOT_DELETED_SUFFIX)) {
      remove(options, name, "Deleting stray file that was marked for deletion");
    } else if (HALF_WRITTEN.test(name)) {
      remove(options, name, "Deleting half-written file");
    } else if (name.endsWith(CLEANED_SUFFIX)) {
      cleanedFiles.push(name);
      minCleanedOffset = Math.min(offsetFromFileName(name) ?? Infinity, minCleanedOffset);
    } else if (name.endsWith(SWAP_SUFFIX)) {
      swapFiles.push(name);
    }
  }
  // Files become .swap from the highest offset down: with a lower .cleaned one about, the swap was not decided.
  const decided: string[] = [];
  for (const name of swapFiles) {
    const offset = offsetFromFileName(name);
    if (offset === undefined || offset >= minCleanedOffset) {
      remove(options, name, "Deleting swap file of an incomplete swap");
    } else decided.push(name);
  }
  // These last: as long as one is there, a .swap file above it must not count.
  if (cleanedFiles.length > 0 && swapFiles.length > decided.length) flushNames(options);
  for (const name of cleanedFiles) remove(options, name, "Deleting stray cleaned file");
  return decided;
}

/** Removes the old files in the range of the new ones, and takes the suffix off those. */
function completeSwap(options: LeftoverOptions, swapFiles: readonly string[]): void {
  const { env, directory } = options;
  let minOffset = Infinity;
  let maxOffset = -Infinity;
  for (const name of swapFiles) {
    if (!isLogFile(name.slice(0, -SWAP_SUFFIX.length))) continue;
    const baseOffset = offsetFromFileName(name)!;
    writeLine(options, "Found log file from interrupted swap operation", name);
    minOffset = Math.min(baseOffset, minOffset);
    maxOffset = Math.max(nextOffsetOf(options, baseOffset), maxOffset);
  }
  for (const name of fileNames(options)) {
    const offset = offsetFromFileName(name);
    if (offset === undefined || name.endsWith(SWAP_SUFFIX)) continue;
    if (offset >= minOffset && offset < maxOffset) {
      remove(options, name, "Deleting file that was compacted but not deleted yet");
    }
  }
  flushNames(options);
  for (const name of fileNames(options)) {
    if (!name.endsWith(SWAP_SUFFIX)) continue;
    writeLine(options, "Recovering file from interrupted swap operation by renaming", name);
    const path = `${directory}/${name}`;
    env.fileSystem.rename(path, path.slice(0, -SWAP_SUFFIX.length));
  }
  flushNames(options);
}

function nextOffsetOf({ env, directory, config }: LeftoverOptions, baseOffset: number): number {
  const segment = Segment.open({ env, directory, baseOffset, config, fileSuffix: SWAP_SUFFIX });
  try {
    return segment.readNextOffset();
  } finally {
    segment.close();
  }
}

/** Names of the files in a directory, sorted. */
export function fileNames(
  { env, directory }: Pick<LeftoverOptions, "env" | "directory">,
): string[] {
  return env.fileSystem.list(directory).filter((entry) => !entry.isDirectory).map((entry) =>
    entry.name
  );
}

function flushNames({ env, directory }: LeftoverOptions): void {
  env.fileSystem.flushDirectory(directory);
}

function remove(options: LeftoverOptions, name: string, why: string): void {
  writeLine(options, why, name);
  options.env.fileSystem.remove(`${options.directory}/${name}`);
}

function writeLine({ env, directory }: LeftoverOptions, message: string, file: string): void {
  env.logger.write("info", message, { directory, file });
}
