/**
 * The broker's workloads, as functions of their parameters: a broker and one client of it, over memory or TCP loopback.
 *
 * @module
 */

import { MemoryTransport } from "../../client/network/memory_transport.ts";
import { tcpTransport } from "../../client/network/tcp_transport.ts";
import type { Transport } from "../../client/network/transport.ts";
import { createTopics } from "../../client/protocol/messages/create_topics.ts";
import { deleteTopics } from "../../client/protocol/messages/delete_topics.ts";
import { fetch } from "../../client/protocol/messages/fetch.ts";
import { produce } from "../../client/protocol/messages/produce.ts";
import { Broker } from "../../cluster/server/broker.ts";
import type { Env } from "../../storage/env.ts";
import { MemoryFileSystem } from "../../storage/file/memory_file_system.ts";
import { systemEnv } from "../../storage/system_env.ts";
import { TestClient } from "../../tests/support/test_client.ts";
import { batchPool } from "./log.ts";

/** Where the broker of a workload keeps its files, and how it is reached. */
export interface BrokerWorkloadOptions {
  /** Directory; without one the files are in memory. */
  readonly dir?: string;
  /** The network. */
  readonly network: "memory" | "tcp";
}

/** A broker with a client and a topic of one partition. */
export interface BrokerWorkload extends AsyncDisposable {
  /** Appends a batch and waits for the answer. */
  produce(batch: Uint8Array): Promise<void>;
  /** Fetches from the beginning, up to `maxBytes`; returns how many bytes came. */
  fetch(maxBytes: number): Promise<number>;
}

interface World {
  readonly env: Env;
  readonly transport: Transport;
  readonly dir: string;
}

function worldOf({ dir, network }: BrokerWorkloadOptions): World {
  const env = systemEnv({ logger: { write: () => {} } });
  return {
    env: dir === undefined ? { ...env, fileSystem: new MemoryFileSystem() } : env,
    transport: network === "memory" ? new MemoryTransport() : tcpTransport(),
    dir: dir ?? "/bench",
  };
}

function startIn({ env, transport, dir }: World): Promise<Broker> {
  return Broker.start({ env, transport, dir, port: 0, host: "127.0.0.1" });
}

async function makeTopics(client: TestClient, names: readonly string[]): Promise<string[]> {
  const { topics } = await client.call(createTopics, 7, {
    topics: names.map((name) => ({ name, numPartitions: 1, replicationFactor: 1 })),
    timeoutMs: 600_000,
  });
  const failed = topics.find(({ errorCode }) => errorCode !== 0);
  if (failed !== undefined) throw new Error(`${failed.name}: ${failed.errorMessage}`);
  return topics.map(({ topicId }) => topicId);
}

async function removeTopics(client: TestClient, names: readonly string[]): Promise<void> {
  const { responses } = await client.call(deleteTopics, 6, {
    topics: names.map((name) => ({ name })),
    timeoutMs: 600_000,
  });
  const failed = responses.find(({ errorCode }) => errorCode !== 0);
  if (failed !== undefined) throw new Error(`${failed.name}: ${failed.errorMessage}`);
}

async function produceTo(client: TestClient, topicId: string, records: Uint8Array): Promise<void> {
  const { responses } = await client.call(produce, 13, {
    acks: -1,
    timeoutMs: 30_000,
    topicData: [{ topicId, partitionData: [{ index: 0, records }] }],
  });
  const { errorCode } = responses[0]!.partitionResponses[0]!;
  if (errorCode !== 0) throw new Error(`Produce failed with ${errorCode}`);
}

/** Starts a broker with a client and a topic. */
export async function openBroker(options: BrokerWorkloadOptions): Promise<BrokerWorkload> {
  const world = worldOf(options);
  const broker = await startIn(world);
  const client = await TestClient.connect(world.transport, broker.address);
  const [topicId] = await makeTopics(client, ["bench"]) as [string];
  return {
    produce: (batch) => produceTo(client, topicId, batch),
    async fetch(maxBytes) {
      const { responses } = await client.call(fetch, 18, {
        maxWaitMs: 0,
        minBytes: 1,
        maxBytes,
        topics: [{ topicId, partitions: [{ partition: 0, partitionMaxBytes: maxBytes }] }],
      });
      return (responses[0]!.partitions[0]!.records as Uint8Array).length;
    },
    async [Symbol.asyncDispose]() {
      client[Symbol.dispose]();
      await broker.shutdown();
    },
  };
}

/** From nothing to the first record that is acknowledged, and back to nothing. */
export async function startToFirstRecord(options: BrokerWorkloadOptions): Promise<void> {
  await using broker = await openBroker(options);
  await broker.produce(batchPool(1, 100)[0]!);
}

/** What many topics cost a broker, ms. */
export interface ManyTopicsCost {
  /** Until all are made. */
  readonly createMs: number;
  /** The longest that a produce request to another topic took meanwhile. */
  readonly longestProduceMs: number;
  /** The longest that the event loop, which the broker and the clients share, was kept meanwhile. */
  readonly longestPauseMs: number;
  /** A clean stop. */
  readonly stopMs: number;
  /** The start after it, until clients are served. */
  readonly startMs: number;
  /** Until all are deleted, but for their files. */
  readonly deleteMs: number;
}

/** Does something, and watches how long others have to wait meanwhile. */
async function watched(
  client: TestClient,
  topicId: string,
  work: () => Promise<void>,
): Promise<{ readonly ms: number; readonly produceMs: number; readonly pauseMs: number }> {
  const [record] = batchPool(1, 100) as [Uint8Array];
  let isDone = false, produceMs = 0, pauseMs = 0, last = performance.now();
  const ticking = setInterval(() => {
    const now = performance.now();
    pauseMs = Math.max(pauseMs, now - last);
    last = now;
  }, 1);
  const producing = (async () => {
    while (!isDone) {
      const begin = performance.now();
      await produceTo(client, topicId, record.slice());
      produceMs = Math.max(produceMs, performance.now() - begin);
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  })();
  const begin = performance.now();
  try {
    await work();
  } finally {
    isDone = true;
    clearInterval(ticking);
    await producing;
  }
  return { ms: performance.now() - begin, produceMs, pauseMs };
}

/** Makes `count` topics of one partition, stops cleanly, starts again, and deletes them. */
export async function manyTopics(
  options: BrokerWorkloadOptions,
  count: number,
  topicsARequest = 500,
): Promise<ManyTopicsCost> {
  const world = worldOf(options);
  const names = Array.from({ length: count }, (_, i) => `topic-${i}`);
  const inParts = async (work: (names: readonly string[]) => Promise<unknown>) => {
    for (let i = 0; i < count; i += topicsARequest) await work(names.slice(i, i + topicsARequest));
  };
  const broker = await startIn(world);
  const client = await TestClient.connect(world.transport, broker.address);
  const other = await TestClient.connect(world.transport, broker.address);
  const [topicId] = await makeTopics(other, ["bench"]) as [string];
  const made = await watched(other, topicId, () => inParts((part) => makeTopics(client, part)));
  client[Symbol.dispose]();
  other[Symbol.dispose]();
  const times = [performance.now()];
  await broker.shutdown();
  times.push(performance.now());
  const again = await startIn(world);
  times.push(performance.now());
  const found = again.metadata.topics.byName.size;
  if (found !== count + 1) throw new Error(`${found} topics instead of ${count + 1}`);
  using deleting = await TestClient.connect(world.transport, again.address);
  await inParts((part) => removeTopics(deleting, part));
  times.push(performance.now());
  if (again.metadata.topics.byName.size !== 1) throw new Error("Topics were left");
  await again.shutdown();
  const [begin, stopped, started, deleted] = times as [number, number, number, number];
  return {
    createMs: made.ms,
    longestProduceMs: made.produceMs,
    longestPauseMs: made.pauseMs,
    stopMs: stopped - begin,
    startMs: started - stopped,
    deleteMs: deleted - started,
  };
}
