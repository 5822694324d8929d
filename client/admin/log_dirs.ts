/**
 * The log directories of brokers.
 *
 * @module
 */

import type { TopicPartition } from "../../storage/file/file_names.ts";
import { KafkaError } from "../protocol/error_codes.ts";
import { alterReplicaLogDirs as alterReplicaLogDirsApi } from "../protocol/messages/alter_replica_log_dirs.ts";
import {
  describeLogDirs as describeLogDirsApi,
  type DescribeLogDirsResponse,
} from "../protocol/messages/describe_log_dirs.ts";
import { TopicPartitionMap } from "../../storage/file/topic_partition_map.ts";
import { sendCall } from "./admin_call.ts";
import type { AdminContext } from "./admin_context.ts";
import type { CallOptions } from "./admin_options.ts";
import type { AdminResults, Outcomes } from "./admin_results.ts";
import { apiError, unexpectedAnswer } from "./api_error.ts";
import { numbersByTopic, toldPartitions } from "./by_topic.ts";
import type { CallTime } from "./call_time.ts";
import { KeyMap } from "./key_map.ts";
import { outcomesOf, settle } from "./outcome_call.ts";

/** A replica of a partition. */
export interface TopicPartitionReplica extends TopicPartition {
  /** The broker that has it. */
  readonly brokerId: number;
}

/** A replica in a directory. */
export interface ReplicaInfo {
  /** Bytes of its segments. */
  readonly size: number;
  /** How far it is behind the high watermark, or behind the replica that it is to take the place of. */
  readonly offsetLag: number;
  /** Whether it is to take the place of one in another directory. */
  readonly isFuture: boolean;
}

/** A log directory. */
export interface LogDirDescription {
  /** What is wrong with it; `null` for nothing. */
  readonly error: KafkaError | null;
  /** The replicas in it. */
  readonly replicaInfos: TopicPartitionMap<ReplicaInfo>;
  /** Bytes of its volume; `null` when the broker does not tell. */
  readonly totalBytes: number | null;
  /** Bytes of its volume that are free; `null` when the broker does not tell. */
  readonly usableBytes: number | null;
  /** Whether it takes no new replicas. */
  readonly isCordoned: boolean;
}

/** Where a replica is, and where it goes. */
export interface ReplicaLogDirInfo {
  /** Its directory; `null` when it is nowhere. */
  readonly currentReplicaLogDir: string | null;
  /** How far it is behind there; -1 when it is nowhere. */
  readonly currentReplicaOffsetLag: number;
  /** The directory that it is being moved to; `null` for none. */
  readonly futureReplicaLogDir: string | null;
  /** How far it is behind there; -1 for none. */
  readonly futureReplicaOffsetLag: number;
}

/** Tells replicas apart. The text is Java's. */
export function replicaText({ topic, partition, brokerId }: TopicPartitionReplica): string {
  return `${topic}-${partition}-${brokerId}`;
}

/** The directories of brokers, by path. */
export async function describeLogDirs(
  context: AdminContext,
  brokers: Iterable<number>,
  options: CallOptions = {},
): Promise<AdminResults<number, ReadonlyMap<string, LogDirDescription>>> {
  return await outcomesOf<number, ReadonlyMap<string, LogDirDescription>>(
    context,
    String,
    brokers,
    options,
    async (time, outcomes) => {
      await Promise.all(
        outcomes.left.map((brokerId) =>
          settle(outcomes, [brokerId], () =>
            sendCall(context, time, {
              name: "describeLogDirs",
              destination: { to: brokerId },
              api: describeLogDirsApi,
              draft: () => ({ topics: null }),
            }, (response) => {
              const described = logDirsIn(response);
              // Early versions have no error of their own: whoever may not know is told nothing.
              const error = apiError(response.errorCode) ??
                new KafkaError("CLUSTER_AUTHORIZATION_FAILED");
              if (described.size > 0) outcomes.complete(brokerId, described);
              else outcomes.fail(brokerId, error);
            }))
        ),
      );
    },
  );
}

function logDirsIn({ results }: DescribeLogDirsResponse): Map<string, LogDirDescription> {
  const orNull = (bytes: number) => bytes === -1 ? null : bytes;
  return new Map(results.map((told) => [told.logDir, {
    error: apiError(told.errorCode) ?? null,
    replicaInfos: new TopicPartitionMap(
      Array.from(toldPartitions(told.topics), ([key, replica]) => [key, {
        size: replica.partitionSize,
        offsetLag: replica.offsetLag,
        isFuture: replica.isFutureKey,
      }]),
    ),
    totalBytes: orNull(told.totalBytes),
    usableBytes: orNull(told.usableBytes),
    isCordoned: told.isCordoned,
  }]));
}

/** Where replicas are. */
export async function describeReplicaLogDirs(
  context: AdminContext,
  replicas: Iterable<TopicPartitionReplica>,
  options: CallOptions = {},
): Promise<AdminResults<TopicPartitionReplica, ReplicaLogDirInfo>> {
  return await onBrokers<ReplicaLogDirInfo>(
    context,
    replicas,
    options,
    (time, brokerId, replicas, outcomes) =>
      sendCall(context, time, {
        name: "describeReplicaLogDirs",
        destination: { to: brokerId },
        api: describeLogDirsApi,
        draft: () => ({
          topics: numbersByTopic(replicas).map(({ name, partitions }) => (
            { topic: name, partitions }
          )),
        }),
      }, (response) => {
        const described = logDirsIn(response);
        for (const [logDir, { error }] of described) {
          if (error === null || error.code === "KAFKA_STORAGE_ERROR") continue;
          throw unexpectedAnswer(
            `The error ${error.code} for log directory ${logDir} in the response from broker ${brokerId} is illegal`,
          );
        }
        for (const replica of replicas) outcomes.complete(replica, whereabouts(replica, described));
      }),
  );
}

function whereabouts(
  replica: TopicPartitionReplica,
  described: ReadonlyMap<string, LogDirDescription>,
): ReplicaLogDirInfo {
  let [currentReplicaLogDir, currentReplicaOffsetLag]: [string | null, number] = [null, -1];
  let [futureReplicaLogDir, futureReplicaOffsetLag]: [string | null, number] = [null, -1];
  for (const [logDir, { replicaInfos }] of described) {
    const found = replicaInfos.get(replica);
    if (found === undefined) continue;
    const place: [string, number] = [logDir, found.offsetLag];
    if (found.isFuture) [futureReplicaLogDir, futureReplicaOffsetLag] = place;
    else [currentReplicaLogDir, currentReplicaOffsetLag] = place;
  }
  return {
    currentReplicaLogDir,
    currentReplicaOffsetLag,
    futureReplicaLogDir,
    futureReplicaOffsetLag,
  };
}

/** Moves replicas to other directories of their brokers. Resolves when they have begun to move. */
export async function alterReplicaLogDirs(
  context: AdminContext,
  assignments: Iterable<readonly [TopicPartitionReplica, string]>,
  options: CallOptions = {},
): Promise<AdminResults<TopicPartitionReplica, void>> {
  const wanted = new KeyMap(replicaText, assignments);
  return await onBrokers<void>(
    context,
    wanted.keys(),
    options,
    (time, brokerId, replicas, outcomes) =>
      sendCall(context, time, {
        name: "alterReplicaLogDirs",
        destination: { to: brokerId },
        api: alterReplicaLogDirsApi,
        draft: () => {
          const byPath = new Map<string, TopicPartitionReplica[]>();
          for (const replica of replicas) {
            const path = wanted.get(replica)!;
            byPath.set(path, [...byPath.get(path) ?? [], replica]);
          }
          return {
            dirs: Array.from(byPath, ([path, replicas]) => (
              { path, topics: numbersByTopic(replicas) }
            )),
          };
        },
      }, ({ results }) => {
        const topics = results.map(({ topicName: name, partitions }) => ({ name, partitions }));
        for (const [topicPartition, { errorCode }] of toldPartitions(topics)) {
          const replica = { ...topicPartition, brokerId };
          const error = apiError(errorCode);
          if (error === undefined) outcomes.complete(replica, undefined);
          else outcomes.fail(replica, error);
        }
        for (const replica of replicas) {
          outcomes.fail(
            replica,
            unexpectedAnswer(
              `The response from broker ${brokerId} did not contain a result for replica ${
                replicaText(replica)
              }`,
            ),
          );
        }
      }),
  );
}

/** Asks each broker about its replicas. */
async function onBrokers<V>(
  context: AdminContext,
  replicas: Iterable<TopicPartitionReplica>,
  options: CallOptions,
  ask: (
    time: CallTime,
    brokerId: number,
    replicas: readonly TopicPartitionReplica[],
    outcomes: Outcomes<TopicPartitionReplica, V>,
  ) => Promise<void>,
): Promise<AdminResults<TopicPartitionReplica, V>> {
  return await outcomesOf<TopicPartitionReplica, V>(
    context,
    replicaText,
    replicas,
    options,
    async (time, outcomes) => {
      const brokers = Map.groupBy(outcomes.left, ({ brokerId }) => brokerId);
      await Promise.all(
        Array.from(
          brokers,
          ([brokerId, replicas]) =>
            settle(outcomes, replicas, () => ask(time, brokerId, replicas, outcomes)),
        ),
      );
    },
  );
}
