import { assertEquals } from "@std/assert";
import { makeDurableDirectory } from "../../../storage/file/durable_directory.ts";
import { MemoryFileSystem } from "../../../storage/file/memory_file_system.ts";
import { FaultyFileSystem } from "../../support/faulty_file_system.ts";

Deno.test("a directory survives a power cut with all above it that was made for it", () => {
  for (const path of ["/a", "/a/b", "/a/b/c/d"]) {
    for (let seed = 0; seed < 20; seed++) {
      const fileSystem = new FaultyFileSystem();
      assertEquals(makeDurableDirectory(fileSystem, path), true);
      assertEquals(fileSystem.afterCrash({ seed }).stat(path)?.isDirectory, true, path);
    }
  }
});

Deno.test("only directories that got a name are flushed, and none when nothing is made", () => {
  const fileSystem = new FaultyFileSystem();
  makeDurableDirectory(fileSystem, "/a/b");
  const seen = fileSystem.history.length;
  makeDurableDirectory(fileSystem, "/a/b/c/d");
  const flushed = fileSystem.history.slice(seen).filter(({ kind }) => kind === "flushDirectory");
  assertEquals(flushed.map(({ path }) => path), ["/a/b", "/a/b/c"]);
  const { operations } = fileSystem;
  assertEquals(makeDurableDirectory(fileSystem, "/a/b/c/d"), false);
  assertEquals(fileSystem.operations, operations);
});

Deno.test("a path need not begin at the root", () => {
  const fileSystem = new MemoryFileSystem();
  assertEquals(makeDurableDirectory(fileSystem, "a"), true);
  assertEquals(makeDurableDirectory(fileSystem, "./b/c"), true);
  assertEquals(fileSystem.stat("b/c")?.isDirectory, true);
});

Deno.test("a file in the way is left to the caller", () => {
  const fileSystem = new MemoryFileSystem();
  fileSystem.open("/a", { create: true }).close();
  assertEquals(makeDurableDirectory(fileSystem, "/a"), false);
});
