import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  CorruptRecordError,
  InvalidConfigError,
  InvalidRecordError,
  OffsetOutOfRangeError,
} from "../../../storage/errors.ts";
import { MemoryFileSystem } from "../../../storage/file/memory_file_system.ts";
import { copyOf, onBoth, openText, text, values, writeFile } from "../../support/embedded_log.ts";
import { manualEnv } from "../../support/manual_env.ts";

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

Deno.test("records are found by time", () => {
  using log = openText("/log", { fileSystem: new MemoryFileSystem() });
  const start = Date.now() - 10_000;
  for (let i = 0; i < 10; i++) log.append([{ value: `${i}`, timestamp: start + i * 100 }]);
  assertEquals(log.offsetForTimestamp(start + 350), 4);
  assertEquals(log.offsetForTimestamp(start + 100_000), undefined);
  assertEquals([...log.read({ fromTimestamp: start + 850 })].map((r) => r.offset), [9]);
  assertEquals([...log.read({ fromTimestamp: start + 100_000 })], []);
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
