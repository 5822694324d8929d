import { assert, assertEquals, assertRejects } from "@std/assert";
import { ClientConfig } from "../../client/config/client_config.ts";
import { COMMON_CONFIGS } from "../../client/config/common_configs.ts";
import { MemoryTransport } from "../../client/network/memory_transport.ts";
import { NetworkError, type Transport } from "../../client/network/transport.ts";
import { NodeConnection, NOT_ESTABLISHED } from "../../client/node_connection.ts";
import { KafkaError } from "../../client/protocol/error_codes.ts";
import { type Logger, silentLogger } from "../../storage/env.ts";
import { systemEnv } from "../../storage/system_env.ts";
import { brokerInMemory } from "../support/kafka_client.ts";
import { ManualClock, SeededRandom } from "../support/manual_env.ts";

const config = ClientConfig.parse(COMMON_CONFIGS, { bootstrapServers: "a:1" });

function manual(transport: Transport) {
  const clock = new ManualClock();
  const env = { clock, random: new SeededRandom(1), logger: silentLogger };
  const connection = new NodeConnection(1, { host: "b", port: 9 }, { env, transport, config });
  return { clock, connection };
}

Deno.test("a connection is made when it is needed, shared, and made again when it broke", async () => {
  await using world = await brokerInMemory();
  const [host, port] = world.broker.bootstrapServers.split(":") as [string, string];
  const address = { host, port: Number(port) };
  const node = new NodeConnection(1, address, {
    env: systemEnv(),
    transport: world.transport,
    config,
  });
  assertEquals(node.isConnected, false);
  const [first, same] = await Promise.all([node.connect(), node.connect()]);
  assertEquals([first === same, node.isConnected, node.isBackingOff], [true, true, false]);
  node.disconnect();
  assertEquals(node.isConnected, false);
  const second = await node.connect();
  assert(second !== first);
  node.moveTo(address);
  assertEquals(node.isConnected, true);
  node.moveTo({ host: "elsewhere", port: 1 });
  assertEquals(node.isConnected, false);
  node.close(new Error("closed"));
  await assertRejects(() => node.connect(), Error, "closed");
});

Deno.test("after a failure the next attempt waits, longer each time", async () => {
  const { clock, connection } = manual(new MemoryTransport());
  const at: number[] = [];
  for (let i = 0; i < 8; i++) {
    const attempt = connection.connect().catch((error) => {
      assert(error instanceof NetworkError);
      at.push(clock.monotonic());
    });
    await clock.advance(1000);
    await attempt;
    assertEquals(connection.isBackingOff, at.at(-1) === clock.monotonic());
  }
  assertEquals(at[0], 0);
  connection.close(new Error("closed"));
});

Deno.test("the pauses between attempts double up to reconnect.backoff.max.ms", async () => {
  const { clock, connection } = manual(new MemoryTransport());
  const pauses: number[] = [];
  for (let i = 0; i < 8; i++) {
    const from = clock.monotonic();
    let failedAt: number | undefined;
    const attempt = connection.connect().catch(() => failedAt = clock.monotonic());
    while (failedAt === undefined) await clock.advance(1);
    await attempt;
    pauses.push(failedAt - from);
  }
  assert(pauses[1]! >= 40 && pauses[1]! <= 61, String(pauses));
  assert(pauses[3]! >= 160 && pauses[3]! <= 241, String(pauses));
  assert(pauses[7]! >= 800 && pauses[7]! <= 1001, String(pauses));
  connection.close(new Error("closed"));
});

Deno.test("all numbers of a name are tried, one after the other, and then it is looked up again", async () => {
  const tried: string[] = [];
  let lookups = 0;
  const { clock, connection } = manual({
    listen: () => Promise.reject(new Error("not here")),
    connect: ({ host }) => {
      tried.push(host);
      return Promise.reject(new NetworkError("refused", host));
    },
    resolve: () => {
      lookups++;
      return Promise.resolve(["1.1.1.1", "2.2.2.2"]);
    },
    canonicalNames: (host) => Promise.resolve([host]),
    localName: () => Promise.resolve("localhost"),
  });
  for (let i = 0; i < 3; i++) {
    const attempt = connection.connect().catch(() => {});
    await clock.advance(1000);
    await attempt;
  }
  assertEquals([tried, lookups], [["1.1.1.1", "2.2.2.2", "1.1.1.1"], 2]);
  connection.close(new Error("closed"));
});

Deno.test("a node that does not answer is given up after the set-up time-out", async () => {
  const { clock, connection } = manual({
    listen: () => Promise.reject(new Error("not here")),
    connect: (_address, signal) =>
      new Promise((_resolve, reject) =>
        signal!.addEventListener("abort", () => reject(signal!.reason))
      ),
    resolve: (host) => Promise.resolve([host]),
    canonicalNames: (host) => Promise.resolve([host]),
    localName: () => Promise.resolve("localhost"),
  });
  const attempt = connection.connect();
  attempt.catch(() => {});
  await clock.advance(7_900);
  const early = connection.isBackingOff;
  await clock.advance(4_200);
  const error = await assertRejects(() => attempt, KafkaError);
  assertEquals([early, error.code], [false, "REQUEST_TIMED_OUT"]);
  connection.close(new Error("closed"));
});

Deno.test("whoever gives up leaves the attempt to others", async () => {
  await using world = await brokerInMemory();
  const [host, port] = world.broker.bootstrapServers.split(":") as [string, string];
  const node = new NodeConnection(1, { host, port: Number(port) }, {
    env: systemEnv(),
    transport: world.transport,
    config,
  });
  const stop = new AbortController();
  const [mine, yours] = [node.connect(stop.signal), node.connect()];
  stop.abort(new Error("enough"));
  await assertRejects(() => mine, Error, "enough");
  assertEquals((await yours).isOpen, true);
  node.close(new Error("closed"));
});

Deno.test("requests that wait are counted", async () => {
  await using world = await brokerInMemory();
  const [host, port] = world.broker.bootstrapServers.split(":") as [string, string];
  const node = new NodeConnection(1, { host, port: Number(port) }, {
    env: systemEnv(),
    transport: world.transport,
    config,
  });
  const answer = Promise.withResolvers<string>();
  const use = node.use(() => answer.promise);
  assertEquals(node.inFlight, 1);
  answer.resolve("well");
  assertEquals([await use, node.inFlight], ["well", 0]);
  await assertRejects(() => node.use(() => Promise.reject(new Error("no"))), Error, "no");
  assertEquals(node.inFlight, 0);
  node.close(new Error("closed"));
});

Deno.test("a node that nobody answers for is told of, once an attempt", async () => {
  const clock = new ManualClock();
  const told: unknown[] = [];
  const logger: Logger = {
    write: (level, message, fields) => void told.push([level, message, fields]),
  };
  const env = { clock, random: new SeededRandom(1), logger };
  const node = new NodeConnection(-1, { host: "b", port: 9 }, {
    env,
    transport: new MemoryTransport(),
    config,
  });
  for (let i = 0; i < 2; i++) {
    const attempt = assertRejects(() => node.connect(), NetworkError);
    await clock.advance(1000);
    await attempt;
  }
  const fields = { clientId: "", node: -1, host: "b", address: "b:9" };
  assertEquals(told, Array.from({ length: 2 }, () => ["warn", NOT_ESTABLISHED, fields]));
});
