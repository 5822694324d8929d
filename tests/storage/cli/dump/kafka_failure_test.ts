import { assertEquals, assertThrows } from "@std/assert";
import { CorruptRecordError, LogDirError } from "../../../../storage/errors.ts";
import {
  contentFailure,
  fileFailure,
  fileRecordsText,
  openSegment,
  sliceEnd,
} from "../../../../storage/cli/dump/kafka_failure.ts";
import { ToolFailure, type ToolIo } from "../../../../storage/cli/tool.ts";
import { manualEnv } from "../../../support/manual_env.ts";

const io: ToolIo = { env: manualEnv(), stdout() {}, stderr() {} };

Deno.test("a file that is not there, or not readable, is an exception of java.nio", () => {
  assertThrows(
    () => openSegment(io, "/none.log", "none.log"),
    ToolFailure,
    'Exception in thread "main" java.nio.file.NoSuchFileException: none.log',
  );
  const cause = Object.assign(new Error("EACCES"), { code: "EACCES" });
  const denied = fileFailure(new LogDirError("/a", "Open: /a", { cause }), "a.log") as Error;
  assertEquals(
    denied.message,
    'Exception in thread "main" java.nio.file.AccessDeniedException: a.log',
  );
  const other = fileFailure(new LogDirError("/a", "Read failed: /a"), "a.log") as Error;
  assertEquals(
    other.message,
    'Exception in thread "main" java.nio.file.FileSystemException: Read failed: /a',
  );
  const bug = new TypeError();
  assertEquals(fileFailure(bug, "a"), bug);
});

Deno.test("a slice ends at the end of the file, and is refused outside of it", () => {
  assertEquals(sliceEnd(3, 10, 8, "f"), 8);
  assertEquals(sliceEnd(3, 2, 8, "f"), 5);
  const text = fileRecordsText(8, "f");
  assertEquals(text, "FileRecords(size=8, file=f, start=0, end=2147483647)");
  assertThrows(
    () => sliceEnd(-1, 2, 8, "f"),
    ToolFailure,
    `Invalid position: -1 in read from ${text}`,
  );
  assertThrows(
    () => sliceEnd(9, 2, 8, "f"),
    ToolFailure,
    `Slice from position 9 exceeds end position of ${text}`,
  );
  assertThrows(() => sliceEnd(1, -2, 8, "f"), ToolFailure, `Invalid size: -2 in read from ${text}`);
});

Deno.test("errors about content get a Java class, failures stay what they are", () => {
  const failure = contentFailure(new CorruptRecordError("bad")) as ToolFailure;
  assertEquals(
    failure.message,
    'Exception in thread "main" org.apache.kafka.common.InvalidRecordException: bad',
  );
  assertEquals(contentFailure(failure), failure);
});
