import { assert, assertEquals, assertThrows } from "@std/assert";
import { Log } from "../../../storage/embedded/log.ts";
import { InvalidRecordError } from "../../../storage/errors.ts";
import { MemoryFileSystem } from "../../../storage/file/memory_file_system.ts";
import { json } from "../../../storage/serde/json.ts";
import { string } from "../../../storage/serde/string.ts";
import { openText, values } from "../../support/embedded_log.ts";
import { manualEnv } from "../../support/manual_env.ts";

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

Deno.test("records get the time of the append unless they have one", () => {
  const env = manualEnv();
  using log = openText("/log", { env });
  const result = log.append([{ value: "1" }, { value: "2", timestamp: 5 }]);
  assertEquals(result.timestamp, env.clock.now());
  assertEquals([...log.read()].map(({ timestamp }) => timestamp), [env.clock.now(), 5]);
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
