/**
 * OffsetCommit.
 *
 * @module
 */

import { errorCode } from "../../../client/protocol/error_codes.ts";
import {
  offsetCommit as api,
  type OffsetCommitRequest,
  type OffsetCommitResponse,
} from "../../../client/protocol/messages/offset_commit.ts";
import { commitOffsets, type CommittedTopic } from "../../coordinator/offsets/offset_commit.ts";
import type { OffsetsRuntime } from "../../coordinator/offsets/offsets_runtime.ts";
import type { MetadataImage } from "../../controller/metadata_image.ts";
import type { ApiHandler } from "../api_handler.ts";
import { knownPartitions, mergedTopics } from "./known_partitions.ts";

/** What the handler needs. */
export interface OffsetCommitOptions {
  /** Has the groups. */
  readonly groups: OffsetsRuntime;
  /** The metadata in force. */
  readonly image: () => MetadataImage;
}

/** The first version that names topics by their ids. */
const FIRST_VERSION_WITH_TOPIC_IDS = 10;

/** Answers OffsetCommit. */
export function offsetCommitHandler(
  { groups, image }: OffsetCommitOptions,
): ApiHandler<OffsetCommitRequest, OffsetCommitResponse> {
  return {
    api,
    handle(request, { apiVersion }) {
      const { groupId, memberId, groupInstanceId, retentionTimeMs } = request;
      const byId = apiVersion >= FIRST_VERSION_WITH_TOPIC_IDS;
      const { known, unknown } = knownPartitions(image(), request.topics, byId);
      if (known.length === 0) return { topics: unknown };
      const commit = {
        groupId,
        memberId,
        groupInstanceId,
        generationId: request.generationIdOrMemberEpoch,
        topics: known,
      };
      const answered = (topics: readonly CommittedTopic[]) => ({
        topics: mergedTopics(unknown, topics),
      });
      const committed = groups.run<CommittedTopic[]>(
        groups.partitionFor(groupId),
        ({ offsets }, reply, out, now) =>
          commitOffsets(offsets, commit, { apiVersion, retentionTimeMs }, reply, out, now),
      );
      return committed instanceof Promise ? committed.then(answered) : answered(committed);
    },
    onError: ({ topics }, error) => ({
      topics: topics.map(({ name, topicId, partitions }) => ({
        name,
        topicId,
        partitions: partitions.map(({ partitionIndex }) => ({
          partitionIndex,
          errorCode: errorCode(error),
        })),
      })),
    }),
  };
}
