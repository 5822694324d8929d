/**
 * The brokers that a call to all of them goes to.
 *
 * @module
 */

import { KafkaError } from "../protocol/error_codes.ts";
import { metadata as metadataApi } from "../protocol/messages/metadata.ts";
import type { Node } from "../node.ts";
import { sendCall } from "./admin_call.ts";
import type { AdminContext } from "./admin_context.ts";
import type { CallTime } from "./call_time.ts";

/**
 * The brokers that are there.
 *
 * @throws {KafkaError} when they cannot be known in time
 */
export async function allBrokers(
  context: AdminContext,
  time: CallTime,
  name: string,
): Promise<readonly Node[]> {
  return await sendCall(context, time, {
    name,
    destination: { to: "any" },
    api: metadataApi,
    draft: () => ({ topics: [], allowAutoTopicCreation: true }),
  }, ({ brokers }) => {
    if (brokers.length > 0) return brokers.map(({ nodeId: id, ...node }) => ({ id, ...node }));
    throw new KafkaError(
      "LEADER_NOT_AVAILABLE",
      "Metadata fetch failed due to missing broker list",
    );
  });
}
