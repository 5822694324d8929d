/**
 * OffsetForLeaderEpoch (23): where a leader epoch ends in a log, so that consumers and followers find out where theirs is another.
 * Versions 2 to 4.
 *
 * @module
 */

import { errorCode } from "../../../client/protocol/error_codes.ts";
import {
  offsetForLeaderEpoch,
  type OffsetForLeaderEpochRequest,
  type OffsetForLeaderEpochResponse,
} from "../../../client/protocol/messages/offset_for_leader_epoch.ts";
import { lastOffsetForLeaderEpoch } from "../../replication/partition_read.ts";
import type { ReplicaManager } from "../../replication/replica_manager.ts";
import type { ApiHandler } from "../api_handler.ts";

/** What the handler needs. */
export interface OffsetForLeaderEpochHandlerOptions {
  /** Has the partitions. */
  readonly replicaManager: ReplicaManager;
}

/** Handles OffsetForLeaderEpoch. */
export function offsetForLeaderEpochHandler(
  { replicaManager }: OffsetForLeaderEpochHandlerOptions,
): ApiHandler<OffsetForLeaderEpochRequest, OffsetForLeaderEpochResponse> {
  return {
    api: offsetForLeaderEpoch,
    handle: ({ topics }) => ({
      topics: topics.map(({ topic, partitions }) => ({
        topic,
        partitions: partitions.map(({ partition: index, currentLeaderEpoch, leaderEpoch }) => {
          const partition = replicaManager.getPartition(topic, index);
          const end = typeof partition === "string"
            ? { error: partition, leaderEpoch: -1, endOffset: -1 }
            : lastOffsetForLeaderEpoch(partition, currentLeaderEpoch, leaderEpoch, true);
          return {
            partition: index,
            errorCode: errorCode(end.error),
            leaderEpoch: end.leaderEpoch,
            endOffset: end.endOffset,
          };
        }),
      })),
    }),
    onError: ({ topics }, error) => ({
      topics: topics.map(({ topic, partitions }) => ({
        topic,
        partitions: partitions.map(({ partition }) => ({
          partition,
          errorCode: errorCode(error),
        })),
      })),
    }),
  };
}
