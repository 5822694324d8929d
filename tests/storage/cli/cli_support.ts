/**
 * Runs tools inside a test: collects what they print, and shows them a part of the disk as if it were their working
 * directory.
 *
 * @module
 */

import { silentLogger } from "../../../storage/env.ts";
import { DiskFileSystem } from "../../../storage/file/disk_file_system.ts";
import type {
  DirectoryEntry,
  DirectoryLock,
  FileStat,
  FileSystem,
  LogFile,
  OpenOptions,
} from "../../../storage/file/file_system.ts";
import { MemoryFileSystem } from "../../../storage/file/memory_file_system.ts";
import type { Record } from "../../../storage/record/record.ts";
import { RecordBatch } from "../../../storage/record/record_batch.ts";
import {
  buildBatch,
  type RecordBatchOptions,
} from "../../../storage/record/record_batch_builder.ts";
import type { Tool, ToolIo } from "../../../storage/cli/tool.ts";

/** The fixtures written by Apache Kafka. */
export const FIXTURES: string = new URL("../../fixtures", import.meta.url).pathname;

/** A file system that puts `root` in front of every path. */
export class RootedFileSystem implements FileSystem {
  readonly #inner: FileSystem;
  readonly #root: string;

  constructor(inner: FileSystem, root: string) {
    this.#inner = inner;
    this.#root = root;
  }

  #path(path: string): string {
    return path.startsWith("/") ? path : `${this.#root}/${path}`;
  }

  open(path: string, options?: OpenOptions): LogFile {
    return this.#inner.open(this.#path(path), options);
  }
  stat(path: string): FileStat | undefined {
    return this.#inner.stat(this.#path(path));
  }
  list(path: string): DirectoryEntry[] {
    return this.#inner.list(this.#path(path));
  }
  makeDirectory(path: string): void {
    this.#inner.makeDirectory(this.#path(path));
  }
  rename(from: string, to: string): void {
    this.#inner.rename(this.#path(from), this.#path(to));
  }
  remove(path: string): void {
    this.#inner.remove(this.#path(path));
  }
  setModified(path: string, modifiedMs: number): void {
    this.#inner.setModified(this.#path(path), modifiedMs);
  }
  flushDirectory(path: string): void {
    this.#inner.flushDirectory(this.#path(path));
  }
  flushDirectoryAsync(path: string): Promise<void> {
    return this.#inner.flushDirectoryAsync(this.#path(path));
  }
  lock(directory: string): DirectoryLock {
    return this.#inner.lock(this.#path(directory));
  }
}

/** What a tool did. */
export interface ToolRun {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
  /** Both, in the order in which they came. */
  readonly merged: string;
}

/** Runs a tool over a file system. */
export async function runWith(
  tool: Tool,
  args: readonly string[],
  fileSystem: FileSystem,
  workingDirectory = "/",
  now = 1_795_400_000_000,
): Promise<ToolRun> {
  let stdout = "";
  let stderr = "";
  let merged = "";
  const io: ToolIo = {
    env: {
      fileSystem,
      clock: {
        now: () => now,
        monotonic: () => 0,
        sleep: () => Promise.resolve(),
      },
      random: { next: () => 0.5, bytes: (length) => new Uint8Array(length) },
      logger: silentLogger,
    },
    workingDirectory,
    stdout(text) {
      stdout += `${text}\n`;
      merged += `${text}\n`;
    },
    stderr(text) {
      stderr += `${text}\n`;
      merged += `${text}\n`;
    },
  };
  const status = await tool(args, io);
  return { status, stdout, stderr, merged };
}

/** Runs a tool in the fixture directory. */
export function runInFixtures(tool: Tool, args: readonly string[]): Promise<ToolRun> {
  return runWith(tool, args, new RootedFileSystem(new DiskFileSystem(), FIXTURES), FIXTURES);
}

/** All files below a directory of the disk, as paths relative to it. */
export function filesBelow(directory: string, prefix = ""): string[] {
  const files: string[] = [];
  for (const entry of [...Deno.readDirSync(directory)].sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.isDirectory) {
      files.push(...filesBelow(`${directory}/${entry.name}`, `${prefix}${entry.name}/`));
    } else files.push(prefix + entry.name);
  }
  return files;
}

/** A file system in memory with some files. */
export function memoryWith(
  files: { readonly [path: string]: Uint8Array | string },
): MemoryFileSystem {
  const fileSystem = new MemoryFileSystem();
  for (const [path, content] of Object.entries(files)) writeFile(fileSystem, path, content);
  return fileSystem;
}

/** Makes or replaces a file. */
export function writeFile(
  fileSystem: FileSystem,
  path: string,
  content: Uint8Array | string,
): void {
  const bytes = typeof content === "string" ? new TextEncoder().encode(content) : content;
  fileSystem.makeDirectory(path.slice(0, path.lastIndexOf("/")) || "/");
  const file = fileSystem.open(path, { create: true });
  file.truncate(0);
  file.write(0, bytes);
  file.close();
}

/** A copy in memory, below `/`, of a directory of the fixtures. */
export function copyOfFixtures(directory: string): MemoryFileSystem {
  const fileSystem = new MemoryFileSystem();
  for (const file of filesBelow(`${FIXTURES}/${directory}`)) {
    const bytes = Deno.readFileSync(`${FIXTURES}/${directory}/${file}`);
    writeFile(fileSystem, `/${directory}/${file}`, bytes);
  }
  return fileSystem;
}

/** Bytes one behind the other. */
export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const joined = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    joined.set(part, at);
    at += part.length;
  }
  return joined;
}

/** UTF-8. */
export function utf8(text: string): Uint8Array {
  return new TextEncoder().encode(text);
}

/** A batch of records with text for keys and values, at an offset. */
export function textBatch(
  baseOffset: number,
  values: readonly string[],
  options: RecordBatchOptions = {},
): Uint8Array {
  return buildBatch(
    values.map((value, i) => ({ key: utf8(`k${i}`), value: utf8(value), timestamp: 1000 + i })),
    { baseOffset, ...options },
  ).slice();
}

/** A record by itself. */
export function oneRecord(
  key: Uint8Array | null,
  value: Uint8Array | null,
  options: RecordBatchOptions = {},
): Record {
  const bytes = buildBatch([{ key, value, timestamp: 0 }], options).slice();
  return [...new RecordBatch(bytes).records()][0]!;
}
