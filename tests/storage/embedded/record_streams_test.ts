import { assert, assertEquals, assertInstanceOf, assertRejects } from "@std/assert";
import { InvalidRecordError, OffsetOutOfRangeError } from "../../../storage/errors.ts";
import { MemoryFileSystem } from "../../../storage/file/memory_file_system.ts";
import { openText, values } from "../../support/embedded_log.ts";
import { manualEnv } from "../../support/manual_env.ts";

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
