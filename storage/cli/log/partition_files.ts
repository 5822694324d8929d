/**
 * The directories that `seglog log` is pointed at, and the files in them.
 *
 * @module
 */

import {
  CLEANED_SUFFIX,
  CLEANER_OFFSET_CHECKPOINT_FILE,
  DELETED_SUFFIX,
  INDEX_SUFFIX,
  isLogFile,
  LEADER_EPOCH_CHECKPOINT_FILE,
  LOCK_FILE,
  LOG_START_OFFSET_CHECKPOINT_FILE,
  LOG_SUFFIX,
  META_PROPERTIES_FILE,
  offsetFromFileName,
  parseTopicPartitionName,
  PARTITION_METADATA_FILE,
  PRODUCER_SNAPSHOT_SUFFIX,
  RECOVERY_POINT_CHECKPOINT_FILE,
  REPLICATION_OFFSET_CHECKPOINT_FILE,
  SWAP_SUFFIX,
  TIME_INDEX_SUFFIX,
  type TopicPartition,
  TXN_INDEX_SUFFIX,
  UNFLUSHED_SEGMENTS_CHECKPOINT_FILE,
} from "../../file/file_names.ts";
import type { FileSystem } from "../../file/file_system.ts";
import { fileName, joinPath, parentPath } from "../../file/paths.ts";
import { ToolFailure } from "../tool.ts";

/** A partition's directory. */
export interface PartitionDirectory {
  readonly path: string;
  readonly topicPartition: TopicPartition;
  /** The broker's directory around it, when the tool was pointed at that. */
  readonly logDir: string | undefined;
}

/** What one argument stands for. */
export interface LogTarget {
  readonly path: string;
  /** Whether it is a broker's directory, with checkpoints of its own. */
  readonly isLogDir: boolean;
  /** Directory that has the lock and the checkpoints: the broker's, or that of an embedded log itself. */
  readonly home: string;
  readonly partitions: readonly PartitionDirectory[];
  /** Directories of partitions on their way out. */
  readonly leftoverDirectories: readonly string[];
}

/**
 * Finds out whether `path` is a partition's directory or a broker's.
 *
 * @throws {ToolFailure} when it is neither
 */
export function logTarget(fileSystem: FileSystem, path: string): LogTarget {
  if (fileSystem.stat(path)?.isDirectory !== true) {
    throw new ToolFailure(`Not a directory: ${path}`);
  }
  const entries = fileSystem.list(path);
  const parsed = parseTopicPartitionName(fileName(path));
  const hasSegments = entries.some((entry) => !entry.isDirectory && isLogFile(entry.name));
  if (hasSegments) {
    const topicPartition = parsed?.topicPartition ?? { topic: fileName(path), partition: 0 };
    return {
      path,
      isLogDir: false,
      home: entries.some((entry) => HOME_FILES.has(entry.name)) ? path : parentPath(path),
      partitions: [{ path, topicPartition, logDir: undefined }],
      leftoverDirectories: [],
    };
  }
  const partitions: PartitionDirectory[] = [];
  const leftoverDirectories: string[] = [];
  for (const entry of entries) {
    if (!entry.isDirectory) continue;
    const name = parseTopicPartitionName(entry.name);
    if (name === undefined) continue;
    const directory = joinPath(path, entry.name);
    if (name.kind === "delete") leftoverDirectories.push(directory);
    else partitions.push({ path: directory, topicPartition: name.topicPartition, logDir: path });
  }
  const isLogDir = partitions.length > 0 || leftoverDirectories.length > 0 ||
    entries.some((entry) => entry.name === META_PROPERTIES_FILE);
  if (!isLogDir) throw new ToolFailure(`Neither a partition's directory nor a broker's: ${path}`);
  return { path, isLogDir: true, home: path, partitions, leftoverDirectories };
}

/** What is in a partition's directory. */
export interface PartitionFiles {
  /** Base offsets of the segments, in order. */
  readonly baseOffsets: readonly number[];
  readonly names: ReadonlySet<string>;
  /** Files that an interrupted deletion, cleaning or swap left, or that have no segment. */
  readonly leftovers: readonly string[];
  /** Offsets of producer snapshots, in order. */
  readonly snapshotOffsets: readonly number[];
  /** KRaft snapshots. */
  readonly checkpoints: readonly string[];
}

const INDEX_SUFFIXES = [INDEX_SUFFIX, TIME_INDEX_SUFFIX, TXN_INDEX_SUFFIX] as const;
const TEMPORARY_SUFFIXES = [DELETED_SUFFIX, CLEANED_SUFFIX, SWAP_SUFFIX, ".tmp", ".part"] as const;
// An embedded log is its own log directory.
const HOME_FILES: ReadonlySet<string> = new Set([
  LOCK_FILE,
  RECOVERY_POINT_CHECKPOINT_FILE,
  LOG_START_OFFSET_CHECKPOINT_FILE,
  REPLICATION_OFFSET_CHECKPOINT_FILE,
  CLEANER_OFFSET_CHECKPOINT_FILE,
]);
const KNOWN_FILES: ReadonlySet<string> = new Set([
  LEADER_EPOCH_CHECKPOINT_FILE,
  PARTITION_METADATA_FILE,
  UNFLUSHED_SEGMENTS_CHECKPOINT_FILE,
  "quorum-state",
  ...HOME_FILES,
]);

/** Sorts the files of a partition. */
export function partitionFiles(fileSystem: FileSystem, path: string): PartitionFiles {
  const names = new Set<string>();
  for (const entry of fileSystem.list(path)) if (!entry.isDirectory) names.add(entry.name);
  const baseOffsets: number[] = [];
  const leftovers: string[] = [];
  const snapshotOffsets: number[] = [];
  const checkpoints: string[] = [];
  for (const name of names) {
    const offset = /^\d{20}\./.test(name) ? offsetFromFileName(name) : undefined;
    if (TEMPORARY_SUFFIXES.some((suffix) => name.endsWith(suffix))) leftovers.push(name);
    else if (offset !== undefined && name.endsWith(LOG_SUFFIX)) baseOffsets.push(offset);
    else if (offset !== undefined && name.endsWith(PRODUCER_SNAPSHOT_SUFFIX)) {
      snapshotOffsets.push(offset);
    } else if (offset !== undefined && INDEX_SUFFIXES.some((suffix) => name.endsWith(suffix))) {
      if (!names.has(`${name.slice(0, 20)}${LOG_SUFFIX}`)) leftovers.push(name);
    } else if (/^\d{20}-\d{10}\.checkpoint$/.test(name)) checkpoints.push(name);
    else if (!KNOWN_FILES.has(name) && !name.startsWith(".")) leftovers.push(name);
  }
  baseOffsets.sort((a, b) => a - b);
  snapshotOffsets.sort((a, b) => a - b);
  return { baseOffsets, names, leftovers, snapshotOffsets, checkpoints };
}
