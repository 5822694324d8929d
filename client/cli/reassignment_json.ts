/**
 * The files of `seglog reassign-partitions`: which replicas partitions are to have, and which topics are to move.
 *
 * @module
 */

import { type TopicPartition, topicPartitionKey } from "../../storage/file/file_names.ts";
import { KeyMap } from "../admin/key_map.ts";
import { replicaText, type TopicPartitionReplica } from "../admin/log_dirs.ts";
import { TopicPartitionMap } from "../../storage/file/topic_partition_map.ts";
import { commandFailed, operationFailed } from "./java_exception.ts";
import {
  arrayField,
  arrayOf,
  integerField,
  integerValue,
  type JsonObject,
  jsonObject,
  optionalField,
  parseJson,
  parseJsonOrSayWhy,
  stringField,
  stringValue,
} from "./json_fields.ts";

/** Stands for a directory that the broker chooses. */
export const ANY_LOG_DIR = "any";

/** Directories of replicas. */
export type ReplicaLogDirs = KeyMap<TopicPartitionReplica, string>;

/** What a file says. */
export interface ReassignmentPlan {
  /** The replicas of each partition, as often as the file names it. */
  readonly partitions: readonly (readonly [TopicPartition, readonly number[]])[];
  /** The directories of those replicas that are to have a certain one. */
  readonly logDirs: ReplicaLogDirs;
}

/** A map by replica. */
export function replicaMap<V>(
  entries: Iterable<readonly [TopicPartitionReplica, V]> = [],
): KeyMap<TopicPartitionReplica, V> {
  return new KeyMap(replicaText, entries);
}

/** By topic, then by partition. */
export function comparePartitions(a: TopicPartition, b: TopicPartition): number {
  return compareTexts(a.topic, b.topic) || a.partition - b.partition;
}

/** By broker, then by topic and partition. */
export function compareReplicas(a: TopicPartitionReplica, b: TopicPartitionReplica): number {
  return a.brokerId - b.brokerId || comparePartitions(a, b);
}

/** As Java orders texts. */
export function compareTexts(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What is there more than once. */
export function duplicates<T>(items: readonly T[]): T[] {
  return [...new Set(items.filter((item, index) => items.indexOf(item) < index))];
}

function checkVersion(json: JsonObject): void {
  const version = optionalField(json, "version") === undefined ? 1 : integerField(json, "version");
  if (version !== 1) throw operationFailed(`Not supported version field value ${version}`);
}

/**
 * Reads a plan: `{"partitions": [{"topic": "foo", "partition": 1, "replicas": [1, 2], "log_dirs": ["any", "/dir"]}], "version": 1}`.
 *
 * @throws {JavaException} in Kafka's words
 */
export function parseReassignmentPlan(text: string): ReassignmentPlan {
  const json = jsonObject(parseJsonOrSayWhy(text));
  checkVersion(json);
  const partitions: (readonly [TopicPartition, readonly number[]])[] = [];
  const logDirs = replicaMap<string>();
  const listed = optionalField(json, "partitions") === undefined
    ? []
    : arrayField(json, "partitions");
  for (const item of listed) {
    const fields = jsonObject(item);
    const topic = stringField(fields, "topic");
    const partition = integerField(fields, "partition");
    const replicas = arrayOf(fields, "replicas", integerValue);
    const dirs = optionalField(fields, "log_dirs") === undefined
      ? replicas.map(() => ANY_LOG_DIR)
      : arrayOf(fields, "log_dirs", stringValue);
    const topicPartition = { topic, partition };
    if (replicas.length !== dirs.length) {
      throw commandFailed(
        `Size of replicas list [${replicas.join(", ")}] is different from size of log dirs list ` +
          `[${dirs.join(", ")}] for partition ${topicPartitionKey(topicPartition)}`,
      );
    }
    partitions.push([topicPartition, replicas]);
    dirs.forEach((dir, index) => {
      if (dir !== ANY_LOG_DIR) logDirs.set({ topic, partition, brokerId: replicas[index]! }, dir);
    });
  }
  return { partitions, logDirs };
}

/**
 * Reads a plan that is to be carried out.
 *
 * @throws {JavaException} also when it says nothing, or two things of one partition
 */
export function parseExecutablePlan(text: string): {
  readonly partitions: TopicPartitionMap<readonly number[]>;
  readonly logDirs: ReplicaLogDirs;
} {
  const { partitions, logDirs } = parseReassignmentPlan(text);
  if (partitions.length === 0) throw commandFailed("Partition reassignment list cannot be empty");
  if (partitions.some(([, replicas]) => replicas.length === 0)) {
    throw commandFailed("Partition replica list cannot be empty");
  }
  const twice = duplicates(partitions.map(([key]) => topicPartitionKey(key)));
  if (twice.length > 0) {
    throw commandFailed(
      `Partition reassignment contains duplicate topic partitions: ${twice.join(",")}`,
    );
  }
  const repeating = partitions.map(([key, replicas]) => [key, duplicates(replicas)] as const)
    .filter(([, replicas]) => replicas.length > 0);
  if (repeating.length > 0) {
    const texts = repeating.map(([key, replicas]) =>
      `${topicPartitionKey(key)} contains multiple entries for ${replicas.join(",")}`
    );
    throw commandFailed(
      `Partition replica lists may not contain duplicate entries: ${texts.join(". ")}`,
    );
  }
  return { partitions: new TopicPartitionMap(partitions), logDirs };
}

/**
 * Reads the topics that are to move: `{"topics": [{"topic": "foo"}], "version": 1}`.
 *
 * @throws {JavaException} in Kafka's words
 */
export function parseTopicsToMove(text: string): string[] {
  const json = jsonObject(parseJson(text));
  checkVersion(json);
  const topics = optionalField(json, "topics") === undefined
    ? []
    : arrayField(json, "topics").map((item) => stringField(jsonObject(item), "topic"));
  const twice = duplicates(topics);
  if (twice.length === 0) return topics;
  throw commandFailed(
    `List of topics to reassign contains duplicate entries: [${twice.join(", ")}]`,
  );
}

/** A plan as one line, as the tool itself reads it. */
export function reassignmentPlanText(
  partitions: Iterable<readonly [TopicPartition, readonly number[]]>,
  logDirs: ReplicaLogDirs = replicaMap(),
): string {
  return JSON.stringify({
    version: 1,
    partitions: [...partitions].sort(([a], [b]) => comparePartitions(a, b))
      .map(([{ topic, partition }, replicas]) => ({
        topic,
        partition,
        replicas,
        log_dirs: replicas.map((brokerId) =>
          logDirs.get({ topic, partition, brokerId }) ?? ANY_LOG_DIR
        ),
      })),
  });
}
