import { assertEquals, assertThrows } from "@std/assert";
import { LogDirError } from "../../../storage/errors.ts";
import { readFully, readWholeFile } from "../../../storage/file/file_system.ts";
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

Deno.test("bytes that are known to be there are read in full, or that is an error", () => {
  const fileSystem = new MemoryFileSystem();
  const file = fileSystem.open("/a", { create: true });
  file.write(0, Uint8Array.of(1, 2, 3));
  const target = new Uint8Array(4);
  readFully(file, 1, target, 2, 2);
  assertEquals([...target], [0, 0, 2, 3]);
  assertThrows(
    () => readFully(file, 1, target, 0, 3),
    LogDirError,
    "it ends at 3, before position: 4",
  );
  file.close();
});
