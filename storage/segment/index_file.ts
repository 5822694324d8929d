/**
 * Storage of an index: a file of entries of one size, and its copy in memory.
 *
 * The file is read whole on first use and searched in memory; an index that is not used holds none. New entries
 * stay in memory until a block of them is due, and go out in one write. Nothing guards the bytes with a checksum: after an
 * unclean stop an index is made again from the segment's data.
 *
 * Kafka maps a file of `segment.index.bytes` zeros and cuts it when the segment is rolled or closed. Here the file is never longer
 * than its entries, but one that Kafka left uncut is read: zeros behind the entries are no entries.
 *
 * @module
 */

import { CorruptRecordError, LogDirError, LogUnavailableError, StorageError } from "../errors.ts";
import { type FileSystem, type LogFile, readFully } from "../file/file_system.ts";

/** Kafka's default of `segment.index.bytes`. */
export const DEFAULT_MAX_INDEX_SIZE: number = 10 * 1024 * 1024;

/** Pending bytes that are written out without being asked for. */
const WRITE_OUT_BYTES = 4096;
const INITIAL_CAPACITY = 512;
const NO_BYTES = new Uint8Array(0);

/** How an index is opened. */
export interface IndexOptions {
  /** Where the file is. */
  readonly fileSystem: FileSystem;
  /** The file; need not be there. */
  readonly path: string;
  /** Base offset of the segment; offsets are stored relative to it. */
  readonly baseOffset: number;
  /**
   * Largest size in bytes, `segment.index.bytes`; the index is full there. A file that is longer than this and
   * than Kafka's default is refused. Default: {@linkcode DEFAULT_MAX_INDEX_SIZE}.
   */
  readonly maxIndexSize?: number;
  /** The index starts empty: what a file of that name may hold is dropped. Default: `false`. */
  readonly isNew?: boolean;
  /** The file is never written to; changes stay in memory. Default: `false`. */
  readonly readOnly?: boolean;
}

/** An index as a row of entries; what they mean is up to the classes that extend it. */
export abstract class IndexFile {
  /** Base offset of the segment. */
  readonly baseOffset: number;
  /** Bytes of an entry. */
  readonly entrySize: number;
  /** Entries that it may hold. */
  readonly maxEntries: number;

  /** The entries in memory; `undefined` while nothing is loaded. */
  protected view: DataView | undefined;
  /** Entries, valid while `view` is there. */
  protected count = 0;

  readonly #fileSystem: FileSystem;
  readonly #largestFile: number;
  /** Whether an index without entries is a file of 0 bytes, or no file. */
  readonly #emptyFileIsKept: boolean;
  readonly #readOnly: boolean;
  #bytes: Uint8Array = NO_BYTES;
  #path: string;
  #file: LogFile | undefined;
  /** Length of the file; -1 when not known. */
  #length = -1;
  /** Entries that the file holds already. */
  #written = 0;
  /** Whether the file does not hold what it should. */
  #dirty = false;
  /** Whether something was written since the last flush. */
  #unflushed = false;
  #closed = false;

  /** Looks at no file. */
  protected constructor(options: IndexOptions, entrySize: number, emptyFileIsKept: boolean) {
    const maxIndexSize = options.maxIndexSize ?? DEFAULT_MAX_INDEX_SIZE;
    this.#fileSystem = options.fileSystem;
    this.#path = options.path;
    this.baseOffset = options.baseOffset;
    this.entrySize = entrySize;
    this.maxEntries = Math.floor(maxIndexSize / entrySize);
    this.#largestFile = Math.max(maxIndexSize, DEFAULT_MAX_INDEX_SIZE);
    this.#emptyFileIsKept = emptyFileIsKept;
    this.#readOnly = options.readOnly ?? false;
    if (options.isNew) {
      this.#dirty = emptyFileIsKept;
      this.#use(NO_BYTES, 0);
    }
  }

  /** The file. */
  get path(): string {
    return this.#path;
  }

  /** Length of the file in bytes, 0 when there is none; what is not yet written out does not count. */
  get length(): number {
    this.load();
    return Math.max(this.#length, 0);
  }

  /** Whether there is a file, or will be once the index is written out. */
  get exists(): boolean {
    this.load();
    return this.#length >= 0 || this.#dirty;
  }

  /** Entries held. */
  get entries(): number {
    if (this.view === undefined) this.load();
    return this.count;
  }

  /** Bytes that the entries take. */
  get sizeInBytes(): number {
    return this.entries * this.entrySize;
  }

  /** Whether no more entries may be added. */
  get isFull(): boolean {
    return this.entries >= this.maxEntries;
  }

  /** Whether the entries are in memory. */
  get isLoaded(): boolean {
    return this.view !== undefined;
  }

  /**
   * Looks for damage that shows without the segment's data.
   *
   * @throws {CorruptRecordError} when there is some
   */
  abstract sanityCheck(): void;

  /**
   * Reads the file, unless that is done.
   *
   * @throws {CorruptRecordError} when it is longer than any index may be
   */
  protected load(): DataView {
    if (this.view !== undefined) return this.view;
    if (this.#closed) throw new LogUnavailableError(`Use of a closed index: ${this.#path}`);
    const size = this.#fileSystem.stat(this.#path)?.size;
    if (size === undefined) {
      this.#length = -1;
      return this.#use(NO_BYTES, 0);
    }
    if (size > this.#largestFile) {
      throw new CorruptRecordError(
        `Index file ${this.#path} is longer than an index may be (${this.#largestFile} bytes): ${size}`,
      );
    }
    const bytes = new Uint8Array(size);
    const file = this.#fileSystem.open(this.#path, { readOnly: true });
    try {
      readFully(file, 0, bytes, 0, size);
    } finally {
      file.close();
    }
    this.#length = size;
    const entries = entriesWithoutPadding(bytes, Math.floor(size / this.entrySize), this.entrySize);
    this.#written = entries;
    return this.#use(bytes, entries);
  }

  /**
   * Reads the last entry alone, for who needs no more than that of many indexes.
   *
   * @returns `undefined` when the entries are in memory, when there are none, or when the file needs a closer look
   */
  protected peekLastEntry(): DataView | undefined {
    if (this.view !== undefined || this.#closed) return undefined;
    const size = this.#fileSystem.stat(this.#path)?.size ?? 0;
    if (size === 0 || size % this.entrySize !== 0) return undefined;
    const bytes = new Uint8Array(this.entrySize);
    const file = this.#fileSystem.open(this.#path, { readOnly: true });
    try {
      readFully(file, size - this.entrySize, bytes, 0, this.entrySize);
    } finally {
      file.close();
    }
    return bytes.every((byte) => byte === 0) ? undefined : new DataView(bytes.buffer);
  }

  /** Makes room for one more entry and counts it; the caller fills it in at the returned position of `view`. */
  protected extend(): number {
    this.load();
    const at = this.count * this.entrySize;
    const needed = at + this.entrySize;
    if (needed > this.#bytes.length) {
      const limit = this.maxEntries * this.entrySize;
      const doubled = Math.min(2 * this.#bytes.length, limit);
      const grown = new Uint8Array(Math.max(INITIAL_CAPACITY, needed, doubled));
      grown.set(this.#bytes.subarray(0, at));
      this.#use(grown, this.count);
    }
    this.count++;
    this.#dirty = true;
    return at;
  }

  /**
   * Writes out the pending entries when they fill a block. When the disk is full they stay pending: the data that they tell of is
   * written, so that the append must not fail any more.
   */
  protected writeOutIfDue(): void {
    if ((this.count - this.#written) * this.entrySize < WRITE_OUT_BYTES) return;
    try {
      this.writeOut();
    } catch (error) {
      if (!(error instanceof LogDirError && error.isDiskFull)) throw error;
    }
  }

  /** Drops the entries from number `entries` on, in the file too: it must never reach beyond the segment's data. */
  protected truncateToEntries(entries: number): void {
    this.load();
    if (entries >= this.count) return;
    this.count = entries;
    this.#written = Math.min(this.#written, entries);
    this.#dirty = true;
    this.writeOut();
  }

  /** Drops all entries, whatever the file holds and however long it is. */
  reset(): void {
    const size = this.#fileSystem.stat(this.#path)?.size;
    this.#use(NO_BYTES, 0);
    this.#written = 0;
    this.#length = size ?? -1;
    this.#dirty = true;
    if (size !== undefined) this.writeOut();
    else this.#dirty = this.#emptyFileIsKept;
  }

  /** Brings the file up to date, in one write; Kafka's `trimToValidSize`. It need not survive a power cut yet. */
  writeOut(): void {
    if (!this.#dirty || this.#readOnly) return;
    const end = this.count * this.entrySize;
    const file = this.#openFile();
    const start = this.#written * this.entrySize;
    // A file that was made empty, and stays so, has nothing that could be lost.
    if (this.#length > end || start < end) this.#unflushed = true;
    if (this.#length > end) file.truncate(end);
    if (start < end) file.write(start, this.#bytes, start, end);
    this.#length = end;
    this.#written = this.count;
    this.#dirty = false;
  }

  /** Resolves once the index survives a power cut; costs nothing when nothing was written since the last time. */
  async flush(): Promise<void> {
    this.writeOut();
    if (!this.#unflushed || this.#file === undefined) return;
    this.#unflushed = false;
    try {
      await this.#file.flush();
    } catch (error) {
      this.#unflushed = true;
      throw error;
    }
  }

  /** As {@linkcode IndexFile.flush}, blocking. */
  flushSync(): void {
    this.writeOut();
    if (!this.#unflushed || this.#file === undefined) return;
    this.#file.flushSync();
    this.#unflushed = false;
  }

  /** Writes out what is pending and gives the memory back; the next use reads the file again. */
  release(): void {
    if (this.view === undefined || (this.#readOnly && this.#dirty)) return;
    this.writeOut();
    if (!this.#unflushed) this.#closeFile();
    this.view = undefined;
    this.#bytes = NO_BYTES;
  }

  /** Brings the file up to date, has it survive a power cut, and lets go of it. Closing twice is allowed. */
  close(): void {
    if (this.#closed) return;
    try {
      this.flushSync();
    } finally {
      this.closeHandler();
    }
  }

  /** Lets go of the file without writing anything: for a disk that has failed, and for files about to be removed. */
  closeHandler(): void {
    this.#closed = true;
    this.#closeFile();
    this.view = undefined;
    this.#bytes = NO_BYTES;
  }

  /** Moves the file, if there is one; what is pending stays so. */
  renameTo(path: string): void {
    if (this.#file !== undefined) this.#file.rename(path);
    else if (this.#fileSystem.stat(this.#path) !== undefined) {
      this.#fileSystem.rename(this.#path, path);
    }
    this.#path = path;
  }

  /** Takes note of where the file is, after its directory was moved. */
  updatePath(path: string): void {
    this.#path = path;
  }

  /** Removes the file, and forgets what is in memory. */
  deleteIfExists(): void {
    this.closeHandler();
    this.#dirty = false;
    this.#fileSystem.remove(this.#path);
  }

  /** Fails when no more entries may be added. */
  protected ensureNotFull(isFull: boolean): void {
    if (isFull) {
      throw new StorageError(
        "UNKNOWN_SERVER_ERROR",
        `Attempt to append to a full index (size = ${this.count}): ${this.#path}`,
      );
    }
  }

  /** Fails for the number of an entry that is not there. */
  protected ensureEntry(n: number): void {
    if (!(n >= 0 && n < this.entries)) {
      throw new StorageError(
        "UNKNOWN_SERVER_ERROR",
        `Attempt to fetch entry ${n} from index ${this.#path}, which has size: ${this.count}`,
      );
    }
  }

  #use(bytes: Uint8Array, entries: number): DataView {
    this.#bytes = bytes;
    this.count = entries;
    this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    return this.view;
  }

  #openFile(): LogFile {
    if (this.#file === undefined) {
      if (this.#closed) throw new LogUnavailableError(`Use of a closed index: ${this.#path}`);
      this.#file = this.#fileSystem.open(this.#path, { create: true });
      this.#length = this.#file.size();
    }
    return this.#file;
  }

  #closeFile(): void {
    this.#file?.close();
    this.#file = undefined;
  }
}

/**
 * Entries grow from one to the next, so one of zeros alone can only be the first: more of them are what Kafka's
 * preallocation left behind. A file that is one entry of zeros is what it says.
 */
function entriesWithoutPadding(bytes: Uint8Array, entries: number, entrySize: number): number {
  let end = entries * entrySize;
  while (end > 0 && bytes[end - 1] === 0) end--;
  const filled = Math.ceil(end / entrySize);
  return filled === 0 && entries === 1 ? 1 : filled;
}
