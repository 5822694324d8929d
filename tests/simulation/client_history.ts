/** One history of our clients on a broker and a network that fail: a storm of about a minute, and calm after it. */

import { assert, assertEquals } from "@std/assert";
import { Consumer } from "../../client/consumer/consumer.ts";
import { Producer } from "../../client/producer/producer.ts";
import { string } from "../../storage/serde/string.ts";
import { ClientWorld } from "./client_world.ts";
import type { Death } from "./mortal_broker.ts";
import { SendLedger } from "./send_ledger.ts";

const PARTITIONS = 3;
const TOPIC = "orders";
/** Records that a history sends. */
export const RECORDS = 250;
/** No history takes longer, ms. */
const LIMIT_MS = 3_600_000;

/** How producers are told to send. */
export type Mode = "idempotent" | "all" | "1" | "0";

/** What is different in a history. */
export interface Plan {
  readonly mode: Mode;
  readonly death: Death;
  /** What the producer is believed to promise. Default: what it does. */
  readonly believed?: Mode;
  /** Configs of the topic. Default: what is acknowledged is flushed. */
  readonly topicConfigs?: Readonly<Record<string, string>>;
}

/** What came of a history. */
export interface Outcome {
  readonly acknowledged: number;
  readonly failed: number;
  readonly retried: number;
}

/** One history. */
class History {
  readonly #world: ClientWorld;
  readonly #plan: Plan;

  constructor(seed: number, plan: Plan) {
    this.#world = new ClientWorld(seed);
    this.#plan = plan;
  }

  async run(): Promise<Outcome> {
    return await this.#world.clock.run(this.#run(), LIMIT_MS);
  }

  async #run(): Promise<Outcome> {
    const world = this.#world;
    const { death, mode, topicConfigs = { "flush.messages": "1" } } = this.#plan;
    await world.broker.start();
    await world.topic(TOPIC, PARTITIONS, topicConfigs);
    const { producer, ledger, mostBytes } = this.#producer();
    const reader = death === "kill" ? new Reader(world) : undefined;
    const storm = new AbortController();
    const disturbed = world.disturb(death, storm.signal);
    await this.#send(producer, ledger, mostBytes);
    const closesInStorm = world.random.chance(0.3);
    if (closesInStorm) await this.#close(producer, ledger);
    storm.abort();
    await disturbed;
    if (!closesInStorm) {
      await producer.flush();
      ledger.checkSettled();
      await this.#recover(producer, ledger);
    }
    const { "record-retry-total": retried } = producer.metrics();
    await producer.close();
    // What is late may still arrive.
    await world.clock.sleep(10_000);
    const log: string[][] = [];
    for (let partition = 0; partition < PARTITIONS; partition++) {
      log.push(await world.values(TOPIC, partition));
    }
    if (mode !== "0") assertEquals(producer.metrics()["requests-in-flight"], 0);
    ledger.check(log);
    await reader?.check(log);
    await world.broker.stop();
    return { acknowledged: ledger.acknowledged, failed: ledger.failed, retried };
  }

  #producer() {
    const world = this.#world;
    const { random, clock } = world;
    const { mode, believed = mode } = this.#plan;
    const requestTimeoutMs = random.pick([1000, 3000]);
    const lingerMs = random.pick([0, 5, 100]);
    const deliveryTimeoutMs = random.pick([lingerMs + requestTimeoutMs, 8000, 120_000]);
    const maxBlockMs = random.pick([2000, 60_000]);
    const bufferMemory = random.pick([3000, 33_554_432]);
    const batchSize = random.pick([1, 200, 1000]);
    const maxInFlight = random.pick([1, 2, 5]);
    const producer = new Producer<string, string>({
      ...world.client,
      acks: mode === "idempotent" ? "all" : mode,
      enableIdempotence: mode === "idempotent",
      compressionType: random.pick(["none", "lz4"]),
      maxInFlightRequestsPerConnection: maxInFlight,
      socketConnectionSetupTimeoutMs: 2000,
      ...{ requestTimeoutMs, lingerMs, deliveryTimeoutMs, maxBlockMs, bufferMemory, batchSize },
    });
    const ledger = new SendLedger(PARTITIONS, () => clock.monotonic(), {
      keepsAcknowledged: believed !== "0",
      isIdempotent: believed === "idempotent",
      settlesWithinMs: maxBlockMs + deliveryTimeoutMs + 1,
    });
    const mostBytes = bufferMemory + PARTITIONS * (batchSize + 200);
    return { producer, ledger, mostBytes };
  }

  async #send(producer: Producer<string, string>, ledger: SendLedger, mostBytes: number) {
    const { random, clock } = this.#world;
    const padding = random.below(150);
    for (let i = 0; i < RECORDS; i++) {
      const partition = random.below(PARTITIONS);
      const value = this.#sendOne(producer, ledger, partition, padding);
      // What waits outside of the buffer is the caller's, who was told.
      const { "waiting-threads": waiting } = producer.metrics();
      const taken = ledger.openBytes - waiting * value.length;
      assert(taken <= mostBytes, `the buffer holds ${taken} bytes`);
      if (random.chance(0.1)) await producer.ready();
      if (random.chance(0.02)) await producer.flush();
      if (random.chance(0.3)) await clock.sleep(random.next() * 400);
    }
  }

  /** When all is well again, so is the producer: no connection that has fallen silent holds it up. */
  async #recover(producer: Producer<string, string>, ledger: SendLedger): Promise<void> {
    let failed = 0;
    // The first records may be what it finds out by.
    for (let round = 0; round < 2; round++) {
      failed = ledger.failed;
      await this.#world.clock.sleep(60_000);
      for (let partition = 0; partition < PARTITIONS; partition++) {
        this.#sendOne(producer, ledger, partition, 0);
      }
      await producer.flush();
      ledger.checkSettled();
    }
    assertEquals(ledger.failed, failed, "the producer has not recovered");
  }

  #sendOne(
    producer: Producer<string, string>,
    ledger: SendLedger,
    partition: number,
    padding: number,
  ): string {
    const record = ledger.send(partition, padding);
    const { value } = record;
    producer.send(
      { topic: TOPIC, partition, value },
      (metadata, error) => ledger.settle(record, metadata, error),
    );
    return value;
  }

  async #close(producer: Producer<string, string>, ledger: SendLedger): Promise<void> {
    const { random, clock } = this.#world;
    const timeoutMs = random.pick([0, 50, 3000]);
    const begun = clock.monotonic();
    await producer.close({ timeoutMs });
    const tookMs = clock.monotonic() - begun;
    assert(tookMs <= timeoutMs, `close takes ${tookMs} of ${timeoutMs} ms`);
    ledger.checkSettled();
  }
}

/** A consumer that reads all the time. */
class Reader {
  readonly #world: ClientWorld;
  readonly #consumer: Consumer<Uint8Array, string>;
  readonly #seen: string[][] = Array.from({ length: PARTITIONS }, () => []);
  readonly #stopping = new AbortController();
  readonly #reading: Promise<void>;

  constructor(world: ClientWorld) {
    this.#world = world;
    const { random } = world;
    this.#consumer = new Consumer<Uint8Array, string>({
      ...world.client,
      autoOffsetReset: "earliest",
      fetchMaxWaitMs: random.pick([10, 500]),
      maxPollRecords: random.pick([1, 7, 500]),
      requestTimeoutMs: random.pick([1000, 3000]),
      socketConnectionSetupTimeoutMs: 2000,
      valueDeserializer: string(),
    });
    this.#reading = this.#read();
    this.#reading.catch(() => {});
  }

  async #read(): Promise<void> {
    const { random } = this.#world;
    this.#consumer.assign(
      this.#seen.map((_, partition) => ({ topic: TOPIC, partition })),
    );
    while (!this.#stopping.signal.aborted) {
      for (const { partition, offset, value } of await this.#consumer.poll(random.below(2000))) {
        const seen = this.#seen[partition]!;
        assertEquals(offset, seen.length, `partition ${partition} is not read in order`);
        seen.push(value!);
      }
    }
  }

  /** Waits until it has read everything, and compares. */
  async check(log: readonly (readonly string[])[]): Promise<void> {
    const count = (values: readonly (readonly string[])[]) =>
      values.reduce((sum, { length }) => sum + length, 0);
    const { clock } = this.#world;
    const failed = this.#reading.then(() => true);
    for (let waited = 0; count(this.#seen) < count(log) && waited < 120; waited++) {
      // Whoever reads no more is asked why.
      await Promise.race([clock.sleep(1000), failed]);
    }
    this.#stopping.abort();
    await this.#reading;
    assertEquals(this.#seen, log, "what was read is not what is there");
    await this.#consumer.close();
  }
}

/**
 * Runs a history.
 *
 * @throws what did not hold, with the seed
 */
export async function runHistory(seed: number, plan: Plan): Promise<Outcome> {
  const unhandled: unknown[] = [];
  const note = (event: PromiseRejectionEvent) => {
    event.preventDefault();
    unhandled.push(event.reason);
  };
  globalThis.addEventListener("unhandledrejection", note);
  try {
    const result = await new History(seed, plan).run();
    if (unhandled.length > 0) throw unhandled[0];
    return result;
  } catch (cause) {
    throw new Error(`SEED=${seed} ${(cause as Error).message}`, { cause });
  } finally {
    globalThis.removeEventListener("unhandledrejection", note);
  }
}
