/**
 * Replicas that are moved from one directory of their broker to another.
 *
 * @module
 */

import type { Clock } from "../../storage/env.ts";
import type { LineOutput } from "../../storage/cli/tool.ts";
import { type TopicPartition, topicPartitionKey } from "../../storage/file/file_names.ts";
import { replicaText, type TopicPartitionReplica } from "../admin/log_dirs.ts";
import type { Node } from "../node.ts";
import { KafkaError } from "../protocol/error_codes.ts";
import type { Admin } from "./admin_session.ts";
import { commandFailed, executionException, terse } from "./java_exception.ts";
import { future } from "./java_future.ts";
import { compareReplicas, type ReplicaLogDirs, replicaMap } from "./reassignment_json.ts";

const RETRY_MS = 100;

/** How far the move of a replica to a directory is. */
export type LogDirMove =
  | { readonly state: "completed" | "missing"; readonly targetLogDir: string }
  | {
    readonly state: "cancelled";
    readonly targetLogDir: string;
    /** Where it stays. */
    readonly currentLogDir: string;
  }
  | {
    readonly state: "active";
    readonly targetLogDir: string;
    /** Where it is. */
    readonly currentLogDir: string;
    /** Where it goes. */
    readonly futureLogDir: string;
  };

/**
 * How far moves are.
 *
 * @throws {JavaException} `ExecutionException` around what a broker says
 */
export async function findLogDirMoves(
  admin: Admin,
  targets: ReplicaLogDirs,
): Promise<(readonly [TopicPartitionReplica, LogDirMove])[]> {
  const results = await future(admin.describeReplicaLogDirs([...targets.keys()]));
  const found = await future(Promise.try(() => results.all()));
  return [...targets].sort(([a], [b]) => compareReplicas(a, b)).map(([replica, targetLogDir]) => {
    const { currentReplicaLogDir: currentLogDir, futureReplicaLogDir: futureLogDir } = found.get(
      replica,
    )!;
    if (currentLogDir === null) return [replica, { state: "missing", targetLogDir }];
    if (futureLogDir !== null) {
      return [replica, { state: "active", targetLogDir, currentLogDir, futureLogDir }];
    }
    if (currentLogDir === targetLogDir) return [replica, { state: "completed", targetLogDir }];
    return [replica, { state: "cancelled", targetLogDir, currentLogDir }];
  });
}

/** How far a move is, in Kafka's words. */
export function logDirMoveText(replica: TopicPartitionReplica, move: LogDirMove): string {
  const partition = `Partition ${topicPartitionKey(replica)}`;
  const { brokerId } = replica;
  switch (move.state) {
    case "missing":
      return `${partition} is not found in any live log dir on broker ${brokerId}. ` +
        "There is likely an offline log directory on the broker.";
    case "active":
      return move.targetLogDir === move.futureLogDir
        ? `Reassignment of replica ${replicaText(replica)} is still in progress.`
        : `${partition} on broker ${brokerId} is being moved to log dir ${move.futureLogDir} ` +
          `instead of ${move.targetLogDir}.`;
    case "cancelled":
      return `${partition} on broker ${brokerId} is not being moved from log dir ` +
        `${move.currentLogDir} to ${move.targetLogDir}.`;
    case "completed":
      return `Reassignment of replica ${replicaText(replica)} completed successfully.`;
  }
}

/** The directories in which replicas are, of those whose brokers are there. */
export async function currentLogDirs(
  admin: Admin,
  partitions: Iterable<readonly [TopicPartition, readonly Node[]]>,
): Promise<ReplicaLogDirs> {
  const replicas = Array.from(
    partitions,
    ([{ topic, partition }, nodes]) =>
      nodes.filter(({ host }) => host !== "").map(({ id }) => ({ topic, partition, brokerId: id })),
  ).flat();
  if (replicas.length === 0) return replicaMap();
  const results = await future(admin.describeReplicaLogDirs(replicas));
  const found = await future(Promise.try(() => results.all()));
  return replicaMap(
    [...found].flatMap(([replica, { currentReplicaLogDir }]) =>
      currentReplicaLogDir === null ? [] : [[replica, currentReplicaLogDir] as const]
    ),
  );
}

/** What is there of the replicas now has begun to move; what is not there is left. */
async function tryToStart(admin: Admin, targets: ReplicaLogDirs): Promise<TopicPartitionReplica[]> {
  const results = await future(admin.alterReplicaLogDirs(targets));
  return results.keys().filter((replica) => {
    const error = results.error(replica);
    if (error === undefined) return true;
    // It may be on the way to this broker.
    if (error instanceof KafkaError && error.code === "REPLICA_NOT_AVAILABLE") return false;
    throw commandFailed(`Failed to alter dir for ${replicaText(replica)}`, {
      cause: executionException(error),
    });
  });
}

/**
 * Starts moves. Those of replicas that are not at their brokers yet are tried again.
 *
 * @throws {JavaException} `TerseException` after `timeoutMs`
 */
export async function startLogDirMoves(
  admin: Admin,
  targets: ReplicaLogDirs,
  timeoutMs: number,
  clock: Clock,
  output: LineOutput,
): Promise<void> {
  const start = clock.now();
  const pending = replicaMap(targets);
  for (;;) {
    const started = (await tryToStart(admin, pending)).sort(compareReplicas);
    for (const replica of started) {
      output.print(
        `Successfully started moving log directory to ${pending.get(replica)} for replica ` +
          `${topicPartitionKey(replica)} with broker ${replica.brokerId} `,
      );
      pending.delete(replica);
    }
    if (pending.size === 0) return;
    if (clock.now() >= start + timeoutMs) {
      const names = [...pending.keys()].sort(compareReplicas).map(replicaText);
      throw terse(
        `Timed out before log directory move${names.length === 1 ? "" : "s"} could be started ` +
          `for: ${names.join(",")}`,
      );
    }
    await clock.sleep(RETRY_MS);
  }
}
