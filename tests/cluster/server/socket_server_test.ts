import { assert, assertEquals, assertRejects } from "@std/assert";
import { MemoryTransport } from "../../../client/network/memory_transport.ts";
import { NetworkError } from "../../../client/network/transport.ts";
import { describeCluster } from "../../../client/protocol/messages/describe_cluster.ts";
import type { RequestContext } from "../../../cluster/server/api_handler.ts";
import { RequestDispatcher } from "../../../cluster/server/request_dispatcher.ts";
import { SocketServer, type SocketServerConfig } from "../../../cluster/server/socket_server.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { TestClient } from "../../support/test_client.ts";

const NO_LIMIT = 0x7fff_ffff;
const config: SocketServerConfig = {
  queuedMaxRequests: 500,
  queuedMaxRequestBytes: -1,
  socketRequestMaxBytes: 1 << 20,
  connectionsMaxIdleMs: 600_000,
  maxConnections: NO_LIMIT,
  maxConnectionsPerIp: NO_LIMIT,
  maxConnectionsPerIpOverrides: new Map(),
  maxConnectionCreationRate: NO_LIMIT,
  maxListenerConnections: () => Infinity,
  maxListenerConnectionCreationRate: () => Infinity,
};
const A = { listenerName: "A", host: "localhost", port: 0 };
const B = { listenerName: "B", host: "localhost", port: 0 };

function makeServer(
  partial: Partial<SocketServerConfig> = {},
  handle?: (context: RequestContext) => Promise<{ clusterId: string }>,
) {
  const env = manualEnv();
  const transport = new MemoryTransport();
  const dispatcher = new RequestDispatcher({
    env,
    handlers: [{
      api: describeCluster,
      handle: (_request, context) => handle?.(context) ?? { clusterId: context.listenerName },
      onError: () => ({}),
    }],
  });
  const inForce = { ...config, ...partial };
  const server = new SocketServer({
    env,
    transport,
    config: inForce,
    dispatcherOf: () => dispatcher,
  });
  return { env, transport, server, config: inForce };
}

async function ask(client: TestClient): Promise<string> {
  return (await client.call(describeCluster, 2, {})).clusterId;
}

Deno.test("a listener on all addresses is found by the machine's name, any other by its host", async () => {
  const { transport, server } = makeServer();
  transport.localName = () => Promise.resolve("this.machine");
  await server.bind([{ ...A, host: "" }, B]);
  assertEquals(server.listeners.map(({ host, foundAt }) => [host, foundAt]), [
    ["", "this.machine"],
    ["localhost", "localhost"],
  ]);
  await server.shutdown();
});

Deno.test("each listener has its port and its name, and clients are answered on all of them", async () => {
  const { transport, server } = makeServer();
  await server.bind([A, B]);
  server.start();
  const [a, b] = server.listeners;
  assert(a!.port !== b!.port && a!.port > 0);
  using first = await TestClient.connect(transport, a!);
  using second = await TestClient.connect(transport, b!);
  assertEquals([await ask(first), await ask(second), await ask(first)], ["A", "B", "A"]);
  assertEquals(server.connectionCount, 2);
  await server.shutdown();
  assertEquals(server.connectionCount, 0);
});

Deno.test("a client that came before the start is served after it", async () => {
  const { transport, server } = makeServer();
  await server.bind([A]);
  using client = await TestClient.connect(transport, server.listeners[0]!);
  const asked = ask(client);
  server.start();
  assertEquals(await asked, "A");
  await server.shutdown();
});

Deno.test("when one address cannot be had none is kept, and the error names it", async () => {
  const { transport, server } = makeServer();
  const taken = await transport.listen({ host: "localhost", port: 7 });
  const error = await assertRejects(() => server.bind([A, { ...B, port: 7 }]), NetworkError);
  assertEquals(error.kind, "address-in-use");
  for (const part of ["listener B", "localhost:7", "another port"]) {
    assert(error.message.includes(part), error.message);
  }
  const port = server.listeners[0]?.port;
  if (port !== undefined) (await transport.listen({ host: "localhost", port })).close();
  taken.close();
});

Deno.test("a connection too many is closed, and one that is silent for too long", async () => {
  const { env, transport, server } = makeServer({
    maxConnectionsPerIp: 1,
    connectionsMaxIdleMs: 1000,
  });
  await server.bind([A]);
  server.start();
  using first = await TestClient.connect(transport, server.listeners[0]!);
  assertEquals(await ask(first), "A");
  using second = await TestClient.connect(transport, server.listeners[0]!);
  assertEquals(await second.receive(), undefined);
  await env.clock.advance(1001);
  assertEquals(await first.receive(), undefined);
  await server.shutdown();
});

Deno.test("stopping ends idle connections, and is done when all have ended", async () => {
  const { env, transport, server } = makeServer();
  await server.bind([A]);
  server.start();
  using client = await TestClient.connect(transport, server.listeners[0]!);
  await ask(client);
  const ended = client.receive();
  await server.shutdown();
  assertEquals(await ended, undefined);
  assertEquals(env.clock.sleeping, 0);
  await assertRejects(() => TestClient.connect(transport, { host: "localhost", port: 1 }));
});

/** Whether a promise is settled by now. */
async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const settle = () => settled = true;
  promise.then(settle, settle);
  for (let i = 0; i < 100; i++) await Promise.resolve();
  return settled;
}

Deno.test("at max.connections the next client is served when another has gone", async () => {
  const { transport, server } = makeServer({ maxConnections: 1 });
  await server.bind([A]);
  server.start();
  const first = await TestClient.connect(transport, server.listeners[0]!);
  assertEquals(await ask(first), "A");
  using second = await TestClient.connect(transport, server.listeners[0]!);
  const asked = ask(second);
  assert(!await isSettled(asked));
  first[Symbol.dispose]();
  assertEquals(await asked, "A");
  await server.shutdown();
});

Deno.test("connections that are too many after a change are ended, those that were quiet longest first", async () => {
  const { env, transport, server, config } = makeServer();
  await server.bind([A, B]);
  server.start();
  const clients: TestClient[] = [];
  for (const listener of [0, 1, 0, 1]) {
    clients.push(await TestClient.connect(transport, server.listeners[listener]!));
    await env.clock.advance(10);
  }
  for (const i of [2, 0, 3, 1]) {
    await ask(clients[i]!);
    await env.clock.advance(10);
  }
  Object.assign(config, { maxConnections: 2 });
  server.limitsChanged();
  assertEquals(server.connectionCount, 2);
  const ended = clients.map((client) => client.receive());
  assertEquals(await Promise.all(ended.map(isSettled)), [true, false, true, false]);
  await server.shutdown();
  await Promise.all(ended);
});

Deno.test("the listener of other brokers takes its connections from the others when there is no room", async () => {
  const { env, transport, server } = makeServer({
    maxConnections: 1,
    interBrokerListenerName: "B",
  });
  await server.bind([A, B]);
  server.start();
  using client = await TestClient.connect(transport, server.listeners[0]!);
  await ask(client);
  await env.clock.advance(10);
  using broker = await TestClient.connect(transport, server.listeners[1]!);
  assertEquals(await ask(broker), "B");
  assertEquals(await client.receive(), undefined);
  await server.shutdown();
});

Deno.test("a connection whose request takes long is not idle, one that reads no answer is", async () => {
  let answer: (response: { clusterId: string }) => void = () => {};
  const { env, transport, server } = makeServer(
    { connectionsMaxIdleMs: 1000 },
    ({ clientId }) =>
      clientId === "slow"
        ? new Promise((resolve) => answer = resolve)
        : Promise.resolve({ clusterId: "x".repeat(700_000) }),
  );
  await server.bind([A]);
  server.start();
  using slow = await TestClient.connect(transport, server.listeners[0]!, "slow");
  using deaf = await TestClient.connect(transport, server.listeners[0]!, "deaf");
  const asked = ask(slow);
  await deaf.send(describeCluster, 0, {});
  await env.clock.advance(5000);
  assertEquals(server.connectionCount, 1);
  answer({ clusterId: "late" });
  assertEquals(await asked, "late");
  await server.shutdown();
});

Deno.test("half a frame is given up when its connection is idle for too long", async () => {
  const { env, transport, server } = makeServer({ connectionsMaxIdleMs: 1000 });
  await server.bind([A]);
  server.start();
  using client = await TestClient.connect(transport, server.listeners[0]!);
  await client.connection.write(new Uint8Array([0, 1, 0, 0, 7]));
  await env.clock.advance(900);
  await client.connection.write(new Uint8Array([7]));
  await env.clock.advance(900);
  assertEquals(server.connectionCount, 1);
  await env.clock.advance(200);
  assertEquals(server.connectionCount, 0);
  await server.shutdown();
});

Deno.test("a request that is too large ends its connection, by the limit as it is now", async () => {
  const { env, transport, server, config } = makeServer();
  await server.bind([A]);
  server.start();
  using client = await TestClient.connect(transport, server.listeners[0]!);
  assertEquals(await ask(client), "A");
  Object.assign(config, { socketRequestMaxBytes: 5 });
  await client.send(describeCluster, 2, {});
  assertEquals(await client.receive(), undefined);
  assert(String(env.logger.lines[0]?.fields["reason"]).includes("larger than 5"));
  await server.shutdown();
});

Deno.test("a flood of connections of one host leaves room for others, and costs one line each", async () => {
  const { env, transport, server } = makeServer({
    maxConnectionsPerIp: 3,
    maxConnectionsPerIpOverrides: new Map([["127.0.0.1", 5]]),
  });
  await server.bind([A]);
  server.start();
  const flood = await Promise.all(
    Array.from({ length: 500 }, () => TestClient.connect(transport, server.listeners[0]!)),
  );
  await env.clock.advance(0);
  assertEquals([server.connectionCount, env.logger.lines.length], [5, 495]);
  for (const client of flood) client[Symbol.dispose]();
  await env.clock.advance(0);
  assertEquals(server.connectionCount, 0);
  await server.shutdown();
});

Deno.test("two thousand connections are served at once", async () => {
  const { transport, server } = makeServer();
  await server.bind([A]);
  server.start();
  const clients = await Promise.all(
    Array.from({ length: 2000 }, () => TestClient.connect(transport, server.listeners[0]!)),
  );
  const answers = await Promise.all(clients.map(ask));
  assertEquals([server.connectionCount, new Set(answers)], [2000, new Set(["A"])]);
  await server.shutdown();
});

Deno.test("a request that never ends does not keep the server from stopping", async () => {
  let isHandling = false;
  const { env, transport, server } = makeServer({}, () => {
    isHandling = true;
    return new Promise(() => {});
  });
  await server.bind([A]);
  server.start();
  using client = await TestClient.connect(transport, server.listeners[0]!);
  await client.send(describeCluster, 0, {});
  await env.clock.advance(0);
  assert(isHandling);
  const stopped = server.shutdown();
  await env.clock.advance(29_000);
  assert(!await isSettled(stopped));
  await env.clock.advance(2000);
  await stopped;
  assertEquals(await client.receive(), undefined);
  assertEquals(env.clock.sleeping, 0);
});

Deno.test("connections that wait for room end with the server", async () => {
  const { env, transport, server } = makeServer({ maxConnections: 0 });
  await server.bind([A]);
  server.start();
  using client = await TestClient.connect(transport, server.listeners[0]!);
  await env.clock.advance(0);
  await server.shutdown();
  assertEquals(await client.receive(), undefined);
});

Deno.test("a listener can be added and closed while the others go on", async () => {
  const { transport, server } = makeServer();
  await server.bind([A]);
  server.start();
  using first = await TestClient.connect(transport, server.listeners[0]!);
  assertEquals(await ask(first), "A");
  await server.bind([B]);
  using second = await TestClient.connect(transport, server.listeners[1]!);
  assertEquals(await ask(second), "B");
  const { port } = server.listeners[1]!;
  await server.unbind("B");
  assertEquals(server.listeners.map(({ listenerName }) => listenerName), ["A"]);
  assertEquals(await second.receive(), undefined);
  await assertRejects(() => TestClient.connect(transport, { host: "b", port }), NetworkError);
  assertEquals([await ask(first), server.connectionCount], ["A", 1]);
  await server.shutdown();
});

Deno.test("a listener that cannot be added leaves those that are there alone", async () => {
  const { transport, server } = makeServer();
  await server.bind([A]);
  server.start();
  const taken = server.listeners[0]!.port;
  await assertRejects(
    () => server.bind([B, { listenerName: "C", host: "c", port: taken }]),
    NetworkError,
    "Failed to bind listener C",
  );
  assertEquals(server.listeners.map(({ listenerName }) => listenerName), ["A"]);
  using client = await TestClient.connect(transport, server.listeners[0]!);
  assertEquals(await ask(client), "A");
  await server.shutdown();
});

Deno.test("the end of a server waits for a listener that is being closed", async () => {
  const answer = Promise.withResolvers<{ clusterId: string }>();
  const { transport, server } = makeServer({}, () => answer.promise);
  await server.bind([A]);
  server.start();
  using client = await TestClient.connect(transport, server.listeners[0]!);
  const asked = ask(client);
  for (let i = 0; i < 20; i++) await Promise.resolve();
  const closed = server.unbind("A");
  let hasEnded = false;
  const ended = server.shutdown().then(() => hasEnded = true);
  for (let i = 0; i < 20; i++) await Promise.resolve();
  assertEquals(hasEnded, false);
  answer.resolve({ clusterId: "late" });
  assertEquals(await asked, "late");
  await Promise.all([closed, ended]);
});

Deno.test("a listener that was closed counts no more: the one that is left keeps to the bounds of all", async () => {
  const { transport, server } = makeServer({ interBrokerListenerName: "A", maxConnections: 1 });
  await server.bind([A, B]);
  server.start();
  await server.unbind("B");
  const first = await TestClient.connect(transport, server.listeners[0]!);
  await ask(first);
  using second = await TestClient.connect(transport, server.listeners[0]!);
  const asked = ask(second);
  let isAnswered = false;
  void asked.then(() => isAnswered = true);
  for (let i = 0; i < 50; i++) await Promise.resolve();
  assertEquals([isAnswered, server.connectionCount], [false, 1]);
  first[Symbol.dispose]();
  assertEquals(await asked, "A");
  await server.shutdown();
});
