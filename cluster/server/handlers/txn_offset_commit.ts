/**
 * TxnOffsetCommit.
 *
 * @module
 */

import { errorCode, type ErrorName, KafkaError } from "../../../client/protocol/error_codes.ts";
import {
  txnOffsetCommit as api,
  type TxnOffsetCommitRequest,
  type TxnOffsetCommitResponse,
} from "../../../client/protocol/messages/txn_offset_commit.ts";
import {
  type CommittedTopic,
  commitTransactionalOffsets,
} from "../../coordinator/offsets/offset_commit.ts";
import type { OffsetsRuntime } from "../../coordinator/offsets/offsets_runtime.ts";
import type { MetadataImage } from "../../controller/metadata_image.ts";
import type { ApiHandler } from "../api_handler.ts";
import { knownPartitions, mergedTopics } from "./known_partitions.ts";

/** What the handler needs. */
export interface TxnOffsetCommitOptions {
  /** Has the groups. */
  readonly groups: OffsetsRuntime;
  /** The metadata in force. */
  readonly image: () => MetadataImage;
}

/** The first version whose client speaks transactions version 2: its partitions need not be added before. */
const FIRST_VERSION_WITH_TRANSACTION_V2 = 5;
/** The first version whose client knows `TRANSACTION_ABORTABLE`. */
const FIRST_VERSION_WITH_ABORTABLE_ERROR = 4;
/** Clients below this version may crash when they are told that a coordinator loads. */
const FIRST_VERSION_THAT_KNOWS_LOADING = 2;

/** Answers TxnOffsetCommit. */
export function txnOffsetCommitHandler(
  { groups, image }: TxnOffsetCommitOptions,
): ApiHandler<TxnOffsetCommitRequest, TxnOffsetCommitResponse> {
  return {
    api,
    async handle(request, { apiVersion }) {
      const { groupId, memberId, groupInstanceId, generationId, transactionalId } = request;
      const { producerId, producerEpoch } = request;
      const { known, unknown } = knownPartitions(image(), request.topics, false);
      if (known.length === 0) return { topics: unknown };
      if (groupId === "") throw new KafkaError("INVALID_GROUP_ID");
      const commit = { groupId, memberId, groupInstanceId, generationId, topics: known };
      const producer = { producerId, producerEpoch };
      const support = {
        supportsEpochBump: apiVersion >= FIRST_VERSION_WITH_TRANSACTION_V2,
        supportsAbortableError: apiVersion >= FIRST_VERSION_WITH_ABORTABLE_ERROR,
      };
      const topics = await groups.runInTransaction<CommittedTopic[]>(
        groups.partitionFor(groupId),
        { transactionalId, ...producer, ...support },
        ({ offsets }, reply, out, now) =>
          commitTransactionalOffsets(offsets, commit, producer, apiVersion, reply, out, now),
      );
      return { topics: mergedTopics(unknown, topics) };
    },
    onError: ({ topics }, error, _message, apiVersion = FIRST_VERSION_THAT_KNOWS_LOADING) => ({
      topics: topics.map(({ name, partitions }) => ({
        name,
        partitions: partitions.map(({ partitionIndex }) => ({
          partitionIndex,
          errorCode: errorCode(toldTo(apiVersion, error)),
        })),
      })),
    }),
  };
}

function toldTo(apiVersion: number, error: ErrorName): ErrorName {
  const knows = apiVersion >= FIRST_VERSION_THAT_KNOWS_LOADING;
  return error === "COORDINATOR_LOAD_IN_PROGRESS" && !knows ? "COORDINATOR_NOT_AVAILABLE" : error;
}
