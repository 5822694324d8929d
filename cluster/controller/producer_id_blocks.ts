/**
 * Giving away producer ids.
 *
 * @module
 */

import { KafkaError } from "../../client/protocol/error_codes.ts";
import { checkBrokerEpoch } from "./broker_epoch.ts";
import type { ControllerContext, Decision } from "./decision.ts";

/** Ids of a block. */
export const PRODUCER_ID_BLOCK_SIZE = 1000;

/** Ids that a broker may hand out. */
export interface ProducerIdBlock {
  /** The first. */
  readonly firstProducerId: number;
  /** How many. */
  readonly size: number;
}

/**
 * Decides on AllocateProducerIds: the next block, which nobody gets a second time.
 *
 * @throws {KafkaError} `STALE_BROKER_EPOCH` for a broker that has registered again since, or never
 */
export function allocateProducerIds(
  { image }: ControllerContext,
  brokerId: number,
  brokerEpoch: number,
): Decision<ProducerIdBlock> {
  checkBrokerEpoch({ image }, brokerId, brokerEpoch);
  const firstProducerId = image.nextProducerId;
  const nextProducerId = firstProducerId + PRODUCER_ID_BLOCK_SIZE;
  if (!Number.isSafeInteger(nextProducerId)) {
    throw new KafkaError(
      "UNKNOWN_SERVER_ERROR",
      "Exhausted all producerIds as the next block's end producerId has exceeded the int64 type limit",
    );
  }
  return {
    records: [{
      type: "ProducerIdsRecord",
      version: 0,
      data: { brokerId, brokerEpoch, nextProducerId },
    }],
    response: { firstProducerId, size: PRODUCER_ID_BLOCK_SIZE },
  };
}
