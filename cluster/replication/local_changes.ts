/**
 * Following the metadata: which partitions a broker makes, leads, gives up and deletes.
 *
 * @module
 */

import { KafkaError } from "../../client/protocol/error_codes.ts";
import { ZERO_UUID } from "../../storage/bytes/uuid.ts";
import type { Env } from "../../storage/env.ts";
import { LogDirError, StorageError } from "../../storage/errors.ts";
import { type TopicPartition, topicPartitionKey } from "../../storage/file/file_names.ts";
import { parentPath } from "../../storage/file/paths.ts";
import type { ConfigTexts } from "../../storage/log/config/log_config.ts";
import type { PartitionLog } from "../../storage/log/partition_log.ts";
import type { LogManager } from "../../storage/log_manager.ts";
import { UNASSIGNED_DIRECTORY } from "../controller/partition_registration.ts";
import type { HostedPartition, HostedPartitions } from "./hosted_partitions.ts";
import type { LogMoves } from "./log_moves.ts";
import { assignedDirectory, type AssignedPartition, type MetadataView } from "./metadata_view.ts";
import type { Partition } from "./partition.ts";
import type { ReplicaFetcherManager } from "./replica_fetcher_manager.ts";
import { isStrayLog } from "./stray_logs.ts";

/** What has changed in the metadata. */
export interface TopicChanges {
  /** Everything may have changed: what is not in the metadata is gone, and topics have no configs but those given. */
  readonly isWhole: boolean;
  /** The topics that were deleted. One of the same name may have come since. */
  readonly deleted: readonly { readonly name: string; readonly id: string }[];
  /** The partitions that are new or have changed, by the names of their topics. */
  readonly changed: ReadonlyMap<string, Iterable<number>>;
  /** The configs of topics that have others now: all that differ from the defaults. */
  readonly configs: ReadonlyMap<string, ConfigTexts>;
}

/** What following needs of the replica manager. */
export interface LocalReplicas {
  /** The world. */
  readonly env: Pick<Env, "clock" | "logger">;
  /** The logs. */
  readonly logManager: LogManager;
  /** The partitions that are here. */
  readonly hosted: HostedPartitions;
  /** The moves of logs. */
  readonly moves: LogMoves;
  /** Copy what others lead; `undefined` where there are no others. */
  readonly fetchers: Pick<ReplicaFetcherManager, "follow" | "stop"> | undefined;
  /** The metadata, with the changes. */
  readonly metadata: MetadataView;
  /** Id of this broker. */
  readonly brokerId: number;
  /** Makes a partition. */
  readonly newPartition: (topicPartition: TopicPartition, topicId: string) => Partition;
  /** Wakes who waits for something to happen to a partition. */
  readonly wake: (partition: Partition) => void;
  /** Told where the log of a partition is. */
  readonly placed: (partition: Partition, log: PartitionLog) => void;
}

/** How long to wait before a log is tried again that there was no room for. */
const DISK_FULL_RETRY_MS = 1000;

/**
 * Follows what the metadata says of one partition.
 *
 * @param mayBeNew whether one that is not here was made just now, rather than before this broker started. Default: no
 */
export function applyPartition(
  local: LocalReplicas,
  topicPartition: TopicPartition,
  mayBeNew = false,
): void {
  const { topic, partition: index } = topicPartition;
  const topicId = local.metadata.topicId(topic);
  const assigned = local.metadata.partition(topic, index);
  if (topicId === undefined || assigned === undefined) return;
  const hosted = local.hosted.get(topic, index);
  if (!assigned.replicas.includes(local.brokerId)) {
    if (hosted !== undefined) deletePartition(local, hosted);
    return;
  }
  try {
    const partition = partitionToUse(local, hosted, topicPartition, topicId);
    if (partition !== undefined) {
      const hasNoLog = mayBeNew && hosted === undefined;
      lead(local, partition, assigned, hosted?.online !== partition, hasNoLog);
    }
  } catch (error) {
    if (!(error instanceof StorageError) && !(error instanceof KafkaError)) throw error;
    local.env.logger.write("error", "Cannot use a partition: its log is not available", {
      partition: topicPartitionKey(topicPartition),
      topicId,
      error,
    });
    const isDiskFull = error instanceof LogDirError && error.isDiskFull;
    local.fetchers?.stop(topicPartition);
    local.hosted.get(topic, index)?.online?.retire("failed");
    local.hosted.setOffline({
      topicPartition,
      topicId,
      ...(isDiskFull ? { retryAt: local.env.clock.monotonic() + DISK_FULL_RETRY_MS } : {}),
    });
  }
}

/** The partition that is here, or a new one; `undefined` while it is here but offline. */
function partitionToUse(
  local: LocalReplicas,
  hosted: HostedPartition | undefined,
  topicPartition: TopicPartition,
  topicId: string,
): Partition | undefined {
  const { online, offline } = hosted ?? {};
  if (online?.topicId === topicId) return online;
  if (offline?.topicId === topicId && offline.retryAt === undefined) return undefined;
  // Left over from a topic of that name whose deletion did not come to here.
  if (online !== undefined) deletePartition(local, { online });
  return local.newPartition(topicPartition, topicId);
}

/** Makes the log, if need be, and takes over who leads. */
function lead(
  local: LocalReplicas,
  partition: Partition,
  assigned: AssignedPartition,
  isNew: boolean,
  hasNoLog: boolean,
): void {
  const { logManager, hosted, moves, brokerId } = local;
  const { topicPartition } = partition;
  const log = logFor(local, partition, assigned, hasNoLog);
  if (isNew) hosted.setOnline(partition);
  const moved = assigned.leader === brokerId
    ? partition.makeLeader(assigned)
    : partition.makeFollower(assigned);
  if (moved) local.wake(partition);
  followLeader(local, partition);
  if (isNew) {
    const future = logManager.getLog(topicPartition, true);
    if (future !== undefined) moves.start(partition, parentPath(future.directory));
  }
  local.placed(partition, log);
}

/** By what the partition knows: the metadata may be older than the controller's last answer. */
function followLeader({ fetchers }: LocalReplicas, partition: Partition): void {
  const { topicPartition, topicId, leader, leaderEpoch: currentLeaderEpoch } = partition;
  if (partition.isLeader || leader < 0) fetchers?.stop(topicPartition);
  else fetchers?.follow(topicPartition, { topicId, leader, currentLeaderEpoch });
}

function logFor(
  { logManager, brokerId }: LocalReplicas,
  { topicPartition, topicId }: Partition,
  assigned: AssignedPartition,
  hasNoLog: boolean,
): PartitionLog {
  const directoryId = assignedDirectory(assigned, brokerId) ?? ZERO_UUID;
  const isHere = logManager.getLog(topicPartition) !== undefined;
  const isOnline = directoryId !== ZERO_UUID && logManager.directoryPath(directoryId) !== undefined;
  // A partition that was made just now, for no directory in particular, has no log in one that is offline.
  const hasNone = directoryId === ZERO_UUID || (hasNoLog && directoryId === UNASSIGNED_DIRECTORY);
  if (!isHere && !isOnline && !hasNone && logManager.offlineLogDirs.length > 0) {
    throw new KafkaError(
      "KAFKA_STORAGE_ERROR",
      `The log of ${topicPartitionKey(topicPartition)} may be in an offline directory, its ` +
        `directory has the id: ${directoryId}`,
    );
  }
  return logManager.getOrCreateLog(topicPartition, {
    isNew: true,
    topicId,
    ...(isOnline ? { targetLogDirectoryId: directoryId } : {}),
  });
}

/** What a whole metadata does not have is gone. */
export function applyAbsences(
  local: LocalReplicas,
  configs: ReadonlyMap<string, ConfigTexts>,
): void {
  const { hosted, metadata } = local;
  for (const topic of hosted.topics()) {
    const partitions = hosted.ofTopic(topic);
    for (const partition of partitions) {
      if ((partition.online ?? partition.offline)!.topicId === metadata.topicId(topic)) continue;
      deletePartition(local, partition);
    }
    if (!configs.has(topic)) applyConfig(local, topic, {});
  }
  putStraysAside(local);
}

/** Logs that were found on the disk, and are not this broker's any more, are kept but not served. */
function putStraysAside({ env, logManager, metadata, brokerId }: LocalReplicas): void {
  const topics = {
    topicId: (topic: string) => metadata.topicId(topic),
    replicas: (topicId: string, partition: number) => {
      const topic = metadata.topicName(topicId);
      return topic === undefined ? undefined : metadata.partition(topic, partition)?.replicas;
    },
  };
  const strays = logManager.allLogs.filter((log) => isStrayLog(log, brokerId, topics));
  if (strays.length === 0) return;
  logManager.asyncDeleteAll(strays.map((log) => log.topicPartition), true, (partition, error) => {
    env.logger.write("error", "Unable to put a stray log aside", {
      partition: topicPartitionKey(partition),
      error,
    });
  });
}

/** Serves a topic no more. Returns the partitions that were here; their logs are for {@linkcode putLogAway}. */
export function dropTopic(local: LocalReplicas, name: string, id: string): TopicPartition[] {
  const gone = local.hosted.ofTopic(name).filter(({ online, offline }) =>
    (online ?? offline)!.topicId === id
  );
  return gone.map((partition) => dropPartition(local, partition));
}

function dropPartition(local: LocalReplicas, { online, offline }: HostedPartition): TopicPartition {
  const { topicPartition } = (online ?? offline)!;
  local.moves.stop(topicPartition);
  local.fetchers?.stop(topicPartition);
  local.hosted.delete(topicPartition);
  if (online !== undefined) {
    online.retire("deleted");
    local.wake(online);
  }
  return topicPartition;
}

function deletePartition(local: LocalReplicas, partition: HostedPartition): void {
  putLogAway(local, dropPartition(local, partition));
}

/** Deletes the log of a partition that is served no more, and the copy that was to take its place. */
export function putLogAway(
  { env, logManager }: LocalReplicas,
  topicPartition: TopicPartition,
): void {
  for (const isFuture of [false, true]) {
    if (logManager.getLog(topicPartition, isFuture) === undefined) continue;
    try {
      logManager.asyncDelete(topicPartition, { isFuture, checkpoint: false });
    } catch (error) {
      env.logger.write("error", "Unable to delete a replica", {
        partition: topicPartitionKey(topicPartition),
        error,
      });
    }
  }
}

/** Takes the configs of a topic over. */
export function applyConfig(
  { env, logManager, metadata }: LocalReplicas,
  topic: string,
  overrides: ConfigTexts,
): void {
  // At the start the logs are loaded with their configs already.
  const partitions = [...metadata.partitions(topic).keys()];
  const isKnown = partitions.length > 0 && partitions.every((partition) => {
    const log = logManager.getLog({ topic, partition });
    return log !== undefined && hasOriginals(log, overrides);
  });
  if (isKnown) return;
  try {
    logManager.updateTopicConfig(topic, overrides);
  } catch (error) {
    if (!(error instanceof StorageError)) throw error;
    env.logger.write("error", "Cannot take over the configs of a topic", { topic, error });
  }
}

function hasOriginals({ config: { originals } }: PartitionLog, overrides: ConfigTexts): boolean {
  const entries = Object.entries(overrides);
  return entries.length === originals.size &&
    entries.every(([name, value]) => originals.get(name) === value);
}
