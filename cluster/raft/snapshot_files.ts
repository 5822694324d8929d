/**
 * The snapshots in the directory of a metadata log.
 *
 * @module
 */

import type { Env } from "../../storage/env.ts";
import { CorruptRecordError } from "../../storage/errors.ts";
import { readFully } from "../../storage/file/file_system.ts";
import { joinPath } from "../../storage/file/paths.ts";
import { compareOffsetAndEpoch, type OffsetAndEpoch } from "./offset_and_epoch.ts";
import {
  DELETED_SNAPSHOT_SUFFIX,
  parseSnapshotName,
  snapshotFileName,
  snapshotIdText,
} from "./snapshot_path.ts";
import { snapshotTimestamp } from "./snapshot_reader.ts";

/** The snapshots that can be read, and the files that wait to be removed. */
export class SnapshotFiles {
  readonly #env: Env;
  readonly #directory: string;
  readonly #deleteDelayMs: number;
  #ids: OffsetAndEpoch[] = [];
  #timestamps = new Map<string, number>();
  #pending: { readonly path: string; readonly due: number }[] = [];

  /**
   * Finds the snapshots, and removes what was left half written, half removed, or is older than the log.
   *
   * @throws {CorruptRecordError} when the log's beginning is gone and no snapshot has it
   */
  constructor(env: Env, directory: string, logStartOffset: number, deleteDelayMs: number) {
    this.#env = env;
    this.#directory = directory;
    this.#deleteDelayMs = deleteDelayMs;
    const unneeded: string[] = [];
    for (const { name } of env.fileSystem.list(directory)) {
      const found = parseSnapshotName(name);
      if (found === undefined) continue;
      if (found.state !== "complete" || found.id.offset < logStartOffset) unneeded.push(name);
      else this.#ids.push(found.id);
    }
    this.#ids.sort(compareOffsetAndEpoch);
    if (logStartOffset > 0 && this.latest === undefined) {
      throw new CorruptRecordError(
        `Inconsistent snapshot state: there must be a snapshot at an offset larger then the current log start offset ${logStartOffset}, but the latest snapshot is missing`,
      );
    }
    for (const name of unneeded) {
      env.fileSystem.remove(joinPath(directory, name));
      env.logger.write("info", "Deleted unneeded snapshot file", { directory, name });
    }
  }

  /** The newest. */
  get latest(): OffsetAndEpoch | undefined {
    return this.#ids[this.#ids.length - 1];
  }

  /** The oldest. */
  get earliest(): OffsetAndEpoch | undefined {
    return this.#ids[0];
  }

  /** All, oldest first. */
  get ids(): readonly OffsetAndEpoch[] {
    return this.#ids.slice();
  }

  /** Whether there is one. */
  has(id: OffsetAndEpoch): boolean {
    return this.#ids.some((other) => compareOffsetAndEpoch(other, id) === 0);
  }

  /** Notes one that was written. */
  add(id: OffsetAndEpoch): void {
    if (this.has(id)) return;
    this.#ids.push(id);
    this.#ids.sort(compareOffsetAndEpoch);
  }

  /** Where a snapshot is. */
  path(id: OffsetAndEpoch): string {
    return joinPath(this.#directory, snapshotFileName(id));
  }

  /** Bytes of one; `undefined` when there is none of that name. */
  size(id: OffsetAndEpoch): number | undefined {
    return this.has(id) ? this.#env.fileSystem.stat(this.path(id))?.size : undefined;
  }

  /** A part of one. */
  read(id: OffsetAndEpoch, position: number, length: number): Uint8Array {
    const file = this.#env.fileSystem.open(this.path(id), { readOnly: true });
    try {
      const bytes = new Uint8Array(length);
      readFully(file, position, bytes, 0, length);
      return bytes;
    } finally {
      file.close();
    }
  }

  /** Bytes of all of them. */
  get totalSize(): number {
    return this.#ids.reduce((sum, id) => {
      return sum + (this.#env.fileSystem.stat(this.path(id))?.size ?? 0);
    }, 0);
  }

  /** When the last record in a snapshot was appended, ms since the epoch. */
  timestamp(id: OffsetAndEpoch): number {
    const name = snapshotIdText(id);
    const known = this.#timestamps.get(name);
    if (known !== undefined) return known;
    const timestamp = snapshotTimestamp(this.#env.fileSystem, this.path(id));
    this.#timestamps.set(name, timestamp);
    return timestamp;
  }

  /** Forgets those before `id`, and gives their files the name of what is to be removed. Returns how many there were. */
  deleteBefore(id: OffsetAndEpoch, reason: string): number {
    const { fileSystem, logger, clock } = this.#env;
    const expired = this.#ids.filter((other) => compareOffsetAndEpoch(other, id) < 0);
    this.#ids = this.#ids.filter((other) => compareOffsetAndEpoch(other, id) >= 0);
    for (const old of expired) {
      logger.write("info", "Marking snapshot for deletion", { ...old, reason });
      const path = joinPath(this.#directory, snapshotFileName(old, DELETED_SNAPSHOT_SUFFIX));
      fileSystem.rename(this.path(old), path);
      this.#timestamps.delete(snapshotIdText(old));
      this.#pending.push({ path, due: clock.now() + this.#deleteDelayMs });
    }
    return expired.length;
  }

  /** When a file is to be removed next, ms since the epoch. */
  get nextDueMs(): number | undefined {
    return this.#pending[0]?.due;
  }

  /** Removes the files that are due. */
  removeDue(now: number): void {
    while (this.#pending.length > 0 && this.#pending[0]!.due <= now) {
      this.#env.fileSystem.remove(this.#pending.shift()!.path);
    }
  }
}
