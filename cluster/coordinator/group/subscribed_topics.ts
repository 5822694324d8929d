/**
 * The topics that consumers have subscribed to, out of what they tell their assignor.
 *
 * @module
 */

import { decodePrefix, type Message, messageOf } from "../../../storage/message/message_codec.ts";
import { ProtocolError } from "../../../storage/message/protocol_error.ts";
import { consumerProtocolSchemas } from "../../../storage/message/schemas/consumer_protocol.ts";

/** The protocol type of consumers. */
export const CONSUMER_PROTOCOL_TYPE = "consumer";

interface Subscription {
  readonly topics: readonly string[];
}

const VERSION_SIZE = 2;

let subscriptionMessage: Message<Subscription> | undefined;

function subscription(): Message<Subscription> {
  return subscriptionMessage ??= messageOf<Subscription>(
    consumerProtocolSchemas().find(({ name }) => name === "ConsumerProtocolSubscription")!,
  );
}

/**
 * The topics of all subscriptions; `undefined` when one cannot be read. Each begins with a version, and every version begins as the
 * first one does, which is all that is read.
 */
export function subscribedTopics(subscriptions: Iterable<Uint8Array>): Set<string> | undefined {
  const topics = new Set<string>();
  try {
    for (const bytes of subscriptions) {
      if (bytes.length < VERSION_SIZE) return undefined;
      for (const topic of decodePrefix(subscription(), 0, bytes, VERSION_SIZE).value.topics) {
        topics.add(topic);
      }
    }
  } catch (error) {
    if (!(error instanceof ProtocolError)) throw error;
    return undefined;
  }
  return topics;
}
