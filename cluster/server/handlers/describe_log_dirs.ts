/**
 * DescribeLogDirs (35): the log directories and the sizes of the logs in them. Versions 1 to 5.
 *
 * @module
 */

import { errorCode } from "../../../client/protocol/error_codes.ts";
import {
  describeLogDirs,
  type DescribeLogDirsRequest,
  type DescribeLogDirsResponse,
} from "../../../client/protocol/messages/describe_log_dirs.ts";
import type { TopicPartition } from "../../../storage/file/file_names.ts";
import type { DescribedLogDir } from "../../replication/describe_log_dirs.ts";
import type { ReplicaManager } from "../../replication/replica_manager.ts";
import type { Draft } from "../../../storage/message/message_codec.ts";
import type { ApiHandler } from "../api_handler.ts";

/** What the handler needs. */
export interface DescribeLogDirsHandlerOptions {
  /** Has the logs. */
  readonly replicaManager: ReplicaManager;
}

/** Handles DescribeLogDirs. */
export function describeLogDirsHandler(
  { replicaManager }: DescribeLogDirsHandlerOptions,
): ApiHandler<DescribeLogDirsRequest, DescribeLogDirsResponse> {
  return {
    api: describeLogDirs,
    handle: ({ topics }) => ({
      results: replicaManager.describeLogDirs(wantedLogs(topics)).map(resultOf),
    }),
    onError: (_request, error) => ({ errorCode: errorCode(error) }),
  };
}

/** Without a list, all are asked for. */
function wantedLogs(
  topics: DescribeLogDirsRequest["topics"],
): (topicPartition: TopicPartition) => boolean {
  if (topics === null) return () => true;
  const wanted = new Map(topics.map(({ topic, partitions }) => [topic, new Set(partitions)]));
  return ({ topic, partition }) => wanted.get(topic)?.has(partition) ?? false;
}

function resultOf(directory: DescribedLogDir): Draft<DescribeLogDirsResponse["results"][number]> {
  return {
    errorCode: errorCode(directory.error),
    logDir: directory.path,
    topics: [...directory.logs].map(([name, logs]) => ({
      name,
      partitions: logs.map(({ topicPartition, size, offsetLag, isFuture }) => ({
        partitionIndex: topicPartition.partition,
        partitionSize: size,
        offsetLag,
        isFutureKey: isFuture,
      })),
    })),
    totalBytes: directory.totalBytes,
    usableBytes: directory.usableBytes,
    isCordoned: directory.isCordoned,
  };
}
