import { assert, assertEquals } from "@std/assert";
import { type RunningBroker, runningBroker } from "./running_broker.ts";

const HOUR_MS = 3_600_000;

/** Writes to the topic until its log has a segment more. */
async function untilRolled(broker: RunningBroker, bytes: number): Promise<void> {
  const before = broker.files("t", ".log").length;
  for (let i = 0; i < 100; i++) {
    await broker.write("t", bytes);
    if (broker.files("t", ".log").length > before) return;
  }
  throw new Error("The log did not roll");
}

Deno.test("log.segment.bytes: a running log rolls at the size that is set now, a topic's own goes first", async () => {
  await using broker = await runningBroker();
  await broker.topic("t");
  await broker.topic("own", { "segment.bytes": "1200000" });
  const segments = async () => {
    for (const topic of ["t", "own"]) await broker.write(topic, 500_000);
    return ["t", "own"].map((topic) => broker.files(topic, ".log").length);
  };
  await segments();
  assertEquals(await segments(), [1, 1]);
  await broker.setForAll("log.segment.bytes", "1048576");
  assertEquals(await segments(), [2, 2]);
  await broker.setForTopic("own", "segment.bytes", "5000000");
  await segments();
  assertEquals(await segments(), [3, 2]);
});

Deno.test("internal.segment.bytes: a topic may have segments below the lower bound of segment.bytes", async () => {
  await using broker = await runningBroker();
  await broker.topic("t", { "segment.bytes": "1048576" });
  for (let i = 0; i < 4; i++) await broker.write("t", 100);
  assertEquals(broker.files("t", ".log").length, 1);
  await broker.setForTopic("t", "internal.segment.bytes", "300");
  for (let i = 0; i < 4; i++) await broker.write("t", 100);
  assert(broker.files("t", ".log").length > 2);
});

Deno.test("log.roll.ms: a running log rolls when its segment is older than is set now, a topic's own goes first", async () => {
  await using broker = await runningBroker({ "log.roll.hours": "2" });
  await broker.topic("t");
  await broker.topic("own", { "segment.ms": "7200000" });
  const later = async (ms: number) => {
    await broker.pass(ms);
    for (const topic of ["t", "own"]) await broker.write(topic);
    return ["t", "own"].map((topic) => broker.files(topic, ".log").length);
  };
  assertEquals(await later(0), [1, 1]);
  assertEquals(await later(HOUR_MS), [1, 1]);
  await broker.setForAll("log.roll.ms", "60000");
  assertEquals(await later(1), [2, 1]);
  assertEquals(await later(60_001), [3, 1]);
  await broker.setForTopic("own", "segment.ms", "1000");
  assertEquals(await later(1), [3, 2]);
});

Deno.test("log.roll.hours: a segment is active for so long", async () => {
  await using broker = await runningBroker({ "log.roll.hours": "2" });
  await broker.topic("t");
  await broker.write("t");
  await broker.pass(2 * HOUR_MS);
  await broker.write("t");
  assertEquals(broker.files("t", ".log").length, 1);
  await broker.pass(1);
  await broker.write("t");
  assertEquals(broker.files("t", ".log").length, 2);
});

Deno.test("log.roll.jitter.hours: a segment rolls earlier, by chance", async () => {
  await using broker = await runningBroker({
    "log.roll.hours": "10",
    "log.roll.jitter.hours": "10",
  });
  await broker.topic("t");
  await broker.write("t");
  await broker.pass(10 * HOUR_MS - 1000);
  await broker.write("t");
  assertEquals(broker.files("t", ".log").length, 2);
});

Deno.test("log.roll.jitter.ms: the segments of a running log roll earlier, by chance, once it is set", async () => {
  await using broker = await runningBroker({ "log.roll.ms": "1000000" });
  await broker.topic("t");
  const later = async (ms: number) => {
    await broker.pass(ms);
    await broker.write("t");
    return broker.files("t", ".log").length;
  };
  await broker.write("t");
  assertEquals(await later(999_990), 1);
  assertEquals(await later(11), 2);
  await broker.setForAll("log.roll.jitter.ms", "1000000");
  // The segment that is open keeps what it was made with.
  assertEquals(await later(1_000_001), 3);
  assertEquals(await later(999_990), 4);
});

Deno.test("log.index.interval.bytes: a running log has as many entries in its index as is set now", async () => {
  await using broker = await runningBroker();
  await broker.topic("t", { "internal.segment.bytes": "1000" });
  const entriesOfLastSealed = async () => {
    await untilRolled(broker, 20);
    const name = broker.files("t", ".log").at(-2)!.replace(".log", ".index");
    return (broker.env.fileSystem.stat(`/data/t-0/${name}`)?.size ?? 0) / 8;
  };
  assertEquals(await entriesOfLastSealed(), 0);
  await broker.setForAll("log.index.interval.bytes", "1");
  await entriesOfLastSealed();
  assert(await entriesOfLastSealed() > 5);
  await broker.setForTopic("t", "index.interval.bytes", "400");
  await entriesOfLastSealed();
  const entries = await entriesOfLastSealed();
  assert(entries > 0 && entries < 4, `${entries}`);
});

Deno.test("log.index.size.max.bytes: a running log rolls when the index of that size is full", async () => {
  await using broker = await runningBroker({ "log.index.interval.bytes": "0" });
  await broker.topic("t");
  const roll = async (writes: number) => {
    for (let i = 0; i < writes; i++) await broker.write("t");
    return broker.files("t", ".log").length;
  };
  assertEquals(await roll(20), 1);
  await broker.setForAll("log.index.size.max.bytes", "40");
  await broker.setForTopic("t", "segment.ms", "1");
  await broker.pass(10);
  await broker.write("t");
  await broker.setForTopic("t", "segment.ms", "600000");
  const before = broker.files("t", ".log").length;
  assertEquals(before, 2);
  assert(await roll(12) >= before + 2);
});

Deno.test("log.preallocate: a running log makes its next segment in its full size", async () => {
  await using broker = await runningBroker({ "log.segment.bytes": "1048576" });
  await broker.topic("t");
  const sizeOfActive = () => {
    const name = broker.files("t", ".log").at(-1)!;
    return broker.env.fileSystem.stat(`/data/t-0/${name}`)!.size;
  };
  const fill = () => untilRolled(broker, 500_000);
  await fill();
  assert(sizeOfActive() < 600_000);
  await broker.setForAll("log.preallocate", "true");
  await fill();
  assertEquals(sizeOfActive(), 1_048_576);
  await broker.setForTopic("t", "preallocate", "false");
  await fill();
  assert(sizeOfActive() < 600_000);
});
