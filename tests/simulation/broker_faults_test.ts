import { assert, assertEquals } from "@std/assert";
import { MemoryTransport } from "../../client/network/memory_transport.ts";
import { NetworkError } from "../../client/network/transport.ts";
import { errorCode } from "../../client/protocol/error_codes.ts";
import { createTopics } from "../../client/protocol/messages/create_topics.ts";
import { fetch } from "../../client/protocol/messages/fetch.ts";
import { produce } from "../../client/protocol/messages/produce.ts";
import { Broker } from "../../cluster/server/broker.ts";
import { batchesIn } from "../../storage/record/memory_records.ts";
import type { Clock } from "../../storage/env.ts";
import { systemEnv } from "../../storage/system_env.ts";
import { makeTopic } from "../support/broker.ts";
import { FaultyFileSystem, SimulatedCrash } from "../support/faulty_file_system.ts";
import { CollectingLogger, SeededRandom } from "../support/manual_env.ts";
import { batchOf, textOf } from "../support/partition_log.ts";
import { TestClient } from "../support/test_client.ts";

/**
 * A broker over disks that fail, and a machine that goes down under it: what was acknowledged is there afterwards. `SEED` picks one
 * of the crashes, `CRASHES` is how many there are.
 */

const crashes = Number(Deno.env.get("CRASHES") ?? 40);
const onlySeed = Deno.env.get("SEED");

interface Started {
  readonly broker: Broker;
  readonly client: TestClient;
  readonly logger: CollectingLogger;
  readonly transport: MemoryTransport;
}

/** The system's clock until the machine is down; then nobody wakes any more. */
function mortalClock(death: AbortSignal): Clock {
  const clock = systemEnv().clock;
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    sleep: (ms, signal) => {
      const forever = new Promise<void>(() => {});
      if (death.aborted) return forever;
      const either = signal === undefined ? death : AbortSignal.any([death, signal]);
      return clock.sleep(ms, either).catch((error) => {
        if (death.aborted) return forever;
        throw error;
      });
    },
  };
}

async function start(
  fileSystem: FaultyFileSystem,
  seed: number,
  properties: Readonly<Record<string, string>> = {},
  clock: Clock = systemEnv().clock,
  transport: MemoryTransport = new MemoryTransport(),
): Promise<Started> {
  const logger = new CollectingLogger();
  const env = { ...systemEnv({ logger }), fileSystem, clock, random: new SeededRandom(seed) };
  const broker = await Broker.start({ env, transport, dir: "/data", port: 0, properties });
  const client = await TestClient.connect(transport, broker.address);
  return { broker, client, logger, transport };
}

/** Produces one record. Returns the code of the error and the offset. */
async function send(client: TestClient, topicId: string, value: string): Promise<number[]> {
  const { responses } = await client.call(produce, 13, {
    acks: -1,
    timeoutMs: 1000,
    topicData: [{ topicId, partitionData: [{ index: 0, records: batchOf([value]) }] }],
  });
  const { errorCode, baseOffset } = responses[0]!.partitionResponses[0]!;
  return [errorCode, baseOffset];
}

/** Everything in a partition; the code of the error when there is one. */
async function read(client: TestClient, topicId: string): Promise<string[] | number> {
  const { responses } = await client.call(fetch, 18, {
    maxWaitMs: 0,
    maxBytes: 1 << 20,
    topics: [{ topicId, partitions: [{ partition: 0, partitionMaxBytes: 1 << 20 }] }],
  });
  const { errorCode, records } = responses[0]!.partitions[0]!;
  if (errorCode !== 0) return errorCode;
  return [...batchesIn(records as Uint8Array)].flatMap((batch) =>
    [...batch.records()].map(({ value }) => textOf(value)!)
  );
}

Deno.test("a full disk fails the producer, not the readers, and is over when there is space", async () => {
  const fileSystem = new FaultyFileSystem();
  const { broker, client } = await start(fileSystem, 1);
  const full = await makeTopic(client, "full");
  assertEquals(await send(client, full, "before"), [0, 0]);
  for (const written of [0, 1, 40]) {
    const heal = fileSystem.inject({
      code: "ENOSPC",
      kinds: ["write", "create"],
      path: /full-0/,
      times: Infinity,
      written,
    });
    for (let i = 0; i < 2; i++) {
      assertEquals(await send(client, full, "lost"), [errorCode("KAFKA_STORAGE_ERROR"), -1]);
    }
    assertEquals(await read(client, full), ["before"]);
    heal();
  }
  assertEquals(await send(client, full, "after"), [0, 1]);
  assertEquals(await read(client, full), ["before", "after"]);
  client[Symbol.dispose]();
  await broker.shutdown();
});

Deno.test("a log directory that fails takes its partitions with it, and no others", async () => {
  const fileSystem = new FaultyFileSystem();
  const started = await start(fileSystem, 1, {
    "log.dirs": "/disk1,/disk2,/disk3",
    "metadata.log.dir": "/disk3",
  });
  const { broker, client } = started;
  const ids = new Map<string, string>();
  for (let i = 0; i < 9; i++) ids.set(`t${i}`, await makeTopic(client, `t${i}`));
  const isLost = (topic: string) => fileSystem.stat(`/disk1/${topic}-0`) !== undefined;
  for (const [topic, id] of ids) assertEquals(await send(client, id, topic), [0, 0]);
  const lost = [...ids.keys()].filter(isLost);
  assert(lost.length > 0 && lost.length < ids.size, `${lost}`);
  fileSystem.inject({
    code: "EIO",
    kinds: ["write", "create", "flush", "read"],
    path: /^\/disk1/,
    times: Infinity,
  });
  for (const [topic, id] of ids) {
    const [code] = await send(client, id, "more");
    assertEquals(code, lost.includes(topic) ? errorCode("KAFKA_STORAGE_ERROR") : 0, topic);
  }
  for (const [topic, id] of ids) {
    const found = await read(client, id);
    assertEquals(
      found,
      lost.includes(topic) ? errorCode("KAFKA_STORAGE_ERROR") : [topic, "more"],
    );
  }
  // What comes now goes to the other disks.
  for (let i = 0; i < 4; i++) {
    const id = await makeTopic(client, `later${i}`);
    assertEquals(await send(client, id, "later"), [0, 0]);
  }
  client[Symbol.dispose]();
  await broker.shutdown();
});

/** What clients were told. */
interface Acknowledged {
  /** Ids and configs of topics, by name. */
  readonly topics: Map<string, { readonly id: string; readonly retention: string }>;
  /** Records by the name of their topic. */
  readonly records: Map<string, string[]>;
}

/** Works with a broker until the machine goes down. */
async function work(client: TestClient, seed: number, told: Acknowledged): Promise<void> {
  const random = new SeededRandom(seed);
  for (let i = 0; i < 60; i++) {
    if (told.topics.size === 0 || random.chance(0.15)) {
      const name = `s${seed}-t${i}`;
      const retention = `${1_000_000_000_000 + random.below(1000)}`;
      const configs = { "retention.ms": retention, "flush.messages": "1" };
      told.topics.set(name, { id: await makeTopic(client, name, 1, configs), retention });
      told.records.set(name, []);
    }
    const name = random.pick([...told.topics.keys()]);
    const value = `${seed}/${i}`;
    const [code] = await send(client, told.topics.get(name)!.id, value);
    if (code === 0) told.records.get(name)!.push(value);
  }
}

/** Starts a broker, and has the machine go down at an operation on the disk. */
async function crashAt(
  fileSystem: FaultyFileSystem,
  seed: number,
  after: number,
  told: Acknowledged,
): Promise<void> {
  const death = new AbortController();
  const transport = new MemoryTransport();
  const down = new Promise<void>((resolve) => {
    death.signal.addEventListener("abort", () => resolve());
  });
  // Nobody takes the crash for an error of the engine, so it ends whatever it meets; the rest ends with it.
  const die = () => {
    death.abort();
    transport.breakConnections();
  };
  const onRejection = (event: PromiseRejectionEvent) => {
    if (event.reason instanceof SimulatedCrash) event.preventDefault();
  };
  globalThis.addEventListener("unhandledrejection", onRejection);
  const point = fileSystem.operations + after;
  fileSystem.onOperation = ({ number }) => {
    if (number >= point) queueMicrotask(die);
  };
  fileSystem.crashAt(point);
  try {
    const life = async () => {
      const clock = mortalClock(death.signal);
      const { client } = await start(fileSystem, seed, {}, clock, transport);
      await work(client, seed, told);
    };
    await Promise.race([life().catch(ignoreFailure), down]);
  } finally {
    fileSystem.crash();
    die();
    await turn();
    globalThis.removeEventListener("unhandledrejection", onRejection);
  }
}

/** Lets everything that is due happen. */
async function turn(): Promise<void> {
  for (let i = 0; i < 3; i++) await systemEnv().clock.sleep(0);
}

/** A machine that goes down ends connections, and answers with errors until then. */
function ignoreFailure(error: unknown): void {
  if (error instanceof SimulatedCrash || error instanceof NetworkError) return;
  if (error instanceof Error && error.constructor === Error) return;
  throw error;
}

async function check(fileSystem: FaultyFileSystem, seed: number, told: Acknowledged) {
  const { broker, client } = await start(fileSystem, seed + 1);
  for (const [name, { id, retention }] of told.topics) {
    assertEquals(broker.metadata.topics.byName.get(name)?.id, id, name);
    assertEquals(broker.metadata.configs.of(2, name).get("retention.ms"), retention);
    const found = await read(client, id) as string[];
    assert(Array.isArray(found), `${name}: error ${found}`);
    // What was not acknowledged may be there; what was is, once, and in order.
    const acknowledged = new Set(told.records.get(name)!);
    assertEquals(found.filter((value) => acknowledged.has(value)), told.records.get(name));
    assertEquals((await send(client, id, "again"))[0], 0);
  }
  const answer = await client.call(createTopics, 7, {
    topics: [{ name: "after", numPartitions: 1, replicationFactor: 1 }],
    timeoutMs: 1000,
  });
  assertEquals(answer.topics[0]!.errorCode, 0);
  client[Symbol.dispose]();
  await broker.shutdown();
}

/** Returns how many records were acknowledged. */
async function crashAndCheck(seed: number): Promise<number> {
  const random = new SeededRandom(seed);
  const told: Acknowledged = { topics: new Map(), records: new Map() };
  let fileSystem = new FaultyFileSystem();
  // The first start formats; the crashes after it meet a broker at any moment.
  for (let life = 0; life < 3; life++) {
    await crashAt(fileSystem, seed * 10 + life, 5 + random.below(400), told);
    fileSystem = random.chance(0.3)
      ? fileSystem.processKill({ seed })
      : fileSystem.afterCrash({ seed: seed * 10 + life });
  }
  await check(fileSystem, seed, told);
  return [...told.records.values()].reduce((sum, { length }) => sum + length, 0);
}

const seeds = onlySeed === undefined
  ? Array.from({ length: crashes }, (_, i) => i + 1)
  : [Number(onlySeed)];

Deno.test(`nothing acknowledged is lost over ${seeds.length} times three crashes`, async () => {
  let records = 0;
  for (const seed of seeds) {
    try {
      records += await crashAndCheck(seed);
    } catch (cause) {
      throw new Error(`SEED=${seed}`, { cause });
    }
  }
  assert(records >= 5 * seeds.length || seeds.length === 1, `only ${records} acknowledged`);
});
