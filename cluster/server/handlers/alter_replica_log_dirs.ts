/**
 * AlterReplicaLogDirs (34): moves partitions to other log directories of the broker. It is answered when the moves have begun.
 * Versions 1 and 2.
 *
 * @module
 */

import { errorCode } from "../../../client/protocol/error_codes.ts";
import {
  alterReplicaLogDirs,
  type AlterReplicaLogDirsRequest,
  type AlterReplicaLogDirsResponse,
} from "../../../client/protocol/messages/alter_replica_log_dirs.ts";
import type { Draft } from "../../../storage/message/message_codec.ts";
import type { ReplicaManager } from "../../replication/replica_manager.ts";
import type { ApiHandler } from "../api_handler.ts";

/** What the handler needs. */
export interface AlterReplicaLogDirsHandlerOptions {
  /** Has the logs. */
  readonly replicaManager: ReplicaManager;
}

/** Handles AlterReplicaLogDirs. */
export function alterReplicaLogDirsHandler(
  { replicaManager }: AlterReplicaLogDirsHandlerOptions,
): ApiHandler<AlterReplicaLogDirsRequest, AlterReplicaLogDirsResponse> {
  return {
    api: alterReplicaLogDirs,
    handle: (request) =>
      responseOf(
        request,
        (topic, partition, path) =>
          errorCode(replicaManager.alterReplicaLogDir({ topic, partition }, path)),
      ),
    onError: (request, error) => responseOf(request, () => errorCode(error)),
  };
}

/** One answer a partition: one that is named twice goes where it is named last. */
function responseOf(
  { dirs }: AlterReplicaLogDirsRequest,
  alter: (topic: string, partition: number, path: string) => number,
): Draft<AlterReplicaLogDirsResponse> {
  const targets = new Map<string, Map<number, string>>();
  for (const { path, topics } of dirs) {
    for (const { name, partitions } of topics) {
      let target = targets.get(name);
      if (target === undefined) targets.set(name, target = new Map());
      for (const partition of partitions) target.set(partition, path);
    }
  }
  return {
    results: [...targets].map(([topicName, partitions]) => ({
      topicName,
      partitions: [...partitions].map(([partitionIndex, path]) => ({
        partitionIndex,
        errorCode: alter(topicName, partitionIndex, path),
      })),
    })),
  };
}
