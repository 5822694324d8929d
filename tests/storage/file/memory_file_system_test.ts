import { assertEquals } from "@std/assert";
import { MemoryFileSystem } from "../../../storage/file/memory_file_system.ts";

/** Beyond tests/contract/file_system_test.ts. */

Deno.test("files are as old as the clock says", () => {
  let now = 1000;
  const fileSystem = new MemoryFileSystem({ now: () => now });
  const file = fileSystem.open("/a", { create: true });
  assertEquals(fileSystem.stat("/a")?.modifiedMs, 1000);
  now = 2000;
  file.write(0, new Uint8Array(1));
  assertEquals(fileSystem.stat("/a")?.modifiedMs, 2000);
  now = 3000;
  file.truncate(0);
  assertEquals(fileSystem.stat("/a")?.modifiedMs, 3000);
  fileSystem.setModified("/a", 500);
  fileSystem.rename("/a", "/b");
  assertEquals(fileSystem.stat("/b")?.modifiedMs, 500);
});

Deno.test("a relative path is one from the top", () => {
  const fileSystem = new MemoryFileSystem();
  fileSystem.makeDirectory("./data");
  fileSystem.open("data/a", { create: true }).close();
  assertEquals(fileSystem.stat("/data/a")?.size, 0);
  assertEquals(fileSystem.list("."), [{ name: "data", isDirectory: true }]);
});

Deno.test("a lock goes with its directory when that is renamed", () => {
  const fileSystem = new MemoryFileSystem();
  fileSystem.makeDirectory("/a");
  const lock = fileSystem.lock("/a");
  fileSystem.rename("/a", "/b");
  fileSystem.makeDirectory("/a");
  fileSystem.lock("/a").release();
  lock.release();
  fileSystem.lock("/b").release();
});
