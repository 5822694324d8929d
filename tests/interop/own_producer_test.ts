import { assertEquals } from "@std/assert";
import { partitionForKey } from "../../client/producer/murmur2.ts";
import { Producer } from "../../client/producer/producer.ts";
import { javaFile } from "./kafka/apache_kafka.ts";
import {
  type BrokerUnderTest,
  startApacheKafka,
  startApacheKafka39,
  startSeglog,
} from "./support/broker_under_test.ts";
import { CLIENTS } from "./support/clients.ts";
import { JavaRandom } from "./support/java_random.ts";
import { base64, type Codec, fetchedFrom, type PlanRecord } from "./support/plan.ts";

/**
 * Our producer against Apache Kafka's broker and ours: Java's consumer reads every byte; keys go where Java's producer sends them; and the ways
 * to send that Kafka's users know do what they are known for.
 */

const CODECS: readonly Codec[] = ["none", "gzip", "snappy", "lz4", "zstd"];
const START = 1_750_000_000_000;
const encoder = new TextEncoder();
const java = CLIENTS[0]!;

const bytesOf = (text: string | null) => text === null ? null : Uint8Array.fromBase64(text);

/** The forms that a record can have. */
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

async function createTopic(bootstrap: string, topic: string, partitions: number): Promise<void> {
  await java.run(bootstrap, [{ op: "createTopic", topic, partitions, configs: {} }]);
}

async function writesWhatJavaReads(bootstrap: string, acks: "0" | "1" | "all"): Promise<void> {
  const topic = `own-${acks}`;
  await createTopic(bootstrap, topic, 1);
  const written: PlanRecord[] = [];
  for (const [batch, codec] of CODECS.entries()) {
    await using producer = new Producer<Uint8Array, Uint8Array>({
      bootstrapServers: bootstrap,
      acks,
      compressionType: codec,
      enableIdempotence: acks === "all",
    });
    const records = forms(batch);
    const sent = await Promise.all(records.map(({ k, v, h, t }) =>
      producer.send({
        topic,
        partition: 0,
        key: bytesOf(k),
        value: bytesOf(v),
        headers: h.map(([key, value]) => ({ key, value: bytesOf(value) })),
        timestamp: t,
      })
    ));
    assertEquals(
      sent.map(({ offset, timestamp }) => [offset, timestamp]),
      records.map(({ t }, i) => [acks === "0" ? -1 : written.length + i, t]),
    );
    written.push(...records);
    // What asks for no answer may still be on its way when the next producer has begun.
    if (acks === "0") await producer.close();
    for (let end = 0; acks === "0" && end < written.length;) {
      const [offsets] = await java.run(bootstrap, [{ op: "offsets", topic, partition: 0 }]);
      end = offsets!.latest!;
    }
  }
  const [fetched] = await java.run(bootstrap, [
    { op: "fetch", topic, partition: 0, from: "earliest", count: written.length },
  ]);
  assertEquals(fetched!.records, fetchedFrom(0, written));
}

/** The sessions of the notes: synchronous and asynchronous, without keys and with. */
async function sendsInAllWays(bootstrap: string): Promise<void> {
  const topic = "ways";
  await createTopic(bootstrap, topic, 4);
  await using producer = new Producer({ bootstrapServers: bootstrap });
  for (let i = 0; i < 3; i++) {
    const { topic: told, offset } = await producer.send({
      topic,
      partition: 0,
      value: `sync ${i}`,
    });
    assertEquals([told, offset], [topic, i]);
  }
  const told: (number | null)[] = [];
  for (let i = 0; i < 3; i++) {
    producer.send({ topic, partition: 0, value: `async ${i}` }, (metadata, error) => {
      told.push(error === null ? metadata!.offset : null);
    });
  }
  await producer.flush();
  assertEquals(told, [3, 4, 5]);
  const withKeys = await Promise.all(
    Array.from(
      { length: 40 },
      (_, i) => producer.send({ topic, key: `key ${i % 10}`, value: `${i}` }),
    ),
  );
  withKeys.forEach(({ partition }, i) => {
    assertEquals(partition, partitionForKey(encoder.encode(`key ${i % 10}`), 4));
  });
  const { serializedKeySize, serializedValueSize } = await producer.send({
    topic,
    value: "no key",
  });
  assertEquals([serializedKeySize, serializedValueSize], [-1, 6]);
}

const BROKERS = {
  "Apache Kafka": startApacheKafka,
  "Apache Kafka 3.9": startApacheKafka39,
  "our broker": startSeglog,
} as const;

for (const [name, start] of Object.entries(BROKERS)) {
  Deno.test(`our producer on ${name}`, async (t) => {
    const directory = await Deno.makeTempDir();
    try {
      await using broker: BrokerUnderTest = await start(directory);
      const all = ["0", "1", "all"] as const;
      for (const acks of start === startApacheKafka39 ? all.slice(-1) : all) {
        await t.step(
          `Java reads what it has written with acks=${acks}, every codec`,
          () => writesWhatJavaReads(broker.bootstrap, acks),
        );
      }
      await t.step(
        "synchronous and asynchronous sends, without keys and with",
        () => sendsInAllWays(broker.bootstrap),
      );
    } finally {
      await Deno.remove(directory, { recursive: true });
    }
  });
}

Deno.test("100,000 random keys go to the partitions of Java's producer", async () => {
  const keys = 100_000;
  const counts = [1, 3, 12, 100];
  const program = new URL("./clients/java/KeyPartitions.java", import.meta.url).pathname;
  const { code, stdout, stderr } = await javaFile(program, [
    "42",
    `${keys}`,
    ...counts.map(String),
  ]);
  assertEquals(code, 0, stderr);
  const lines = stdout.trim().split("\n");
  for (const [index, count] of counts.entries()) {
    const random = new JavaRandom(42);
    const ours = Array.from({ length: keys }, () => {
      const key = random.nextBytes(new Uint8Array(random.nextInt(40)));
      return partitionForKey(key, count);
    });
    assertEquals(ours.join(" "), lines[index], `${count} partitions`);
  }
});
