import { assert, assertEquals, assertRejects } from "@std/assert";
import { ClientConfig, type ClientProperties } from "../../client/config/client_config.ts";
import { COMMON_CONFIGS } from "../../client/config/common_configs.ts";
import {
  BOOTSTRAP_DISCONNECTED,
  INVALID_TOPICS,
  KafkaClient,
  TOPIC_ERRORS,
} from "../../client/kafka_client.ts";
import { MemoryTransport } from "../../client/network/memory_transport.ts";
import { type Address, NetworkError, type Transport } from "../../client/network/transport.ts";
import { describeCluster } from "../../client/protocol/messages/describe_cluster.ts";
import { errorCode } from "../../client/protocol/error_codes.ts";
import { metadata, type MetadataResponse } from "../../client/protocol/messages/metadata.ts";
import type { Draft } from "../../storage/message/message_codec.ts";
import { ScriptedNodes } from "../support/scripted_nodes.ts";
import { brokerInMemory } from "../support/kafka_client.ts";
import { systemEnv } from "../../storage/system_env.ts";
import { FaultPlan, TestBroker } from "../../cluster/testing/mod.ts";

const NO_TOPICS = { topics: [] };

Deno.test("any broker is asked by its bootstrap address first, then by what the cluster says", async () => {
  await using world = await brokerInMemory();
  await using client = world.client();
  const { brokers } = await client.sendToAny(metadata, NO_TOPICS);
  assertEquals(await client.leastLoadedNode(), -1);
  await client.updater.awaitUpdate(0);
  assertEquals([...client.metadata.nodes.keys()], [brokers[0]!.nodeId]);
  assertEquals(await client.leastLoadedNode(), brokers[0]!.nodeId);
});

Deno.test("what is meant for the controller goes to the node that the metadata names", async () => {
  await using world = await brokerInMemory();
  await using client = world.client();
  const answer = await client.sendToController(describeCluster, {});
  assertEquals(answer.controllerId, client.metadata.controllerId);
});

Deno.test("a server that cannot be reached is passed over for the next", async () => {
  await using world = await brokerInMemory();
  const { bootstrapServers } = world.broker;
  await using client = world.client({
    "bootstrap.servers": `nowhere:1,nobody:2,${bootstrapServers}`,
  });
  for (let i = 0; i < 5; i++) await client.sendToAny(metadata, NO_TOPICS);
  assertEquals(await client.leastLoadedNode(), -3);
});

Deno.test("when no server can be reached that is told", async () => {
  await using world = await brokerInMemory();
  await using client = world.client({ "bootstrap.servers": "nowhere:1,nobody:2" });
  await assertRejects(() => client.sendToAny(metadata, NO_TOPICS), NetworkError, "connect");
});

Deno.test("a node that is not known is told", async () => {
  await using world = await brokerInMemory();
  await using client = world.client();
  await assertRejects(() => client.send(99, metadata, NO_TOPICS), NetworkError, "99");
});

Deno.test("coordinators have a connection of their own", async () => {
  await using world = await brokerInMemory();
  await using client = world.client();
  await client.updater.awaitUpdate(0);
  const coordinator = await findPatiently(client);
  const [broker] = client.metadata.nodes.keys();
  assertEquals(coordinator, 0x7fff_ffff - broker!);
  const [direct, own] = [await client.connect(broker!), await client.connect(coordinator)];
  assert(direct !== own);
  assert((await client.version(coordinator, metadata))! > 8);
});

async function findPatiently(
  client: ReturnType<Awaited<ReturnType<typeof brokerInMemory>>["client"]>,
) {
  for (;;) {
    try {
      return await client.coordinators.find("group", "g");
    } catch {
      await client.updater.awaitUpdate(client.metadata.version);
    }
  }
}

Deno.test("when a connection breaks, the metadata is asked for anew", async () => {
  await using world = await brokerInMemory();
  await using client = world.client();
  await client.updater.awaitUpdate(0);
  const { version } = client.metadata;
  const [broker] = client.metadata.nodes.keys();
  world.broker.faults.drop({ api: "DescribeCluster", times: 1 });
  await assertRejects(() => client.send(broker!, describeCluster, {}), NetworkError);
  await client.updater.awaitUpdate(version);
});

Deno.test("an answer that does not come is waited for no longer than request.timeout.ms", async () => {
  await using world = await brokerInMemory();
  await using client = world.client({ "request.timeout.ms": 20 });
  world.broker.faults.delay(200, { api: "DescribeCluster" });
  const error = await assertRejects(() => client.sendToAny(describeCluster, {}), Error);
  assertEquals((error as { code?: string }).code, "REQUEST_TIMED_OUT");
});

Deno.test("after its brokers have moved the bootstrap servers are asked again", async () => {
  const transport = new MemoryTransport();
  const faults = new FaultPlan();
  const port = 19_092;
  await using client = await (async () => {
    await using world = await brokerInMemory({ transport, faults, port });
    const client = world.client({ "bootstrap.servers": `127.0.0.1:${port},127.0.0.1:29092` });
    await client.updater.awaitUpdate(0);
    return client;
  })();
  await using _moved = await TestBroker.start({ transport, port: 29_092 });
  await client.updater.awaitUpdate(client.metadata.version);
  const [node] = client.metadata.nodes.values();
  assertEquals(node!.port, 29_092);
});

/** A client that has learned of node 1 from node 2, its only bootstrap server; from then on node 1 answers as `useless` says. */
async function betrayed(
  useless: () => Draft<MetadataResponse> | null,
  configs: ClientProperties = {},
) {
  const nodes = await ScriptedNodes.start(1, 2);
  const config = ClientConfig.parse(COMMON_CONFIGS, {
    "bootstrap.servers": "127.0.0.1:9002",
    "retry.backoff.ms": 1,
    "retry.backoff.max.ms": 1,
    "reconnect.backoff.ms": 1,
    ...configs,
  });
  const client = new KafkaClient({ config, env: systemEnv(), transport: nodes.transport });
  nodes.nodes = [1];
  await client.updater.awaitUpdate(0);
  nodes.nodes = [2];
  nodes.on(metadata, (_, { node }) => node === 1 ? useless() : nodes.metadata([]));
  return { nodes, client };
}

const rebootstrapRequired = (): Draft<MetadataResponse> => ({
  errorCode: errorCode("REBOOTSTRAP_REQUIRED"),
  brokers: [{ nodeId: 1, host: "127.0.0.1", port: 9001 }],
});

Deno.test("a broker that tells to begin anew is left for the bootstrap servers", async () => {
  const { nodes, client } = await betrayed(rebootstrapRequired);
  await using _nodes = nodes;
  await using _client = client;
  await client.updater.awaitUpdate(client.metadata.version);
  assertEquals([...client.metadata.nodes.keys()], [2]);
});

Deno.test("brokers that can be reached and tell nothing are left when the time is over", async () => {
  const trigger = { "metadata.recovery.rebootstrap.trigger.ms": 20 };
  const { nodes, client } = await betrayed(() => null, trigger);
  await using _nodes = nodes;
  await using _client = client;
  await client.updater.awaitUpdate(client.metadata.version);
  assertEquals([...client.metadata.nodes.keys()], [2]);
});

Deno.test("without a recovery strategy the bootstrap servers are not asked again", async () => {
  let answers = 0;
  const { nodes, client } = await betrayed(() => {
    answers++;
    return rebootstrapRequired();
  }, { "metadata.recovery.strategy": "none" });
  await using _nodes = nodes;
  await using _client = client;
  client.updater.request();
  while (answers < 10) await client.updater.awaitUpdate(99, AbortSignal.timeout(5)).catch(() => {});
  assertEquals([...client.metadata.nodes.keys()], [1]);
});

Deno.test("bootstrap servers are asked by their canonical names when that is wanted", async () => {
  await using world = await brokerInMemory();
  const { port } = world.broker.broker.address;
  const asked: string[] = [];
  let isFound = false;
  const transport: Transport = Object.assign(Object.create(world.transport), {
    canonicalNames: (host: string) =>
      isFound
        ? Promise.resolve([`canonical-${host}`])
        : Promise.reject(new NetworkError("unknown-host", host)),
    connect: (address: Address, signal?: AbortSignal) => {
      asked.push(address.host);
      return world.transport.connect(address, signal);
    },
  });
  await using client = world.client({
    "bootstrap.servers": `somewhere:${port}`,
    "client.dns.lookup": "resolve_canonical_bootstrap_servers_only",
  }, { transport });
  await assertRejects(() => client.leastLoadedNode(), NetworkError, "somewhere");
  isFound = true;
  assertEquals(await client.leastLoadedNode(), -1);
  assertEquals(asked, ["canonical-somewhere"]);
});

Deno.test("a client that is closed ends what waits, and sends nothing any more", async () => {
  await using world = await brokerInMemory();
  const client = world.client();
  await client.connect(-1);
  world.broker.faults.delay(1000, { api: "DescribeCluster" });
  const waiting = client.sendToAny(describeCluster, {});
  waiting.catch(() => {});
  await client.leastLoadedNode();
  client.close();
  client.close();
  await assertRejects(() => waiting, NetworkError);
  await assertRejects(() => client.sendToAny(metadata, NO_TOPICS), NetworkError, "closed");
  assertEquals(client.isClosed, true);
});

Deno.test("a connection that nobody uses is closed after connections.max.idle.ms", async () => {
  await using world = await brokerInMemory();
  const system = systemEnv();
  const naps: (() => void)[] = [];
  const env = {
    ...system,
    clock: {
      ...system.clock,
      sleep: (ms: number, signal?: AbortSignal) =>
        ms !== 77 ? system.clock.sleep(ms, signal) : new Promise<void>((resolve, reject) => {
          naps.push(resolve);
          signal?.addEventListener("abort", () => reject(signal.reason));
        }),
      monotonic: () => system.clock.monotonic() + naps.length * 1000,
    },
  };
  await using client = world.client({ "connections.max.idle.ms": 77 }, { env });
  const connection = await client.connect(-1);
  while (naps.length === 0) await Promise.resolve();
  naps.push(() => {});
  naps[0]!();
  await connection.closed;
  assertEquals(connection.isOpen, false);
});

Deno.test("topics that something is wrong with are told of, with the number of the request", async () => {
  await using world = await brokerInMemory();
  const told: [string, string, Readonly<Record<string, unknown>>][] = [];
  const logger = { write: (...line: (typeof told)[number]) => void told.push(line) };
  await using client = world.client({}, { env: { ...systemEnv(), logger } });
  await client.updater.awaitUpdate(0);
  assertEquals(told, []);
  client.updater.wantTopics(["not a topic"]);
  await client.updater.awaitUpdate(client.metadata.version);
  const [[level, text, { clientId, errors }], invalid] = told as [typeof told[0], typeof told[0]];
  assertEquals([level, text, clientId], ["warn", TOPIC_ERRORS, "test"]);
  assertEquals(errors, new Map([["not a topic", "INVALID_TOPIC_EXCEPTION"]]));
  assert(Number(told[0]![2].correlationId) > 0);
  const topics = ["not a topic"];
  assertEquals(invalid, ["error", INVALID_TOPICS, { clientId: "test", topics }]);
});

Deno.test("a bootstrap server that cannot be reached is told of once for each attempt, however many wait", async () => {
  const lines: string[] = [];
  const logger = { write: (_level: string, text: string) => void lines.push(text) };
  await using world = await brokerInMemory();
  await using client = world.client(
    { "bootstrap.servers": "nowhere:1" },
    { env: { ...systemEnv(), logger } },
  );
  const ask = () => assertRejects(() => client.sendToAny(metadata, NO_TOPICS), NetworkError);
  await Promise.all([ask(), ask(), ask()]);
  const told = () => lines.filter((line) => line === BOOTSTRAP_DISCONNECTED).length;
  assertEquals(told(), 1);
  await ask();
  assertEquals(told(), 2);
});
