/**
 * A file system in memory: the whole engine runs on it, in tests and where a log need not outlive its process.
 *
 * @module
 */

import { LogUnavailableError } from "../errors.ts";
import type {
  DirectoryEntry,
  DirectoryLock,
  FileStat,
  FileSystem,
  LogFile,
  OpenOptions,
} from "./file_system.ts";
import { MemoryContent } from "./memory_content.ts";
import { DirectoryNode, FileNode, MemoryTree, pathOf, type TreeNode } from "./memory_tree.ts";
import { joinPath } from "./paths.ts";
import { logDirError, systemError } from "./system_error.ts";

/** Options of {@linkcode MemoryFileSystem}. */
export interface MemoryFileSystemOptions {
  /** Wall-clock time for the times of files, ms since the epoch. Default: all files are of time 0. */
  readonly now?: () => number;
}

let access: (fileSystem: MemoryFileSystem) => MemoryTree;

/**
 * Behaves as a POSIX file system does: an open file outlives its name, handles follow renames of the file and of the
 * directories above it, and a relative path is one from the top. There is nothing to flush: it lives as long as the
 * object.
 *
 * @example A file is there again when it is opened again
 * ```ts
 * import { assertEquals } from "@std/assert";
 * import { MemoryFileSystem } from "@seglog/seglog/storage";
 *
 * const fileSystem = new MemoryFileSystem();
 * fileSystem.makeDirectory("/data");
 * const file = fileSystem.open("/data/greeting", { create: true });
 * file.write(0, new TextEncoder().encode("hello"));
 * file.close();
 * assertEquals(fileSystem.stat("/data/greeting")?.size, 5);
 * ```
 */
export class MemoryFileSystem implements FileSystem {
  static {
    access = (fileSystem) => fileSystem.#tree;
  }

  readonly #tree: MemoryTree;
  readonly #now: () => number;
  readonly #locked = new Set<TreeNode>();

  /** An empty tree of its own. */
  constructor(options: MemoryFileSystemOptions = {}) {
    this.#now = options.now ?? (() => 0);
    this.#tree = new MemoryTree(this.#now);
  }

  /** Opens a file; see {@linkcode FileSystem.open}. */
  open(path: string, options: OpenOptions = {}): LogFile {
    const { directory, name } = this.#tree.slot("open", path);
    let node = directory.entries.get(name);
    if (node instanceof DirectoryNode) throw logDirError("open", path, systemError("EISDIR"));
    if (node === undefined) {
      if (!options.create) throw logDirError("open", path, systemError("ENOENT"));
      node = new FileNode(new MemoryContent(), this.#now());
      node.content.truncate(options.preallocate ?? 0);
      this.#tree.link(directory, name, node);
    }
    return new MemoryFile(this, node, options.readOnly ?? false, this.#now);
  }

  /** Size and age; see {@linkcode FileSystem.stat}. */
  stat(path: string): FileStat | undefined {
    const node = this.#tree.find(path);
    if (node === undefined) return undefined;
    const isDirectory = node instanceof DirectoryNode;
    return { size: isDirectory ? 0 : node.content.size, modifiedMs: node.modifiedMs, isDirectory };
  }

  /** The entries of a directory, sorted by name. */
  list(path: string): DirectoryEntry[] {
    return this.#tree.list(path);
  }

  /** Makes a directory and those above it. */
  makeDirectory(path: string): void {
    this.#tree.makeDirectory(path);
  }

  /** Moves a file or directory; open handles follow. */
  rename(from: string, to: string): void {
    this.#tree.rename(from, to);
  }

  /** Removes a file, or a directory with all in it; open handles stay usable. */
  remove(path: string): void {
    const node = this.#tree.find(path);
    if (node !== undefined) this.#remove(node);
  }

  /** Sets the time of the last write, ms since the epoch. */
  setModified(path: string, modifiedMs: number): void {
    this.#tree.get("set the time of", path).modifiedMs = modifiedMs;
  }

  /** Checks that the directory is there: there is nothing to flush. */
  flushDirectory(path: string): void {
    const node = this.#tree.get("flush directory", path);
    if (node instanceof FileNode) {
      throw logDirError("flush directory", path, systemError("ENOTDIR"));
    }
  }

  /** As {@linkcode MemoryFileSystem.flushDirectory}. */
  flushDirectoryAsync(path: string): Promise<void> {
    try {
      this.flushDirectory(path);
    } catch (error) {
      return Promise.reject(error);
    }
    return Promise.resolve();
  }

  /** Takes the lock of a directory; see {@linkcode FileSystem.lock}. */
  lock(directory: string): DirectoryLock {
    this.open(joinPath(directory, ".lock"), { create: true }).close();
    const node = this.#tree.get("lock", directory);
    if (this.#locked.has(node)) {
      throw new LogUnavailableError(
        `Failed to lock the log directory, another log in this process has it: ${directory}`,
      );
    }
    this.#locked.add(node);
    let held = true;
    return {
      release: () => {
        if (held) this.#locked.delete(node);
        held = false;
      },
    };
  }

  #remove(node: TreeNode): void {
    if (node instanceof DirectoryNode) {
      for (const child of [...node.entries.values()]) this.#remove(child);
    }
    this.#tree.unlink(node);
  }
}

/** Names and contents of a file system, for those who simulate a disk on it. */
export function treeOf(fileSystem: MemoryFileSystem): MemoryTree {
  return access(fileSystem);
}

class MemoryFile implements LogFile {
  readonly #fileSystem: MemoryFileSystem;
  readonly #node: FileNode;
  readonly #readOnly: boolean;
  readonly #now: () => number;
  #closed = false;

  constructor(fileSystem: MemoryFileSystem, node: FileNode, readOnly: boolean, now: () => number) {
    this.#fileSystem = fileSystem;
    this.#node = node;
    this.#readOnly = readOnly;
    this.#now = now;
  }

  get path(): string {
    return pathOf(this.#node);
  }

  size(): number {
    return this.#content().size;
  }

  read(position: number, target: Uint8Array, targetStart: number, length: number): number {
    return this.#content().read(position, target, targetStart, length);
  }

  write(position: number, source: Uint8Array, start = 0, end: number = source.length): void {
    this.#writable("write to").write(position, source, start, end);
    this.#node.modifiedMs = this.#now();
  }

  truncate(size: number): void {
    this.#writable("truncate").truncate(size);
    this.#node.modifiedMs = this.#now();
  }

  flush(): Promise<void> {
    try {
      this.#content();
    } catch (error) {
      return Promise.reject(error);
    }
    return Promise.resolve();
  }

  flushSync(): void {
    this.#content();
  }

  rename(path: string): void {
    this.#content();
    if (this.#node.parent === undefined) {
      throw logDirError("rename", this.path, systemError("ENOENT"));
    }
    this.#fileSystem.rename(this.path, path);
  }

  close(): void {
    this.#closed = true;
  }

  #content(): MemoryContent {
    if (this.#closed) throw new LogUnavailableError(`File is closed: ${this.path}`);
    return this.#node.content;
  }

  #writable(action: string): MemoryContent {
    const content = this.#content();
    if (this.#readOnly) throw logDirError(action, this.path, systemError("EBADF"));
    return content;
  }
}
