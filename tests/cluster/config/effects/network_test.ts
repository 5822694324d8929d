import { assert, assertEquals, assertRejects } from "@std/assert";
import type { Address } from "../../../../client/network/transport.ts";
import { apiVersions } from "../../../../client/protocol/messages/api_versions.ts";
import { describeTopicPartitions } from "../../../../client/protocol/messages/describe_topic_partitions.ts";
import { metadata } from "../../../../client/protocol/messages/metadata.ts";
import { produce } from "../../../../client/protocol/messages/produce.ts";
import { TestClient } from "../../../support/test_client.ts";
import { type RunningBroker, runningBroker } from "./running_broker.ts";

const software = { clientSoftwareName: "test", clientSoftwareVersion: "1" };
const TWO_LISTENERS = {
  "listeners": "INSIDE://localhost:0,OUTSIDE://localhost:0",
  "listener.security.protocol.map": "INSIDE:PLAINTEXT,OUTSIDE:PLAINTEXT",
  "inter.broker.listener.name": "INSIDE",
};

/** Clients that have sent a request, in the order in which they came. */
class Crowd implements Disposable {
  readonly #broker: RunningBroker;
  readonly #clients: TestClient[] = [];
  readonly #served = new Set<TestClient>();
  readonly #ended = new Set<TestClient>();

  constructor(broker: RunningBroker) {
    this.#broker = broker;
  }

  /** Has some more come, to the first listener or another. */
  async come(count: number, address: Address = this.#broker.broker.address): Promise<void> {
    for (let i = 0; i < count; i++) {
      const client = await TestClient.connect(this.#broker.transport, address);
      this.#clients.push(client);
      // One that is turned away at once may not even get its request across.
      await client.send(apiVersions, 4, software).catch(() => {});
      void this.#listen(client);
    }
    await this.#broker.pass(1);
  }

  /** How many were answered and are still there, and how many were sent away. */
  get state(): [served: number, ended: number] {
    return [
      [...this.#served].filter((client) => !this.#ended.has(client)).length,
      this.#ended.size,
    ];
  }

  async #listen(client: TestClient): Promise<void> {
    while (await client.receive().catch(() => undefined) !== undefined) this.#served.add(client);
    this.#ended.add(client);
  }

  [Symbol.dispose](): void {
    for (const client of this.#clients) client[Symbol.dispose]();
  }
}

Deno.test("max.connections: a running broker serves as many clients as is set now", async () => {
  await using broker = await runningBroker();
  using crowd = new Crowd(broker);
  await crowd.come(3);
  assertEquals(crowd.state, [3, 0]);
  // The test's own is the fourth, and quiet for the shortest time.
  await broker.setForAll("max.connections", "2");
  await broker.pass(1);
  assertEquals(crowd.state, [1, 2]);
  await crowd.come(2);
  assertEquals(crowd.state, [1, 2]);
  await broker.setForThis("max.connections", "4");
  await broker.pass(1);
  assertEquals(crowd.state, [3, 2]);
});

Deno.test("listener.name.x.max.connections: a listener of a running broker has the bound that is set for it now", async () => {
  await using broker = await runningBroker(TWO_LISTENERS);
  const [, outside] = broker.broker.endpoints;
  using crowd = new Crowd(broker);
  await broker.setForThis("listener.name.outside.max.connections", "1");
  await crowd.come(2, outside);
  await crowd.come(2);
  assertEquals(crowd.state, [3, 0]);
  await broker.setForThis("listener.name.outside.max.connections", "2");
  await broker.pass(1);
  assertEquals(crowd.state, [4, 0]);
});

Deno.test("max.connections.per.ip: one address has as many connections to a running broker as is set now", async () => {
  await using broker = await runningBroker();
  using crowd = new Crowd(broker);
  await crowd.come(2);
  await broker.setForAll("max.connections.per.ip", "4");
  await crowd.come(2);
  assertEquals(crowd.state, [3, 1]);
  await broker.setForThis("max.connections.per.ip", "5");
  await crowd.come(2);
  assertEquals(crowd.state, [4, 2]);
});

Deno.test("max.connections.per.ip.overrides: an address has the bound on a running broker that is set for it now", async () => {
  await using broker = await runningBroker({ "max.connections.per.ip": "3" });
  using crowd = new Crowd(broker);
  await crowd.come(3);
  assertEquals(crowd.state, [2, 1]);
  await broker.setForAll("max.connections.per.ip.overrides", "127.0.0.1:5,10.0.0.1:0");
  await crowd.come(3);
  assertEquals(crowd.state, [4, 2]);
});

Deno.test("max.connection.creation.rate: connections to a running broker are taken as quickly as is set now", async () => {
  await using broker = await runningBroker();
  using crowd = new Crowd(broker);
  await crowd.come(30);
  assertEquals(crowd.state, [30, 0]);
  await broker.setForAll("max.connection.creation.rate", "1");
  await crowd.come(3);
  assertEquals(crowd.state, [30, 0]);
  await broker.pass(60_000);
  assertEquals(crowd.state, [33, 0]);
});

Deno.test("connections.max.idle.ms: a connection that is quiet for longer is closed", async () => {
  await using broker = await runningBroker({ "connections.max.idle.ms": "5000" });
  using crowd = new Crowd(broker);
  await crowd.come(1);
  await broker.pass(4990);
  assertEquals(crowd.state, [1, 0]);
  await broker.pass(20);
  assertEquals(crowd.state, [0, 1]);
});

Deno.test("socket.request.max.bytes: a larger request ends its connection", async () => {
  for (const [limit, ends] of [["10000", false], ["900", true]] as const) {
    await using broker = await runningBroker({ "socket.request.max.bytes": limit });
    const answer = broker.client.call(produce, 13, {
      transactionalId: "x".repeat(1000),
      acks: 1,
      timeoutMs: 1,
    });
    if (ends) await assertRejects(() => answer, Error);
    else await answer;
  }
});

Deno.test("queued.max.request.bytes: while so many bytes of requests are in memory no more are read", async () => {
  for (const [limit, waits] of [["-1", false], ["1048576", true]] as const) {
    await using broker = await runningBroker({
      "queued.max.request.bytes": limit,
      "socket.request.max.bytes": "1048576",
    });
    using slow = await TestClient.connect(broker.transport, broker.broker.address);
    // The announcement of a request that does not come.
    await slow.connection.write(new Uint8Array([0, 16, 0, 0, ...new Uint8Array(10)]));
    await broker.pass(1);
    const sent = await broker.client.send(apiVersions, 4, software);
    let isAnswered = false;
    const answer = broker.client.response(apiVersions, 4, sent).then(() => isAnswered = true);
    await broker.pass(10);
    assertEquals(isAnswered, !waits);
    slow[Symbol.dispose]();
    await answer;
  }
});

Deno.test("socket.listen.backlog.size: so many connections wait to be taken, and the next one is not made", async () => {
  for (const [backlog, made] of [["1", 2], ["3", 4]] as const) {
    await using broker = await runningBroker({
      "socket.listen.backlog.size": backlog,
      "max.connections": "1",
    });
    const abort = new AbortController();
    let connected = 0;
    const attempts = Array.from({ length: 6 }, async () => {
      const { transport, broker: { address } } = broker;
      const connection = await transport.connect(address, abort.signal).catch(() => undefined);
      if (!abort.signal.aborted) connected++;
      return connection;
    });
    await broker.pass(1);
    // One more is with the broker, and waits for room.
    assertEquals(connected, made);
    abort.abort();
    for (const connection of await Promise.all(attempts)) connection?.close();
  }
});

Deno.test("listeners: a running broker has those that are set now", async () => {
  await using broker = await runningBroker(TWO_LISTENERS);
  const names = () => broker.broker.endpoints.map(({ listenerName }) => listenerName);
  await broker.setForThis(
    "listener.security.protocol.map",
    "INSIDE:PLAINTEXT,OUTSIDE:PLAINTEXT,MORE:PLAINTEXT",
  );
  await broker.setForThis(
    "listeners",
    "INSIDE://localhost:0,OUTSIDE://localhost:0,MORE://localhost:0",
  );
  await broker.pass(1);
  assertEquals(names(), ["INSIDE", "OUTSIDE", "MORE"]);
  using client = await TestClient.connect(broker.transport, broker.broker.endpoints[2]!);
  assertEquals((await client.call(apiVersions, 4, software)).errorCode, 0);
});

Deno.test("listener.security.protocol.map: a listener of a running broker has a name of its own once that has a protocol", async () => {
  await using broker = await runningBroker(TWO_LISTENERS);
  const more = "INSIDE://localhost:0,OUTSIDE://localhost:0,MORE://localhost:0";
  await assertRejects(() => broker.setForThis("listeners", more), Error, "MORE");
  await broker.setForThis(
    "listener.security.protocol.map",
    "INSIDE:PLAINTEXT,OUTSIDE:PLAINTEXT,MORE:PLAINTEXT",
  );
  await broker.setForThis("listeners", more);
  await broker.pass(1);
  assertEquals(broker.broker.endpoints.length, 3);
});

Deno.test("advertised.listeners: clients are told to connect there", async () => {
  await using broker = await runningBroker({
    "advertised.listeners": "PLAINTEXT://kafka.example:1234",
  });
  const { brokers } = await broker.client.call(metadata, 12, { topics: [] });
  assertEquals(brokers.map(({ host, port }) => [host, port]), [["kafka.example", 1234]]);
});

Deno.test("max.request.partition.size.limit: one answer describes so many partitions", async () => {
  for (const [limit, told] of [["2000", 5], ["3", 3]] as const) {
    await using broker = await runningBroker({ "max.request.partition.size.limit": limit });
    for (const topic of ["a", "b", "c", "d", "e"]) await broker.topic(topic);
    const { topics } = await broker.client.call(describeTopicPartitions, 0, { topics: [] });
    const partitions = topics.flatMap(({ partitions }) => partitions);
    assertEquals(partitions.length, told);
  }
});

Deno.test("what one listener has for itself goes before what all have", async () => {
  await using broker = await runningBroker(TWO_LISTENERS);
  const [, outside] = broker.broker.endpoints;
  using crowd = new Crowd(broker);
  await broker.setForAll("max.connection.creation.rate", "1000");
  await broker.setForThis("listener.name.outside.max.connection.creation.rate", "1");
  await crowd.come(20, outside);
  const [served] = crowd.state;
  assert(served < 20, `${served}`);
  await crowd.come(20);
  assertEquals(crowd.state, [served + 20, 0]);
});
