import { assertEquals } from "@std/assert";
import { Consumer } from "../../client/consumer/consumer.ts";
import type { ConsumerRecord } from "../../client/consumer/consumer_record.ts";
import { Producer } from "../../client/producer/producer.ts";
import {
  type BrokerUnderTest,
  startApacheKafka,
  startApacheKafka39,
  startSeglog,
} from "./support/broker_under_test.ts";
import { CLIENTS } from "./support/clients.ts";
import {
  base64,
  type Codec,
  fetchedFrom,
  type FetchedRecord,
  type PlanRecord,
} from "./support/plan.ts";

/**
 * Our consumer against Apache Kafka's broker and ours: it reads every byte that Java's producer has written, finds the offsets that Java finds, and
 * sees of transactions what its isolation level says.
 */

const CODECS: readonly Codec[] = ["none", "gzip", "snappy", "lz4", "zstd"];
const START = 1_750_000_000_000;
const java = CLIENTS[0]!;

function forms(batch: number): PlanRecord[] {
  const noise = Uint8Array.from({ length: 3000 }, (_, i) => (i * i * 31 + batch) >> 3 & 255);
  const headers: PlanRecord["h"] = [
    ["twice", base64("1")],
    ["twice", base64("2")],
    ["ключ", base64("значение")],
    ["none", null],
  ];
  const contents: readonly Pick<PlanRecord, "k" | "v" | "h">[] = [
    { k: base64("key"), v: base64(`value-${batch}`), h: [] },
    { k: null, v: base64("no key"), h: headers },
    { k: base64("no value"), v: null, h: [] },
    { k: base64(""), v: base64(""), h: [] },
    { k: null, v: null, h: [] },
    { k: base64(noise.subarray(0, 100)), v: base64(noise), h: headers },
    { k: base64("repeats"), v: base64("abcdefgh".repeat(2000)), h: [] },
  ];
  return contents.map((content, i) => ({ ...content, t: START + batch * 2000 + i * 100 }));
}

function seen({ offset, timestamp, key, value, headers }: ConsumerRecord): FetchedRecord {
  return [
    offset,
    timestamp,
    base64(key),
    base64(value),
    headers.map(({ key, value }) => [key, base64(value)]),
  ];
}

async function take(consumer: Consumer, count: number): Promise<ConsumerRecord[]> {
  const records: ConsumerRecord[] = [];
  while (records.length < count) records.push(...await consumer.poll(10_000));
  return records;
}

async function readsWhatJavaWrites(bootstrapServers: string): Promise<void> {
  const topic = "java-wrote";
  const at = { topic, partition: 0 };
  await java.run(bootstrapServers, [{ op: "createTopic", topic, partitions: 1, configs: {} }]);
  const written: PlanRecord[] = [];
  for (const [batch, codec] of CODECS.entries()) {
    const records = forms(batch);
    await java.run(bootstrapServers, [
      { op: "produce", ...at, codec, acks: "all", idempotent: batch % 2 === 0, records },
    ]);
    written.push(...records);
  }
  await using consumer = new Consumer({ bootstrapServers, maxPollRecords: 5 });
  consumer.assign([at]);
  consumer.seekToBeginning();
  assertEquals((await take(consumer, written.length)).map(seen), fetchedFrom(0, written));
  assertEquals(await consumer.position(at), written.length);
  assertEquals(consumer.currentLag(at), 0);
  consumer.seek(at, 9);
  assertEquals((await take(consumer, 1))[0]!.offset, 9);
  assertEquals((await consumer.endOffsets([at])).get(at), written.length);
  const time = START + 2000;
  const [{ offset } = {}] = await java.run(bootstrapServers, [{
    op: "offsetForTime",
    ...at,
    time,
  }]);
  assertEquals((await consumer.offsetsForTimes([[at, time]])).get(at)?.offset, offset);
  assertEquals((await consumer.listTopics()).has(topic), true);
}

async function seesTransactions(bootstrapServers: string): Promise<void> {
  const topic = "transactions";
  const at = { topic, partition: 0 };
  await java.run(bootstrapServers, [{ op: "createTopic", topic, partitions: 1, configs: {} }]);
  await using producer = new Producer({ bootstrapServers, transactionalId: "own-consumer" });
  await producer.initTransactions();
  for (const [value, commits] of [["a", true], ["b", false], ["c", true]] as const) {
    producer.beginTransaction();
    await producer.send({ topic, value });
    await (commits ? producer.commitTransaction() : producer.abortTransaction());
  }
  const values = async (isolationLevel: "read_committed" | "read_uncommitted", count: number) => {
    await using consumer = new Consumer({
      bootstrapServers,
      isolationLevel,
      autoOffsetReset: "earliest",
    });
    consumer.assign([at]);
    const records = await take(consumer, count);
    return records.map(({ value }) => new TextDecoder().decode(value!));
  };
  assertEquals(await values("read_uncommitted", 3), ["a", "b", "c"]);
  assertEquals(await values("read_committed", 2), ["a", "c"]);
}

const BROKERS = {
  "Apache Kafka": startApacheKafka,
  "Apache Kafka 3.9": startApacheKafka39,
  "our broker": startSeglog,
} as const;

for (const [name, start] of Object.entries(BROKERS)) {
  Deno.test(`our consumer on ${name}`, async (t) => {
    const directory = await Deno.makeTempDir();
    try {
      await using broker: BrokerUnderTest = await start(directory);
      const { bootstrap } = broker;
      await t.step(
        "it reads what Java has written, every codec",
        () => readsWhatJavaWrites(bootstrap),
      );
      await t.step("it sees of transactions what it should", () => seesTransactions(bootstrap));
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  });
}
