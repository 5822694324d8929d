/**
 * Whether a broker that asks for something is the one that has registered.
 *
 * @module
 */

import { KafkaError } from "../../client/protocol/error_codes.ts";
import type { BrokerRegistration } from "./cluster_image.ts";
import type { ControllerContext } from "./decision.ts";

/**
 * The registration of a broker that tells its epoch.
 *
 * @throws {KafkaError} `STALE_BROKER_EPOCH` for a broker that has registered again since, or never
 */
export function checkBrokerEpoch(
  { image }: Pick<ControllerContext, "image">,
  brokerId: number,
  brokerEpoch: number,
): BrokerRegistration {
  const broker = image.cluster.brokers.get(brokerId);
  if (broker?.brokerEpoch === brokerEpoch) return broker;
  throw new KafkaError(
    "STALE_BROKER_EPOCH",
    broker === undefined
      ? `No broker registration found for broker id ${brokerId}`
      : `Expected broker epoch ${broker.brokerEpoch}, but got broker epoch ${brokerEpoch}`,
  );
}
