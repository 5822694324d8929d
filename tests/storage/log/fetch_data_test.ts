import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { CorruptRecordError } from "../../../storage/errors.ts";
import { readWholeFile } from "../../../storage/file/file_system.ts";
import { batchAt } from "../../../storage/record/memory_records.ts";
import { manualEnv } from "../../support/manual_env.ts";
import {
  appendAll,
  batchOfSize,
  contentOf,
  LOG_DIRECTORY,
  openLog,
  writeWholeFile,
} from "../../support/partition_log.ts";

const END = { maxBytes: 1 << 20, isolation: "log_end" } as const;

Deno.test("a fetch reads straight into the caller's buffer, at its place", () => {
  const log = openLog(manualEnv());
  appendAll(log, [["a"], ["b"]]);
  const data = log.read(0, END);
  const target = new Uint8Array(data.size + 20).fill(7);
  assertEquals(data.readInto(target, 10), data.size);
  assertEquals([target[9], target[10 + data.size]], [7, 7]);
  assertEquals(target.subarray(10, 10 + data.size), data.bytes());
});

Deno.test("a flipped bit goes unnoticed on read, unless the log verifies what it reads", () => {
  const env = manualEnv();
  const log = openLog(env, { "internal.segment.bytes": "400" });
  for (let i = 0; i < 6; i++) log.appendAsLeader(batchOfSize(100), 0);
  log.close();
  const path = `${LOG_DIRECTORY}/00000000000000000000.log`;
  const bytes = readWholeFile(env.fileSystem, path).slice();
  const position = batchAt(bytes, 0).sizeInBytes;
  bytes[position + 70]! ^= 4;
  writeWholeFile(env.fileSystem, path, bytes);
  assertEquals(contentOf(openLog(env)).length, 6);
  const verifying = openLog(env);
  verifying.updateConfig({ ...verifying.config, verifyOnRead: true });
  const error = assertThrows(() => verifying.read(0, END).bytes(), CorruptRecordError);
  assertStringIncludes(
    error.message,
    `Corrupt batch in 00000000000000000000.log at position ${position}, offset 1:`,
  );
  assertEquals(batchAt(verifying.read(2, END).bytes(), 0).baseOffset, 2);
  // A batch that the limit cuts off cannot be verified, and is no fault.
  assertEquals(
    verifying.read(0, { maxBytes: position + 90, isolation: "log_end" }).bytes().length,
    position + 90,
  );
});
