/**
 * Asking the controller for producer ids (Kafka's `RPCProducerIdManager`).
 *
 * @module
 */

import { errorName, KafkaError } from "../../client/protocol/error_codes.ts";
import { allocateProducerIds } from "../../client/protocol/messages/allocate_producer_ids.ts";
import type { ProducerIdBlock } from "../controller/producer_id_blocks.ts";
import type { ControllerChannel } from "./controller_channel.ts";

/**
 * Has the controller give blocks to a broker.
 *
 * @returns the next block; fails with a {@linkcode KafkaError}: `STALE_BROKER_EPOCH`, `REQUEST_TIMED_OUT`
 */
export function producerIdAllocation(
  channel: Pick<ControllerChannel, "send">,
  brokerId: number,
  brokerEpoch: () => number,
): () => Promise<ProducerIdBlock> {
  return async () => {
    const request = { brokerId, brokerEpoch: brokerEpoch() };
    const answer = await channel.send(allocateProducerIds, request);
    if (answer.errorCode !== 0) throw new KafkaError(errorName(answer.errorCode));
    return { firstProducerId: answer.producerIdStart, size: answer.producerIdLen };
  };
}
