/**
 * The broker's workloads, as functions of their parameters: a broker and one client of it, over memory or TCP loopback.
 *
 * @module
 */

import { MemoryTransport } from "../../client/network/memory_transport.ts";
import { tcpTransport } from "../../client/network/tcp_transport.ts";
import type { Transport } from "../../client/network/transport.ts";
import { createTopics } from "../../client/protocol/messages/create_topics.ts";
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
  /** A clean stop. */
  readonly stopMs: number;
  /** The start after it, until clients are served. */
  readonly startMs: number;
}

/** Makes `count` topics of one partition, stops cleanly, and starts again. */
export async function manyTopics(
  options: BrokerWorkloadOptions,
  count: number,
  topicsARequest = 1000,
): Promise<ManyTopicsCost> {
  const world = worldOf(options);
  const broker = await startIn(world);
  const times = [performance.now()];
  const client = await TestClient.connect(world.transport, broker.address);
  for (let made = 0; made < count; made += topicsARequest) {
    const length = Math.min(topicsARequest, count - made);
    await makeTopics(client, Array.from({ length }, (_, i) => `topic-${made + i}`));
  }
  times.push(performance.now());
  client[Symbol.dispose]();
  await broker.shutdown();
  times.push(performance.now());
  const again = await startIn(world);
  times.push(performance.now());
  const found = again.metadata.topics.byName.size;
  await again.shutdown();
  if (found !== count) throw new Error(`${found} topics instead of ${count}`);
  const [begin, created, stopped, started] = times as [number, number, number, number];
  return { createMs: created - begin, stopMs: stopped - created, startMs: started - stopped };
}
