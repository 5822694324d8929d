/**
 * The producer snapshots in a log's directory.
 *
 * @module
 */

import type { Env } from "../../env.ts";
import {
  DELETED_SUFFIX,
  offsetFromFileName,
  PRODUCER_SNAPSHOT_SUFFIX,
  producerSnapshotFileName,
} from "../../file/file_names.ts";
import { readWholeFile } from "../../file/file_system.ts";
import { decodeProducerSnapshot, encodeProducerSnapshot } from "./producer_snapshot.ts";
import type { ProducerStateEntry } from "./producer_state_entry.ts";

const TEMPORARY_SUFFIX = ".tmp";

/** The snapshot files of one log by offset. Removing one that is gone already is fine. */
export class ProducerSnapshotFiles {
  readonly #env: Env;
  #directory: string;
  // Ascending.
  #offsets: number[] = [];

  /**
   * Looks at what is in `directory`; it need not exist.
   *
   * @param names the files that are there, when that is known
   */
  constructor(env: Env, directory: string, names?: readonly string[]) {
    this.#env = env;
    this.#directory = directory;
    if (names === undefined) this.reload();
    else this.#take(names);
  }

  /** Offsets of all snapshots, ascending. */
  get offsets(): readonly number[] {
    return this.#offsets;
  }

  /** Where the snapshot of `offset` is, or would be. */
  path(offset: number): string {
    return `${this.#directory}/${producerSnapshotFileName(offset)}`;
  }

  /** Looks at the directory afresh, and removes what an interrupted write has left. */
  reload(): void {
    const { fileSystem } = this.#env;
    this.#offsets = [];
    if (fileSystem.stat(this.#directory)?.isDirectory !== true) return;
    const entries = fileSystem.list(this.#directory).filter(({ isDirectory }) => !isDirectory);
    this.#take(entries.map(({ name }) => name));
  }

  #take(names: readonly string[]): void {
    for (const name of names) {
      if (name.endsWith(PRODUCER_SNAPSHOT_SUFFIX)) {
        const offset = offsetFromFileName(name);
        if (offset !== undefined) this.#add(offset);
      } else if (name.endsWith(PRODUCER_SNAPSHOT_SUFFIX + TEMPORARY_SUFFIX)) {
        this.#env.fileSystem.remove(`${this.#directory}/${name}`);
      }
    }
  }

  /** The directory was moved to `directory`, with the files in it. */
  updateParentDir(directory: string): void {
    this.#directory = directory;
  }

  /**
   * The entries in the snapshot of `offset`.
   *
   * @throws {CorruptRecordError} when its bytes are not a snapshot
   */
  read(offset: number): ProducerStateEntry[] {
    return decodeProducerSnapshot(readWholeFile(this.#env.fileSystem, this.path(offset)));
  }

  /**
   * Writes the snapshot of `offset` beside its place and moves it there, so that there is never half a one.
   *
   * @param sync whether it is to survive a power cut when this returns
   * @returns its path
   */
  write(offset: number, entries: Iterable<ProducerStateEntry>, sync: boolean): string {
    const { fileSystem } = this.#env;
    const path = this.path(offset);
    const temporary = path + TEMPORARY_SUFFIX;
    const file = fileSystem.open(temporary, { create: true });
    try {
      file.truncate(0);
      file.write(0, encodeProducerSnapshot(entries));
      if (sync) file.flushSync();
    } finally {
      file.close();
    }
    fileSystem.rename(temporary, path);
    if (sync) fileSystem.flushDirectory(this.#directory);
    this.#add(offset);
    return path;
  }

  /** Removes the snapshot of `offset`. */
  remove(offset: number): void {
    const at = this.#offsets.indexOf(offset);
    if (at < 0) return;
    this.#offsets.splice(at, 1);
    const path = this.path(offset);
    this.#env.fileSystem.remove(path);
    this.#env.logger.write("info", "Deleted producer state snapshot", { path });
  }

  /** Removes the snapshots whose offset `matches`. */
  removeWhere(matches: (offset: number) => boolean): void {
    for (const offset of this.#offsets.filter(matches)) this.remove(offset);
  }

  /**
   * Forgets the snapshot of `offset` and adds `.deleted` to its name, for its owner to remove it later.
   *
   * @returns its new path, or `undefined` when there was none
   */
  markForDeletion(offset: number): string | undefined {
    const at = this.#offsets.indexOf(offset);
    if (at < 0) return undefined;
    this.#offsets.splice(at, 1);
    const { fileSystem, logger } = this.#env;
    const path = this.path(offset);
    if (fileSystem.stat(path) === undefined) {
      logger.write("info", "Snapshot to be marked for deletion was already deleted", { path });
      return undefined;
    }
    fileSystem.rename(path, path + DELETED_SUFFIX);
    return path + DELETED_SUFFIX;
  }

  #add(offset: number): void {
    const list = this.#offsets;
    let at = list.length;
    while (at > 0 && list[at - 1]! >= offset) at--;
    if (list[at] !== offset) list.splice(at, 0, offset);
  }
}
