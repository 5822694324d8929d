/**
 * ListPartitionReassignments (46): which partitions are moving. Version 0.
 *
 * @module
 */

import { errorCode, errorMessage } from "../../../client/protocol/error_codes.ts";
import {
  listPartitionReassignments as api,
  type ListPartitionReassignmentsRequest,
  type ListPartitionReassignmentsResponse,
} from "../../../client/protocol/messages/list_partition_reassignments.ts";
import type { MetadataImage } from "../../controller/metadata_image.ts";
import { listPartitionReassignments } from "../../controller/partition_reassignment.ts";
import type { ApiHandler } from "../api_handler.ts";

/** Answers ListPartitionReassignments out of the metadata. */
export function listPartitionReassignmentsHandler(
  { image }: { readonly image: () => MetadataImage },
): ApiHandler<ListPartitionReassignmentsRequest, ListPartitionReassignmentsResponse> {
  return {
    api,
    handle: (request) => ({
      errorMessage: null,
      topics: listPartitionReassignments(image(), request),
    }),
    onError: ({ topics }, error, message) => ({
      errorCode: errorCode(error),
      errorMessage: message ?? errorMessage(error),
      topics: (topics ?? []).map(({ name, partitionIndexes }) => ({
        name,
        partitions: partitionIndexes.map((partitionIndex) => ({ partitionIndex })),
      })),
    }),
  };
}
