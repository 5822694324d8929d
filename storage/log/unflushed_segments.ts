/**
 * `unflushed-segments-checkpoint` in a partition's directory: how far the sealed segments reach that were not flushed when the log rolled.
 *
 * A power cut may take the end of an unflushed segment at the bounds of a batch, and leave the segment behind it: nothing in
 * either tells that records are missing in between. So a roll notes, durably and before the new segment is made, where the old
 * one ends; recovery cuts the log off where a segment falls short of that. Kafka has no such file, and ignores it.
 *
 * Text as Kafka's other checkpoints: version 0, the number of entries, `baseOffset endOffset` each. The file is there only
 * while the log is open, or after an unclean stop.
 *
 * @module
 */

import type { Env } from "../env.ts";
import { CorruptRecordError } from "../errors.ts";
import { CheckpointFile, type EntryFormat, parseInteger } from "../file/checkpoint_file.ts";
import { UNFLUSHED_SEGMENTS_CHECKPOINT_FILE } from "../file/file_names.ts";

interface SealedSegment {
  readonly baseOffset: number;
  /** The offset behind its last record. */
  readonly endOffset: number;
}

const format: EntryFormat<SealedSegment> = {
  format: ({ baseOffset, endOffset }) => `${baseOffset} ${endOffset}`,
  parse([baseText = "", endText = "", ...more]) {
    const baseOffset = parseInteger(baseText);
    const endOffset = parseInteger(endText);
    if (baseOffset === undefined || endOffset === undefined || more.length > 0) return;
    return { baseOffset, endOffset };
  },
};

/** Where the sealed, unflushed segments of one log end. */
export class UnflushedSegments {
  readonly #env: Env;
  readonly #ends = new Map<number, number>();
  #path: string;
  #exists: boolean;

  /**
   * Reads what an unclean stop has left in `directory`; a file that cannot be read counts as none.
   *
   * @param exists whether there is such a file
   */
  constructor(env: Env, directory: string, exists: boolean) {
    this.#env = env;
    this.#path = `${directory}/${UNFLUSHED_SEGMENTS_CHECKPOINT_FILE}`;
    this.#exists = exists;
    if (!this.#exists) return;
    try {
      for (const { baseOffset, endOffset } of this.#file().read()) {
        this.#ends.set(baseOffset, endOffset);
      }
    } catch (error) {
      if (!(error instanceof CorruptRecordError)) throw error;
      env.logger.write("warn", "Ignored a damaged checkpoint of unflushed segments", {
        path: this.#path,
        reason: error.message,
      });
    }
  }

  /** Where the segment ended when it was sealed; `undefined` when it was flushed, or is not sealed. */
  endOf(baseOffset: number): number | undefined {
    return this.#ends.get(baseOffset);
  }

  /**
   * Notes, durably, where a segment ends that is being sealed, and drops those that were flushed since.
   *
   * @param recoveryPoint everything below was flushed
   */
  seal(baseOffset: number, endOffset: number, recoveryPoint: number): void {
    for (const [base, end] of this.#ends) if (end <= recoveryPoint) this.#ends.delete(base);
    this.#ends.set(baseOffset, endOffset);
    this.#write();
  }

  /** Drops, durably, what is noted of segments that are about to be cut, replaced or removed: it will not hold any more. */
  forget(baseOffsets: readonly number[]): void {
    let changed = false;
    for (const baseOffset of baseOffsets) changed = this.#ends.delete(baseOffset) || changed;
    if (changed) this.#write();
  }

  /** Everything was flushed, or the log was closed cleanly: no file is needed. */
  clear(): void {
    this.#ends.clear();
    if (!this.#exists) return;
    this.#env.fileSystem.remove(this.#path);
    this.#exists = false;
  }

  /** The directory was renamed. */
  updateDirectory(directory: string): void {
    this.#path = `${directory}/${UNFLUSHED_SEGMENTS_CHECKPOINT_FILE}`;
  }

  #write(): void {
    const entries = Array.from(
      this.#ends,
      ([baseOffset, endOffset]): SealedSegment => ({ baseOffset, endOffset }),
    );
    this.#file().write(entries);
    this.#exists = true;
  }

  #file(): CheckpointFile<SealedSegment> {
    return new CheckpointFile(this.#env.fileSystem, this.#path, 0, format);
  }
}
