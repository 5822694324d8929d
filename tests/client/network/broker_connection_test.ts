import { assert, assertEquals, assertRejects } from "@std/assert";
import {
  BrokerConnection,
  type BrokerConnectionOptions,
} from "../../../client/network/broker_connection.ts";
import type { MemoryNetworkFaults } from "../../../client/network/memory_connection.ts";
import { MemoryTransport } from "../../../client/network/memory_transport.ts";
import { type Connection, NetworkError } from "../../../client/network/transport.ts";
import { KafkaError } from "../../../client/protocol/error_codes.ts";
import { describeCluster } from "../../../client/protocol/messages/describe_cluster.ts";
import { heartbeat } from "../../../client/protocol/messages/heartbeat.ts";
import { produce, type ProduceRequest } from "../../../client/protocol/messages/produce.ts";
import { NO_RESPONSE } from "../../../cluster/server/api_handler.ts";
import type { AnyApiHandler, RequestContext } from "../../../cluster/server/api_handler.ts";
import { apiVersionsHandler } from "../../../cluster/server/handlers/api_versions.ts";
import { announcedApis, RequestDispatcher } from "../../../cluster/server/request_dispatcher.ts";
import { SocketServer } from "../../../cluster/server/socket_server.ts";
import { manualEnv } from "../../support/manual_env.ts";

type Handle = (context: RequestContext) => { clusterId: string } | Promise<{ clusterId: string }>;
const NO_LIMIT = 0x7fff_ffff;

async function setUp(
  handle: Handle = ({ correlationId }) => ({ clusterId: String(correlationId) }),
  options: Partial<BrokerConnectionOptions> = {},
) {
  const env = manualEnv();
  const faults: MemoryNetworkFaults = {};
  const transport = new MemoryTransport(faults);
  const produced: number[] = [];
  const received: Uint8Array[] = [];
  const handlers: AnyApiHandler[] = [
    {
      api: describeCluster,
      versions: { lowest: 0, highest: 1 },
      handle: (_, context) => handle(context),
      onError: () => ({}),
    },
    {
      api: produce,
      handle: (request, { correlationId }) => {
        produced.push(correlationId);
        const { records } = (request as ProduceRequest).topicData[0]?.partitionData[0] ?? {};
        if (records instanceof Uint8Array) received.push(records.slice());
        return NO_RESPONSE;
      },
      onError: () => ({}),
    },
    apiVersionsHandler({
      apis: () => announcedApis(handlers),
      features: () => ({ supported: new Map(), finalized: new Map(), epoch: 0 }),
    }),
  ];
  const dispatcher = new RequestDispatcher({ env, handlers });
  const server = new SocketServer({
    env,
    transport,
    dispatcherOf: () => dispatcher,
    config: {
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
    },
    stopTimeoutMs: 1,
  });
  await server.bind([{ listenerName: "A", host: "a", port: 0 }]);
  server.start();
  const connect = () =>
    BrokerConnection.connect({
      transport,
      address: server.listeners[0]!,
      clock: env.clock,
      clientId: "me",
      ...options,
    });
  const connection = await connect();
  return { env, transport, faults, server, connect, produced, received, connection };
}

/** A broker that answers nothing by itself. */
async function silentBroker(options: Partial<BrokerConnectionOptions> = {}) {
  const env = manualEnv();
  const transport = new MemoryTransport();
  const listener = await transport.listen({ host: "a", port: 1 });
  const connecting = BrokerConnection.connect({
    transport,
    address: listener.address,
    clock: env.clock,
    ...options,
  });
  return { env, connecting, server: await listener.accept() as Connection };
}

Deno.test("many requests are on their way at once, and each gets its own answer", async () => {
  const { connection, server } = await setUp();
  const answers = await Promise.all(
    Array.from({ length: 300 }, () => connection.send(describeCluster, {})),
  );
  assertEquals(answers.map(({ clusterId }) => Number(clusterId)), answers.map((_, i) => i + 1));
  connection.close();
  await server.shutdown();
});

Deno.test("large requests that wait to be written keep their bytes, though memory is used again", async () => {
  const sizes = [3000, 400_000, 400_000, 400_000];
  const records = sizes.map((size, i) => new Uint8Array(size).fill(i + 1));
  const { connection, received, server } = await setUp();
  const draft = (records: Uint8Array) => ({
    acks: 0,
    topicData: [{ name: "t", partitionData: [{ index: 0, records }] }],
  });
  const sendAll = async () => {
    for (const bytes of records) {
      await connection.sendWithoutAnswer(produce, draft(bytes), { version: 9 });
    }
  };
  await Promise.all([sendAll(), sendAll(), sendAll()]);
  await connection.send(describeCluster, {});
  assertEquals(received, records.flatMap((bytes) => [bytes, bytes, bytes]));
  connection.close();
  await server.shutdown();
});

Deno.test("the version is the highest that both know, or the one that is asked for", async () => {
  const versions: number[] = [];
  const { connection, server } = await setUp(({ apiVersion }) => {
    versions.push(apiVersion);
    return { clusterId: "" };
  });
  await connection.send(describeCluster, {});
  await connection.send(describeCluster, {}, { version: 0 });
  assertEquals(versions, [1, 0]);
  assertEquals([connection.version(describeCluster), connection.version(heartbeat)], [
    1,
    undefined,
  ]);
  const error = await assertRejects(() => connection.send(heartbeat, {}), KafkaError, "Heartbeat");
  assertEquals(error.code, "UNSUPPORTED_VERSION");
  assertEquals((await connection.send(describeCluster, {})).clusterId, "");
  connection.close();
  await server.shutdown();
});

Deno.test("a request without an answer does not hold up those that have one", async () => {
  const { connection, produced, server } = await setUp();
  await connection.sendWithoutAnswer(produce, { acks: 0 }, { version: 9 });
  assertEquals((await connection.send(describeCluster, {})).clusterId, "2");
  assertEquals(produced, [1]);
  connection.close();
  await assertRejects(() => connection.sendWithoutAnswer(produce, {}), NetworkError);
  await server.shutdown();
});

Deno.test("a broker that takes no requests loses the connection, also when none is answered", async () => {
  const never = { mayDeliver: () => new Promise<boolean>(() => {}) };
  const { connection, env, faults, server } = await setUp(undefined, { requestTimeoutMs: 700 });
  Object.assign(faults, never);
  const sent = connection.sendWithoutAnswer(produce, { acks: 0 }, { version: 9 });
  const failed = assertRejects(() => sent, KafkaError, "takes no requests");
  await env.clock.advance(699);
  assertEquals(connection.isOpen, true);
  await env.clock.advance(1);
  assertEquals((await failed).code, "REQUEST_TIMED_OUT");
  assertEquals(connection.isOpen, false);
  const stopped = server.shutdown();
  await env.clock.advance(10);
  await stopped;
});

Deno.test("no more requests are on their way than may be", async () => {
  let handling = 0;
  const { connection, server } = await setUp(async () => {
    handling++;
    await Promise.resolve();
    return { clusterId: "" };
  }, { maxInFlight: 2 });
  const answers = Array.from({ length: 10 }, () => connection.send(describeCluster, {}));
  await Promise.all(answers);
  assertEquals(handling, 10);
  connection.close();
  await server.shutdown();
});

Deno.test("whoever stops waiting gets the reason, and the answer that comes is nobody else's", async () => {
  const waiting: ((response: { clusterId: string }) => void)[] = [];
  const { env, connection, server } = await setUp(() =>
    new Promise((resolve) => waiting.push(resolve))
  );
  const abort = new AbortController();
  const first = connection.send(describeCluster, {}, { signal: abort.signal });
  const second = connection.send(describeCluster, {});
  abort.abort(new Error("enough"));
  await assertRejects(() => first, Error, "enough");
  for (const clusterId of ["first", "second"]) {
    await env.clock.advance(0);
    waiting.shift()!({ clusterId });
  }
  assertEquals((await second).clusterId, "second");
  await assertRejects(
    () => connection.send(describeCluster, {}, { signal: abort.signal }),
    Error,
    "enough",
  );
  connection.close();
  await server.shutdown();
});

Deno.test("an answer that is overdue ends the connection, for all that wait", async () => {
  const { env, connection, server } = await setUp(() => new Promise(() => {}));
  const answers = [10_000, 2000].map((timeoutMs) =>
    connection.send(describeCluster, {}, { timeoutMs })
  );
  const failures = Promise.all(answers.map((answer) => assertRejects(() => answer, KafkaError)));
  await env.clock.advance(3100);
  assertEquals((await failures).map(({ code }) => code), [
    "REQUEST_TIMED_OUT",
    "REQUEST_TIMED_OUT",
  ]);
  await connection.closed;
  assertEquals(connection.isOpen, false);
  await assertRejects(() => connection.send(describeCluster, {}), KafkaError);
  const stopped = server.shutdown();
  await env.clock.advance(10);
  await stopped;
  assertEquals(env.clock.sleeping, 0);
});

Deno.test("when the broker goes, those who wait learn of it", async () => {
  const { env, connection, transport, server } = await setUp(() => new Promise(() => {}));
  const answer = connection.send(describeCluster, {});
  transport.breakConnections();
  await assertRejects(() => answer, NetworkError);
  await connection.closed;
  const stopped = server.shutdown();
  await env.clock.advance(10);
  await stopped;
});

Deno.test("an answer to a question that nobody asked ends the connection", async () => {
  const { connecting, server } = await silentBroker();
  await server.read(new Uint8Array(1000));
  await server.write(new Uint8Array([0, 0, 0, 4, 0, 0, 0, 77]));
  await assertRejects(() => connecting, NetworkError, "(77) does not match request (0)");
});

Deno.test("an answer that is larger than is taken ends the connection", async () => {
  const { connecting, server } = await silentBroker({ maxResponseBytes: 1000 });
  await server.write(new Uint8Array([0, 0, 4, 0]));
  await assertRejects(() => connecting, NetworkError, "larger than 1000");
});

Deno.test("a broker that does not answer is given up, and nothing is left behind", async () => {
  const { env, connecting, server } = await silentBroker({ setupTimeoutMs: 500 });
  const failed = assertRejects(() => connecting, KafkaError, "longer than 500 ms");
  await env.clock.advance(501);
  assertEquals((await failed).code, "REQUEST_TIMED_OUT");
  await server.read(new Uint8Array(1000));
  assertEquals(await server.read(new Uint8Array(1000)), 0);
  assertEquals(env.clock.sleeping, 0);
});

Deno.test("connecting ends when its signal aborts, or nobody listens", async () => {
  const abort = new AbortController();
  const { connecting } = await silentBroker({ signal: abort.signal });
  abort.abort(new Error("enough"));
  await assertRejects(() => connecting, Error, "enough");
  const { clock } = manualEnv();
  const transport = new MemoryTransport();
  const address = { host: "a", port: 9 };
  await assertRejects(() => BrokerConnection.connect({ transport, address, clock }), NetworkError);
  assert(clock.sleeping === 0);
});
