import { assert, assertEquals } from "@std/assert";
import { deleteRecords } from "../../../../client/protocol/messages/delete_records.ts";
import { batchOf } from "../../../support/partition_log.ts";
import { type RunningBroker, runningBroker } from "./running_broker.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/** Looks for old segments every second, and has small ones. */
const EAGER = { "log.retention.check.interval.ms": "1000", "log.initial.task.delay.ms": "0" };
const SMALL = { "internal.segment.bytes": "300" };

async function fill(broker: RunningBroker, ...topics: string[]): Promise<void> {
  for (const topic of topics) for (let i = 0; i < 8; i++) await broker.write(topic, 100);
}

Deno.test("log.retention.ms: segments of a running log go at the age that is set now, a topic's own goes first", async () => {
  await using broker = await runningBroker(EAGER);
  await broker.topic("t", SMALL);
  await broker.topic("own", { ...SMALL, "retention.ms": "-1" });
  await fill(broker, "t", "own");
  await broker.pass(MINUTE_MS);
  const starts = async () => [await broker.start("t"), await broker.start("own")];
  assertEquals(await starts(), [0, 0]);
  await broker.setForAll("log.retention.ms", "30000");
  await broker.pass(1000);
  assertEquals(await starts(), [8, 0]);
  await broker.setForTopic("own", "retention.ms", "30000");
  await broker.pass(1000);
  assertEquals(await starts(), [8, 8]);
});

/** Whether segments go at an age and not before. */
async function goesAfter(ms: number, properties: Readonly<Record<string, string>>): Promise<void> {
  await using broker = await runningBroker({
    ...EAGER,
    "log.retention.check.interval.ms": "60000",
    ...properties,
  });
  await broker.topic("t", SMALL);
  await fill(broker, "t");
  await broker.pass(ms - MINUTE_MS);
  assertEquals(await broker.start("t"), 0);
  await broker.pass(2 * MINUTE_MS);
  assertEquals(await broker.start("t"), 8);
}

Deno.test("log.retention.minutes: segments go at that age", async () => {
  await goesAfter(2 * MINUTE_MS, { "log.retention.minutes": "2" });
});

Deno.test("log.retention.hours: segments go at that age, unless minutes are given", async () => {
  await goesAfter(3 * HOUR_MS, { "log.retention.hours": "3" });
  await goesAfter(2 * MINUTE_MS, { "log.retention.hours": "3", "log.retention.minutes": "2" });
});

Deno.test("log.retention.bytes: a running log is as large as is set now, a topic's own goes first", async () => {
  await using broker = await runningBroker(EAGER);
  await broker.topic("t", SMALL);
  await broker.topic("own", { ...SMALL, "retention.bytes": "-1" });
  await fill(broker, "t", "own");
  await broker.pass(2000);
  assertEquals([await broker.start("t"), await broker.start("own")], [0, 0]);
  await broker.setForAll("log.retention.bytes", "500");
  await broker.pass(1000);
  const [start, own] = [await broker.start("t"), await broker.start("own")];
  assert(start > 2 && start < 8, `${start}`);
  assertEquals(own, 0);
  await broker.setForTopic("own", "retention.bytes", "500");
  await broker.pass(1000);
  assertEquals(await broker.start("own"), start);
});

Deno.test("log.cleanup.policy: what becomes of a running log's old segments is what is set now", async () => {
  await using broker = await runningBroker({ ...EAGER, "log.retention.ms": "1000" });
  await broker.setForAll("log.cleanup.policy", "compact");
  await broker.topic("t", SMALL);
  await broker.topic("own", { ...SMALL, "cleanup.policy": "delete" });
  await fill(broker, "own");
  for (let i = 0; i < 8; i++) {
    await broker.send(
      "t",
      batchOf(["x".repeat(100)], { key: `${i}`, timestamp: broker.env.clock.now() }),
    );
  }
  assertEquals((await broker.write("t")).error, "INVALID_RECORD");
  await broker.pass(5000);
  assertEquals([await broker.start("t"), await broker.start("own")], [0, 8]);
  await broker.setForAll("log.cleanup.policy", "delete");
  await broker.pass(5000);
  assertEquals(await broker.start("t"), 8);
  assertEquals((await broker.write("t")).error, "NONE");
});

Deno.test("log.retention.check.interval.ms: old segments are looked for that often", async () => {
  await using broker = await runningBroker({
    "log.retention.check.interval.ms": "100000",
    "log.initial.task.delay.ms": "0",
    "log.retention.ms": "1000",
  });
  await broker.topic("t", SMALL);
  await broker.pass(1);
  await fill(broker, "t");
  await broker.pass(99_990);
  assertEquals(await broker.start("t"), 0);
  await broker.pass(11);
  assertEquals(await broker.start("t"), 8);
});

Deno.test("log.initial.task.delay.ms: the periodic work begins that long after the start", async () => {
  await using broker = await runningBroker({
    ...EAGER,
    "log.initial.task.delay.ms": "40000",
    "log.retention.ms": "1",
  });
  await broker.topic("t", SMALL);
  await fill(broker, "t");
  await broker.pass(39_000);
  assertEquals(await broker.start("t"), 0);
  await broker.pass(1000);
  assertEquals(await broker.start("t"), 8);
});

Deno.test("log.segment.delete.delay.ms: files of a running log that are let go stay for as long as is set now", async () => {
  await using broker = await runningBroker({ ...EAGER, "log.segment.delete.delay.ms": "100000" });
  await broker.topic("t", SMALL);
  const letGo = async () => {
    await fill(broker, "t");
    await broker.client.call(deleteRecords, 2, {
      topics: [{ name: "t", partitions: [{ partitionIndex: 0, offset: -1 }] }],
      timeoutMs: 1000,
    });
    await broker.pass(2000);
  };
  const deleted = () => broker.files("t", ".deleted").length;
  await letGo();
  const slow = deleted();
  assert(slow > 0);
  await broker.setForAll("log.segment.delete.delay.ms", "0");
  await letGo();
  assertEquals(deleted(), slow);
  await broker.setForTopic("t", "file.delete.delay.ms", "20000");
  await letGo();
  assert(deleted() > slow);
  await broker.pass(20_000);
  assertEquals(deleted(), slow);
  await broker.pass(100_000);
  assertEquals(deleted(), 0);
});
