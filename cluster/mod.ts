/**
 * A Kafka in this process: {@linkcode Broker} is broker and controller in one, for any Kafka client.
 *
 * ```ts
 * import { assert } from "@std/assert";
 * import { Broker } from "@seglog/seglog/cluster";
 * import { MemoryFileSystem, systemEnv } from "@seglog/seglog/storage";
 *
 * const env = { ...systemEnv(), fileSystem: new MemoryFileSystem() }; // leave it out for the disk
 * await using broker = await Broker.start({ dir: "/data", port: 0, env });
 * assert(broker.address.port > 0);
 * ```
 *
 * @module
 */

export { Broker, type BrokerOptions } from "./server/broker.ts";
export { Cluster, type ClusterOptions } from "./server/cluster.ts";
export type { LoggerLevel } from "./server/broker_loggers.ts";
export type { BoundListener } from "./server/socket_server.ts";
export { MemoryTransport } from "../client/network/memory_transport.ts";
export { tcpTransport } from "../client/network/tcp_transport.ts";
export type {
  Address,
  Connection,
  Listener,
  ListenOptions,
  Transport,
} from "../client/network/transport.ts";
