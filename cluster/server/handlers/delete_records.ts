/**
 * DeleteRecords (21): makes the records below an offset unreadable. Versions 0 to 2.
 *
 * @module
 */

import { errorCode } from "../../../client/protocol/error_codes.ts";
import {
  deleteRecords,
  type DeleteRecordsRequest,
  type DeleteRecordsResponse,
} from "../../../client/protocol/messages/delete_records.ts";
import type { Draft } from "../../../storage/message/message_codec.ts";
import { DeleteRecordsEntry } from "../../replication/delete_records.ts";
import type { ReplicaManager } from "../../replication/replica_manager.ts";
import type { Answer, ApiHandler } from "../api_handler.ts";

/** What the handler needs. */
export interface DeleteRecordsHandlerOptions {
  /** Has the partitions. */
  readonly replicaManager: ReplicaManager;
}

/** Handles DeleteRecords. */
export function deleteRecordsHandler(
  { replicaManager }: DeleteRecordsHandlerOptions,
): ApiHandler<DeleteRecordsRequest, DeleteRecordsResponse> {
  return {
    api: deleteRecords,
    handle: (request) => handleDeleteRecords(replicaManager, request),
    onError: ({ topics }, error) => ({
      topics: topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(({ partitionIndex }) => ({
          partitionIndex,
          lowWatermark: -1,
          errorCode: errorCode(error),
        })),
      })),
    }),
  };
}

function handleDeleteRecords(
  replicaManager: ReplicaManager,
  { topics, timeoutMs }: DeleteRecordsRequest,
): Answer<DeleteRecordsResponse> | Promise<Answer<DeleteRecordsResponse>> {
  const { metadata } = replicaManager;
  const entriesByTopic = topics.map(({ name, partitions }) => ({
    name,
    entries: partitions.map(({ partitionIndex, offset }) => {
      const entry = new DeleteRecordsEntry({ topic: name, partition: partitionIndex }, offset);
      if (!metadata.contains(name, partitionIndex)) entry.error = "UNKNOWN_TOPIC_OR_PARTITION";
      return entry;
    }),
  }));
  const respond = (): Draft<DeleteRecordsResponse> => ({
    topics: entriesByTopic.map(({ name, entries }) => ({
      name,
      partitions: entries.map(({ topicPartition, lowWatermark, error }) => ({
        partitionIndex: topicPartition.partition,
        lowWatermark,
        errorCode: errorCode(error),
      })),
    })),
  });
  const all = entriesByTopic.flatMap(({ entries }) => entries);
  const waiting = replicaManager.deleteRecords(all, timeoutMs);
  return waiting === undefined ? respond() : waiting.then(respond);
}
