import { assert, assertEquals } from "@std/assert";
import { batchOf } from "../../../support/partition_log.ts";
import { runningBroker } from "./running_broker.ts";

const MINUTE_MS = 60_000;
/** Text with some order in it, so that trying harder finds more. */
const TEXT = Array.from(
  { length: 3000 },
  (_, i) => `${(i * 7919) % 104_729}:${"the quick brown fox".slice(i % 7)}`,
).join(" ");

Deno.test("message.max.bytes: the largest batch that a running log takes is what is set now, a topic's own goes first", async () => {
  await using broker = await runningBroker({ "message.max.bytes": "3000" });
  await broker.topic("t");
  const taken = async () => {
    const errors: string[] = [];
    for (const bytes of [400, 800, 1600, 2400]) errors.push((await broker.write("t", bytes)).error);
    return errors.filter((error) => error === "NONE").length;
  };
  assertEquals(await taken(), 4);
  assertEquals((await broker.write("t", 4000)).error, "MESSAGE_TOO_LARGE");
  // Each layer goes before those that were set until now.
  await broker.setForAll("message.max.bytes", "2000");
  assertEquals(await taken(), 3);
  await broker.setForThis("message.max.bytes", "1000");
  assertEquals(await taken(), 2);
  await broker.setForTopic("t", "max.message.bytes", "500");
  assertEquals(await taken(), 1);
  await broker.setForTopic("t", "max.message.bytes", null);
  assertEquals(await taken(), 2);
  await broker.setForThis("message.max.bytes", null);
  assertEquals(await taken(), 3);
  await broker.setForAll("message.max.bytes", null);
  assertEquals(await taken(), 4);
});

Deno.test("log.message.timestamp.type: the records of a running log have the time that is set now, a topic's own goes first", async () => {
  await using broker = await runningBroker();
  await broker.topic("t");
  const timeOf = async () =>
    (await broker.send("t", batchOf(["v"], { timestamp: broker.env.clock.now() }))).logAppendTimeMs;
  assertEquals(await timeOf(), -1);
  await broker.setForAll("log.message.timestamp.type", "LogAppendTime");
  await broker.pass(5);
  assertEquals(await timeOf(), broker.env.clock.now());
  await broker.setForTopic("t", "message.timestamp.type", "CreateTime");
  assertEquals(await timeOf(), -1);
});

/** How far times may lie off, into one direction. */
async function timestampLimit(sign: 1 | -1): Promise<void> {
  const own = `message.timestamp.${sign < 0 ? "before" : "after"}.max.ms`;
  await using broker = await runningBroker();
  await broker.topic("t");
  const sendOff = async (ms: number) => {
    const timestamp = broker.env.clock.now() + sign * ms;
    return (await broker.send("t", batchOf(["v"], { timestamp }))).error;
  };
  assertEquals(await sendOff(10 * MINUTE_MS), "NONE");
  await broker.setForAll(`log.${own}`, `${MINUTE_MS}`);
  assertEquals(await sendOff(10 * MINUTE_MS), "INVALID_TIMESTAMP");
  assertEquals(await sendOff(MINUTE_MS), "NONE");
  await broker.setForTopic("t", own, `${20 * MINUTE_MS}`);
  assertEquals(await sendOff(10 * MINUTE_MS), "NONE");
}

Deno.test("log.message.timestamp.before.max.ms: how far behind a time may lie for a running log is what is set now", async () => {
  await timestampLimit(-1);
});

Deno.test("log.message.timestamp.after.max.ms: how far ahead a time may lie for a running log is what is set now", async () => {
  await timestampLimit(1);
});

Deno.test("compression.type: a running log stores batches with the codec that is set now, a topic's own goes first", async () => {
  await using broker = await runningBroker();
  await broker.topic("t");
  const stored = async (compression?: "lz4") => {
    const batch = batchOf([TEXT], {
      timestamp: broker.env.clock.now(),
      ...(compression === undefined ? {} : { compression: { type: compression } }),
    });
    assertEquals((await broker.send("t", batch)).error, "NONE");
    return (await broker.batches("t")).at(-1)!.compressionType;
  };
  assertEquals([await stored(), await stored("lz4")], ["none", "lz4"]);
  for (const type of ["gzip", "snappy", "lz4", "zstd"]) {
    await broker.setForAll("compression.type", type);
    assertEquals(await stored(), type);
  }
  await broker.setForTopic("t", "compression.type", "uncompressed");
  assertEquals([await stored(), await stored("lz4")], ["none", "none"]);
  await broker.setForTopic("t", "compression.type", "producer");
  assertEquals([await stored(), await stored("lz4")], ["none", "lz4"]);
});

/** How large the same records become with one level and another. */
async function level(type: "gzip" | "lz4" | "zstd", low: string, high: string): Promise<void> {
  const name = `compression.${type}.level`;
  await using broker = await runningBroker({ "compression.type": type });
  await broker.topic("t");
  const size = async () => {
    await broker.send("t", batchOf([TEXT], { timestamp: broker.env.clock.now() }));
    return (await broker.batches("t")).at(-1)!.sizeInBytes;
  };
  await broker.setForAll(name, low);
  const quick = await size();
  await broker.setForAll(name, high);
  const thorough = await size();
  assert(thorough < quick, `${thorough} and ${quick}`);
  await broker.setForTopic("t", name, low);
  assertEquals(await size(), quick);
}

Deno.test("compression.gzip.level: a running log tries as hard as is set now, a topic's own goes first", async () => {
  await level("gzip", "1", "9");
});

Deno.test("compression.lz4.level: a running log tries as hard as is set now, a topic's own goes first", async () => {
  await level("lz4", "1", "17");
});

Deno.test("compression.zstd.level: a running log tries as hard as is set now, a topic's own goes first", async () => {
  await level("zstd", "-50", "19");
});

Deno.test("log.flush.interval.messages: a running log flushes after as many records as is set now", async () => {
  await using broker = await runningBroker({
    "log.flush.offset.checkpoint.interval.ms": "1000",
    "log.initial.task.delay.ms": "0",
  });
  await broker.topic("t");
  await broker.topic("own", { "flush.messages": "1000" });
  const flushed = async () => {
    for (const topic of ["t", "own"]) for (let i = 0; i < 3; i++) await broker.write(topic);
    await broker.pass(1000);
    return ["t", "own"].map((topic) => broker.checkpoint("recovery-point", topic));
  };
  assertEquals(await flushed(), [0, 0]);
  await broker.setForAll("log.flush.interval.messages", "2");
  const [t, own] = await flushed();
  assert(t! >= 5, `${t}`);
  assertEquals(own, 0);
  await broker.setForTopic("own", "flush.messages", "1");
  assertEquals((await flushed())[1], 9);
});

Deno.test("log.flush.interval.ms: a running log is flushed at the age that is set now", async () => {
  await using broker = await runningBroker({
    "log.flush.scheduler.interval.ms": "1000",
    "log.flush.interval.ms": "600000",
    "log.flush.offset.checkpoint.interval.ms": "1000",
    "log.initial.task.delay.ms": "0",
  });
  await broker.topic("t");
  await broker.topic("own", { "flush.ms": "600000" });
  for (const topic of ["t", "own"]) await broker.write(topic);
  const flushed = async () => {
    await broker.pass(10_000);
    return ["t", "own"].map((topic) => broker.checkpoint("recovery-point", topic));
  };
  assertEquals(await flushed(), [0, 0]);
  await broker.setForAll("log.flush.interval.ms", "5000");
  assertEquals(await flushed(), [1, 0]);
  await broker.setForTopic("own", "flush.ms", "5000");
  assertEquals(await flushed(), [1, 1]);
});
