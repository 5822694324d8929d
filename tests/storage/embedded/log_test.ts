import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { Log } from "../../../storage/embedded/log.ts";
import type { LogOptions } from "../../../storage/embedded/log_options.ts";
import {
  CorruptRecordError,
  InvalidConfigError,
  InvalidRecordError,
  LogUnavailableError,
  OffsetOutOfRangeError,
} from "../../../storage/errors.ts";
import type { FileSystem } from "../../../storage/file/file_system.ts";
import { DiskFileSystem } from "../../../storage/file/disk_file_system.ts";
import { MemoryFileSystem } from "../../../storage/file/memory_file_system.ts";
import { buildEndTransactionMarker } from "../../../storage/record/control_record.ts";
import { buildBatch } from "../../../storage/record/record_batch_builder.ts";
import { integer } from "../../../storage/serde/integer.ts";
import { json } from "../../../storage/serde/json.ts";
import { string } from "../../../storage/serde/string.ts";
import { type ManualEnv, manualEnv } from "../../support/manual_env.ts";

type TextLog = Log<string, string>;
type TextOptions = LogOptions<string, string>;

function openText(path: string, options: TextOptions): TextLog {
  return Log.open(path, { serde: string(), keySerde: string(), ...options });
}

function values(log: TextLog, from?: number): (string | null)[] {
  return [...log.read({ from })].map((record) => record.value);
}

function text(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

/** The same behaviour on a disk and in memory. */
function onBoth(name: string, test: (fileSystem: FileSystem, directory: string) => unknown): void {
  Deno.test(`${name} (memory)`, async () => {
    await test(new MemoryFileSystem(), "/data/events");
  });
  Deno.test(`${name} (disk)`, async () => {
    const root = await Deno.makeTempDir();
    try {
      await test(new DiskFileSystem(), `${root}/events`);
    } finally {
      await Deno.remove(root, { recursive: true });
    }
  });
}

onBoth("what was appended is there after closing and opening again", (fileSystem, directory) => {
  {
    using log = openText(directory, { fileSystem });
    const first = log.append([{ key: "a", value: "1", timestamp: 1000 }, { value: null }]);
    assertEquals(first.baseOffset, 0);
    assertEquals(first.lastOffset, 1);
    assertEquals(log.append([]).lastOffset, 1);
    log.append([{ key: "b", value: "2", headers: [{ key: "h", value: "x" }] }]);
  }
  using log = openText(directory, { fileSystem });
  const records = [...log.read()];
  assertEquals(records.map(({ offset, key, value }) => [offset, key, value]), [
    [0, "a", "1"],
    [1, null, null],
    [2, "b", "2"],
  ]);
  assertEquals(records[0]!.timestamp, 1000);
  assertEquals(records[2]!.headers, [{ key: "h", value: text("x") }]);
  assertEquals([log.logStartOffset, log.logEndOffset, log.flushedOffset], [0, 3, 3]);
  assertEquals(log.append([{ value: "3" }]).baseOffset, 3);
});

onBoth("a plain directory is its own home, clean after a close", (fileSystem, directory) => {
  const log = openText(directory, { fileSystem });
  log.append([{ value: "1" }]);
  assertEquals(fileSystem.stat(`${directory}/.kafka_cleanshutdown`), undefined);
  log.close();
  log.close();
  for (const name of [".kafka_cleanshutdown", ".lock", "recovery-point-offset-checkpoint"]) {
    assert(fileSystem.stat(`${directory}/${name}`) !== undefined, name);
  }
  assertEquals(log.topicPartition, { topic: "events", partition: 0 });
  assertThrows(() => log.append([{ value: "2" }]), LogUnavailableError, "closed");
  assertThrows(() => log.read(), LogUnavailableError, "closed");
});

onBoth("a second log on the same directory is refused, clearly", (fileSystem, directory) => {
  using log = openText(directory, { fileSystem });
  log.append([{ value: "1" }]);
  const error = assertThrows(() => openText(directory, { fileSystem }), LogUnavailableError);
  assertStringIncludes(error.message, "open in this process already");
  const spelled = assertThrows(
    () => openText(`${directory}/../events/`, { fileSystem }),
    LogUnavailableError,
  );
  assertStringIncludes(spelled.message, "lock");
  assertEquals(values(log), ["1"]);
});

Deno.test("a second process is refused, and gets in once the first has closed", async () => {
  const directory = await Deno.makeTempDir();
  const script = `
    import { Log } from ${JSON.stringify(import.meta.resolve("../../../storage/embedded/log.ts"))};
    try {
      using log = Log.open(${JSON.stringify(directory)});
      console.log("opened", log.logEndOffset);
    } catch (error) {
      console.log(error.name + ": " + error.message);
    }`;
  const second = async () => {
    const config = new URL("../../../deno.json", import.meta.url).pathname;
    const command = new Deno.Command(Deno.execPath(), {
      args: ["run", "--no-check", "-A", "--config", config, "-"],
      stdin: "piped",
      stdout: "piped",
      stderr: "piped",
    });
    const child = command.spawn();
    const writer = child.stdin.getWriter();
    await writer.write(text(script));
    await writer.close();
    const { stdout, stderr } = await child.output();
    return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
  };
  const log = openText(directory, {});
  log.append([{ value: "1" }]);
  assertStringIncludes(await second(), "LogUnavailableError: Failed to lock the log directory");
  log.close();
  assertStringIncludes(await second(), "opened 1");
  await Deno.remove(directory, { recursive: true });
});

Deno.test("records beyond max.message.bytes are split into batches", () => {
  using log = openText("/log", { fileSystem: new MemoryFileSystem(), maxMessageBytes: 1000 });
  const records = Array.from({ length: 100 }, (_, i) => ({ value: `${i}`.padStart(50, "x") }));
  const result = log.append(records);
  assertEquals([result.baseOffset, result.lastOffset], [0, 99]);
  assertEquals(values(log), records.map(({ value }) => value));
  for (const batch of log.partitionLog.activeSegment.batches()) {
    assert(batch.sizeInBytes <= 1000, String(batch.sizeInBytes));
  }
});

Deno.test("when one record is too large or cannot be encoded none is appended", () => {
  const fileSystem = new MemoryFileSystem();
  using log = Log.open<unknown, string>("/log", {
    serde: json(),
    keySerde: string(),
    fileSystem,
    maxMessageBytes: 1000,
  });
  const small = Array.from({ length: 100 }, () => ({ value: "x".repeat(50) }));
  const error = assertThrows(
    () => log.append([...small, { value: "y".repeat(2000) }]),
    InvalidRecordError,
    "max.message.bytes",
  );
  assertEquals(error.code, "MESSAGE_TOO_LARGE");
  assertThrows(
    () => log.append([...small, { value: () => 0 }]),
    InvalidRecordError,
    "Cannot encode the value as json",
  );
  assertEquals(log.logEndOffset, 0);
});

Deno.test("a record without key is refused by a compacted log, one from the far future by any", () => {
  const env = manualEnv();
  using log = openText("/log", { env, cleanupPolicy: "compact" });
  assertThrows(() => log.append([{ value: "1" }]), InvalidRecordError);
  const future = env.clock.now() + 2 * 60 * 60 * 1000;
  const error = assertThrows(
    () => log.append([{ key: "k", value: "1", timestamp: future }]),
    InvalidRecordError,
  );
  assertEquals(error.code, "INVALID_TIMESTAMP");
  assertEquals(log.logEndOffset, 0);
});

Deno.test("records get the time of the append unless they have one", () => {
  const env = manualEnv();
  using log = openText("/log", { env });
  const result = log.append([{ value: "1" }, { value: "2", timestamp: 5 }]);
  assertEquals(result.timestamp, env.clock.now());
  assertEquals([...log.read()].map(({ timestamp }) => timestamp), [env.clock.now(), 5]);
});

Deno.test("reading takes a range, and ends where the log ended when it began", () => {
  using log = openText("/log", { fileSystem: new MemoryFileSystem() });
  for (let i = 0; i < 5; i++) log.append([{ value: `${2 * i}` }, { value: `${2 * i + 1}` }]);
  assertEquals([...log.read({ from: 3, to: 6 })].map((r) => r.offset), [3, 4, 5]);
  assertEquals([...log.read({ from: 8 })].map((r) => r.offset), [8, 9]);
  assertEquals([...log.read({ from: "latest" })], []);
  assertEquals([...log.read({ from: 10 })], []);
  assertEquals([...log.read({ from: 4, to: 2 })], []);
  let seen = 0;
  for (const { value } of log.read()) {
    log.append([{ value }]);
    seen++;
  }
  assertEquals(seen, 10);
});

Deno.test("an offset outside of the log is an error that says so", () => {
  using log = openText("/log", { fileSystem: new MemoryFileSystem() });
  log.append([{ value: "1" }, { value: "2" }, { value: "3" }]);
  assertThrows(() => [...log.read({ from: 4 })], OffsetOutOfRangeError);
  assertEquals(log.deleteRecords(2), 2);
  assertThrows(() => [...log.read({ from: 1 })], OffsetOutOfRangeError);
  assertEquals(values(log), ["3"]);
  assertThrows(() => log.deleteRecords(4), OffsetOutOfRangeError);
});

Deno.test("reading goes on over many segments and batches larger than a fetch", () => {
  using log = openText("/log", {
    fileSystem: new MemoryFileSystem(),
    internalSegmentBytes: 1_000_000,
    maxMessageBytes: 900_000,
  });
  const expected: string[] = [];
  for (let i = 0; i < 12; i++) {
    const value = `${i}`.repeat(i % 3 === 0 ? 400_000 : 10);
    expected.push(value);
    log.append([{ value }]);
  }
  assert(log.partitionLog.segments.numberOfSegments > 1);
  assertEquals(values(log), expected);
});

Deno.test("records are found by time", () => {
  using log = openText("/log", { fileSystem: new MemoryFileSystem() });
  const start = Date.now() - 10_000;
  for (let i = 0; i < 10; i++) log.append([{ value: `${i}`, timestamp: start + i * 100 }]);
  assertEquals(log.offsetForTimestamp(start + 350), 4);
  assertEquals(log.offsetForTimestamp(start + 100_000), undefined);
  assertEquals([...log.read({ fromTimestamp: start + 850 })].map((r) => r.offset), [9]);
  assertEquals([...log.read({ fromTimestamp: start + 100_000 })], []);
});

Deno.test("a value that is not of the serde's type is an error with offset and type", () => {
  const fileSystem = new MemoryFileSystem();
  {
    using log = openText("/log", { fileSystem });
    log.append([{ key: "k", value: "1" }, { key: "long key", value: "not json" }]);
  }
  {
    using log = Log.open("/log", { fileSystem, serde: json<unknown>() });
    const records = log.read();
    assertEquals(records.next().value?.value, 1);
    const error = assertThrows(() => records.next(), CorruptRecordError);
    assertStringIncludes(error.message, "Cannot decode the value at offset 1 as json");
  }
  using log = Log.open("/log", { fileSystem, keySerde: integer() });
  const error = assertThrows(() => [...log.read()], CorruptRecordError);
  assertStringIncludes(error.message, "Cannot decode the key at offset 0 as integer");
});

Deno.test("without a serde keys and values are bytes, the reader's own", () => {
  using log = Log.open("/log", { fileSystem: new MemoryFileSystem() });
  log.append([{ key: text("k"), value: text("one") }]);
  log.append([{ key: text("k"), value: text("two") }]);
  const records = [...log.read()];
  assertEquals(records.map(({ value }) => value), [text("one"), text("two")]);
  assertEquals(log.latest().get(text("k")), text("two"));
});

Deno.test("aborted and open transactions are seen by uncommitted readers alone", () => {
  using log = openText("/log", { fileSystem: new MemoryFileSystem() });
  const partition = log.partitionLog;
  const transactional = (producerId: number, sequence: number, value: string) =>
    partition.appendAsLeader(
      buildBatch([{ value: text(value), timestamp: Date.now() }], {
        producerId,
        producerEpoch: 0,
        baseSequence: sequence,
        isTransactional: true,
      }),
      0,
    );
  const marker = (producerId: number, type: "COMMIT" | "ABORT") =>
    partition.appendAsLeader(
      buildEndTransactionMarker({
        timestamp: Date.now(),
        producerId,
        producerEpoch: 0,
        type,
        coordinatorEpoch: 0,
      }),
      0,
      { origin: "coordinator", transactionVersion: 1 },
    );
  transactional(1, 0, "aborted");
  transactional(2, 0, "committed");
  log.append([{ value: "plain" }]);
  marker(1, "ABORT");
  transactional(1, 1, "after the abort");
  marker(2, "COMMIT");
  marker(1, "COMMIT");
  transactional(3, 0, "open");
  log.append([{ value: "behind the open one" }]);
  assertEquals(values(log), ["committed", "plain", "after the abort"]);
  assertEquals([...log.read({ isolation: "uncommitted" })].map((r) => r.value), [
    "aborted",
    "committed",
    "plain",
    "after the abort",
    "open",
    "behind the open one",
  ]);
});

Deno.test("a tail gives what is there, then each append, and ends when the log is closed", async () => {
  const log = openText("/log", { fileSystem: new MemoryFileSystem() });
  log.append([{ value: "1" }, { value: "2" }]);
  const seen: (string | null)[] = [];
  const done = (async () => {
    for await (const { value } of log.tail({ from: 1 })) seen.push(value);
  })();
  const late: (string | null)[] = [];
  const lateDone = (async () => {
    for await (const { value } of log.tail()) late.push(value);
  })();
  await Promise.resolve();
  for (const value of ["3", "4"]) {
    log.append([{ value }]);
    await new Promise((resolve) => setTimeout(resolve));
  }
  assertEquals(seen, ["2", "3", "4"]);
  assertEquals(late, ["3", "4"]);
  log.close();
  await Promise.all([done, lateDone]);
});

Deno.test("an aborted signal ends a tail with its reason, waiting or not", async () => {
  using log = openText("/log", { fileSystem: new MemoryFileSystem() });
  const abort = new AbortController();
  const waiting = log.tail({ signal: abort.signal }).next();
  abort.abort(new Error("enough"));
  await assertRejects(() => waiting, Error, "enough");
  log.append([{ value: "1" }]);
  await assertRejects(
    () => log.tail({ from: 0, signal: abort.signal }).next(),
    Error,
    "enough",
  );
});

Deno.test("the latest view keeps up with appends, tombstones and deletions", () => {
  using log = openText("/log", { fileSystem: new MemoryFileSystem() });
  const view = log.latest();
  assertEquals(view.size, 0);
  log.append([{ key: "a", value: "1" }, { key: "b", value: "2" }, { value: "no key" }]);
  assertEquals([view.get("a"), view.get("b"), view.get("c")], ["1", "2", undefined]);
  log.append([{ key: "a", value: "3" }, { key: "b", value: undefined }, { key: "c", value: "4" }]);
  assertEquals([...view.entries()], [["a", "3"], ["c", "4"]]);
  assertEquals([view.has("b"), view.size], [false, 2]);
  assertEquals(view.record("a")?.offset, 3);
  assertEquals([...view.keys()], ["a", "c"]);
  assertEquals([...view.values()], ["3", "4"]);
  assertEquals([...view].map(([key, { offset }]) => [key, offset]), [["a", 3], ["c", 5]]);
  log.deleteRecords(5);
  assertEquals([...view.entries()], [["c", "4"]]);
});

Deno.test("the latest view is the same before and after a compaction", async () => {
  await using log = openText("/log", {
    fileSystem: new MemoryFileSystem(),
    cleanupPolicy: "compact",
  });
  const view = log.latest();
  for (let i = 0; i < 500; i++) log.append([{ key: `k${i % 7}`, value: `${i}` }]);
  const before = [...view.entries()];
  const { cleanUpTo, sizeBefore, sizeAfter } = await log.compact();
  assertEquals(cleanUpTo, 500);
  assert(sizeAfter < sizeBefore / 10);
  assertEquals(values(log).length, 7);
  assertEquals([...view.entries()], before);
  assertEquals([...log.latest().entries()], before);
  log.append([{ key: "k0", value: "new" }]);
  assertEquals(view.get("k0"), "new");
});

Deno.test("a log without the compact policy is not compacted", async () => {
  using log = openText("/log", { fileSystem: new MemoryFileSystem() });
  await assertRejects(() => log.compact(), InvalidConfigError, "cleanup.policy");
});

onBoth("compaction goes on where it was after opening again", async (fileSystem, directory) => {
  const options = { fileSystem, cleanupPolicy: "compact" } as const;
  {
    await using log = openText(directory, options);
    log.append([{ key: "a", value: "1" }, { key: "a", value: "2" }]);
    assertEquals((await log.compact()).cleanUpTo, 2);
  }
  await using log = openText(directory, options);
  log.append([{ key: "a", value: "3" }, { key: "b", value: "4" }]);
  assertEquals((await log.compact()).cleanUpTo, 4);
  assertEquals(values(log), ["3", "4"]);
});

Deno.test("a readable gives records as they are asked for, and can follow", async () => {
  using log = openText("/log", { fileSystem: new MemoryFileSystem() });
  log.append([{ value: "1" }, { value: "2" }, { value: "3" }]);
  const some = await Array.fromAsync(log.readable({ from: 1 }), (record) => record.value);
  assertEquals(some, ["2", "3"]);
  const upTo = await Array.fromAsync(log.readable({ follow: true, to: 2 }), (r) => r.value);
  assertEquals(upTo, ["1", "2"]);
  const reader = log.readable({ follow: true, from: 2 }).getReader();
  assertEquals((await reader.read()).value?.value, "3");
  const next = reader.read();
  log.append([{ value: "4" }]);
  assertEquals((await next).value?.value, "4");
  const waiting = reader.read();
  await reader.cancel("enough");
  assertEquals((await waiting).done, true);
});

Deno.test("an error of reading goes to the stream's reader", async () => {
  using log = openText("/log", { fileSystem: new MemoryFileSystem() });
  log.append([{ value: "1" }]);
  const reader = log.readable({ from: 7 }).getReader();
  await assertRejects(() => reader.read(), OffsetOutOfRangeError);
});

Deno.test("a writable appends in batches, and flushes when it is closed", async () => {
  using log = openText("/log", { fileSystem: new MemoryFileSystem() });
  const writer = log.writable({ batchRecords: 4 }).getWriter();
  for (let i = 0; i < 10; i++) {
    await writer.ready;
    writer.write({ value: `${i}` });
  }
  await writer.close();
  assertEquals(values(log), Array.from({ length: 10 }, (_, i) => `${i}`));
  assertEquals(log.flushedOffset, 10);
  assert([...log.partitionLog.activeSegment.batches()].length <= 4);
});

Deno.test("a writable appends what lingers, and drops it when it is aborted", async () => {
  const env = manualEnv();
  using log = openText("/log", { env });
  const writer = log.writable({ lingerMs: 10 }).getWriter();
  await writer.write({ value: "1" });
  assertEquals(log.logEndOffset, 0);
  await env.clock.advance(10);
  assertEquals(log.logEndOffset, 1);
  await writer.write({ value: "2" });
  await writer.abort();
  await env.clock.advance(100);
  assertEquals(log.logEndOffset, 1);
});

Deno.test("a record that the log refuses fails the writable", async () => {
  using log = openText("/log", { fileSystem: new MemoryFileSystem(), cleanupPolicy: "compact" });
  const writer = log.writable().getWriter();
  const closed = writer.closed.catch((error) => error);
  await writer.write({ value: "no key" });
  await assertRejects(() => writer.close(), InvalidRecordError);
  assertInstanceOf(await closed, InvalidRecordError);
});

Deno.test("durability says when records survive a power cut", async () => {
  const env = manualEnv();
  {
    using log = openText("/a", { env, durability: "each-append" });
    assertEquals(log.durability, "each-append");
    log.append([{ value: "1" }, { value: "2" }]);
    assertEquals(log.flushedOffset, 2);
  }
  {
    using log = openText("/b", { env });
    assertEquals(log.durability, "manual");
    log.append([{ value: "1" }]);
    await env.clock.advance(10 * 60_000);
    assertEquals(log.flushedOffset, 0);
    await log.flush();
    assertEquals(log.flushedOffset, 1);
  }
  using log = openText("/c", { env, durability: { everyMs: 50 } });
  assertEquals(log.durability, { everyMs: 50 });
  assertEquals(env.clock.sleeping, 0);
  log.append([{ value: "1" }]);
  log.append([{ value: "2" }]);
  assertEquals(env.clock.sleeping, 1);
  await env.clock.advance(49);
  assertEquals(log.flushedOffset, 0);
  await env.clock.advance(1);
  assertEquals(log.flushedOffset, 2);
  assertEquals(env.clock.sleeping, 0);
  log.append([{ value: "3" }]);
  await env.clock.advance(50);
  assertEquals(log.flushedOffset, 3);
});

Deno.test("closing with a flush to come leaves no timer behind, and flushes", () => {
  const env = manualEnv();
  {
    using log = openText("/c", { env, durability: { everyMs: 50 } });
    log.append([{ value: "1" }]);
  }
  assertEquals(env.clock.sleeping, 0);
  using log = openText("/c", { env });
  assertEquals([log.logEndOffset, log.flushedOffset], [1, 1]);
});

Deno.test("an unclean stop is recovered from, and a torn end is cut off", () => {
  const env = manualEnv();
  const path = "/log/00000000000000000000.log";
  const log = openText("/log", { env });
  log.append([{ value: "1" }]);
  log.append([{ value: "2" }]);
  // As after kill -9: nothing is closed, the lock is gone with the process.
  const bytes = copyOf(env.fileSystem, path);
  const after = manualEnv();
  after.fileSystem.makeDirectory("/log");
  writeFile(after.fileSystem, path, bytes.subarray(0, bytes.length - 3));
  using reopened = openText("/log", { env: after });
  assertEquals(values(reopened), ["1"]);
  assertEquals(reopened.append([{ value: "3" }]).baseOffset, 1);
  log.close();
});

Deno.test("after a clean stop nothing is checked unless it is asked for", () => {
  const env = manualEnv();
  const path = "/log/00000000000000000000.log";
  openText("/log", { env }).close();
  {
    using log = openText("/log", { env });
    log.append([{ value: "first" }]);
    log.append([{ value: "second" }]);
  }
  const bytes = copyOf(env.fileSystem, path);
  bytes[bytes.length - 3]! ^= 1;
  writeFile(env.fileSystem, path, bytes);
  {
    using log = openText("/log", { env });
    assertEquals(log.logEndOffset, 2);
  }
  using log = openText("/log", { env, recheck: true });
  assertEquals(values(log), ["first"]);
});

Deno.test("a flipped bit shows on reading when reads are verified", () => {
  const env = manualEnv();
  const path = "/log/00000000000000000000.log";
  {
    using log = openText("/log", { env });
    log.append([{ value: "first" }]);
  }
  const bytes = copyOf(env.fileSystem, path);
  bytes[bytes.length - 3]! ^= 1;
  writeFile(env.fileSystem, path, bytes);
  using log = openText("/log", { env, verifyOnRead: true });
  assertThrows(() => values(log), CorruptRecordError);
});

Deno.test("upkeep applies retention and compacts what is dirty enough", async () => {
  const env = manualEnv();
  await using log = openText("/log", {
    env,
    upkeep: { intervalMs: 1000 },
    cleanupPolicy: ["compact", "delete"],
    internalSegmentBytes: 500,
    retentionMs: 60_000,
    fileDeleteDelayMs: 0,
  });
  for (let i = 0; i < 100; i++) log.append([{ key: `k${i % 3}`, value: `${i}` }]);
  const before = log.size;
  await env.clock.advance(1000);
  assert(log.size < before, `${log.size} of ${before}`);
  assertEquals(log.latest().size, 3);
  await env.clock.advance(61_000);
  assertEquals([log.logStartOffset, log.logEndOffset, log.size], [100, 100, 0]);
});

Deno.test("without upkeep nothing happens by itself", async () => {
  const env = manualEnv();
  using log = openText("/log", { env, internalSegmentBytes: 500, retentionMs: 1000 });
  for (let i = 0; i < 50; i++) log.append([{ value: `${i}` }]);
  assertEquals(env.clock.sleeping, 0);
  await env.clock.advance(10_000);
  assertEquals(log.logStartOffset, 0);
  assert(log.applyRetention() > 1);
  assertEquals([log.logStartOffset, log.logEndOffset], [50, 50]);
});

Deno.test("configs change on the open log, and bad ones change nothing", () => {
  using log = openText("/log", {
    fileSystem: new MemoryFileSystem(),
    maxMessageBytes: 100,
    retentionMs: 5,
  });
  assertThrows(() => log.append([{ value: "x".repeat(200) }]), InvalidRecordError);
  log.updateConfig({ maxMessageBytes: 1000 });
  log.append([{ value: "x".repeat(200) }]);
  assertEquals(log.config.retentionMs, 5);
  assertThrows(() => log.updateConfig({ maxMessageBytes: -1 }), InvalidConfigError);
  assertEquals(log.config.maxMessageSize, 1000);
});

Deno.test("an option that is none is refused", () => {
  const options = { segmentByte: 1 } as unknown as TextOptions;
  assertThrows(
    () => openText("/log", { ...options, fileSystem: new MemoryFileSystem() }),
    InvalidConfigError,
    "Unknown topic config name: segmentByte",
  );
});

Deno.test("a codec in the configs compresses what is appended, and reads it back", () => {
  const fileSystem = new MemoryFileSystem();
  for (const compressionType of ["gzip", "snappy", "lz4", "zstd"] as const) {
    using log = openText(`/${compressionType}`, { fileSystem, compressionType });
    const records = Array.from({ length: 100 }, (_, i) => ({ value: `value ${i % 4}` }));
    log.append(records);
    assertEquals(values(log), records.map(({ value }) => value));
    const [batch] = log.partitionLog.activeSegment.batches();
    assertEquals(batch!.compressionType, compressionType);
  }
});

const FIXTURES = new URL("../../fixtures/broker/", import.meta.url).pathname;

/** A file system in memory with the log directory that a Kafka broker left. */
async function kafkaDirectory(env: ManualEnv): Promise<Map<string, Uint8Array>> {
  const files = new Map<string, Uint8Array>();
  const copy = async (from: string, to: string) => {
    env.fileSystem.makeDirectory(to);
    for await (const entry of Deno.readDir(from)) {
      if (entry.isDirectory) await copy(`${from}/${entry.name}`, `${to}/${entry.name}`);
      else {
        const bytes = await Deno.readFile(`${from}/${entry.name}`);
        writeFile(env.fileSystem, `${to}/${entry.name}`, bytes);
        files.set(`${to}/${entry.name}`, bytes);
      }
    }
  };
  await copy(FIXTURES, "/kafka");
  return files;
}

function copyOf(fileSystem: FileSystem, path: string): Uint8Array {
  const file = fileSystem.open(path, { readOnly: true });
  try {
    const bytes = new Uint8Array(file.size());
    file.read(0, bytes, 0, bytes.length);
    return bytes;
  } finally {
    file.close();
  }
}

function writeFile(fileSystem: FileSystem, path: string, bytes: Uint8Array): void {
  const file = fileSystem.open(path, { create: true });
  file.truncate(0);
  file.write(0, bytes);
  file.close();
}

function readText(fileSystem: FileSystem, path: string): string {
  return new TextDecoder().decode(copyOf(fileSystem, path));
}

Deno.test("a partition of a Kafka log directory opens, and leaves the directory as clean as it was", async () => {
  const env = manualEnv({ now: 1_800_000_000_000 });
  const files = await kafkaDirectory(env);
  const { fileSystem } = env;
  {
    using log = openText("/kafka/multiseg-0", { env });
    assertEquals(log.topicPartition, { topic: "multiseg", partition: 0 });
    assertEquals([log.logStartOffset, log.logEndOffset], [0, 254]);
    assertEquals([...log.read()].map((record) => record.offset).length, 254);
    assertEquals(fileSystem.stat("/kafka/.kafka_cleanshutdown"), undefined);
    assertThrows(() => fileSystem.lock("/kafka"), LogUnavailableError);
    assertEquals(env.logger.matching("Recover").length, 0);
  }
  for (const [path, bytes] of files) {
    // Producer snapshots that belong to no segment, but for the newest, go when a log is opened: in Kafka too.
    if (!path.endsWith(".snapshot")) assertEquals(copyOf(fileSystem, path), bytes, path);
  }
  assertEquals(fileSystem.stat("/kafka/multiseg-0/.lock"), undefined);
  assertEquals(fileSystem.stat("/kafka/multiseg-0/.kafka_cleanshutdown"), undefined);
});

Deno.test("what is appended to a partition of a Kafka log directory shows in its checkpoints alone", async () => {
  const env = manualEnv({ now: 1_800_000_000_000 });
  await kafkaDirectory(env);
  const { fileSystem } = env;
  const checkpoint = (name: string) =>
    readText(fileSystem, `/kafka/${name}-offset-checkpoint`).trim().split("\n").slice(2).sort();
  const before = checkpoint("recovery-point");
  const marker = readText(fileSystem, "/kafka/.kafka_cleanshutdown");
  {
    using log = openText("/kafka/plain-0", { env });
    assertEquals(log.append([{ key: "k", value: "ours" }]).baseOffset, 71);
    using other = openText("/kafka/trimmed-0", { env });
    assertEquals(other.logStartOffset, 97);
    other.deleteRecords(100);
    assertEquals(fileSystem.stat("/kafka/.kafka_cleanshutdown"), undefined);
  }
  assertEquals(readText(fileSystem, "/kafka/.kafka_cleanshutdown"), marker);
  const expected = before.map((line) => line === "plain 0 71" ? "plain 0 72" : line);
  assertEquals(checkpoint("recovery-point"), expected);
  assertEquals(checkpoint("log-start"), ["trimmed 0 100"]);
  assertEquals(
    checkpoint("replication").find((line) => line.startsWith("plain ")),
    "plain 0 72",
  );
  assertEquals(checkpoint("cleaner"), ["compacted 0 536"]);
  using log = openText("/kafka/plain-0", { env });
  assertEquals(values(log, 71), ["ours"]);
});

Deno.test("a log that Kafka's leaders wrote goes on in the epoch of the last one", async () => {
  const env = manualEnv({ now: 1_800_000_000_000 });
  await kafkaDirectory(env);
  using log = openText("/kafka/multiseg-0", { env });
  const epoch = log.partitionLog.leaderEpochCache.latestEpoch!;
  assert(epoch > 0);
  const { baseOffset } = log.append([{ value: "ours" }]);
  assertEquals(log.partitionLog.leaderEpochCache.latestEpoch, epoch);
  const [batch] = [...log.partitionLog.activeSegment.batches()].slice(-1);
  assertEquals([batch!.baseOffset, batch!.partitionLeaderEpoch], [baseOffset, epoch]);
});

Deno.test("a Kafka log directory that was not stopped cleanly stays so for its other partitions", async () => {
  const env = manualEnv({ now: 1_800_000_000_000 });
  await kafkaDirectory(env);
  env.fileSystem.remove("/kafka/.kafka_cleanshutdown");
  {
    using log = openText("/kafka/plain-0", { env });
    assertEquals(log.logEndOffset, 71);
  }
  assertEquals(env.fileSystem.stat("/kafka/.kafka_cleanshutdown"), undefined);
});

Deno.test("a crash while a partition is open leaves the Kafka log directory unclean", async () => {
  const env = manualEnv({ now: 1_800_000_000_000 });
  await kafkaDirectory(env);
  const log = openText("/kafka/plain-0", { env });
  log.append([{ value: "x" }]);
  assertEquals(env.fileSystem.stat("/kafka/.kafka_cleanshutdown"), undefined);
  log.close();
});

Deno.test("a partition that Kafka is about to delete is not opened", async () => {
  const env = manualEnv();
  await kafkaDirectory(env);
  const name = "plain-0.0123456789abcdef0123456789abcdef-delete";
  env.fileSystem.rename("/kafka/plain-0", `/kafka/${name}`);
  assertThrows(
    () => openText(`/kafka/${name}`, { env }),
    LogUnavailableError,
    "marked delete",
  );
});

Deno.test("the transactions that Kafka wrote are read as its consumer reads them", async () => {
  const env = manualEnv();
  await kafkaDirectory(env);
  using log = openText("/kafka/txn-0", { env });
  const aborted = new Set<number>();
  const dump = await Deno.readTextFile(
    new URL("../../fixtures/expected/broker/txn-0/00000000000000000000.log.txt", import.meta.url),
  );
  assert(dump.includes("endTxnMarker: ABORT"));
  const committed = [...log.read()].map((record) => record.offset);
  const all = [...log.read({ isolation: "uncommitted" })].map((record) => record.offset);
  for (const offset of all) if (!committed.includes(offset)) aborted.add(offset);
  assert(aborted.size > 0 && committed.length > aborted.size);
  for (const txn of log.partitionLog.collectAbortedTransactions(0, log.logEndOffset)) {
    assert([...aborted].some((offset) => offset >= txn.firstOffset && offset < txn.lastOffset));
  }
  for (const offset of aborted) {
    assert(
      log.partitionLog.collectAbortedTransactions(offset, offset + 1).length > 0,
      String(offset),
    );
  }
});
