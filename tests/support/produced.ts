/** A broker that producers write to, with faults on order, and a look at what they have written. */

import { MemoryTransport } from "../../client/network/memory_transport.ts";
import { fetch } from "../../client/protocol/messages/fetch.ts";
import { updateFeatures } from "../../client/protocol/messages/update_features.ts";
import { Producer } from "../../client/producer/producer.ts";
import type { ProducerOptions } from "../../client/producer/producer_options.ts";
import { TestBroker } from "../../cluster/testing/test_broker.ts";
import { batchesIn } from "../../storage/record/memory_records.ts";
import type { RecordBatch } from "../../storage/record/record_batch.ts";
import { brokerEnv, makeTopic } from "./broker.ts";
import type { CollectingLogger } from "./manual_env.ts";
import { TestClient } from "./test_client.ts";

const text = new TextDecoder();

/** A record that was written. */
export interface Written {
  readonly offset: number;
  readonly key: string | null;
  readonly value: string | null;
  readonly timestamp: number;
}

/** A broker in memory. */
export class ProducedBroker implements AsyncDisposable {
  readonly env = brokerEnv();
  readonly #client: TestClient;
  readonly #producers: Producer<string, string>[] = [];

  private constructor(
    readonly broker: TestBroker,
    readonly transport: MemoryTransport,
    client: TestClient,
  ) {
    this.#client = client;
  }

  static async start(properties: Readonly<Record<string, string>> = {}): Promise<ProducedBroker> {
    const transport = new MemoryTransport();
    const broker = await TestBroker.start({ transport, properties, host: "localhost" });
    const client = await TestClient.connect(transport, broker.broker.address);
    return new ProducedBroker(broker, transport, client);
  }

  /** What producers had to tell. */
  get logger(): CollectingLogger {
    return this.env.logger;
  }

  /** A producer that sends at once and tries again soon; it is closed with the broker. */
  producer(options: ProducerOptions<string, string> = {}): Producer<string, string> {
    const producer = new Producer<string, string>({
      bootstrapServers: this.broker.bootstrapServers,
      transport: this.transport,
      env: this.env,
      lingerMs: 0,
      retryBackoffMs: 1,
      retryBackoffMaxMs: 5,
      reconnectBackoffMs: 1,
      reconnectBackoffMaxMs: 5,
      ...options,
    });
    this.#producers.push(producer);
    return producer;
  }

  async topic(name: string, partitions = 1, configs: Readonly<Record<string, string>> = {}) {
    return await makeTopic(this.#client, name, partitions, configs);
  }

  /** The batches of a partition, control batches among them. */
  async batches(topic: string, partition = 0, isolationLevel = 0): Promise<readonly RecordBatch[]> {
    const batches: RecordBatch[] = [];
    for (let fetchOffset = 0;;) {
      const { responses: [answer] } = await this.#client.call(fetch, 12, {
        maxWaitMs: 0,
        minBytes: 0,
        maxBytes: 1 << 26,
        isolationLevel,
        topics: [{ topic, partitions: [{ partition, fetchOffset, partitionMaxBytes: 1 << 26 }] }],
      });
      const { records } = answer!.partitions[0]!;
      const read = records === null ? [] : [...batchesIn(records)] as RecordBatch[];
      if (read.length === 0) return batches;
      batches.push(...read);
      fetchOffset = read.at(-1)!.lastOffset + 1;
    }
  }

  /** The records of a partition. */
  async written(topic: string, partition = 0): Promise<readonly Written[]> {
    const batches = await this.batches(topic, partition);
    return batches.filter(({ isControlBatch }) => !isControlBatch).flatMap((batch) =>
      Array.from(batch.records(), ({ offset, key, value, timestamp }) => ({
        offset,
        key: key === null ? null : text.decode(key),
        value: value === null ? null : text.decode(value),
        timestamp,
      }))
    );
  }

  /** The values of a partition. */
  async values(topic: string, partition = 0): Promise<readonly (string | null)[]> {
    return (await this.written(topic, partition)).map(({ value }) => value);
  }

  /** The values that a reader of committed records sees. */
  async committed(topic: string, partition = 0): Promise<readonly (string | null)[]> {
    const batches = await this.batches(topic, partition);
    const open = new Map<string, (string | null)[]>();
    const seen: (string | null)[] = [];
    for (const batch of batches) {
      const producer = `${batch.producerId}`;
      if (batch.isControlBatch) {
        const [marker] = [...batch.records()];
        // Version, then type: 0 abort, 1 commit.
        if (marker!.key![3] === 1) seen.push(...open.get(producer) ?? []);
        open.delete(producer);
        continue;
      }
      const values = Array.from(
        batch.records(),
        ({ value }) => value === null ? null : text.decode(value),
      );
      if (!batch.isTransactional) seen.push(...values);
      else open.set(producer, [...open.get(producer) ?? [], ...values]);
    }
    return seen;
  }

  /** Goes back to transactions of version 1. */
  async useTransactions1(): Promise<void> {
    const { results } = await this.#client.call(updateFeatures, 1, {
      timeoutMs: 5000,
      featureUpdates: [{ feature: "transaction.version", maxVersionLevel: 1, upgradeType: 2 }],
    });
    const failed = results.find(({ errorCode }) => errorCode !== 0);
    if (failed !== undefined) throw new Error(`${failed.errorMessage}`);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const producer of this.#producers) await producer.close({ timeoutMs: 0 });
    this.#client[Symbol.dispose]();
    await this.broker[Symbol.asyncDispose]();
  }
}
