/** Clients whose broker has fallen silent, or has never said a word: every wait ends when its signal aborts, and by itself in its time; so does closing. */

import { assert, assertEquals, assertStrictEquals } from "@std/assert";
import { Admin } from "../../client/admin/admin.ts";
import { Consumer } from "../../client/consumer/consumer.ts";
import { Producer } from "../../client/producer/producer.ts";
import { BLACK_HOLE, CALM } from "./faulty_network.ts";
import { ClientWorld } from "./client_world.ts";

const at = { topic: "t", partition: 0 };
const topic = { type: "TOPIC", name: "t" } as const;

/** Who waits. */
interface Clients {
  readonly producer: Producer;
  /** With transactions. */
  readonly transactional: Producer;
  readonly consumer: Consumer;
  readonly admin: Admin;
}

type Wait = (clients: Clients, options: { readonly signal?: AbortSignal }) => Promise<unknown>;

/** No wait is longer: that of a record for its delivery is the longest, ms. */
const LONGEST_MS = 120_000;

/** Waits that may be begun in any state. */
const WAITS: Readonly<Record<string, Wait>> = {
  "Producer.send": ({ producer }, options) => producer.send({ topic: "t", value: "v" }, options),
  "Producer.flush": ({ producer }, options) => {
    producer.send({ topic: "t", value: "v" }).catch(() => {});
    return producer.flush(options);
  },
  "Producer.ready": ({ producer }, options) => {
    producer.send({ topic: "t", value: "v" }).catch(() => {});
    for (let i = 0; i < 200; i++) producer.send({ topic: "t", value: "v".repeat(900) }, () => {});
    return producer.ready(options);
  },
  "Producer.partitionsFor": ({ producer }, options) => producer.partitionsFor("other", options),
  "Producer.initTransactions": ({ transactional }, options) =>
    transactional.initTransactions(options),
  "Consumer.poll": ({ consumer }, options) => consumer.poll(100_000, options),
  "Consumer.position": ({ consumer }, options) => {
    consumer.seekToEnd([at]);
    return consumer.position(at, options);
  },
  "Consumer.endOffsets": ({ consumer }, options) => consumer.endOffsets([at], options),
  "Consumer.beginningOffsets": ({ consumer }, options) => consumer.beginningOffsets([at], options),
  "Consumer.offsetsForTimes": ({ consumer }, options) =>
    consumer.offsetsForTimes([[at, 5]], options),
  "Consumer.partitionsFor": ({ consumer }, options) => consumer.partitionsFor("other", options),
  "Consumer.listTopics": ({ consumer }, options) => consumer.listTopics(options),
  "Consumer.records": ({ consumer }, options) => consumer.records(options).next(),
  "Admin.createTopics": ({ admin }, options) => admin.createTopics([{ name: "n" }], options),
  "Admin.deleteTopics": ({ admin }, options) => admin.deleteTopics(["t"], options),
  "Admin.listTopics": ({ admin }, options) => admin.listTopics(options),
  "Admin.describeTopics": ({ admin }, options) => admin.describeTopics(["t"], options),
  "Admin.createPartitions": ({ admin }, options) =>
    admin.createPartitions(new Map([["t", { totalCount: 9 }]]), options),
  "Admin.describeConfigs": ({ admin }, options) => admin.describeConfigs([topic], options),
  "Admin.incrementalAlterConfigs": ({ admin }, options) =>
    admin.incrementalAlterConfigs([[topic, []]], options),
  "Admin.deleteRecords": ({ admin }, options) => admin.deleteRecords([[at, 1]], options),
  "Admin.listOffsets": ({ admin }, options) => admin.listOffsets([[at, "latest"]], options),
  "Admin.listGroups": ({ admin }, options) => admin.listGroups(options),
  "Admin.describeConsumerGroups": ({ admin }, options) =>
    admin.describeConsumerGroups(["g"], options),
  "Admin.listConsumerGroupOffsets": ({ admin }, options) =>
    admin.listConsumerGroupOffsets(new Map([["g", null]]), options),
  "Admin.describeTransactions": ({ admin }, options) => admin.describeTransactions(["x"], options),
  "Admin.listTransactions": ({ admin }, options) => admin.listTransactions(options),
  "Admin.describeProducers": ({ admin }, options) => admin.describeProducers([at], options),
  "Admin.fenceProducers": ({ admin }, options) => admin.fenceProducers(["x"], options),
  "Admin.describeCluster": ({ admin }, options) => admin.describeCluster(options),
  "Admin.describeMetadataQuorum": ({ admin }, options) => admin.describeMetadataQuorum(options),
  "Admin.describeLogDirs": ({ admin }, options) => admin.describeLogDirs([1], options),
};

/** A loop over records has no end. */
const ENDLESS: ReadonlySet<string> = new Set(["Consumer.records"]);

/** Waits in a transaction. */
const TRANSACTIONAL_WAITS: Readonly<Record<string, Wait>> = {
  "Producer.sendOffsetsToTransaction": ({ transactional }, options) =>
    transactional.sendOffsetsToTransaction([[at, { offset: 1 }]], { groupId: "g" }, options),
  "Producer.commitTransaction": ({ transactional }, options) =>
    transactional.commitTransaction(options),
  "Producer.abortTransaction": ({ transactional }, options) =>
    transactional.abortTransaction(options),
};

/** Clients in a world with a topic; they have not connected. */
async function setUp(world: ClientWorld): Promise<Clients> {
  await world.broker.start();
  await world.topic("t", 1);
  const consumer = new Consumer({ ...world.client, autoOffsetReset: "earliest" });
  consumer.assign([at]);
  return {
    producer: new Producer({ ...world.client, bufferMemory: 3000, batchSize: 1000 }),
    transactional: new Producer({ ...world.client, transactionalId: "x" }),
    consumer,
    admin: new Admin(world.client),
  };
}

/** Has all clients connect to the broker. */
async function connect({ producer, transactional, consumer, admin }: Clients): Promise<void> {
  await producer.send({ topic: "t", value: "v" });
  await transactional.partitionsFor("t");
  await consumer.poll(1000);
  await admin.describeCluster();
}

async function assertEnds(world: ClientWorld, clients: Clients, wait: Wait): Promise<void> {
  const abort = new AbortController();
  const reason = new Error("enough");
  let outcome: unknown = "nothing";
  const waiting = wait(clients, { signal: abort.signal })
    .then((value) => outcome = value, (error) => outcome = error);
  await world.clock.sleep(700);
  assertEquals(outcome, "nothing", "it does not wait");
  const begun = world.clock.monotonic();
  abort.abort(reason);
  await waiting;
  assertStrictEquals(outcome, reason);
  assert(world.clock.monotonic() - begun <= 1, "it goes on after its signal");
}

async function assertTimesOut(world: ClientWorld, clients: Clients, wait: Wait): Promise<void> {
  const begun = world.clock.monotonic();
  await wait(clients, {}).catch((error) => assert(error instanceof Error));
  const tookMs = world.clock.monotonic() - begun;
  assert(tookMs <= LONGEST_MS, `it takes ${tookMs} ms`);
}

async function closeAll(world: ClientWorld, clients: Clients): Promise<void> {
  const { producer, transactional, consumer, admin } = clients;
  const begun = world.clock.monotonic();
  await Promise.all([
    producer.close({ timeoutMs: 1000 }),
    transactional.close({ timeoutMs: 1000 }),
    consumer.close({ timeoutMs: 1000 }),
    admin.close({ timeoutMs: 1000 }),
  ]);
  const tookMs = world.clock.monotonic() - begun;
  assert(tookMs <= 1000, `closing takes ${tookMs} of 1000 ms`);
  world.network.weather = CALM;
  await world.broker.stop();
}

for (const isConnected of [false, true]) {
  const when = isConnected ? "falls silent" : "has never answered";
  for (const [name, wait] of Object.entries(WAITS)) {
    Deno.test(`${name} ends with its signal when the broker ${when}`, async () => {
      const world = new ClientWorld(1);
      await world.clock.run(
        (async () => {
          const clients = await setUp(world);
          if (isConnected) await connect(clients);
          world.network.weather = BLACK_HOLE;
          await assertEnds(world, clients, wait);
          await closeAll(world, clients);
        })(),
        600_000,
      );
    });
  }
}

for (const [name, wait] of Object.entries(TRANSACTIONAL_WAITS)) {
  Deno.test(`${name} ends with its signal when the broker falls silent`, async () => {
    const world = new ClientWorld(1);
    await world.clock.run(
      (async () => {
        const clients = await setUp(world);
        await connect(clients);
        await clients.transactional.initTransactions();
        clients.transactional.beginTransaction();
        await clients.transactional.send({ topic: "t", value: "v" });
        world.network.weather = BLACK_HOLE;
        await assertEnds(world, clients, wait);
        if (!ENDLESS.has(name)) await assertTimesOut(world, clients, wait);
        await closeAll(world, clients);
      })(),
      600_000,
    );
  });
}
