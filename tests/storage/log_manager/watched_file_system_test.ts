import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { LogDirError } from "../../../storage/errors.ts";
import { WatchedFileSystem } from "../../../storage/log_manager/watched_file_system.ts";
import { type CallKind, FaultyFileSystem } from "../../support/faulty_file_system.ts";

const FILE = "/dir/file";

function watched() {
  const inner = new FaultyFileSystem();
  const failures: string[] = [];
  const fileSystem = new WatchedFileSystem(inner, (error) => failures.push(error.path));
  fileSystem.makeDirectory("/dir");
  const file = fileSystem.open(FILE, { create: true });
  file.write(0, new Uint8Array(10));
  return { inner, failures, fileSystem, file };
}

Deno.test("it does what the file system below does", async () => {
  const { fileSystem, file, failures } = watched();
  assertEquals([file.path, file.size(), fileSystem.stat(FILE)?.size], [FILE, 10, 10]);
  assertEquals(file.read(4, new Uint8Array(10), 0, 10), 6);
  file.truncate(3);
  await file.flush();
  file.flushSync();
  file.rename("/dir/other");
  fileSystem.rename("/dir/other", FILE);
  fileSystem.setModified(FILE, 7000);
  fileSystem.flushDirectory("/dir");
  assertEquals(fileSystem.list("/dir").map(({ name }) => name), ["file"]);
  assertEquals(fileSystem.stat(FILE)?.modifiedMs, 7000);
  fileSystem.lock("/dir").release();
  file.close();
  fileSystem.remove(FILE);
  assertEquals(fileSystem.stat(FILE), undefined);
  assertEquals(failures, []);
});

Deno.test("every call that the disk fails is reported, and fails", async () => {
  const calls: [CallKind, (at: ReturnType<typeof watched>) => unknown][] = [
    ["open", ({ fileSystem }) => fileSystem.open(FILE)],
    ["stat", ({ fileSystem }) => fileSystem.stat(FILE)],
    ["list", ({ fileSystem }) => fileSystem.list("/dir")],
    ["makeDirectory", ({ fileSystem }) => fileSystem.makeDirectory("/dir/sub")],
    ["rename", ({ fileSystem }) => fileSystem.rename(FILE, "/dir/new")],
    ["remove", ({ fileSystem }) => fileSystem.remove(FILE)],
    ["setModified", ({ fileSystem }) => fileSystem.setModified(FILE, 1)],
    ["flushDirectory", ({ fileSystem }) => fileSystem.flushDirectory("/dir")],
    ["read", ({ file }) => file.read(0, new Uint8Array(1), 0, 1)],
    ["write", ({ file }) => file.write(0, new Uint8Array(1))],
    ["truncate", ({ file }) => file.truncate(1)],
    ["flush", ({ file }) => file.flushSync()],
    ["rename", ({ file }) => file.rename("/dir/new")],
  ];
  for (const [kind, call] of calls) {
    const at = watched();
    at.inner.inject({ code: "EIO", kinds: [kind] });
    assertThrows(() => call(at), LogDirError, "EIO", kind);
    assertEquals(at.failures.length, 1, kind);
  }
  const at = watched();
  at.inner.inject({ code: "EIO", kinds: ["flush"] });
  await assertRejects(() => at.file.flush(), LogDirError, "EIO");
  assertEquals(at.failures, [FILE]);
});

Deno.test("a file that is not there is no failure of the disk", () => {
  const { fileSystem, failures } = watched();
  assertThrows(() => fileSystem.open("/dir/missing"), LogDirError, "ENOENT");
  assertEquals(failures, []);
});
