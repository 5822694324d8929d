/**
 * A disk that fails when a test tells it to.
 *
 * **Operations.** Everything that changes the disk, or makes changes durable, is an operation and has a number, from 1 on:
 * `create`, `makeDirectory` (one a level), `write`, `truncate`, `rename`, `remove` (one a name, innermost first), `flush`,
 * `flushDirectory`. {@linkcode FaultyFileSystem.operations} is how many there were, {@linkcode FaultyFileSystem.history}
 * which. Reading, listing, `stat`, `open` of a file that is there, `setModified` and `close` have none.
 *
 * **Crashes.** After `crashAt(n)` operation `n` and every call after it throw {@linkcode SimulatedCrash}, which is no error
 * of the engine: nothing should catch it. What the disk holds then is asked of
 * - {@linkcode FaultyFileSystem.afterCrash}: a power cut. Sure is what was flushed: a file's data by `flush` on it, a name by
 *   `flushDirectory` on the directory that holds it. (A file that was flushed but whose name was not is lost, and so is
 *   everything in a directory whose own name was not.) Of the rest the seed picks: per file none, all, the first
 *   writes, or any 512-byte sectors; the last write may be torn at any byte, lost data inside the file reads as zeros, and
 *   the size may have grown without its data. Of unflushed names none, all, the first changes, or any; a rename happens
 *   wholly or not at all, and a change of a name never comes without the earlier ones of that name.
 * - {@linkcode FaultyFileSystem.processKill}: everything that was done is there, but it is as unflushed as it was.
 *
 * Operation `n` itself, which was under way, may in both cases be there, in part if it is a write.
 *
 * Both give a new file system, without crash, faults or locks, and leave this one as it is, so one crash can be looked at
 * with many seeds. The same seed gives the same disk.
 *
 * ```ts ignore
 * const clean = run(new FaultyFileSystem()).operations;
 * for (let n = 1; n <= clean; n++) {
 *   const disk = new FaultyFileSystem();
 *   disk.crashAt(n);
 *   assertThrows(() => run(disk), SimulatedCrash);
 *   for (let seed = 0; seed < 10; seed++) check(disk.afterCrash({ seed }));
 * }
 * ```
 *
 * **Faults.** {@linkcode FaultyFileSystem.inject} makes calls fail with a system's error (as a `LogDirError`),
 * {@linkcode FaultyFileSystem.shortenReads} makes reads end early, and {@linkcode FaultyFileSystem.flipBit} turns a bit
 * of what is read.
 */

import { LogUnavailableError } from "../../storage/errors.ts";
import type {
  DirectoryEntry,
  DirectoryLock,
  FileStat,
  FileSystem,
  LogFile,
  OpenOptions,
} from "../../storage/file/file_system.ts";
import type { MemoryFileSystem } from "../../storage/file/memory_file_system.ts";
import { DirectoryNode, type FileNode, pathOf } from "../../storage/file/memory_tree.ts";
import { joinPath, pathSegments } from "../../storage/file/paths.ts";
import { logDirError, systemError } from "../../storage/file/system_error.ts";
import { SeededRandom } from "./manual_env.ts";
import { SimulatedDisk } from "./simulated_disk.ts";

/** Thrown by every call once the simulated machine is down. */
export class SimulatedCrash extends Error {
  override readonly name = "SimulatedCrash";
}

/** What has a number. */
export type OperationKind =
  | "create"
  | "makeDirectory"
  | "write"
  | "truncate"
  | "rename"
  | "remove"
  | "flush"
  | "flushDirectory";

/** What can be made to fail. */
export type CallKind = OperationKind | "open" | "read" | "stat" | "list" | "lock" | "setModified";

/** One operation. */
export interface Operation {
  readonly number: number;
  readonly kind: OperationKind;
  readonly path: string;
  /** `rename`: where to. `write`: `position+length`. `truncate`: the size. */
  readonly detail: string;
}

/** A path by its end, or by pattern. */
export type PathMatch = string | RegExp;

/** Calls that fail: those for which everything that is given holds. */
export interface Fault {
  /** The system's error: `EIO`, `ENOSPC`, `EMFILE`. */
  readonly code: string;
  /** Operation number. */
  readonly at?: number;
  readonly kinds?: readonly CallKind[];
  readonly path?: PathMatch;
  /** Calls that pass before the first fails. Default: 0. */
  readonly skip?: number;
  /** Calls that fail. Default: 1. */
  readonly times?: number;
  /** Bytes of a failing write that are written all the same. Default: 0. */
  readonly written?: number;
}

/** What was under way when the machine went down, to be done in full or in part on a copy of the disk. */
type InFlight =
  | { kind: "write"; node: FileNode; position: number; bytes: Uint8Array }
  | { kind: "truncate"; node: FileNode; size: number }
  | { kind: "create"; path: string; preallocate: number }
  | { kind: "rename"; from: string; to: string }
  | { kind: "makeDirectory"; path: string }
  | { kind: "remove"; path: string }
  | undefined;

interface ActiveFault {
  readonly fault: Fault;
  skip: number;
  times: number;
}

/** See the file's comment. */
export class FaultyFileSystem implements FileSystem {
  readonly history: Operation[] = [];
  /**
   * Told of each operation before it is done: {@linkcode FaultyFileSystem.afterCrash} and
   * {@linkcode FaultyFileSystem.processKill} answer then as if the machine went down at it. So one run can be looked at
   * at each of its operations.
   */
  onOperation: ((operation: Operation) => void) | undefined;
  readonly #now: () => number;
  readonly #disk: SimulatedDisk;
  #crashAt = Infinity;
  #crashed = false;
  #inFlight: InFlight;
  #faults: ActiveFault[] = [];
  #flips: { path: PathMatch; position: number; bit: number }[] = [];
  #shortReads: { path: PathMatch; random: SeededRandom; probability: number }[] = [];

  /**
   * @param options.now wall-clock time of the files, ms since the epoch; default: 0 always
   * @param options.disk what is on the disk from the start
   */
  constructor(options: { now?: () => number; disk?: SimulatedDisk } = {}) {
    this.#now = options.now ?? (() => 0);
    this.#disk = options.disk ?? new SimulatedDisk(this.#now);
  }

  /** Operations so far. */
  get operations(): number {
    return this.history.length;
  }

  /** Whether the machine is down. */
  get crashed(): boolean {
    return this.#crashed;
  }

  /** Whether everything is flushed. */
  get isClean(): boolean {
    return this.#disk.isClean;
  }

  /** The files as a process sees them, without faults and numbers; for looking only. */
  get live(): MemoryFileSystem {
    return this.#disk.live;
  }

  /** Lets operation `n`, and every call from then on, throw {@linkcode SimulatedCrash}. */
  crashAt(n: number): void {
    this.#crashAt = n;
  }

  /** Takes the machine down now, between two operations. */
  crash(): void {
    this.#crashed = true;
  }

  /** What a power cut leaves. */
  afterCrash(options: { seed: number }): FaultyFileSystem {
    const random = new SeededRandom(options.seed);
    const disk = this.#withInFlight(() => 1);
    return new FaultyFileSystem({ now: this.#now, disk: disk.powerCut(random) });
  }

  /** What is there when the process is killed and the machine goes on. */
  processKill(options: { seed: number } = { seed: 0 }): FaultyFileSystem {
    const random = new SeededRandom(options.seed);
    return new FaultyFileSystem({ now: this.#now, disk: this.#withInFlight(() => random.next()) });
  }

  /** Makes calls fail; see {@linkcode Fault}. The function that is returned takes the fault away again. */
  inject(fault: Fault): () => void {
    const active = { fault, skip: fault.skip ?? 0, times: fault.times ?? 1 };
    this.#faults.push(active);
    return () => {
      this.#faults = this.#faults.filter((other) => other !== active);
    };
  }

  /** Makes reads of these files end early, each with this probability. */
  shortenReads(path: PathMatch, options: { seed: number; probability?: number }): void {
    const random = new SeededRandom(options.seed);
    this.#shortReads.push({ path, random, probability: options.probability ?? 1 });
  }

  /** Turns a bit (0 to 7) of the byte at `position` whenever it is read; on the disk it stays right. */
  flipBit(path: PathMatch, position: number, bit = 0): void {
    this.#flips.push({ path, position, bit });
  }

  /** Takes all faults away. */
  heal(): void {
    this.#faults = [];
    this.#flips = [];
    this.#shortReads = [];
  }

  open(path: string, options: OpenOptions = {}): LogFile {
    this.#call("open", path);
    if (options.create && this.#disk.tree.find(path) === undefined) {
      // The parent's errors come before the operation counts.
      this.#disk.tree.slot("open", path);
      const preallocate = options.preallocate ?? 0;
      this.#operation("create", path, "", { kind: "create", path, preallocate });
      this.#disk.create(path, preallocate);
    }
    const file = this.#disk.live.open(path, options);
    return new FaultyFile(this, this.#disk.file(path), file, options.readOnly ?? false);
  }

  stat(path: string): FileStat | undefined {
    this.#call("stat", path);
    return this.#disk.live.stat(path);
  }

  list(path: string): DirectoryEntry[] {
    this.#call("list", path);
    return this.#disk.live.list(path);
  }

  makeDirectory(path: string): void {
    this.alive();
    let made = "";
    for (const segment of pathSegments(path)) {
      made = `${made}/${segment}`;
      const node = this.#disk.tree.find(made);
      if (node instanceof DirectoryNode) continue;
      if (node !== undefined) throw logDirError("make directory", path, systemError("EEXIST"));
      this.#operation("makeDirectory", made, "", { kind: "makeDirectory", path: made });
      this.#disk.makeDirectory(made);
    }
  }

  rename(from: string, to: string): void {
    this.#operation("rename", from, to, { kind: "rename", from, to });
    this.#disk.rename(from, to);
  }

  remove(path: string): void {
    this.alive();
    const node = this.#disk.tree.find(path);
    if (node === undefined) return;
    if (node instanceof DirectoryNode) {
      for (const name of [...node.entries.keys()].sort()) this.remove(joinPath(path, name));
    }
    this.#operation("remove", path, "", { kind: "remove", path });
    this.#disk.remove(path);
  }

  setModified(path: string, modifiedMs: number): void {
    this.#call("setModified", path);
    this.#disk.live.setModified(path, modifiedMs);
  }

  flushDirectory(path: string): void {
    this.#operation("flushDirectory", path, "", undefined);
    this.#disk.flushDirectory(path);
  }

  /** What is renamed or made while it is under way counts as flushed too; one that ends after a crash has flushed nothing. */
  async flushDirectoryAsync(path: string): Promise<void> {
    this.#operation("flushDirectory", path, "", undefined);
    await Promise.resolve();
    this.alive();
    this.#disk.flushDirectory(path);
  }

  lock(directory: string): DirectoryLock {
    this.#call("lock", directory);
    this.open(joinPath(directory, ".lock"), { create: true }).close();
    return this.#disk.live.lock(directory);
  }

  // What follows is for FaultyFile.

  alive(): void {
    if (this.#crashed) throw new SimulatedCrash("The simulated machine is down");
  }

  read(node: FileNode, file: LogFile, position: number, target: Uint8Array, at: number, n: number) {
    const path = pathOf(node);
    this.#call("read", path);
    let length = n;
    for (const { path: match, random, probability } of this.#shortReads) {
      if (n > 0 && matches(match, path) && random.chance(probability)) length = random.below(n);
    }
    const read = file.read(position, target, at, length);
    for (const flip of this.#flips) {
      const index = flip.position - position;
      if (index >= 0 && index < read && matches(flip.path, path)) {
        target[at + index]! ^= 1 << flip.bit;
      }
    }
    return read;
  }

  write(node: FileNode, position: number, bytes: Uint8Array): void {
    const detail = `${position}+${bytes.length}`;
    const inFlight: InFlight = { kind: "write", node, position, bytes };
    this.#operation("write", pathOf(node), detail, inFlight, (written) => {
      if (written > 0) this.#disk.write(node, position, bytes.subarray(0, written));
    });
    this.#disk.write(node, position, bytes);
  }

  truncate(node: FileNode, size: number): void {
    this.#operation("truncate", pathOf(node), `${size}`, { kind: "truncate", node, size });
    this.#disk.truncate(node, size);
  }

  async flush(node: FileNode): Promise<void> {
    this.#operation("flush", pathOf(node), "", undefined);
    const mark = this.#disk.mark();
    await Promise.resolve();
    this.alive();
    this.#disk.flush(node, mark);
  }

  flushSync(node: FileNode): void {
    this.#operation("flush", pathOf(node), "sync", undefined);
    this.#disk.flush(node, this.#disk.mark());
  }

  #call(kind: CallKind, path: string): void {
    this.alive();
    this.#fail(kind, path);
  }

  #operation(
    kind: OperationKind,
    path: string,
    detail: string,
    inFlight: InFlight,
    partly?: (written: number) => void,
  ): void {
    this.alive();
    const current = { number: this.history.length + 1, kind, path, detail };
    this.history.push(current);
    if (this.onOperation !== undefined) {
      this.#inFlight = inFlight;
      this.onOperation(current);
      this.#inFlight = undefined;
    }
    if (this.history.length >= this.#crashAt) {
      this.#crashed = true;
      this.#inFlight = inFlight;
      throw new SimulatedCrash(`The simulated machine went down at operation ${this.#crashAt}`);
    }
    this.#fail(kind, path, partly);
  }

  #fail(kind: CallKind, path: string, partly?: (written: number) => void): void {
    for (const active of this.#faults) {
      const { fault } = active;
      if (fault.at !== undefined && (fault.at !== this.history.length || !isOperation(kind))) {
        continue;
      }
      if (fault.kinds !== undefined && !fault.kinds.includes(kind)) continue;
      if (fault.path !== undefined && !matches(fault.path, path)) continue;
      if (active.skip > 0) {
        active.skip--;
        continue;
      }
      if (active.times <= 0) continue;
      active.times--;
      partly?.(fault.written ?? 0);
      throw logDirError(kind, path, systemError(fault.code));
    }
  }

  /** A copy of the disk on which the operation under way was done, up to a share of it. */
  #withInFlight(share: () => number): SimulatedDisk {
    const { disk, nodes } = this.#disk.clone();
    const operation = this.#inFlight;
    if (operation === undefined) return disk;
    const done = share();
    if (operation.kind === "write") {
      const length = Math.round(done * operation.bytes.length);
      const node = nodes.get(operation.node) as FileNode | undefined;
      if (node !== undefined && length > 0) {
        disk.write(node, operation.position, operation.bytes.subarray(0, length));
      }
      return disk;
    }
    if (done < 0.5) return disk;
    if (operation.kind === "truncate") {
      const node = nodes.get(operation.node) as FileNode | undefined;
      if (node !== undefined) disk.truncate(node, operation.size);
    } else if (operation.kind === "create") {
      disk.create(operation.path, operation.preallocate);
    } else if (operation.kind === "makeDirectory") {
      disk.makeDirectory(operation.path);
    } else if (operation.kind === "remove") {
      disk.remove(operation.path);
    } else {
      try {
        disk.rename(operation.from, operation.to);
      } catch {
        // It would have failed had the machine stayed up.
      }
    }
    return disk;
  }
}

const operationKinds: ReadonlySet<string> = new Set<OperationKind>([
  ...["create", "makeDirectory", "write", "truncate"] as const,
  ...["rename", "remove", "flush", "flushDirectory"] as const,
]);

function isOperation(kind: CallKind): boolean {
  return operationKinds.has(kind);
}

function matches(match: PathMatch, path: string): boolean {
  return typeof match === "string" ? path.endsWith(match) : match.test(path);
}

class FaultyFile implements LogFile {
  readonly #fileSystem: FaultyFileSystem;
  readonly #node: FileNode;
  readonly #file: LogFile;
  readonly #readOnly: boolean;
  #closed = false;

  constructor(fileSystem: FaultyFileSystem, node: FileNode, file: LogFile, readOnly: boolean) {
    this.#fileSystem = fileSystem;
    this.#node = node;
    this.#file = file;
    this.#readOnly = readOnly;
  }

  get path(): string {
    return this.#file.path;
  }

  size(): number {
    this.#usable();
    return this.#file.size();
  }

  read(position: number, target: Uint8Array, targetStart: number, length: number): number {
    this.#usable();
    return this.#fileSystem.read(this.#node, this.#file, position, target, targetStart, length);
  }

  write(position: number, source: Uint8Array, start = 0, end: number = source.length): void {
    this.#writable("write to");
    if (!(position >= 0)) throw new RangeError(`Position must not be negative: ${position}`);
    if (end > start) this.#fileSystem.write(this.#node, position, source.slice(start, end));
  }

  truncate(size: number): void {
    this.#writable("truncate");
    this.#fileSystem.truncate(this.#node, size);
  }

  async flush(): Promise<void> {
    this.#usable();
    await this.#fileSystem.flush(this.#node);
  }

  flushSync(): void {
    this.#usable();
    this.#fileSystem.flushSync(this.#node);
  }

  rename(path: string): void {
    this.#usable();
    if (this.#node.parent === undefined) {
      throw logDirError("rename", this.path, systemError("ENOENT"));
    }
    this.#fileSystem.rename(this.path, path);
  }

  close(): void {
    this.#closed = true;
    this.#file.close();
  }

  #usable(): void {
    this.#fileSystem.alive();
    if (this.#closed) throw new LogUnavailableError(`File is closed: ${this.path}`);
  }

  #writable(action: string): void {
    this.#usable();
    if (this.#readOnly) throw logDirError(action, this.path, systemError("EBADF"));
  }
}
