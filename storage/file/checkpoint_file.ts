/**
 * Kafka's text checkpoints: a line with the format's version, a line with the number of entries, then a line an entry.
 *
 * @module
 */

import { CorruptRecordError } from "../errors.ts";
import type { FileSystem } from "./file_system.ts";
import { parentPath } from "./paths.ts";
import { linesOf, readTextFile, writeTextFile } from "./text_file.ts";

/** One kind of entry as a line. */
export interface EntryFormat<T> {
  /** The line, without its end. */
  format(entry: T): string;
  /** The entry, or `undefined` when the line is not one. `fields` is the line split at white space. */
  parse(fields: readonly string[]): T | undefined;
}

/** A checkpoint; as `org.apache.kafka.server.common.CheckpointFile`, but that a missing file is not made by reading it. */
export class CheckpointFile<T> {
  readonly #fileSystem: FileSystem;
  readonly #path: string;
  readonly #version: number;
  readonly #format: EntryFormat<T>;
  /** What this object has written and nothing else has replaced; `undefined` when that is not known. */
  #written: string | undefined;

  /** The file need not be there. */
  constructor(fileSystem: FileSystem, path: string, version: number, format: EntryFormat<T>) {
    this.#fileSystem = fileSystem;
    this.#path = path;
    this.#version = version;
    this.#format = format;
  }

  /** Where the file is. */
  get path(): string {
    return this.#path;
  }

  /** Replaces all entries; durable and atomic, see {@linkcode writeTextFile}. */
  write(entries: readonly T[]): void {
    this.#replace(this.#textOf(entries));
  }

  /**
   * As {@linkcode CheckpointFile.write}, but leaves the file alone when this object has written just that before. For who is the
   * only one to write it, again and again.
   */
  writeIfChanged(entries: readonly T[]): void {
    const text = this.#textOf(entries);
    if (text === this.#written) return;
    this.#replace(text);
    this.#written = text;
  }

  #textOf(entries: readonly T[]): string {
    let text = `${this.#version}\n${entries.length}\n`;
    for (const entry of entries) text += `${this.#format.format(entry)}\n`;
    return text;
  }

  #replace(text: string): void {
    // Should the write fail, nobody knows what is there.
    this.#written = undefined;
    writeTextFile(this.#fileSystem, this.#path, text);
  }

  /**
   * As {@linkcode CheckpointFile.write}, but does nothing when the directory is gone: the partition was deleted, or its
   * directory renamed for that, meanwhile.
   *
   * @returns whether it was written
   */
  writeIfDirExists(entries: readonly T[]): boolean {
    if (this.#fileSystem.stat(parentPath(this.#path)) === undefined) return false;
    this.write(entries);
    return true;
  }

  /**
   * All entries; none when the file is missing or empty.
   *
   * @throws {CorruptRecordError} naming the file and the line, when it is not a checkpoint of this version
   */
  read(): T[] {
    const text = readTextFile(this.#fileSystem, this.#path);
    const lines = linesOf(text ?? "");
    if (lines[0] === undefined) return [];
    const version = parseInteger(lines[0]);
    if (version === undefined) throw this.#malformed(1, lines[0]);
    if (version !== this.#version) {
      throw new CorruptRecordError(
        `Unrecognised version of checkpoint file ${this.#path}, line 1: ` +
          `${version} instead of ${this.#version}`,
      );
    }
    if (lines[1] === undefined) return [];
    const expected = parseInteger(lines[1]);
    if (expected === undefined || expected < 0) throw this.#malformed(2, lines[1]);
    const entries: T[] = [];
    for (let i = 2; i < lines.length; i++) {
      const line = lines[i]!;
      const entry = this.#format.parse(line.trimEnd().split(/\s+/));
      if (entry === undefined) throw this.#malformed(i + 1, line);
      entries.push(entry);
    }
    if (entries.length !== expected) {
      throw new CorruptRecordError(
        `Wrong number of entries in checkpoint file ${this.#path}, line 2: ` +
          `${expected} expected, ${entries.length} found`,
      );
    }
    return entries;
  }

  #malformed(line: number, text: string): CorruptRecordError {
    const shown = text.length > 200 ? `${text.slice(0, 200)}…` : text;
    return new CorruptRecordError(
      `Malformed line in checkpoint file ${this.#path}, line ${line}: ${shown}`,
    );
  }
}

/** A decimal integer with an optional sign, or `undefined` when it is none or not safe. */
export function parseInteger(text: string): number | undefined {
  const value = /^[+-]?\d+$/.test(text) ? Number(text) : NaN;
  // `+ 0` turns -0, which "-0" parses to, into 0.
  return Number.isSafeInteger(value) ? value + 0 : undefined;
}

/** As {@linkcode parseInteger}, within 32 bits. */
export function parseInt32(text: string): number | undefined {
  const value = parseInteger(text);
  return value !== undefined && value === (value | 0) ? value : undefined;
}
