import { assertEquals, assertThrows } from "@std/assert";
import { LogDirError } from "../../../storage/errors.ts";
import { readWholeFile } from "../../../storage/file/file_system.ts";
import { MemoryFileSystem } from "../../../storage/file/memory_file_system.ts";

/** What every file system holds to is in tests/contract/file_system_test.ts. */

Deno.test("a whole file is read, and a missing one told", () => {
  const fileSystem = new MemoryFileSystem();
  fileSystem.open("/a", { create: true }).write(0, new Uint8Array(100_000).fill(3));
  assertEquals(readWholeFile(fileSystem, "/a"), new Uint8Array(100_000).fill(3));
  fileSystem.open("/empty", { create: true }).close();
  assertEquals(readWholeFile(fileSystem, "/empty").length, 0);
  assertThrows(() => readWholeFile(fileSystem, "/none"), LogDirError, "ENOENT");
});
