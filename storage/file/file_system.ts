/**
 * The contract between the engine and a disk. The engine touches files only through these interfaces, so
 * that it runs unchanged on a disk, in memory, and on a disk that a test tells when to fail.
 *
 * Calls are synchronous: a positional read of cached data costs microseconds, a promise a multiple of
 * that. Only {@linkcode LogFile.flush}, which waits for the device, has an awaited form.
 *
 * What holds for every implementation:
 * - Data written with {@linkcode LogFile.write} is seen by every later read, also through another handle.
 * - It survives a power cut only once a flush of that file has returned; until then any part of it may be
 *   lost or torn, in any order.
 * - {@linkcode FileSystem.rename} replaces its target atomically. Creations, renames and removals of names survive
 *   a power cut only once {@linkcode FileSystem.flushDirectory} of the directory that holds the name has returned.
 * - A failure of the disk is a {@linkcode LogDirError} with the system's error as its cause.
 *
 * @module
 */

import { LogDirError } from "../errors.ts";

/** How {@linkcode FileSystem.open} treats a file that is, or is not, there. */
export interface OpenOptions {
  /** Make the file when it is missing. Default: `false`, then a missing file is a `LogDirError`. */
  readonly create?: boolean;
  /** Refuse writes. Default: `false`. */
  readonly readOnly?: boolean;
  /** When the file is made: its size in bytes from the start, all zeros. Default: 0. */
  readonly preallocate?: number;
}

/** An open file. It need not hold a descriptor while it is idle. */
export interface LogFile {
  /** Where the file is now; {@linkcode LogFile.rename} changes it. */
  readonly path: string;
  /** Size in bytes. */
  size(): number;
  /**
   * Reads up to `length` bytes at `position` into `target` from `targetStart` on.
   *
   * @returns the bytes read, less than `length` only at the end of the file
   */
  read(position: number, target: Uint8Array, targetStart: number, length: number): number;
  /** Writes all of `source[start, end)` at `position`; the file grows as needed. */
  write(position: number, source: Uint8Array, start?: number, end?: number): void;
  /** Cuts or extends (with zeros) the file to `size` bytes. */
  truncate(size: number): void;
  /** Resolves once the data written so far survives a power cut (fdatasync). */
  flush(): Promise<void>;
  /** As {@linkcode LogFile.flush}, blocking. For start-up, shutdown and small files only. */
  flushSync(): void;
  /** Moves the file to `path`, replacing what is there; this handle follows it. */
  rename(path: string): void;
  /** Releases the handle; more calls on it fail. Closing twice is allowed. */
  close(): void;
}

/** One name in a directory. */
export interface DirectoryEntry {
  /** Name without the directory. */
  readonly name: string;
  /** Whether it is a directory. */
  readonly isDirectory: boolean;
}

/** Size and age of a file. */
export interface FileStat {
  /** Size in bytes. */
  readonly size: number;
  /** Time of the last write, ms since the epoch. */
  readonly modifiedMs: number;
  /** Whether it is a directory. */
  readonly isDirectory: boolean;
}

/** How much room a volume has. */
export interface VolumeSpace {
  /** Bytes in all. */
  readonly totalBytes: number;
  /** Bytes that this process may still take. */
  readonly usableBytes: number;
}

/** A lock on a directory, held until {@linkcode DirectoryLock.release} or the end of the process. */
export interface DirectoryLock {
  /** Sets the directory free; fine twice. */
  release(): void;
}

/** A tree of files. Paths use `/`; see the module doc for what every implementation holds to. */
export interface FileSystem {
  /** Opens a file. */
  open(path: string, options?: OpenOptions): LogFile;
  /** Size and age, or `undefined` when there is nothing at `path`. */
  stat(path: string): FileStat | undefined;
  /** The entries of a directory, sorted by name. */
  list(path: string): DirectoryEntry[];
  /** Makes a directory and those above it; fine when it is there. */
  makeDirectory(path: string): void;
  /** Moves a file or directory, replacing a file at `to`. */
  rename(from: string, to: string): void;
  /** Removes a file, or a directory with all in it; fine when it is not there. */
  remove(path: string): void;
  /** Sets the time of the last write, ms since the epoch (retention looks at it when a segment has no timestamps). */
  setModified(path: string, modifiedMs: number): void;
  /** Returns once the names in the directory survive a power cut. */
  flushDirectory(path: string): void;
  /** As {@linkcode FileSystem.flushDirectory}, for the names that are there at the call; the event loop goes on meanwhile. */
  flushDirectoryAsync(path: string): Promise<void>;
  /** The room on the volume that holds `path`; file systems that have no limit of their own do not tell. */
  space?(path: string): VolumeSpace | undefined;
  /** A path as people and other processes find it; file systems that know no other way to say it than `path` leave this out. */
  absolutePath?(path: string): string;
  /**
   * Takes the lock file `.lock` in a directory.
   *
   * @throws {LogUnavailableError} when another holder, in this process or another, has it
   */
  lock(directory: string): DirectoryLock;
}

/**
 * Reads bytes that are known to be in a file. Were fewer taken for all there are, recovery would cut off what it was not given.
 *
 * @throws {LogDirError} when the file ends before them
 */
export function readFully(
  file: LogFile,
  position: number,
  target: Uint8Array,
  targetStart: number,
  length: number,
): void {
  const read = file.read(position, target, targetStart, length);
  if (read >= length) return;
  throw new LogDirError(
    file.path,
    `Failed to read ${file.path}: it ends at ${position + read}, before position: ${
      position + length
    }`,
  );
}

/** The whole content of a file; for small ones. */
export function readWholeFile(fileSystem: FileSystem, path: string): Uint8Array<ArrayBuffer> {
  const file = fileSystem.open(path, { readOnly: true });
  try {
    const bytes = new Uint8Array(file.size());
    readFully(file, 0, bytes, 0, bytes.length);
    return bytes;
  } finally {
    file.close();
  }
}
