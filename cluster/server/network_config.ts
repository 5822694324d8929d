/**
 * The bounds of the network, as a broker's configs say.
 *
 * @module
 */

import type { BrokerConfig } from "../config/broker_config.ts";
import type { SocketServerConfig } from "./socket_server.ts";

/** Configs that {@linkcode networkConfig} reads and that may change while the broker runs. */
export function networkConfigNames(config: BrokerConfig): readonly string[] {
  const ofListeners = ["max.connections", "max.connection.creation.rate"];
  return [
    ...ofListeners,
    "max.connections.per.ip",
    "max.connections.per.ip.overrides",
    ...config.listeners.flatMap(({ listenerName }) =>
      ofListeners.map((name) => `listener.name.${listenerName.toLowerCase()}.${name}`)
    ),
  ];
}

/** The bounds; each is looked up when it is asked for. */
export function networkConfig(config: BrokerConfig): SocketServerConfig {
  const ofListener = (listener: string, name: string): number =>
    config.listenerInt(listener, name) ?? Infinity;
  return {
    get queuedMaxRequests(): number {
      return config.int("queued.max.requests");
    },
    get queuedMaxRequestBytes(): number {
      return config.long("queued.max.request.bytes");
    },
    get socketRequestMaxBytes(): number {
      return config.int("socket.request.max.bytes");
    },
    get socketListenBacklogSize(): number {
      return config.int("socket.listen.backlog.size");
    },
    interBrokerListenerName: config.interBrokerListenerName,
    get connectionsMaxIdleMs(): number {
      return config.long("connections.max.idle.ms");
    },
    get maxConnections(): number {
      return config.int("max.connections");
    },
    get maxConnectionsPerIp(): number {
      return config.int("max.connections.per.ip");
    },
    get maxConnectionsPerIpOverrides(): ReadonlyMap<string, number> {
      return config.maxConnectionsPerIpOverrides;
    },
    get maxConnectionCreationRate(): number {
      return config.int("max.connection.creation.rate");
    },
    maxListenerConnections: (listener) => ofListener(listener, "max.connections"),
    maxListenerConnectionCreationRate: (listener) =>
      ofListener(listener, "max.connection.creation.rate"),
  };
}
