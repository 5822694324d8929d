/**
 * Which logs there are, and where.
 *
 * @module
 */

import { type TopicPartition, topicPartitionKey } from "../file/file_names.ts";
import { parentPath } from "../file/paths.ts";
import type { PartitionLog } from "../log/partition_log.ts";
import { trySucceeds } from "./log_directories.ts";

/** Logs by `topic-partition`, which knows those of a topic too. */
class LogMap extends Map<string, PartitionLog> {
  readonly #byTopic = new Map<string, Set<PartitionLog>>();

  ofTopic(topic: string): Iterable<PartitionLog> {
    return this.#byTopic.get(topic) ?? [];
  }

  override set(key: string, log: PartitionLog): this {
    this.#forget(key);
    const { topic } = log.topicPartition;
    const logs = this.#byTopic.get(topic);
    if (logs === undefined) this.#byTopic.set(topic, new Set([log]));
    else logs.add(log);
    return super.set(key, log);
  }

  override delete(key: string): boolean {
    this.#forget(key);
    return super.delete(key);
  }

  override clear(): void {
    this.#byTopic.clear();
    super.clear();
  }

  #forget(key: string): void {
    const log = this.get(key);
    if (log === undefined) return;
    const { topic } = log.topicPartition;
    const logs = this.#byTopic.get(topic);
    logs?.delete(log);
    if (logs?.size === 0) this.#byTopic.delete(topic);
  }
}

/** The logs of a process. A future log is a copy in another directory that is to take its partition's place. */
export class LogRegistry {
  /** Those that are served, by `topic-partition`. */
  readonly current: LogMap = new LogMap();
  /** Those that are to take a current one's place, by `topic-partition`. */
  readonly future: LogMap = new LogMap();
  /** Directories of logs that do not belong here. */
  readonly strays: Set<string> = new Set();
  /** Partitions whose directory has failed, with that directory. */
  readonly offline: Map<string, string> = new Map();
  /** The directories in which logs are wanted, by `topic-partition`. */
  readonly preferred: Map<string, string> = new Map();
  /** Directories that get no new logs. */
  cordoned: ReadonlySet<string> = new Set();

  /** The current logs, or the future ones. */
  logs(isFuture: boolean): Map<string, PartitionLog> {
    return isFuture ? this.future : this.current;
  }

  /** The log of a partition. */
  get(topicPartition: TopicPartition, isFuture: boolean): PartitionLog | undefined {
    return this.logs(isFuture).get(topicPartitionKey(topicPartition));
  }

  /** All logs. */
  get all(): PartitionLog[] {
    return [...this.current.values(), ...this.future.values()];
  }

  /** All logs of a topic. */
  ofTopic(topic: string): PartitionLog[] {
    return [...this.current.ofTopic(topic), ...this.future.ofTopic(topic)];
  }

  /** All logs by log directory. */
  byDirectory(): Map<string, PartitionLog[]> {
    const byDirectory = new Map<string, PartitionLog[]>();
    for (const log of this.all) {
      const path = parentPath(log.directory);
      const logs = byDirectory.get(path);
      if (logs === undefined) byDirectory.set(path, [log]);
      else logs.push(log);
    }
    return byDirectory;
  }

  /** Notes where a log is wanted, unless it is there. */
  prefer(topicPartition: TopicPartition, path: string): void {
    for (const isFuture of [false, true]) {
      const log = this.get(topicPartition, isFuture);
      if (log !== undefined && parentPath(log.directory) === path) return;
    }
    this.preferred.set(topicPartitionKey(topicPartition), path);
  }

  /** Working directories in the order in which they should get the next log: the one with the fewest first. */
  nextLogDirs(live: readonly string[]): string[] {
    if (live.length <= 1) return [...live];
    // A partition may have been assigned here right before all directories were cordoned off.
    const open = live.filter((path) => !this.cordoned.has(path));
    if (open.length === 0) return [live[0]!];
    const logs = this.byDirectory();
    const count = (path: string) => logs.get(path)?.length ?? 0;
    return open.sort((a, b) => count(a) - count(b));
  }

  /** Closes the logs of a directory that has failed. Returns the partitions that are not served any more. */
  dropDirectory(path: string): TopicPartition[] {
    const partitions: TopicPartition[] = [];
    for (const logs of [this.current, this.future]) {
      for (const [key, log] of logs) {
        if (parentPath(log.directory) !== path) continue;
        logs.delete(key);
        if (logs === this.current) {
          partitions.push(log.topicPartition);
          this.offline.set(key, path);
        }
        trySucceeds(() => log.closeHandlers());
      }
    }
    return partitions;
  }
}
