/**
 * The log directories of a broker and the sizes of the logs in them.
 *
 * @module
 */

import type { ErrorName } from "../../client/protocol/error_codes.ts";
import type { Env } from "../../storage/env.ts";
import { parentPath } from "../../storage/file/paths.ts";
import type { TopicPartition } from "../../storage/file/file_names.ts";
import type { PartitionLog } from "../../storage/log/partition_log.ts";
import type { LogManager } from "../../storage/log_manager.ts";
import { errorNameOf } from "./error_name.ts";
import { absoluteLogDir } from "./log_dir_paths.ts";

/** One log in a directory. */
export interface DescribedLog {
  /** The partition. */
  readonly topicPartition: TopicPartition;
  /** Bytes of its records. */
  readonly size: number;
  /** Records that a copy still lacks of the log it replaces, or a log of its high watermark; -1 when the partition is not served. */
  readonly offsetLag: number;
  /** Whether it is a copy that is to take the partition's place. */
  readonly isFuture: boolean;
}

/** One log directory. */
export interface DescribedLogDir {
  /** Its path, from the root of the file system where that is known. */
  readonly path: string;
  /** `KAFKA_STORAGE_ERROR` when it is offline. */
  readonly error: ErrorName;
  /** The logs in it that were asked for, by topic. */
  readonly logs: ReadonlyMap<string, readonly DescribedLog[]>;
  /** Size of the volume, bytes; -1 when that is not known. */
  readonly totalBytes: number;
  /** Bytes that are free for this process; -1 when that is not known. */
  readonly usableBytes: number;
  /** Whether it gets no new partitions. */
  readonly isCordoned: boolean;
}

/** What describing needs. */
export interface DescribeLogDirsContext {
  /** The file system, which knows how much space there is. */
  readonly env: Pick<Env, "fileSystem">;
  /** The logs. */
  readonly logManager: LogManager;
  /** The log that is served for a partition. */
  readonly servedLog: (topicPartition: TopicPartition) => PartitionLog | undefined;
  /** Whether the cluster's metadata is new enough for directories to be cordoned. */
  readonly knowsCordoned: boolean;
}

/**
 * Describes directories.
 *
 * @param directories their paths, each once
 * @param wanted whether a log is asked for
 */
export function describeLogDirs(
  broker: DescribeLogDirsContext,
  directories: readonly string[],
  wanted: (topicPartition: TopicPartition) => boolean,
): DescribedLogDir[] {
  const { logManager } = broker;
  const logsByDirectory = new Map<string, PartitionLog[]>();
  for (const log of logManager.allLogs) {
    if (!wanted(log.topicPartition)) continue;
    const directory = parentPath(log.directory);
    const logs = logsByDirectory.get(directory);
    if (logs === undefined) logsByDirectory.set(directory, [log]);
    else logs.push(log);
  }
  const { fileSystem } = broker.env;
  return directories.map((path) => {
    const told = { path: absoluteLogDir(fileSystem, path) };
    const nothing = {
      ...told,
      logs: new Map(),
      totalBytes: -1,
      usableBytes: -1,
      isCordoned: false,
    };
    try {
      if (!logManager.isLogDirOnline(path)) return { ...nothing, error: "KAFKA_STORAGE_ERROR" };
      const space = fileSystem.space?.(path);
      return {
        ...told,
        error: "NONE",
        logs: byTopic(broker, logsByDirectory.get(path) ?? []),
        totalBytes: space?.totalBytes ?? -1,
        usableBytes: space?.usableBytes ?? -1,
        isCordoned: broker.knowsCordoned && logManager.cordonedLogDirs.has(path),
      };
    } catch (error) {
      return { ...nothing, error: errorNameOf(error) };
    }
  });
}

function byTopic(
  broker: DescribeLogDirsContext,
  logs: readonly PartitionLog[],
): Map<string, DescribedLog[]> {
  const topics = new Map<string, DescribedLog[]>();
  for (const log of logs) {
    const { topicPartition, size, isFuture } = log;
    const described: DescribedLog = {
      topicPartition,
      size,
      offsetLag: offsetLag(log, broker.servedLog(topicPartition)),
      isFuture,
    };
    const topic = topics.get(topicPartition.topic);
    if (topic === undefined) topics.set(topicPartition.topic, [described]);
    else topic.push(described);
  }
  return topics;
}

function offsetLag(log: PartitionLog, served: PartitionLog | undefined): number {
  if (served === undefined) return -1;
  return log.isFuture
    ? served.logEndOffset - log.logEndOffset
    : Math.max(served.highWatermark - log.logEndOffset, 0);
}
