/**
 * OffsetDelete.
 *
 * @module
 */

import { errorCode, KafkaError } from "../../../client/protocol/error_codes.ts";
import {
  offsetDelete as api,
  type OffsetDeleteRequest,
  type OffsetDeleteResponse,
} from "../../../client/protocol/messages/offset_delete.ts";
import { type DeletedOffsets, deleteOffsets } from "../../coordinator/offsets/offset_delete.ts";
import type { OffsetsRuntime } from "../../coordinator/offsets/offsets_runtime.ts";
import type { MetadataImage } from "../../controller/metadata_image.ts";
import type { ApiHandler } from "../api_handler.ts";
import { knownPartitions, mergedTopics } from "./known_partitions.ts";

/** What the handler needs. */
export interface OffsetDeleteOptions {
  /** Has the groups. */
  readonly groups: OffsetsRuntime;
  /** The metadata in force. */
  readonly image: () => MetadataImage;
}

/** Answers OffsetDelete. */
export function offsetDeleteHandler(
  { groups, image }: OffsetDeleteOptions,
): ApiHandler<OffsetDeleteRequest, OffsetDeleteResponse> {
  return {
    api,
    handle({ groupId, topics }) {
      if (groupId === "") throw new KafkaError("INVALID_GROUP_ID");
      const { known, unknown } = knownPartitions(image(), topics, false);
      const ids = new Map(known.map(({ name, topicId }) => [name, topicId]));
      const answered = (deleted: readonly DeletedOffsets[]) => ({
        topics: mergedTopics(
          unknown,
          deleted.map((topic) => ({ ...topic, topicId: ids.get(topic.name)! })),
        ),
      });
      const deleted = groups.run<DeletedOffsets[]>(
        groups.partitionFor(groupId),
        ({ offsets }, reply, out) => deleteOffsets(offsets, groupId, known, reply, out),
      );
      return deleted instanceof Promise ? deleted.then(answered) : answered(deleted);
    },
    onError: (_request, error) => ({ errorCode: errorCode(error) }),
  };
}
