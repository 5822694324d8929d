/**
 * A file system that tells when the disk under it fails, whoever made the call: so one bad disk takes its log directory
 * offline, also when the error showed in an append of somebody who holds the log.
 *
 * @module
 */

import { LogDirError } from "../errors.ts";
import type {
  DirectoryEntry,
  DirectoryLock,
  FileStat,
  FileSystem,
  LogFile,
  OpenOptions,
  VolumeSpace,
} from "../file/file_system.ts";
import { errorCode } from "../file/system_error.ts";

/** Told of each failure; it must not throw, and must not touch files at once: the call that failed is still under way. */
export type DiskFailureListener = (error: LogDirError) => void;

/** Reports to the listener what goes through it as a {@linkcode LogDirError}, but for files that are not there. */
export class WatchedFileSystem implements FileSystem {
  readonly #inner: FileSystem;
  readonly #listener: DiskFailureListener;

  constructor(inner: FileSystem, listener: DiskFailureListener) {
    this.#inner = inner;
    this.#listener = listener;
  }

  #fail(error: unknown): never {
    report(error, this.#listener);
    throw error;
  }

  open(path: string, options?: OpenOptions): LogFile {
    try {
      return new WatchedFile(this.#inner.open(path, options), this.#listener);
    } catch (error) {
      this.#fail(error);
    }
  }

  stat(path: string): FileStat | undefined {
    try {
      return this.#inner.stat(path);
    } catch (error) {
      this.#fail(error);
    }
  }

  list(path: string): DirectoryEntry[] {
    try {
      return this.#inner.list(path);
    } catch (error) {
      this.#fail(error);
    }
  }

  makeDirectory(path: string): void {
    try {
      this.#inner.makeDirectory(path);
    } catch (error) {
      this.#fail(error);
    }
  }

  rename(from: string, to: string): void {
    try {
      this.#inner.rename(from, to);
    } catch (error) {
      this.#fail(error);
    }
  }

  remove(path: string): void {
    try {
      this.#inner.remove(path);
    } catch (error) {
      this.#fail(error);
    }
  }

  setModified(path: string, modifiedMs: number): void {
    try {
      this.#inner.setModified(path, modifiedMs);
    } catch (error) {
      this.#fail(error);
    }
  }

  flushDirectory(path: string): void {
    try {
      this.#inner.flushDirectory(path);
    } catch (error) {
      this.#fail(error);
    }
  }

  async flushDirectoryAsync(path: string): Promise<void> {
    try {
      await this.#inner.flushDirectoryAsync(path);
    } catch (error) {
      this.#fail(error);
    }
  }

  space(path: string): VolumeSpace | undefined {
    return this.#inner.space?.(path);
  }

  absolutePath(path: string): string {
    return this.#inner.absolutePath?.(path) ?? path;
  }

  lock(directory: string): DirectoryLock {
    return this.#inner.lock(directory);
  }
}

function report(error: unknown, listener: DiskFailureListener): void {
  if (error instanceof LogDirError && errorCode(error.cause) !== "ENOENT") listener(error);
}

class WatchedFile implements LogFile {
  readonly #inner: LogFile;
  readonly #listener: DiskFailureListener;

  constructor(inner: LogFile, listener: DiskFailureListener) {
    this.#inner = inner;
    this.#listener = listener;
  }

  get path(): string {
    return this.#inner.path;
  }

  #fail(error: unknown): never {
    report(error, this.#listener);
    throw error;
  }

  size(): number {
    try {
      return this.#inner.size();
    } catch (error) {
      this.#fail(error);
    }
  }

  read(position: number, target: Uint8Array, targetStart: number, length: number): number {
    try {
      return this.#inner.read(position, target, targetStart, length);
    } catch (error) {
      this.#fail(error);
    }
  }

  write(position: number, source: Uint8Array, start?: number, end?: number): void {
    try {
      this.#inner.write(position, source, start, end);
    } catch (error) {
      this.#fail(error);
    }
  }

  truncate(size: number): void {
    try {
      this.#inner.truncate(size);
    } catch (error) {
      this.#fail(error);
    }
  }

  async flush(): Promise<void> {
    try {
      await this.#inner.flush();
    } catch (error) {
      this.#fail(error);
    }
  }

  flushSync(): void {
    try {
      this.#inner.flushSync();
    } catch (error) {
      this.#fail(error);
    }
  }

  rename(path: string): void {
    try {
      this.#inner.rename(path);
    } catch (error) {
      this.#fail(error);
    }
  }

  close(): void {
    try {
      this.#inner.close();
    } catch (error) {
      this.#fail(error);
    }
  }
}
