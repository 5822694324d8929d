import { assert, assertEquals } from "@std/assert";
import { startBrokerUnderTest } from "./support/broker_under_test.ts";
import { type Client, CLIENTS } from "./support/clients.ts";
import {
  base64,
  type Codec,
  fetchedFrom,
  type FetchedRecord,
  type PlanRecord,
  type Step,
  type StepResult,
} from "./support/plan.ts";

/**
 * Clients of many hands, unmodified, against one running broker: topics, records of every codec and with every acks, big and tiny
 * ones, reads from any offset and time. Every byte that comes back is checked; what one client wrote the others read.
 */

const CODECS: readonly Codec[] = ["none", "gzip", "snappy", "lz4", "zstd"];
const ACKS = ["0", "1", "all"] as const;
const START = 1_750_000_000_000;
const TINY = Number(Deno.env.get("TINY_RECORDS") ?? 100_000);

/** A step, and what its result must be. */
interface Expectation {
  readonly step: Step;
  check(result: StepResult): void;
}

/** The records that a client writes with one codec and acks: the forms a record can have, two seconds after the ones before. */
function forms(client: Client, batch: number, codec: Codec): PlanRecord[] {
  const noise = Uint8Array.from({ length: 3000 }, (_, i) => (i * i * 31 + batch) >> 3 & 255);
  const headers: PlanRecord["h"] = [
    ["codec", base64(codec)],
    ["twice", base64("1")],
    ["twice", base64("2")],
    ["empty", base64("")],
    ["ключ", base64("значение")],
    ...(client.refuses.includes("null header") ? [] : [["none", null]] as const),
  ];
  const contents: readonly Pick<PlanRecord, "k" | "v" | "h">[] = [
    { k: base64(`key-${codec}`), v: base64(`value-${batch}`), h: [] },
    { k: null, v: base64("no key"), h: headers },
    { k: base64("no value"), v: null, h: [] },
    { k: base64(""), v: base64(""), h: [] },
    { k: client.refuses.includes("empty record") ? base64("k") : null, v: null, h: [] },
    { k: base64(noise.subarray(0, 100)), v: base64(noise), h: headers },
    { k: base64("repeats"), v: base64("abcdefgh".repeat(2000)), h: [] },
  ];
  return contents.map((content, i) => ({ ...content, t: START + batch * 2000 + i * 100 }));
}

function checkRecords(step: Step, wanted: readonly FetchedRecord[]): Expectation {
  return {
    step,
    check({ records = [] }) {
      wanted.forEach((record, i) => assertEquals(records[i], record, `record ${i}`));
      assertEquals(records.length, wanted.length);
    },
  };
}

/** Every codec with every acks, one partition an acks; reads from the start, from the middle and from a time. */
function codecsAndAcks(client: Client, topic: string): Expectation[] {
  const all: Expectation[] = [];
  ACKS.forEach((acks, partition) => {
    const at = { topic, partition };
    const written: PlanRecord[] = [];
    CODECS.forEach((codec, batch) => {
      const records = forms(client, batch, codec);
      const baseOffset = written.length;
      written.push(...records);
      all.push({
        step: { op: "produce", ...at, codec, acks, idempotent: acks === "all", records },
        check: (result) => assertEquals(result, acks === "0" ? {} : { baseOffset }),
      });
    });
    const fetched = fetchedFrom(0, written);
    const fetch = (from: number | "earliest", count: number): Step => ({
      op: "fetch",
      ...at,
      from,
      count,
    });
    all.push(
      checkRecords(fetch("earliest", written.length), fetched),
      // Inside a batch, where one begins, and the last record.
      ...[3, 14, 24, written.length - 1].map((from) =>
        checkRecords(fetch(from, Math.min(9, written.length - from)), fetched.slice(from, from + 9))
      ),
      {
        step: { op: "offsets", ...at },
        check: (result) => assertEquals(result, { earliest: 0, latest: written.length }),
      },
      ...([[START - 1, 0], [START + 100, 1], [START + 2001, 8], [START + 8600, 34]] as const)
        .map(([time, offset]): Expectation => ({
          step: { op: "offsetForTime", ...at, time },
          check: (result) => assertEquals(result, { offset }),
        })),
      {
        step: { op: "offsetForTime", ...at, time: START + 100_000 },
        check: (result) => assertEquals(result, { offset: -1 }),
      },
    );
  });
  return all;
}

/** A value of 1 MiB of each codec; many tiny records in one partition. */
function bigAndTiny(big: string, tiny: string): Expectation[] {
  const value = base64(Uint8Array.from({ length: 1 << 20 }, (_, i) => i * i >> 7 & 255));
  const records = CODECS.map((_, i): PlanRecord => ({
    k: base64("k"),
    v: value,
    h: [],
    t: START + i,
  }));
  return [
    ...CODECS.map((codec, i): Expectation => ({
      step: {
        ...{ op: "produce", topic: big, partition: 0, codec, acks: "all", idempotent: false },
        records: [records[i]!],
      },
      check: (result) => assertEquals(result, { baseOffset: i }),
    })),
    checkRecords(
      { op: "fetch", topic: big, partition: 0, from: "earliest", count: records.length },
      fetchedFrom(0, records),
    ),
    {
      step: {
        ...{ op: "produce", topic: tiny, partition: 0, codec: "none", acks: "1" },
        ...{ idempotent: false, records: [], generate: TINY },
      },
      check: (result) => assertEquals(result, { baseOffset: 0 }),
    },
    {
      step: { op: "fetch", topic: tiny, partition: 0, from: 0, count: TINY },
      check({ records = [] }) {
        assertEquals(records.length, TINY);
        records.forEach(([offset, , key, value, headers], i) => {
          const right = offset === i && key === null && headers.length === 0 &&
            value === base64(`r${i}`);
          assert(right, `record ${i} of the tiny ones is ${JSON.stringify(records[i])}`);
        });
      },
    },
    {
      step: { op: "fetch", topic: tiny, partition: 0, from: TINY - 3, count: 3 },
      check: ({ records = [] }) =>
        assertEquals(
          records.map(([offset, , , value]) => [offset, value]),
          [3, 2, 1].map((n) => [TINY - n, base64(`r${TINY - n}`)]),
        ),
    },
  ];
}

function scenario(client: Client): Expectation[] {
  const topic = `${client.name}-records`, big = `${client.name}-big`, tiny = `${client.name}-tiny`;
  const configs = { "retention.ms": "-1", "max.message.bytes": "2097152" };
  const done = (step: Step): Expectation => ({
    step,
    check: (result) => assertEquals(result, {}),
  });
  return [
    done({ op: "createTopic", topic, partitions: 3, configs: { "retention.ms": "-1" } }),
    done({ op: "createTopic", topic: big, partitions: 1, configs }),
    done({ op: "createTopic", topic: tiny, partitions: 1, configs }),
    {
      step: { op: "partitions", topic },
      check: (result) => assertEquals(result, { partitions: 3 }),
    },
    ...codecsAndAcks(client, topic),
    ...bigAndTiny(big, tiny),
    {
      step: { op: "topics" },
      check: ({ topics = [] }) =>
        assertEquals([topic, big, tiny].filter((t) => !topics.includes(t)), []),
    },
    done({ op: "deleteTopic", topic: tiny }),
    {
      step: { op: "topics", without: tiny },
      check: ({ topics = [] }) => assertEquals(topics.includes(tiny), false),
    },
  ];
}

async function carryOut(client: Client, bootstrap: string, all: readonly Expectation[]) {
  const results = await client.run(bootstrap, all.map(({ step }) => step));
  assertEquals(results.length, all.length);
  all.forEach(({ step, check }, i) => {
    const { records: _, ...asked } = { records: [], ...step };
    try {
      check(results[i]!);
    } catch (error) {
      throw new Error(`${client.name}: ${JSON.stringify(asked)}`, { cause: error });
    }
  });
}

Deno.test("clients of many hands write and read topics, and read what the others wrote", async (t) => {
  const directory = await Deno.makeTempDir();
  const only = Deno.env.get("CLIENTS")?.split(",");
  const clients = CLIENTS.filter(({ name }) => only === undefined || only.includes(name));
  try {
    await using broker = await startBrokerUnderTest(directory);
    let well = true;
    for (const client of clients) {
      well = await t.step(
        client.name,
        () => carryOut(client, broker.bootstrap, scenario(client)),
      ) && well;
    }
    for (const reader of clients) {
      well = await t.step(`${reader.name} reads what every client wrote`, async () => {
        const reads = clients.flatMap((writer) =>
          codecsAndAcks(writer, `${writer.name}-records`)
            .filter(({ step }) => step.op === "fetch" && step.from === "earliest")
        );
        await carryOut(reader, broker.bootstrap, reads);
      }) && well;
    }
    if (!well) console.log(`The broker said:\n${broker.lines.slice(-50).join("\n")}`);
  } finally {
    await Deno.remove(directory, { recursive: true });
  }
});
