/**
 * AddOffsetsToTxn.
 *
 * @module
 */

import { errorCode } from "../../../client/protocol/error_codes.ts";
import {
  addOffsetsToTxn as api,
  type AddOffsetsToTxnRequest,
  type AddOffsetsToTxnResponse,
} from "../../../client/protocol/messages/add_offsets_to_txn.ts";
import { coordinatorPartition } from "../../coordinator/coordinator_key.ts";
import type { TransactionConfig } from "../../coordinator/transaction/transaction_config.ts";
import type { TransactionCoordinator } from "../../coordinator/transaction/transaction_coordinator.ts";
import type { MetadataImage } from "../../controller/metadata_image.ts";
import type { ApiHandler } from "../api_handler.ts";

/** What the handler needs. */
export interface AddOffsetsToTxnOptions {
  /** Has the transactions. */
  readonly transactions: Pick<TransactionCoordinator, "addPartitions">;
  /** The metadata in force. */
  readonly image: () => MetadataImage;
  /** The configs. */
  readonly config: TransactionConfig;
}

/** The topic that committed offsets are kept in. */
const GROUPS_TOPIC = "__consumer_offsets";
/** Clients below this version do not know `PRODUCER_FENCED`. */
const FIRST_VERSION_WITH_PRODUCER_FENCED = 2;

/** Answers AddOffsetsToTxn: the partition that has a group becomes part of a transaction. Only clients of transaction version 1 ask. */
export function addOffsetsToTxnHandler(
  { transactions, image, config }: AddOffsetsToTxnOptions,
): ApiHandler<AddOffsetsToTxnRequest, AddOffsetsToTxnResponse> {
  /** Producers ask before they look for the group's coordinator, by which the topic is made: there may be none as yet. */
  const partitionCount = () =>
    image().topics.byName.get(GROUPS_TOPIC)?.partitions.size ??
      config.int("offsets.topic.num.partitions");
  return {
    api,
    async handle({ transactionalId, producerId, producerEpoch, groupId }) {
      const partition = coordinatorPartition(groupId, partitionCount());
      const partitions = [{ topic: GROUPS_TOPIC, partition }];
      const request = { transactionalId, producerId, producerEpoch, partitions };
      await transactions.addPartitions(request, 0);
      return {};
    },
    onError: (_request, error, _message, apiVersion = FIRST_VERSION_WITH_PRODUCER_FENCED) => ({
      errorCode: errorCode(
        error === "PRODUCER_FENCED" && apiVersion < FIRST_VERSION_WITH_PRODUCER_FENCED
          ? "INVALID_PRODUCER_EPOCH"
          : error,
      ),
    }),
  };
}
