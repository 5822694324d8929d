/**
 * The log directory that an embedded log lives in: it has the lock, the checkpoints and the mark of a clean stop.
 *
 * A log in a plain directory is its own home. One that is a partition's directory in a Kafka log directory (beside a
 * `meta.properties`) has that as its home, and shares it with the other partitions there: all of a process's logs in
 * one home hold it together, and other partitions' entries in its checkpoints are left alone.
 *
 * @module
 */

import type { Env } from "../env.ts";
import { LogUnavailableError } from "../errors.ts";
import {
  META_PROPERTIES_FILE,
  parseTopicPartitionName,
  type TopicPartition,
} from "../file/file_names.ts";
import type { FileSystem } from "../file/file_system.ts";
import { fileName, joinPath, parentPath } from "../file/paths.ts";
import type { CheckpointedLog, CheckpointName } from "../log_manager/log_directory.ts";
import { LogDirectory } from "../log_manager/log_directory.ts";

/** Where a log and its home are. */
export interface LogPlace {
  /** Directory of the log's segments. */
  readonly directory: string;
  /** Directory of lock, checkpoints and mark; the same one for a plain directory. */
  readonly home: string;
  readonly topicPartition: TopicPartition;
}

/**
 * Finds the home of the log at `path`.
 *
 * @throws {LogUnavailableError} for a partition that is about to be deleted, moved, or was put aside
 */
export function locateLog(fileSystem: FileSystem, path: string): LogPlace {
  const directory = path.length > 1 ? path.replace(/\/+$/, "") || "/" : path;
  const name = fileName(directory);
  const parsed = parseTopicPartitionName(name);
  const parent = parentPath(directory);
  if (parsed !== undefined && fileSystem.stat(joinPath(parent, META_PROPERTIES_FILE))) {
    if (parsed.kind !== "log") {
      throw new LogUnavailableError(
        `Cannot open the directory of a partition that is marked ${parsed.kind}: ${directory}`,
      );
    }
    return { directory, home: parent, topicPartition: parsed.topicPartition };
  }
  const topicPartition = parsed?.kind === "log"
    ? parsed.topicPartition
    : { topic: topicName(name), partition: 0 };
  return { directory, home: directory, topicPartition };
}

/** A topic's name made of a directory's: letters, digits and `._-`. */
function topicName(directoryName: string): string {
  const name = directoryName.replace(/[^a-zA-Z0-9._-]/g, "_").slice(0, 200);
  return name === "" || name === "." || name === ".." ? "log" : name;
}

/** A log directory as the logs of this process hold it together. */
interface SharedHome {
  readonly directory: LogDirectory;
  readonly open: Set<string>;
  /** Whether every log that was closed has been closed well. */
  allClosedWell: boolean;
}

const homes = new WeakMap<FileSystem, Map<string, SharedHome>>();

/** What the checkpoints say about a log that is about to be opened. */
export interface HomeRecord {
  readonly hadCleanShutdown: boolean;
  readonly recoveryPoint: number;
  readonly logStartOffset: number;
  /** Where the cleaner came to, `undefined` when it never was there. */
  readonly cleanerOffset: number | undefined;
}

/** One log's hold on its home. */
export class LogHome {
  readonly #place: LogPlace;
  readonly #shared: SharedHome;
  readonly #homes: Map<string, SharedHome>;
  #released = false;

  private constructor(place: LogPlace, shared: SharedHome, all: Map<string, SharedHome>) {
    this.#place = place;
    this.#shared = shared;
    this.#homes = all;
  }

  /**
   * Takes the home: locks it and takes the mark of a clean stop away, if no log of this process has done so.
   *
   * @throws {LogUnavailableError} when another process has the home, or this one has the same log open
   */
  static take(env: Env, place: LogPlace): LogHome {
    let all = homes.get(env.fileSystem);
    if (all === undefined) homes.set(env.fileSystem, all = new Map());
    let shared = all.get(place.home);
    if (shared?.open.has(place.directory)) {
      throw new LogUnavailableError(
        `Log is open in this process already (one writer; read from that one): ${place.directory}`,
      );
    }
    if (shared === undefined) {
      const directory = new LogDirectory(env, place.home);
      directory.create();
      directory.lock();
      try {
        directory.takeCleanShutdownMark();
      } catch (error) {
        directory.unlock();
        throw error;
      }
      shared = { directory, open: new Set(), allClosedWell: true };
      all.set(place.home, shared);
    }
    shared.open.add(place.directory);
    return new LogHome(place, shared, all);
  }

  /** What the checkpoints say about the log. */
  read(key: string): HomeRecord {
    const { directory } = this.#shared;
    return {
      hadCleanShutdown: directory.hadCleanShutdown,
      recoveryPoint: directory.readCheckpoint("recovery point").get(key) ?? 0,
      logStartOffset: directory.readCheckpoint("log start offset").get(key) ?? 0,
      cleanerOffset: directory.readCheckpoint("cleaner offset").get(key),
    };
  }

  /** Writes down some of what the checkpoints say about the log. */
  write(log: CheckpointedLog, ...names: readonly CheckpointName[]): void {
    for (const name of names) this.#shared.directory.updateCheckpoint(name, log);
  }

  /**
   * Lets go of the home. With the last log of this process the mark of a clean stop comes back, if it was there or the log
   * is alone in its home, and everything was closed well.
   *
   * @param closedWell the log was flushed, closed and checkpointed
   */
  release(closedWell: boolean): void {
    if (this.#released) return;
    this.#released = true;
    const { directory, open } = this.#shared;
    if (!closedWell) this.#shared.allClosedWell = false;
    open.delete(this.#place.directory);
    if (open.size > 0) return;
    this.#homes.delete(this.#place.home);
    try {
      const isAlone = this.#place.home === this.#place.directory;
      if (this.#shared.allClosedWell && (isAlone || directory.hadCleanShutdown)) {
        directory.markCleanShutdown();
      }
    } finally {
      directory.unlock();
    }
  }
}
