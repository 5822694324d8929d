/** A broker in memory, and a client of it. */

import { MemoryTransport } from "../../client/network/memory_transport.ts";
import { createTopics } from "../../client/protocol/messages/create_topics.ts";
import { Broker, type BrokerOptions } from "../../cluster/server/broker.ts";
import type { Env } from "../../storage/env.ts";
import { MemoryFileSystem } from "../../storage/file/memory_file_system.ts";
import { systemEnv } from "../../storage/system_env.ts";
import { CollectingLogger } from "./manual_env.ts";
import { TestClient } from "./test_client.ts";

/** A broker with one client. */
export interface BrokerAndClient extends AsyncDisposable {
  readonly broker: Broker;
  readonly client: TestClient;
  readonly transport: MemoryTransport;
  readonly env: Env & { readonly logger: CollectingLogger };
}

/** The world of a broker: files in memory, the system's clock, and lines that a test can look at. */
export function brokerEnv(): Env & { readonly logger: CollectingLogger } {
  const logger = new CollectingLogger();
  return { ...systemEnv({ logger }), fileSystem: new MemoryFileSystem(), logger };
}

/** Properties of a node that has a listener for its controller. */
export const withController: Readonly<Record<string, string>> = {
  "listeners": "PLAINTEXT://localhost:0,CONTROLLER://localhost:0",
  "controller.listener.names": "CONTROLLER",
  "controller.quorum.bootstrap.servers": "localhost:9093",
  "listener.security.protocol.map": "CONTROLLER:PLAINTEXT,PLAINTEXT:PLAINTEXT",
};

/** Starts a broker in memory; with an `env` it goes on with the files of an earlier one. */
export async function startBroker(
  properties: Readonly<Record<string, string>> = {},
  options: BrokerOptions = {},
): Promise<BrokerAndClient> {
  const env = (options.env ?? brokerEnv()) as BrokerAndClient["env"];
  const transport = new MemoryTransport();
  const broker = await Broker.start({
    dir: "/data",
    port: 0,
    transport,
    properties,
    ...options,
    env,
  });
  const client = await TestClient.connect(transport, broker.address);
  return {
    broker,
    client,
    transport,
    env,
    async [Symbol.asyncDispose]() {
      client[Symbol.dispose]();
      await broker.shutdown();
    },
  };
}

/** Starts a broker in memory, with a client of its controller. */
export async function startWithController() {
  const started = await startBroker(withController);
  const { broker, transport } = started;
  const endpoint = broker.endpoints.find(({ listenerName }) => listenerName === "CONTROLLER")!;
  const controller = await TestClient.connect(transport, endpoint);
  return {
    ...started,
    endpoint,
    controller,
    async [Symbol.asyncDispose]() {
      controller[Symbol.dispose]();
      await started[Symbol.asyncDispose]();
    },
  };
}

/** Makes a topic. Returns its id. */
export async function makeTopic(
  client: TestClient,
  name: string,
  numPartitions = 1,
  configs: Readonly<Record<string, string>> = {},
): Promise<string> {
  const { topics: [topic] } = await client.call(createTopics, 7, {
    topics: [{
      name,
      numPartitions,
      replicationFactor: 1,
      configs: Object.entries(configs).map(([name, value]) => ({ name, value })),
    }],
    timeoutMs: 1000,
  });
  if (topic!.errorCode !== 0) throw new Error(`${topic!.errorMessage}`);
  return topic!.topicId;
}
