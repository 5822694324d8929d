/**
 * The log directories of a process: which work, whose they are, and what happens when a disk fails.
 *
 * @module
 */

import type { Env } from "../env.ts";
import { LogDirError, LogUnavailableError, StorageError } from "../errors.ts";
import { TXN_INDEX_SUFFIX } from "../file/file_names.ts";
import {
  type MetaProperties,
  randomDirectoryId,
  verifyMetaProperties,
} from "../file/meta_properties_file.ts";
import { randomUuid } from "../bytes/uuid.ts";
import { LogDirectory } from "./log_directory.ts";
import { WatchedFileSystem } from "./watched_file_system.ts";

/** Whose directories they must be. */
export interface ExpectedMetaProperties {
  /** Id of the cluster. Default: whatever the directories agree on. */
  readonly clusterId?: string;
  /** Id of the node. Default: whatever the directories agree on. */
  readonly nodeId?: number;
  /** Make the file, or the directory's id in it, where it is missing. */
  readonly create?: boolean;
}

/** One spelling for a path: no doubled slash, no `.`, no slash at the end. */
export function normalizePath(path: string): string {
  const parts = path.split("/").filter((part, i) => part !== "." && (part !== "" || i === 0));
  const joined = parts.join("/");
  return joined === "" ? (path.startsWith("/") ? "/" : ".") : joined;
}

/** Does what a failed disk may refuse. Returns whether it did not. */
export function trySucceeds(work: () => void): boolean {
  try {
    work();
    return true;
  } catch (error) {
    if (error instanceof StorageError) return false;
    throw error;
  }
}

/**
 * The log directories. Every error of a disk, in whoever's call, takes its directory offline. But a disk that is full, once the logs
 * are loaded: what needs room fails then, and goes well again when there is some, and reads never stop.
 */
export class LogDirectories {
  /** The world, with a file system that reports the errors of the disks. */
  readonly env: Env;
  readonly #all: readonly LogDirectory[];
  readonly #live: Set<LogDirectory>;
  readonly #failures: { readonly directory: LogDirectory; readonly error: LogDirError }[] = [];
  readonly #onFailure: (directory: LogDirectory, error: LogDirError) => void;
  #allFailed: LogDirError | undefined;
  /** The logs are loaded, so that a disk without room is no obstacle any more. */
  #serving = false;

  /**
   * @param onFailure called once for a directory, when it has just gone offline
   * @throws {LogUnavailableError} when a directory is given twice, or none
   */
  constructor(
    env: Env,
    paths: readonly string[],
    onFailure: (directory: LogDirectory, error: LogDirError) => void,
  ) {
    const fileSystem = new WatchedFileSystem(env.fileSystem, (error) => this.#report(error));
    this.env = { ...env, fileSystem };
    this.#onFailure = onFailure;
    const normalized = paths.map(normalizePath);
    if (normalized.length === 0) throw new LogUnavailableError("No log directory given: []");
    if (new Set(normalized).size < normalized.length) {
      throw new LogUnavailableError(`Duplicate log directory found: ${normalized.join(", ")}`);
    }
    this.#all = normalized.map((path) => new LogDirectory(this.env, path));
    this.#live = new Set(this.#all);
  }

  /** The directories that work. */
  get live(): LogDirectory[] {
    this.settle();
    return this.#all.filter((directory) => this.#live.has(directory));
  }

  /** The paths of those that do not. */
  get offlinePaths(): string[] {
    this.settle();
    return this.#all.filter((dir) => !this.#live.has(dir)).map(({ path }) => path);
  }

  /** The directory at a path, when it works. */
  liveAt(path: string): LogDirectory | undefined {
    for (const directory of this.#live) if (directory.path === path) return directory;
    return undefined;
  }

  /** Whether a directory works; {@linkcode LogUnavailableError} when it is none of ours. */
  isOnline(path: string): boolean {
    this.settle();
    const normalized = normalizePath(path);
    const found = this.#all.find((directory) => directory.path === normalized);
    if (found === undefined) {
      throw new LogUnavailableError(`Log dir is not found in the config: ${path}`);
    }
    return this.#live.has(found);
  }

  /** Makes and locks the directories. */
  take(knownToBeOffline: readonly string[]): void {
    const offline = new Set(knownToBeOffline.map(normalizePath));
    for (const directory of this.#all) {
      const { path } = directory;
      this.guard(directory, () => {
        if (offline.has(path)) {
          throw new LogDirError(path, `Failed to load ${path}: known to be offline`);
        }
        directory.create();
        directory.lock();
      });
    }
    this.ensureSomeLive();
  }

  /** Reads, checks and completes the directories' `meta.properties`. */
  checkMetaProperties({ clusterId, nodeId, create = false }: ExpectedMetaProperties): void {
    const found = new Map<string, MetaProperties>();
    for (const directory of this.live) {
      this.guard(directory, () => {
        const properties = directory.readMetaProperties();
        if (properties !== undefined) found.set(directory.path, properties);
      });
    }
    verifyMetaProperties(found, {
      ...(clusterId === undefined ? {} : { clusterId }),
      ...(nodeId === undefined ? {} : { nodeId }),
    });
    if (!create) return;
    const [first] = found.values();
    const { random } = this.env;
    const identity = {
      version: 1 as const,
      clusterId: clusterId ?? first?.clusterId ?? randomUuid(random),
      nodeId: nodeId ?? first?.nodeId ?? 0,
    };
    const ids = [...found.values()].flatMap(({ directoryId }) => directoryId ?? []);
    for (const directory of this.live) {
      if (directory.directoryId !== undefined) continue;
      this.guard(directory, () => {
        const directoryId = randomDirectoryId(random, ids);
        ids.push(directoryId);
        directory.writeMetaProperties({ ...(directory.metaProperties ?? identity), directoryId });
      });
    }
  }

  /** All logs are loaded. */
  startServing(): void {
    this.#serving = true;
  }

  /** Does something in a directory; an error of the disk takes the directory offline, and the result is `undefined`. */
  guard<T>(directory: LogDirectory | undefined, work: () => T): T | undefined {
    if (directory === undefined) return undefined;
    try {
      return work();
    } catch (error) {
      if (!(error instanceof LogDirError)) throw error;
      this.diskFailed(directory.path, error);
      return undefined;
    }
  }

  /** The disk of a directory has refused something: takes it offline, unless all that is wrong is a lack of room. */
  diskFailed(path: string, error: LogDirError): void {
    if (!error.isDiskFull || !this.#serving) return this.fail(path, error);
    this.env.logger.write("warn", "No space left in log directory", { directory: path, error });
  }

  #report(error: LogDirError): void {
    // A transaction index that lacks an entry is mended by loading the log anew, and by nothing else.
    const passes = error.isDiskFull && !error.path.endsWith(TXN_INDEX_SUFFIX);
    if (passes && this.#serving) return;
    const path = normalizePath(error.path);
    const directory = this.#all.find((one) => path === one.path || path.startsWith(`${one.path}/`));
    if (directory === undefined || !this.#live.has(directory)) return;
    if (this.#failures.some((failure) => failure.directory === directory)) return;
    this.#failures.push({ directory, error });
    // Not at once: the call that failed is still under way.
    queueMicrotask(() => this.settle());
  }

  /** Takes those directories offline whose disks have failed since the last look. */
  settle(): void {
    for (let failure; (failure = this.#failures.shift()) !== undefined;) {
      this.fail(failure.directory.path, failure.error);
    }
  }

  /** Takes a directory offline; nothing when it is. */
  fail(path: string, error: LogDirError): void {
    const directory = this.liveAt(normalizePath(path));
    if (directory === undefined) return;
    this.#live.delete(directory);
    if (this.#live.size === 0) {
      const all = this.#all.map((one) => one.path).join(", ");
      this.#allFailed = new LogDirError(directory.path, `All log directories have failed: ${all}`, {
        cause: error,
      });
    }
    this.#onFailure(directory, error);
    trySucceeds(() => directory.unlock());
  }

  /** @throws {LogDirError} when no directory works */
  ensureSomeLive(): void {
    this.settle();
    if (this.#allFailed !== undefined) throw this.#allFailed;
  }

  /** Gives all locks back. */
  release(): void {
    for (const directory of this.#all) trySucceeds(() => directory.unlock());
  }
}
