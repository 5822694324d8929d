/**
 * Names of files and directories, as Kafka gives them.
 *
 * A log directory holds one directory a partition, `topic-partition`. In it a segment's files are named after the
 * segment's base offset, 20 decimal digits with leading zeros, and a suffix that tells the kind. A second suffix tells
 * a state: `.cleaned` is being written by a cleaner, `.swap` waits to take its place, `.deleted` waits to be removed.
 * A partition's directory that is on its way out, or in, is `topic-partition.ID-delete`, `-stray` or `-future`, with ID
 * 32 hexadecimal digits.
 *
 * @module
 */

import type { Random } from "../env.ts";

/** A partition of a topic. */
export interface TopicPartition {
  /** Name of the topic. */
  readonly topic: string;
  /** 0-based number of the partition. */
  readonly partition: number;
}

/** Records. */
export const LOG_SUFFIX = ".log";
/** Offset to position. */
export const INDEX_SUFFIX = ".index";
/** Timestamp to offset. */
export const TIME_INDEX_SUFFIX = ".timeindex";
/** Aborted transactions. */
export const TXN_INDEX_SUFFIX = ".txnindex";
/** State of the producers. */
export const PRODUCER_SNAPSHOT_SUFFIX = ".snapshot";
/** Waits to be removed. */
export const DELETED_SUFFIX = ".deleted";
/** Is being written by a cleaner. */
export const CLEANED_SUFFIX = ".cleaned";
/** Complete, and about to take the place of what it was made from. */
export const SWAP_SUFFIX = ".swap";
/** End of the name of a partition's directory that waits to be removed. */
export const DELETE_DIR_SUFFIX = "-delete";
/** End of the name of a copy that is to replace the partition's directory in another log directory. */
export const FUTURE_DIR_SUFFIX = "-future";
/** End of the name of a partition's directory that the cluster does not know. */
export const STRAY_DIR_SUFFIX = "-stray";
/** In a log directory: the last stop was a clean one. */
export const CLEAN_SHUTDOWN_FILE = ".kafka_cleanshutdown";
/** In a log directory: its lock. */
export const LOCK_FILE = ".lock";
/** In a log directory: whose it is. */
export const META_PROPERTIES_FILE = "meta.properties";
/** In a log directory: the offsets up to which each log was flushed. */
export const RECOVERY_POINT_CHECKPOINT_FILE = "recovery-point-offset-checkpoint";
/** In a log directory: the first offset of each log. */
export const LOG_START_OFFSET_CHECKPOINT_FILE = "log-start-offset-checkpoint";
/** In a log directory: the high watermark of each log. */
export const REPLICATION_OFFSET_CHECKPOINT_FILE = "replication-offset-checkpoint";
/** In a log directory: the offsets up to which each log was compacted. */
export const CLEANER_OFFSET_CHECKPOINT_FILE = "cleaner-offset-checkpoint";
/** In a partition's directory: first offsets of the leader epochs. */
export const LEADER_EPOCH_CHECKPOINT_FILE = "leader-epoch-checkpoint";
/** In a partition's directory, ours: where sealed segments end that a power cut may still take. */
export const UNFLUSHED_SEGMENTS_CHECKPOINT_FILE = "unflushed-segments-checkpoint";
/** In a partition's directory: the topic's id. */
export const PARTITION_METADATA_FILE = "partition.metadata";

/** Characters a name may have on the file systems that Kafka runs on. */
const NAME_LIMIT = 255;

/** The offset in 20 digits, so that names sort as offsets do. */
export function filenamePrefixFromOffset(offset: number): string {
  return String(offset).padStart(20, "0");
}

/** Name of a segment's data file. */
export function logFileName(baseOffset: number, suffix = ""): string {
  return filenamePrefixFromOffset(baseOffset) + LOG_SUFFIX + suffix;
}

/** Name of a segment's offset index. */
export function offsetIndexFileName(baseOffset: number, suffix = ""): string {
  return filenamePrefixFromOffset(baseOffset) + INDEX_SUFFIX + suffix;
}

/** Name of a segment's time index. */
export function timeIndexFileName(baseOffset: number, suffix = ""): string {
  return filenamePrefixFromOffset(baseOffset) + TIME_INDEX_SUFFIX + suffix;
}

/** Name of a segment's transaction index. */
export function transactionIndexFileName(baseOffset: number, suffix = ""): string {
  return filenamePrefixFromOffset(baseOffset) + TXN_INDEX_SUFFIX + suffix;
}

/** Name of the producers' state up to, and without, `offset`. */
export function producerSnapshotFileName(offset: number, suffix = ""): string {
  return filenamePrefixFromOffset(offset) + PRODUCER_SNAPSHOT_SUFFIX + suffix;
}

/** The offset in front of the first dot, or `undefined` when the name does not start with one. */
export function offsetFromFileName(name: string): number | undefined {
  const match = /^(\d+)\./.exec(name);
  const offset = Number(match?.[1]);
  return Number.isSafeInteger(offset) ? offset : undefined;
}

/** Whether the name is that of a segment's data file in use. */
export function isLogFile(name: string): boolean {
  return name.endsWith(LOG_SUFFIX);
}

/** Whether the name is that of an index in use: offsets, times or transactions. */
export function isIndexFile(name: string): boolean {
  return name.endsWith(INDEX_SUFFIX) || name.endsWith(TIME_INDEX_SUFFIX) ||
    name.endsWith(TXN_INDEX_SUFFIX);
}

/** `topic-partition`: the directory's name, and the key of the partition in maps. */
export function topicPartitionKey(topicPartition: TopicPartition): string {
  return `${topicPartition.topic}-${topicPartition.partition}`;
}

/** Name of the partition's directory. */
export function logDirName(topicPartition: TopicPartition): string {
  return topicPartitionKey(topicPartition);
}

/** The 32 hexadecimal digits of a random (version 4) UUID, as in the names below. */
export function uniqueId(random: Random): string {
  const bytes = random.bytes(16);
  bytes[6] = (bytes[6]! & 0x0f) | 0x40;
  bytes[8] = (bytes[8]! & 0x3f) | 0x80;
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Name of the partition's directory once it is to be removed. A long topic is cut so that the name has 255 characters. */
export function logDeleteDirName(topicPartition: TopicPartition, id: string): string {
  return cappedDirName(topicPartition, id, DELETE_DIR_SUFFIX);
}

/** Name of the partition's directory once it proved unknown to the cluster; cut as {@linkcode logDeleteDirName}. */
export function logStrayDirName(topicPartition: TopicPartition, id: string): string {
  return cappedDirName(topicPartition, id, STRAY_DIR_SUFFIX);
}

/** Name of a copy in another log directory that will replace the partition's; never cut, as the topic is read from it. */
export function logFutureDirName(topicPartition: TopicPartition, id: string): string {
  return `${logDirName(topicPartition)}.${id}${FUTURE_DIR_SUFFIX}`;
}

function cappedDirName(topicPartition: TopicPartition, id: string, suffix: string): string {
  const end = `-${topicPartition.partition}.${id}${suffix}`;
  return topicPartition.topic.slice(0, NAME_LIMIT - end.length) + end;
}

/** What a partition's directory is for. */
export type LogDirKind = "log" | "delete" | "future" | "stray";

/** A directory's name, taken apart. */
export interface ParsedLogDirName {
  /** Whose it is; the topic may be cut short in names for removal. */
  readonly topicPartition: TopicPartition;
  /** What it is for. */
  readonly kind: LogDirKind;
}

const states: readonly (readonly [LogDirKind, string])[] = [
  ["delete", DELETE_DIR_SUFFIX],
  ["future", FUTURE_DIR_SUFFIX],
  ["stray", STRAY_DIR_SUFFIX],
];

/** `topic-partition.ID-state` without white space (Java's idea of it) in any part. */
const STATE_NAME = /^[^ \t\n\v\f\r]+-[^ \t\n\v\f\r]+\.[^ \t\n\v\f\r]+-(?:delete|future|stray)$/;

/**
 * Takes the name of a partition's directory apart, as Kafka's `UnifiedLog.parseTopicPartitionName`: the partition is what
 * follows the last `-`, so a topic may hold dashes and dots.
 *
 * @returns `undefined` for a name that is not that of a partition's directory
 */
export function parseTopicPartitionName(dirName: string): ParsedLogDirName | undefined {
  const state = states.find(([, suffix]) => dirName.endsWith(suffix));
  if (state !== undefined && !STATE_NAME.test(dirName)) return undefined;
  const name = state === undefined ? dirName : dirName.slice(0, dirName.lastIndexOf("."));
  const dash = name.lastIndexOf("-");
  if (dash <= 0) return undefined;
  const digits = name.slice(dash + 1);
  const partition = /^\+?\d+$/.test(digits) ? Number(digits) : NaN;
  if (!(partition <= 0x7fffffff)) return undefined;
  return { topicPartition: { topic: name.slice(0, dash), partition }, kind: state?.[0] ?? "log" };
}
