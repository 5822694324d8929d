import { assert, assertEquals } from "@std/assert";
import { Admin } from "../../client/admin/admin.ts";
import { Consumer } from "../../client/consumer/consumer.ts";
import { Producer } from "../../client/producer/producer.ts";
import { string } from "../../storage/serde/string.ts";
import { SeededRandom } from "../support/manual_env.ts";
import {
  brokerKind,
  type BrokerUnderTest,
  orItsWords,
  startBrokerUnderTest,
} from "./support/broker_under_test.ts";
import { TcpProxy } from "./support/tcp_proxy.ts";

/**
 * Our clients on a network that fails, and on a broker that is killed, in the real world: with idempotence nothing is lost, doubled or reordered; acks
 * 0, 1 and all say what they say. What can be simulated is in `tests/simulation/client_faults_test.ts`.
 */

const PARTITIONS = 4;
const random = new SeededRandom(Number(Deno.env.get("SEED") ?? 7));

/** A broker that tells clients of the proxy in front of it. */
class ProxiedBroker implements AsyncDisposable {
  readonly proxy = new TcpProxy();
  readonly bootstrapServers = `127.0.0.1:${this.proxy.port}`;
  readonly #directory = Deno.makeTempDirSync();
  #broker: BrokerUnderTest | undefined;

  async start(): Promise<void> {
    this.#broker = await startBrokerUnderTest(this.#directory, {
      properties: { "advertised.listeners": `PLAINTEXT://${this.bootstrapServers}` },
    });
    this.proxy.target = this.#broker.bootstrap;
  }

  /** Kills it, and starts it again. */
  async restart(): Promise<void> {
    await this.#broker!.kill();
    await this.start();
  }

  /** Prints what it said when `work` fails. */
  async watch(work: () => Promise<void>): Promise<void> {
    await orItsWords(this.#broker!, work);
  }

  async topic(name: string): Promise<void> {
    await using admin = new Admin({ bootstrapServers: this.bootstrapServers });
    (await admin.createTopics([{ name, numPartitions: PARTITIONS }])).all();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#broker?.[Symbol.asyncDispose]();
    this.proxy[Symbol.dispose]();
    await Deno.remove(this.#directory, { recursive: true });
  }
}

/** What happens to the network, one after the other. */
const MISFORTUNES: readonly ((proxy: TcpProxy) => void)[] = [
  (proxy) => proxy.cut(),
  (proxy) => proxy.cutAfter(1 + random.below(100_000)),
  (proxy) => proxy.mute(),
  (proxy) => proxy.delay(20),
  (proxy) => proxy.cut(),
  (proxy) => proxy.delay(0),
  (proxy) => proxy.throttle(2_000_000),
  (proxy) => proxy.cutAfter(1 + random.below(1000)),
  (proxy) => proxy.throttle(Infinity),
];

/** What a producer was told. */
interface Told {
  /** Offsets of a partition's records, in the order in which they were sent; -1 when nobody has said. */
  readonly offsets: number[][];
  readonly errors: Error[];
}

/** Sends records in turn to all partitions, and does something whenever so many were acknowledged. */
async function sendAll(
  producer: Producer<string, string>,
  topic: string,
  count: number,
  { every, misfortune }: { readonly every: number; readonly misfortune: () => void },
): Promise<Told> {
  const offsets: number[][] = Array.from({ length: PARTITIONS }, () => []);
  const errors: Error[] = [];
  let acknowledged = 0;
  for (let i = 0; i < count; i++) {
    const partition = i % PARTITIONS;
    const number = Math.floor(i / PARTITIONS);
    const hasRoom = producer.send(
      { topic, partition, value: `${number}` },
      (metadata, error) => {
        if (error !== null) return void errors.push(error);
        offsets[partition]![number] = metadata!.offset;
        if (++acknowledged % every === 0) misfortune();
      },
    );
    if (!hasRoom) await producer.ready();
  }
  await producer.flush();
  return { offsets, errors };
}

/** The values of all partitions, each by offset, read through the same network. */
async function readAll(
  { bootstrapServers, proxy }: ProxiedBroker,
  topic: string,
  misfortune: () => void = () => {},
): Promise<readonly (readonly string[])[]> {
  await using consumer = new Consumer<Uint8Array, string>({
    bootstrapServers,
    requestTimeoutMs: 2000,
    reconnectBackoffMaxMs: 100,
    maxPollRecords: 1000,
    valueDeserializer: string(),
  });
  const partitions = Array.from({ length: PARTITIONS }, (_, partition) => ({ topic, partition }));
  consumer.assign(partitions);
  consumer.seekToBeginning();
  const ends = await consumer.endOffsets(partitions);
  const values: string[][] = partitions.map(() => []);
  let polls = 0;
  while (values.some(({ length }, i) => length < ends.get(partitions[i]!)!)) {
    if (++polls % 10 === 0) misfortune();
    for (const { partition, offset, value } of await consumer.poll(10_000)) {
      assertEquals(offset, values[partition]!.length, `partition ${partition}`);
      values[partition]!.push(value!);
    }
  }
  proxy.delay(0);
  proxy.throttle(Infinity);
  return values;
}

/** Each record once and in order, and where the producer was told. */
function assertExact(told: Told, values: readonly (readonly string[])[], count: number): void {
  assertEquals(told.errors, []);
  for (let partition = 0; partition < PARTITIONS; partition++) {
    const expected = Array.from({ length: count / PARTITIONS }, (_, i) => `${i}`);
    assertEquals(values[partition], expected, `partition ${partition}`);
    assertEquals(told.offsets[partition], expected.map(Number), `partition ${partition}`);
  }
}

const PATIENT = {
  requestTimeoutMs: 2000,
  reconnectBackoffMaxMs: 100,
  batchSize: 1000,
  bufferMemory: 1_000_000,
} as const;

const canRestart = brokerKind() !== "external";

Deno.test({
  name:
    "with idempotence 100,000 records through cuts, delays and silence are written once and in order",
  ignore: !canRestart,
  async fn() {
    const count = 100_000;
    await using broker = new ProxiedBroker();
    await broker.start();
    await broker.watch(async () => {
      await broker.topic("cut");
      const { bootstrapServers, proxy } = broker;
      await using producer = new Producer<string, string>({ bootstrapServers, ...PATIENT });
      let next = 0;
      const misfortune = () => MISFORTUNES[next++ % MISFORTUNES.length]!(proxy);
      const told = await sendAll(producer, "cut", count, { every: 4000, misfortune });
      assert(producer.metrics()["record-retry-total"] > 0);
      assertExact(told, await readAll(broker, "cut", misfortune), count);
    });
  },
});

Deno.test({
  name:
    "with idempotence a broker that is killed and starts again loses nothing, doubles nothing, reorders nothing",
  ignore: !canRestart,
  async fn() {
    const count = 60_000;
    await using broker = new ProxiedBroker();
    await broker.start();
    await broker.watch(async () => {
      await broker.topic("killed");
      const { bootstrapServers } = broker;
      await using producer = new Producer<string, string>({
        bootstrapServers,
        ...PATIENT,
        // Once it was killed, Apache Kafka knows a producer's last batch alone: of several whose answers were lost it refuses the first, and its producers
        // write them twice, Java's as well.
        maxInFlightRequestsPerConnection: brokerKind() === "apache-kafka" ? 1 : 5,
      });
      let restarted: Promise<void> | undefined;
      const told = await sendAll(producer, "killed", count, {
        every: count / 3,
        misfortune: () => restarted ??= broker.restart(),
      });
      await restarted;
      assert(producer.metrics()["record-retry-total"] > 0);
      assertExact(told, await readAll(broker, "killed"), count);
    });
  },
});

for (const acks of ["all", "1", "0"] as const) {
  Deno.test({
    name: `acks=${acks} through cuts, without idempotence: ${
      acks === "0" ? "nobody is told what is lost" : "what is acknowledged is there, perhaps twice"
    }`,
    ignore: !canRestart,
    async fn() {
      const count = 20_000;
      await using broker = new ProxiedBroker();
      await broker.start();
      await broker.watch(async () => {
        await broker.topic("acks");
        const { bootstrapServers, proxy } = broker;
        await using producer = new Producer<string, string>({
          bootstrapServers,
          ...PATIENT,
          acks,
          enableIdempotence: false,
        });
        const { offsets, errors } = await sendAll(producer, "acks", count, {
          every: 1500,
          misfortune: () => random.chance(0.5) ? proxy.cut() : proxy.cutAfter(random.below(50_000)),
        });
        await producer.close();
        const values = await readAll(broker, "acks");
        const sent = count / PARTITIONS;
        for (const [partition, written] of values.entries()) {
          assert(written.every((value) => Number(value) < sent));
          for (const [number, offset] of offsets[partition]!.entries()) {
            if (acks === "0") assertEquals(offset, -1);
            else assertEquals(written[offset], `${number}`);
          }
        }
        const unique = values.reduce((sum, written) => sum + new Set(written).size, 0);
        if (acks === "0") assert(unique <= count);
        else {
          assertEquals(errors, []);
          assertEquals(unique, count);
        }
      });
    },
  });
}
