import { assert, assertEquals } from "@std/assert";
import { buildBatch } from "../../../../storage/record/record_batch_builder.ts";
import { manualEnv } from "../../../support/manual_env.ts";
import { bytesOf } from "../../../support/partition_log.ts";
import { RecordingFileSystem } from "./recording_file_system.ts";
import { type RunningBroker, runningBroker } from "./running_broker.ts";

const HOUR_MS = 3_600_000;
/** Logs are looked at every second. */
const EAGER = {
  "log.cleaner.backoff.ms": "1000",
  "log.cleaner.dedupe.buffer.size": "1200000",
  "log.initial.task.delay.ms": "0",
};
const COMPACT = {
  "cleanup.policy": "compact",
  "internal.segment.bytes": "2000",
  "file.delete.delay.ms": "0",
};

/** A batch of records with keys from..to and a value, or none. */
function keyed(broker: RunningBroker, from: number, to: number, value: string | null = "v") {
  const timestamp = broker.env.clock.now();
  return buildBatch(
    Array.from({ length: to - from }, (_, i) => ({
      key: bytesOf(`k${from + i}`),
      value: value === null ? null : bytesOf(value),
      timestamp,
    })),
  );
}

/** Writes the same keys again and again. */
async function fill(broker: RunningBroker, topic: string, times = 40): Promise<void> {
  for (let i = 0; i < times; i++) await broker.send(topic, keyed(broker, 0, 4, `value ${i}`));
}

async function records(broker: RunningBroker, topic: string): Promise<number> {
  let sum = 0;
  for (const batch of await broker.batches(topic)) sum += [...batch.records()].length;
  return sum;
}

/** Where the rounds of cleaning have ended so far. */
function rounds(broker: RunningBroker): number[] {
  return broker.env.logger.matching("Cleaned log").map(({ fields }) => fields.endOffset as number);
}

Deno.test("log.cleaner.backoff.ms: a running cleaner looks for work as often as is set now", async () => {
  await using broker = await runningBroker({ ...EAGER, "log.cleaner.backoff.ms": "100000" });
  await broker.topic("t", COMPACT);
  await broker.pass(1);
  await fill(broker, "t");
  await broker.pass(90_000);
  assertEquals(rounds(broker).length, 0);
  await broker.setForAll("log.cleaner.backoff.ms", "500");
  await broker.pass(1);
  assertEquals(rounds(broker).length, 1);
  await fill(broker, "t");
  await broker.pass(400);
  assertEquals(rounds(broker).length, 1);
  await broker.pass(200);
  assertEquals(rounds(broker).length, 2);
});

Deno.test("log.cleaner.enable: without the cleaner nothing is compacted", async () => {
  for (const [enable, cleaned] of [["true", true], ["false", false]] as const) {
    await using broker = await runningBroker({ ...EAGER, "log.cleaner.enable": enable });
    await broker.topic("t", COMPACT);
    await fill(broker, "t");
    await broker.pass(5000);
    assertEquals(await records(broker, "t") < 100, cleaned);
  }
});

Deno.test("log.cleaner.min.cleanable.ratio: a running log is cleaned when as much of it is dirty as is set now", async () => {
  await using broker = await runningBroker(EAGER);
  await broker.setForAll("log.cleaner.min.cleanable.ratio", "0.95");
  await broker.topic("t", COMPACT);
  for (let from = 100; from < 400; from += 50) {
    await broker.send("t", keyed(broker, from, from + 50));
  }
  await fill(broker, "t");
  await broker.pass(3000);
  // Never cleaned, all of it is dirty.
  assertEquals(rounds(broker).length, 1);
  await fill(broker, "t");
  await broker.pass(3000);
  assertEquals(rounds(broker).length, 1);
  await broker.setForTopic("t", "min.cleanable.dirty.ratio", "0.9");
  await broker.pass(3000);
  assertEquals(rounds(broker).length, 1);
  await broker.setForTopic("t", "min.cleanable.dirty.ratio", null);
  await broker.setForAll("log.cleaner.min.cleanable.ratio", "0.2");
  await broker.pass(3000);
  assertEquals(rounds(broker).length, 2);
});

Deno.test("log.cleaner.min.compaction.lag.ms: records of a running log stay as long as is set now", async () => {
  await using broker = await runningBroker(EAGER);
  await broker.setForAll("log.cleaner.min.compaction.lag.ms", `${HOUR_MS}`);
  await broker.topic("t", COMPACT);
  await fill(broker, "t");
  await broker.pass(60_000);
  assertEquals(await records(broker, "t"), 160);
  await broker.setForTopic("t", "min.compaction.lag.ms", "100000");
  await broker.pass(30_000);
  assertEquals(await records(broker, "t"), 160);
  await broker.setForTopic("t", "min.compaction.lag.ms", null);
  await broker.setForAll("log.cleaner.min.compaction.lag.ms", "1000");
  await broker.pass(3000);
  assert(await records(broker, "t") < 100);
});

Deno.test("log.cleaner.max.compaction.lag.ms: records of a running log are cleaned by the age that is set now", async () => {
  await using broker = await runningBroker({ ...EAGER, "log.cleaner.min.cleanable.ratio": "0.95" });
  await broker.topic("t", COMPACT);
  for (let from = 100; from < 400; from += 50) {
    await broker.send("t", keyed(broker, from, from + 50));
  }
  await fill(broker, "t");
  await broker.pass(2000);
  await fill(broker, "t");
  await broker.pass(60_000);
  assertEquals(rounds(broker).length, 1);
  await broker.setForTopic("t", "max.compaction.lag.ms", `${HOUR_MS}`);
  await broker.setForAll("log.cleaner.max.compaction.lag.ms", "30000");
  await broker.pass(3000);
  assertEquals(rounds(broker).length, 1);
  await broker.setForTopic("t", "max.compaction.lag.ms", null);
  await broker.pass(3000);
  assertEquals(rounds(broker).length, 2);
});

Deno.test("log.cleaner.delete.retention.ms: tombstones of a running log stay as long as is set now", async () => {
  await using broker = await runningBroker(EAGER);
  await broker.topic("t", COMPACT);
  const tombstones = async () => {
    let sum = 0;
    for (const batch of await broker.batches("t")) {
      sum += [...batch.records()].filter(({ value }) => value === null).length;
    }
    return sum;
  };
  const clean = async () => {
    await fill(broker, "t", 80);
    await broker.pass(2000);
  };
  await broker.setForAll("log.cleaner.delete.retention.ms", `${24 * HOUR_MS}`);
  await broker.send("t", keyed(broker, 50, 60, null));
  await clean();
  await broker.pass(HOUR_MS);
  await clean();
  assertEquals(await tombstones(), 10);
  await broker.setForAll("log.cleaner.delete.retention.ms", "1000");
  await broker.send("t", keyed(broker, 70, 80, null));
  await clean();
  await broker.pass(HOUR_MS);
  await clean();
  // Those that were cleaned before have a day from then on.
  assertEquals(await tombstones(), 10);
  await broker.setForTopic("t", "delete.retention.ms", `${24 * HOUR_MS}`);
  await broker.send("t", keyed(broker, 70, 80, null));
  await clean();
  await broker.pass(HOUR_MS);
  await clean();
  assertEquals(await tombstones(), 20);
});

Deno.test("log.cleaner.io.max.bytes.per.second: a running cleaner is as quick as is set now", async () => {
  await using broker = await runningBroker(EAGER);
  await broker.setForAll("log.cleaner.io.max.bytes.per.second", "100");
  await broker.topic("t", COMPACT);
  await fill(broker, "t");
  await broker.pass(20_000);
  assertEquals(rounds(broker).length, 0);
  await broker.setForAll("log.cleaner.io.max.bytes.per.second", "100000000");
  await broker.pass(2000);
  assertEquals(rounds(broker).length, 1);
});

/** How many records the first round of cleaning covers, of many keys. */
async function firstRound(broker: RunningBroker, topic: string): Promise<number> {
  await broker.topic(topic, { "cleanup.policy": "compact", "internal.segment.bytes": "400000" });
  for (let i = 0; i < 60; i++) {
    await broker.send(topic, keyed(broker, i * 1000, (i + 1) * 1000, ""));
  }
  const before = rounds(broker).length;
  await broker.pass(1000);
  return rounds(broker)[before]!;
}

Deno.test("log.cleaner.dedupe.buffer.size: a running cleaner has room for as many keys as is set now", async () => {
  await using broker = await runningBroker(EAGER);
  // 24 bytes a key, nine tenths full.
  const small = await firstRound(broker, "small");
  assertEquals(small, Math.floor(Math.floor(1_200_000 / 24) * 0.9));
  await broker.setForAll("log.cleaner.dedupe.buffer.size", "2400000");
  const large = await firstRound(broker, "large");
  assert(large > small, `${large} and ${small}`);
});

Deno.test("log.cleaner.io.buffer.load.factor: the memory of a running cleaner gets as full as is set now", async () => {
  await using broker = await runningBroker(EAGER);
  const full = await firstRound(broker, "full");
  await broker.setForAll("log.cleaner.io.buffer.load.factor", "0.45");
  assertEquals(await firstRound(broker, "half"), full / 2);
});

Deno.test("log.cleaner.io.buffer.size: a running cleaner reads as much at a time as is set now", async () => {
  const fileSystem = new RecordingFileSystem();
  await using broker = await runningBroker(EAGER, { env: manualEnv({ fileSystem }) });
  await broker.topic("t", { ...COMPACT, "internal.segment.bytes": "20000" });
  const buffers = async () => {
    await fill(broker, "t", 800);
    fileSystem.buffers.clear();
    await broker.pass(2000);
    return fileSystem.buffers;
  };
  // One half is for reading, the other for writing.
  const before = await buffers();
  assert(before.has(524_288 / 2) && !before.has(2048));
  await broker.setForAll("log.cleaner.io.buffer.size", "4096");
  const after = await buffers();
  assert(!after.has(524_288 / 2) && after.has(2048));
});

Deno.test("log.cleaner.threads: a running broker has as many cleaners as is set now, also after a restart", async () => {
  const properties = {
    ...EAGER,
    "log.cleaner.dedupe.buffer.size": "12000000",
    // Each rests after its first bytes.
    "log.cleaner.io.max.bytes.per.second": "1",
  };
  const first = await runningBroker(properties);
  const { env } = first;
  const topics = ["a", "b", "c", "d"];
  for (const topic of topics) {
    await first.topic(topic, COMPACT);
    await fill(first, topic);
  }
  const resting = async (broker: RunningBroker) => {
    await broker.pass(1000);
    return broker.env.logger.matching("Beginning cleaning of log").length;
  };
  assertEquals(await resting(first), 1);
  env.logger.lines.length = 0;
  await first.setForAll("log.cleaner.threads", "2");
  assertEquals(await resting(first), 2);
  await first.setForAll("log.cleaner.threads", "4");
  env.logger.lines.length = 0;
  await first[Symbol.asyncDispose]();
  // Four times what the properties say would be refused as a change.
  await using second = await runningBroker(properties, { env });
  assertEquals(second.broker.config.int("log.cleaner.threads"), 4);
  assertEquals(env.logger.matching("Failed to take over").length, 0);
  assertEquals(await resting(second), 4);
});
