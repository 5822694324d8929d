import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { LogUnavailableError } from "../../../storage/errors.ts";
import type { FileSystem, LogFile } from "../../../storage/file/file_system.ts";
import { MemoryFileSystem } from "../../../storage/file/memory_file_system.ts";
import { OffsetIndex } from "../../../storage/segment/offset_index.ts";
import { manualEnv } from "../../support/manual_env.ts";
import { fileBytes, writeFile } from "../../support/segments.ts";

const path = "/00000000000000000000.index";

/** A file system that tells what is done to files. */
function watched(): { fileSystem: FileSystem; calls: string[]; failFlush: { on: boolean } } {
  const calls: string[] = [];
  const failFlush = { on: false };
  const memory = new MemoryFileSystem();
  const watch = (file: LogFile): LogFile =>
    new Proxy(file, {
      get(target, name) {
        const value = Reflect.get(target, name, target) as unknown;
        if (typeof value !== "function") return value;
        return (...args: unknown[]) => {
          calls.push(String(name));
          if (failFlush.on && name === "flush") return Promise.reject(new Error("EIO"));
          return (value as (...args: unknown[]) => unknown).apply(target, args);
        };
      },
    });
  const fileSystem = new Proxy<FileSystem>(memory, {
    get(target, name) {
      const value = Reflect.get(target, name, target) as (...args: unknown[]) => unknown;
      return (...args: unknown[]) => {
        calls.push(String(name));
        const result = value.apply(target, args);
        return name === "open" ? watch(result as LogFile) : result;
      };
    },
  });
  return { fileSystem, calls, failFlush };
}

function open(fileSystem: FileSystem, isNew = false): OffsetIndex {
  return new OffsetIndex({ fileSystem, path, baseOffset: 0, isNew });
}

Deno.test("an index touches no file until it is used, then reads it once", () => {
  const { fileSystem, calls } = watched();
  const first = open(fileSystem, true);
  for (let i = 1; i <= 3; i++) first.append(i, i);
  assertEquals(calls, []);
  first.close();
  calls.length = 0;
  const index = open(fileSystem);
  assertEquals(calls, []);
  for (let i = 0; i < 100; i++) index.lookup(i);
  assertEquals(calls, ["stat", "open", "read", "close"]);
});

Deno.test("entries go out in one write when 4 KiB are pending, and when asked", () => {
  const { fileSystem, calls } = watched();
  const index = open(fileSystem, true);
  for (let i = 1; i < 512; i++) index.append(i, i);
  assertEquals(calls.filter((call) => call === "write").length, 0);
  index.append(512, 512);
  assertEquals(calls.filter((call) => call === "write").length, 1);
  assertEquals(fileSystem.stat(path)?.size, 4096);
  for (let i = 513; i < 600; i++) index.append(i, i);
  index.writeOut();
  index.writeOut();
  assertEquals(calls.filter((call) => call === "write").length, 2);
  assertEquals(fileSystem.stat(path)?.size, 599 * 8);
  assertEquals(calls.filter((call) => call === "flush" || call === "flushSync").length, 0);
});

Deno.test("a flush waits for the disk only when something was written since the last", async () => {
  const { fileSystem, calls, failFlush } = watched();
  const index = open(fileSystem, true);
  index.append(1, 1);
  await index.flush();
  await index.flush();
  index.flushSync();
  assertEquals(calls.filter((call) => call.startsWith("flush")), ["flush"]);
  index.append(2, 2);
  failFlush.on = true;
  await assertRejects(() => index.flush(), Error, "EIO");
  failFlush.on = false;
  await index.flush();
  assertEquals(
    calls.filter((call) => call.startsWith("flush")).length,
    3,
    "a failed one counts not",
  );
});

Deno.test("a released index holds no memory and reads the file again", () => {
  const { fileSystem } = watched();
  const index = open(fileSystem, true);
  for (let i = 1; i <= 10; i++) index.append(i, i);
  index.release();
  assert(!index.isLoaded);
  assertEquals(fileSystem.stat(path)?.size, 80, "what was pending is written out");
  assertEquals(index.lookup(7), { offset: 7, position: 7 });
  index.append(11, 11);
  index.release();
  index.release();
  assertEquals(index.entries, 11);
});

Deno.test("a new index drops what a file of its name holds", () => {
  const env = manualEnv();
  writeFile(env, path, new Uint8Array(80).fill(1));
  const index = open(env.fileSystem, true);
  assertEquals(index.entries, 0);
  index.append(5, 6);
  index.close();
  assertEquals(fileBytes(env, path), Uint8Array.of(0, 0, 0, 5, 0, 0, 0, 6));
});

Deno.test("a new index without entries becomes an empty file", () => {
  const env = manualEnv();
  open(env.fileSystem, true).close();
  assertEquals(env.fileSystem.stat(path)?.size, 0);
});

Deno.test("a reset drops all entries, also of a file too long to be read", () => {
  const env = manualEnv();
  env.fileSystem.open(path, { create: true, preallocate: 50 * 1024 * 1024 }).close();
  const index = open(env.fileSystem);
  index.reset();
  assertEquals(env.fileSystem.stat(path)?.size, 0);
  index.append(1, 1);
  index.close();
  assertEquals(env.fileSystem.stat(path)?.size, 8);
});

Deno.test("a read-only index leaves its file alone, whatever is done to it", () => {
  const env = manualEnv();
  const bytes = Uint8Array.of(0, 0, 0, 5, 0, 0, 0, 6, 0, 0, 0, 7, 0, 0, 0, 8);
  writeFile(env, path, bytes);
  const index = new OffsetIndex({
    fileSystem: env.fileSystem,
    path,
    baseOffset: 0,
    readOnly: true,
  });
  index.truncateTo(7);
  index.append(9, 9);
  index.release();
  assertEquals([index.entries, index.lastOffset], [2, 9], "changes stay in memory");
  index.reset();
  index.close();
  assertEquals(fileBytes(env, path), bytes);
});

Deno.test("a renamed index takes its file along, and what is pending later", () => {
  const env = manualEnv();
  const index = open(env.fileSystem, true);
  index.append(1, 1);
  index.renameTo("/a.index");
  assertEquals(env.fileSystem.stat("/a.index"), undefined, "a rename makes no file");
  index.writeOut();
  index.append(2, 2);
  index.renameTo("/b.index");
  assertEquals(env.fileSystem.stat("/a.index"), undefined);
  index.close();
  assertEquals(fileBytes(env, "/b.index").length, 16);
});

Deno.test("an index whose directory was moved goes on in the new place", () => {
  const env = manualEnv();
  env.fileSystem.makeDirectory("/from");
  const index = new OffsetIndex({
    fileSystem: env.fileSystem,
    path: "/from/1.index",
    baseOffset: 0,
    isNew: true,
  });
  index.append(1, 1);
  index.writeOut();
  index.append(2, 2);
  env.fileSystem.rename("/from", "/to");
  index.updatePath("/to/1.index");
  index.close();
  assertEquals(fileBytes(env, "/to/1.index").length, 16);
});

Deno.test("a closed index refuses to be used, and a handler that is let go writes nothing", () => {
  const env = manualEnv();
  const index = open(env.fileSystem, true);
  index.append(1, 1);
  index.closeHandler();
  assertEquals(env.fileSystem.stat(path), undefined);
  assertThrows(() => index.lookup(1), LogUnavailableError, "closed");
  assertThrows(() => index.append(2, 2), LogUnavailableError, "closed");
});
