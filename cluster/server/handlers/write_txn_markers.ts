/**
 * WriteTxnMarkers.
 *
 * @module
 */

import { errorCode, type ErrorName } from "../../../client/protocol/error_codes.ts";
import {
  type WritableTxnMarker,
  type WritableTxnMarkerResult,
  writeTxnMarkers as api,
  type WriteTxnMarkersRequest,
  type WriteTxnMarkersResponse,
} from "../../../client/protocol/messages/write_txn_markers.ts";
import type { TopicPartition } from "../../../storage/file/file_names.ts";
import type { MarkerWriter } from "../../coordinator/transaction/marker_writer.ts";
import type { ApiHandler } from "../api_handler.ts";

/** What the handler needs. */
export interface WriteTxnMarkersOptions {
  /** Writes into the partitions of this broker. */
  readonly writeMarkers: MarkerWriter;
}

/** Answers WriteTxnMarkers, of other brokers' coordinators, and of operators who end a transaction that no coordinator ends. */
export function writeTxnMarkersHandler(
  { writeMarkers }: WriteTxnMarkersOptions,
): ApiHandler<WriteTxnMarkersRequest, WriteTxnMarkersResponse> {
  return {
    api,
    async handle({ markers }) {
      // All are appended before any is waited for.
      const written = markers.map((marker) =>
        writeMarkers({ ...marker, committed: marker.transactionResult }, partitionsOf(marker))
      );
      const errors = await Promise.all(written);
      return { markers: markers.map((marker, i) => resultOf(marker, errors[i]!.map(told))) };
    },
    onError: ({ markers }, error) => ({
      markers: markers.map((marker) => resultOf(marker, partitionsOf(marker).map(() => error))),
    }),
  };
}

function partitionsOf({ topics }: WritableTxnMarker): TopicPartition[] {
  return topics.flatMap(({ name, partitionIndexes }) =>
    partitionIndexes.map((partition) => ({ topic: name, partition }))
  );
}

/** For a coordinator elsewhere, a partition whose directory has failed is not here. */
function told(error: ErrorName): ErrorName {
  return error === "KAFKA_STORAGE_ERROR" ? "UNKNOWN_TOPIC_OR_PARTITION" : error;
}

function resultOf(
  { producerId, topics }: WritableTxnMarker,
  errors: readonly ErrorName[],
): WritableTxnMarkerResult {
  let next = 0;
  return {
    producerId,
    topics: topics.map(({ name, partitionIndexes }) => ({
      name,
      partitions: partitionIndexes.map((partitionIndex) => ({
        partitionIndex,
        errorCode: errorCode(errors[next++]!),
      })),
    })),
  };
}
