import { assertEquals } from "@std/assert";
import { BrokerConfig } from "../../../cluster/config/broker_config.ts";
import { quickStartProperties } from "../../../cluster/config/quick_start.ts";
import { networkConfig, networkConfigNames } from "../../../cluster/server/network_config.ts";

function configOf(properties: Readonly<Record<string, string>> = {}) {
  const config = BrokerConfig.parse({ ...quickStartProperties(), ...properties });
  return { config, network: networkConfig(config) };
}

Deno.test("the bounds are those of the broker's configs", () => {
  const { network } = configOf({
    "queued.max.requests": "7",
    "queued.max.request.bytes": "2500",
    "socket.request.max.bytes": "2000",
    "connections.max.idle.ms": "3000",
    "max.connections": "4",
    "max.connections.per.ip": "5",
    "max.connections.per.ip.overrides": "10.0.0.1:6,::1:8",
    "max.connection.creation.rate": "9",
  });
  assertEquals([
    network.queuedMaxRequests,
    network.queuedMaxRequestBytes,
    network.socketRequestMaxBytes,
    network.connectionsMaxIdleMs,
    network.maxConnections,
    network.maxConnectionsPerIp,
    network.maxConnectionCreationRate,
  ], [7, 2500, 2000, 3000, 4, 5, 9]);
  assertEquals(network.maxConnectionsPerIpOverrides.get("10.0.0.1"), 6);
});

Deno.test("a listener may have bounds of its own", () => {
  const { network } = configOf({
    "listener.name.plaintext.max.connections": "3",
    "listener.name.plaintext.max.connection.creation.rate": "4",
  });
  assertEquals(network.maxListenerConnections("PLAINTEXT"), 3);
  assertEquals(network.maxListenerConnectionCreationRate("PLAINTEXT"), 4);
  assertEquals(network.maxListenerConnections("OTHER"), Infinity);
});

Deno.test("a change of a listener's own bounds shows at once", () => {
  const { config, network } = configOf();
  let told = 0;
  config.subscribe(networkConfigNames(config), () => told++);
  const name = "listener.name.plaintext.max.connections";
  config.applyDynamic(new Map([[name, "2"]]), new Map());
  assertEquals([network.maxListenerConnections("PLAINTEXT"), told], [2, 1]);
});

Deno.test("the backlog of sockets and the listener of other brokers are the configs'", () => {
  const { network } = configOf({ "socket.listen.backlog.size": "77" });
  assertEquals([network.socketListenBacklogSize, network.interBrokerListenerName], [
    77,
    "PLAINTEXT",
  ]);
});

Deno.test("a change shows at once", () => {
  const { config, network } = configOf();
  let told = 0;
  config.subscribe(networkConfigNames(config), () => told++);
  config.applyDynamic(new Map([["max.connections.per.ip", "2"]]), new Map());
  assertEquals([network.maxConnectionsPerIp, told], [2, 1]);
});
