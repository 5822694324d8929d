/** A broker for tests on a network in memory, and clients of it. */

import type { ClientProperties } from "../../client/config/client_config.ts";
import { ClientConfig } from "../../client/config/client_config.ts";
import { COMMON_CONFIGS } from "../../client/config/common_configs.ts";
import { KafkaClient, type KafkaClientOptions } from "../../client/kafka_client.ts";
import { MemoryTransport } from "../../client/network/memory_transport.ts";
import { TestBroker, type TestBrokerOptions } from "../../cluster/testing/mod.ts";
import { systemEnv } from "../../storage/system_env.ts";

/** A broker, and its network. */
export interface BrokerInMemory extends AsyncDisposable {
  readonly broker: TestBroker;
  readonly transport: MemoryTransport;
  /** A client of it; ends with the test's scope, not with the broker. */
  client(properties?: ClientProperties, options?: Partial<KafkaClientOptions>): KafkaClient;
}

/** Starts a broker. */
export async function brokerInMemory(
  options: TestBrokerOptions & { readonly transport?: MemoryTransport } = {},
): Promise<BrokerInMemory> {
  const { transport = new MemoryTransport() } = options;
  const broker = await TestBroker.start({ ...options, transport });
  return {
    broker,
    transport,
    client(properties = {}, options = {}) {
      const config = ClientConfig.parse(COMMON_CONFIGS, {
        "bootstrap.servers": broker.bootstrapServers,
        "client.id": "test",
        ...properties,
      });
      return new KafkaClient({ config, env: systemEnv(), transport, ...options });
    },
    [Symbol.asyncDispose]: () => broker[Symbol.asyncDispose](),
  };
}
