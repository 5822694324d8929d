import { assertEquals } from "@std/assert";
import type { Connection, Listener } from "../../../client/network/transport.ts";
import { MemoryPool } from "../../../client/network/memory_pool.ts";
import { Acceptor } from "../../../cluster/server/acceptor.ts";
import { ConnectionLimits } from "../../../cluster/server/connection_limits.ts";
import { RequestChannel } from "../../../cluster/server/request_channel.ts";
import { manualEnv } from "../../support/manual_env.ts";

// Connections from end to end are in socket_server_test.ts.

Deno.test("a listener that fails to accept is asked again a little later", async () => {
  const env = manualEnv();
  let asked = 0;
  let close: (connection: Connection | undefined) => void = () => {};
  const listener: Listener = {
    address: { host: "localhost", port: 1 },
    accept: () =>
      ++asked < 3
        ? Promise.reject(new Error("too many open files"))
        : new Promise((resolve) => close = resolve),
    close: () => close(undefined),
  };
  const acceptor = new Acceptor({
    env,
    listener,
    listenerName: "A",
    limits: new ConnectionLimits(env.clock, {
      maxConnections: 10,
      maxConnectionsPerIp: 10,
      maxConnectionsPerIpOverrides: new Map(),
      maxConnectionCreationRate: 0x7fff_ffff,
      maxListenerConnections: () => Infinity,
      maxListenerConnectionCreationRate: () => Infinity,
    }),
    pool: new MemoryPool(),
    channel: new RequestChannel(env.clock, { queuedMaxRequests: 1, queuedMaxRequestBytes: -1 }),
    handlerFor: () => () => undefined,
    maxRequestSize: () => 1000,
    maxIdleMs: () => -1,
  });
  acceptor.start();
  await env.clock.advance(1000);
  assertEquals(asked, 3);
  assertEquals(env.logger.lines.map(({ level }) => level), ["error", "error"]);
  await acceptor.shutdown();
});
