/** A consumer of a scripted cluster that waits not long. */

import { Consumer } from "../../client/consumer/consumer.ts";
import type { ConsumerOptions } from "../../client/consumer/consumer_options.ts";
import { string } from "../../storage/serde/string.ts";
import type { ScriptedCluster } from "./scripted_cluster.ts";

export function consumerOf(
  cluster: ScriptedCluster,
  options: Partial<ConsumerOptions<string, string>> = {},
): Consumer<string, string> {
  return new Consumer<string, string>({
    bootstrapServers: cluster.bootstrapServers,
    transport: cluster.transport,
    keyDeserializer: string(),
    valueDeserializer: string(),
    autoOffsetReset: "earliest",
    fetchMaxWaitMs: 5,
    retryBackoffMs: 1,
    retryBackoffMaxMs: 2,
    reconnectBackoffMs: 1,
    reconnectBackoffMaxMs: 2,
    ...options,
  } as ConsumerOptions<string, string>);
}
