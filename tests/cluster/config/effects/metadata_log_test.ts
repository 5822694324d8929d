import { assert, assertEquals, assertRejects } from "@std/assert";
import { type RunningBroker, runningBroker } from "./running_broker.ts";

const HOUR_MS = 3_600_000;
const DIRECTORY = "/data/__cluster_metadata-0";

function files(broker: RunningBroker, ending: string): string[] {
  return broker.env.fileSystem.list(DIRECTORY).map(({ name }) => name)
    .filter((name) => name.endsWith(ending));
}

/** Changes the metadata so many times, with records of about so many bytes. */
async function change(broker: RunningBroker, times: number, bytes = 10): Promise<void> {
  const replicas = "0:1,".repeat(bytes / 4);
  for (let i = 0; i < times; i++) {
    await broker.setForTopic("t", "follower.replication.throttled.replicas", `${replicas}${i}:1`);
  }
}

Deno.test("metadata.log.segment.bytes: the metadata log rolls at that size", async () => {
  await using broker = await runningBroker({ "metadata.log.segment.bytes": "8388608" });
  await broker.topic("t");
  await change(broker, 250, 32_000);
  assertEquals(files(broker, ".log").length, 1);
  await change(broker, 20, 32_000);
  assertEquals(files(broker, ".log").length, 2);
});

Deno.test("internal.metadata.log.segment.bytes: the metadata log rolls at that size, which may be small", async () => {
  await using broker = await runningBroker({ "internal.metadata.log.segment.bytes": "2000" });
  await broker.topic("t");
  await change(broker, 40);
  assert(files(broker, ".log").length > 2);
});

Deno.test("metadata.log.segment.ms: the metadata log rolls after that time", async () => {
  for (const [ms, segments] of [["600000", 2], ["7200000", 1]] as const) {
    await using broker = await runningBroker({ "metadata.log.segment.ms": ms });
    await broker.topic("t");
    await broker.pass(HOUR_MS);
    await change(broker, 1);
    assertEquals(files(broker, ".log").length, segments);
  }
});

Deno.test("metadata.log.max.record.bytes.between.snapshots: a snapshot is written after so many bytes", async () => {
  for (const [bytes, some] of [["20971520", false], ["4000", true]] as const) {
    await using broker = await runningBroker({
      "metadata.log.max.record.bytes.between.snapshots": bytes,
    });
    await broker.topic("t");
    const before = files(broker, ".checkpoint").length;
    await change(broker, 40, 200);
    assertEquals(files(broker, ".checkpoint").length > before, some);
  }
});

Deno.test("metadata.log.max.snapshot.interval.ms: a snapshot is written after that time", async () => {
  for (const [ms, more] of [["0", 0], ["600000", 1], ["7200000", 0]] as const) {
    await using broker = await runningBroker({ "metadata.log.max.snapshot.interval.ms": ms });
    await broker.topic("t");
    const before = files(broker, ".checkpoint").length;
    await broker.pass(HOUR_MS);
    assertEquals(files(broker, ".checkpoint").length - before, more, ms);
  }
});

/** Writes many small snapshots. */
const SNAPSHOTS = {
  "metadata.log.max.record.bytes.between.snapshots": "500",
  "internal.metadata.log.segment.bytes": "1000",
};

Deno.test("metadata.max.retention.bytes: old snapshots and what is before them go by size", async () => {
  for (const [bytes, goes] of [["-1", false], ["3000", true]] as const) {
    await using broker = await runningBroker({
      ...SNAPSHOTS,
      "metadata.max.retention.bytes": bytes,
    });
    await broker.topic("t");
    await change(broker, 60);
    const before = files(broker, ".checkpoint").length;
    assert(before > 5);
    await broker.pass(61_000);
    assertEquals(files(broker, ".checkpoint").length < before, goes);
    assertEquals(files(broker, ".log").includes("00000000000000000000.log"), !goes);
  }
});

Deno.test("metadata.max.retention.ms: old snapshots and what is before them go by age", async () => {
  for (const [ms, goes] of [["7200000", false], ["600000", true]] as const) {
    await using broker = await runningBroker({ ...SNAPSHOTS, "metadata.max.retention.ms": ms });
    await broker.topic("t");
    await change(broker, 60);
    await broker.pass(HOUR_MS);
    assertEquals(files(broker, ".checkpoint").length < 3, goes);
  }
});

Deno.test("internal.metadata.delete.delay.millis: what is let go of the metadata log stays on the disk for that long", async () => {
  for (const [ms, left] of [["0", false], ["3600000", true]] as const) {
    await using broker = await runningBroker({
      ...SNAPSHOTS,
      "metadata.max.retention.bytes": "3000",
      "internal.metadata.delete.delay.millis": ms,
    });
    await broker.topic("t");
    await change(broker, 60);
    await broker.pass(130_000);
    assertEquals(files(broker, ".deleted").length > 0, left);
  }
});

Deno.test("internal.metadata.max.batch.size.in.bytes: no change of the metadata is larger", async () => {
  await using broker = await runningBroker({ "internal.metadata.max.batch.size.in.bytes": "2000" });
  await broker.topic("t");
  await change(broker, 1, 1000);
  await assertRejects(() => change(broker, 1, 3000), Error);
  await change(broker, 1, 1000);
});
