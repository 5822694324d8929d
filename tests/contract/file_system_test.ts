import {
  assert,
  assertEquals,
  assertInstanceOf,
  assertRejects,
  assertStringIncludes,
  assertThrows,
} from "@std/assert";
import { LogDirError, LogUnavailableError } from "../../storage/errors.ts";
import { DiskFileSystem } from "../../storage/file/disk_file_system.ts";
import { type FileSystem, readWholeFile } from "../../storage/file/file_system.ts";
import { MemoryFileSystem } from "../../storage/file/memory_file_system.ts";
import { FaultyFileSystem } from "../support/faulty_file_system.ts";

/** Every file system keeps to the contract of storage/file/file_system.ts; here it is, once for all of them. */

const makers: Readonly<Record<string, () => FileSystem>> = {
  "memory": () => new MemoryFileSystem({ now: () => Date.now() }),
  "disk": () => new DiskFileSystem(),
  "disk with one descriptor": () => new DiskFileSystem({ maxOpenFiles: 1 }),
  "faulty without faults": () => new FaultyFileSystem({ now: () => Date.now() }),
};

function contract(
  fact: string,
  check: (fileSystem: FileSystem, directory: string) => void | Promise<void>,
): void {
  for (const [name, make] of Object.entries(makers)) {
    Deno.test(`${name}: ${fact}`, async () => {
      const fileSystem = make();
      const real = fileSystem instanceof DiskFileSystem;
      const directory = real ? Deno.realPathSync(Deno.makeTempDirSync()) : "/work";
      fileSystem.makeDirectory(directory);
      try {
        await check(fileSystem, directory);
        if (fileSystem instanceof DiskFileSystem) assertEquals(fileSystem.openDescriptors, 0);
      } finally {
        if (real) Deno.removeSync(directory, { recursive: true });
      }
    });
  }
}

const bytes = (text: string) => new TextEncoder().encode(text);
const text = (data: Uint8Array) => new TextDecoder().decode(data);

function put(fileSystem: FileSystem, path: string, content: string): void {
  const file = fileSystem.open(path, { create: true });
  file.truncate(0);
  file.write(0, bytes(content));
  file.close();
}

const contentOf = (fileSystem: FileSystem, path: string) => text(readWholeFile(fileSystem, path));

function failsWith(code: string, path: string, call: () => unknown): void {
  const error = assertThrows(call, LogDirError, code);
  assertEquals((error.cause as { code?: string }).code, code);
  assertStringIncludes(error.path, path);
  assertStringIncludes(error.message, path);
}

contract("what is written is read, also through another handle", (fs, dir) => {
  const file = fs.open(`${dir}/a`, { create: true });
  const other = fs.open(`${dir}/a`, { readOnly: true });
  file.write(0, bytes("hello world"));
  const target = new Uint8Array(20).fill(1);
  assertEquals(other.read(6, target, 3, 5), 5);
  assertEquals(text(target.subarray(3, 8)), "world");
  assertEquals([target[2], target[8]], [1, 1]);
  assertEquals(other.size(), 11);
  assertEquals(other.path, `${dir}/a`);
  file.close();
  other.close();
});

contract("a read ends at the end of the file", (fs, dir) => {
  const file = fs.open(`${dir}/a`, { create: true });
  const target = new Uint8Array(10);
  assertEquals(file.read(0, target, 0, 10), 0);
  file.write(0, bytes("abc"));
  assertEquals(file.read(1, target, 0, 10), 2);
  assertEquals(file.read(3, target, 0, 10), 0);
  assertEquals(file.read(100, target, 0, 10), 0);
  assertEquals(file.read(0, target, 0, 0), 0);
  file.close();
});

contract("a part of a buffer is written, over what is there and behind the end", (fs, dir) => {
  const file = fs.open(`${dir}/a`, { create: true });
  file.write(0, bytes("0123456789"));
  file.write(3, bytes("abcdef"), 1, 4);
  file.write(12, bytes("end"));
  file.write(0, bytes("nothing"), 3, 3);
  assertEquals(file.size(), 15);
  assertEquals(contentOf(fs, `${dir}/a`), "012bcd6789\0\0end");
  assertThrows(() => file.write(-1, bytes("x")), RangeError);
  assertThrows(() => file.read(-1, new Uint8Array(1), 0, 1), RangeError);
  file.close();
});

contract("what was cut off reads as zeros when the file grows again", (fs, dir) => {
  const file = fs.open(`${dir}/a`, { create: true });
  file.write(0, new Uint8Array(200_000).fill(7));
  file.truncate(100_001);
  assertEquals(file.size(), 100_001);
  file.truncate(150_000);
  file.write(199_999, new Uint8Array([9]));
  const all = readWholeFile(fs, `${dir}/a`);
  assertEquals(all.length, 200_000);
  assertEquals(all.subarray(0, 100_001).every((byte) => byte === 7), true);
  assertEquals(all.subarray(100_001, 199_999).every((byte) => byte === 0), true);
  assertEquals(all[199_999], 9);
  file.close();
});

contract("many appends make one long file", (fs, dir) => {
  const file = fs.open(`${dir}/a`, { create: true });
  const part = new Uint8Array(997);
  for (let i = 0; i < 500; i++) file.write(i * part.length, part.fill(i & 255));
  const all = readWholeFile(fs, `${dir}/a`);
  assertEquals(all.length, 500 * 997);
  for (let i = 0; i < 500; i++) {
    assert(all[i * 997] === (i & 255) && all[i * 997 + 996] === (i & 255), `part ${i}`);
  }
  file.close();
});

contract("a missing file is made only when asked for", (fs, dir) => {
  failsWith("ENOENT", `${dir}/a`, () => fs.open(`${dir}/a`));
  failsWith("ENOENT", `${dir}/none/a`, () => fs.open(`${dir}/none/a`, { create: true }));
  assertEquals(fs.stat(`${dir}/a`), undefined);
  fs.open(`${dir}/a`, { create: true }).close();
  fs.open(`${dir}/a`).close();
  assertEquals(fs.stat(`${dir}/a`)?.size, 0);
  assertThrows(() => fs.open(dir), LogDirError, "EISDIR");
  assertThrows(() => fs.open(dir, { readOnly: true }), LogDirError, "EISDIR");
});

contract("a preallocated file is of zeros; one that is there is left as it is", (fs, dir) => {
  fs.open(`${dir}/a`, { create: true, preallocate: 100_000 }).close();
  assertEquals(readWholeFile(fs, `${dir}/a`), new Uint8Array(100_000));
  put(fs, `${dir}/b`, "there");
  fs.open(`${dir}/b`, { create: true, preallocate: 100_000 }).close();
  assertEquals(contentOf(fs, `${dir}/b`), "there");
});

contract("a read-only handle refuses to change the file", (fs, dir) => {
  put(fs, `${dir}/a`, "kept");
  const file = fs.open(`${dir}/a`, { readOnly: true });
  assertThrows(() => file.write(0, bytes("x")), LogDirError);
  assertThrows(() => file.truncate(0), LogDirError);
  file.close();
  assertEquals(contentOf(fs, `${dir}/a`), "kept");
});

contract("a closed handle fails, and may be closed again", async (fs, dir) => {
  const file = fs.open(`${dir}/a`, { create: true });
  file.close();
  file.close();
  assertThrows(() => file.size(), LogUnavailableError, `${dir}/a`);
  assertThrows(() => file.read(0, new Uint8Array(1), 0, 1), LogUnavailableError);
  assertThrows(() => file.write(0, new Uint8Array(1)), LogUnavailableError);
  assertThrows(() => file.truncate(0), LogUnavailableError);
  assertThrows(() => file.flushSync(), LogUnavailableError);
  assertThrows(() => file.rename(`${dir}/b`), LogUnavailableError);
  await assertRejects(() => file.flush(), LogUnavailableError);
});

contract(
  "a handle follows its own rename, that by name, and that of a directory above",
  (fs, dir) => {
    fs.makeDirectory(`${dir}/p/q`);
    const file = fs.open(`${dir}/p/q/a`, { create: true });
    const twin = fs.open(`${dir}/p/q/a`);
    file.rename(`${dir}/p/q/b`);
    assertEquals([file.path, twin.path], [`${dir}/p/q/b`, `${dir}/p/q/b`]);
    fs.rename(`${dir}/p/q/b`, `${dir}/p/c`);
    fs.rename(`${dir}/p`, `${dir}/moved`);
    assertEquals(file.path, `${dir}/moved/c`);
    // Whatever descriptor it has is likely gone: the file is found under its new name.
    for (let i = 0; i < 3; i++) fs.open(`${dir}/other${i}`, { create: true }).close();
    twin.write(0, bytes("here"));
    assertEquals(file.size(), 4);
    assertEquals(contentOf(fs, `${dir}/moved/c`), "here");
    assertEquals(fs.stat(`${dir}/p`), undefined);
    file.close();
    twin.close();
  },
);

contract("a rename takes the place of a file, whose handles keep the old one", (fs, dir) => {
  put(fs, `${dir}/old`, "old");
  put(fs, `${dir}/new`, "new");
  const old = fs.open(`${dir}/old`);
  const fresh = fs.open(`${dir}/new`);
  fresh.rename(`${dir}/old`);
  fs.list(dir);
  assertEquals(contentOf(fs, `${dir}/old`), "new");
  assertEquals(fs.stat(`${dir}/new`), undefined);
  const target = new Uint8Array(3);
  assertEquals([old.read(0, target, 0, 3), text(target)], [3, "old"]);
  old.write(3, bytes("er"));
  assertEquals(old.size(), 5);
  assertEquals(contentOf(fs, `${dir}/old`), "new");
  fs.rename(`${dir}/old`, `${dir}/old`);
  assertEquals(contentOf(fs, `${dir}/old`), "new");
  old.close();
  fresh.close();
});

contract("a rename that can't be says why and changes nothing", (fs, dir) => {
  failsWith("ENOENT", `${dir}/none`, () => fs.rename(`${dir}/none`, `${dir}/a`));
  fs.makeDirectory(`${dir}/full/sub`);
  put(fs, `${dir}/a`, "a");
  assertThrows(() => fs.rename(`${dir}/a`, `${dir}/full`), LogDirError);
  assertThrows(() => fs.rename(`${dir}/full`, `${dir}/a`), LogDirError);
  assertThrows(() => fs.rename(`${dir}/full`, `${dir}/full/sub/x`), LogDirError);
  assertThrows(() => fs.rename(`${dir}/a`, `${dir}/none/a`), LogDirError, "ENOENT");
  assertEquals(contentOf(fs, `${dir}/a`), "a");
  assertEquals(fs.list(`${dir}/full`), [{ name: "sub", isDirectory: true }]);
});

contract("a removed file stays usable through open handles", async (fs, dir) => {
  fs.makeDirectory(`${dir}/p`);
  const file = fs.open(`${dir}/p/a`, { create: true });
  const other = fs.open(`${dir}/p/b`, { create: true });
  file.write(0, bytes("still here"));
  other.write(0, bytes("me too"));
  fs.remove(`${dir}/p`);
  assertEquals(fs.stat(`${dir}/p/a`), undefined);
  for (let i = 0; i < 3; i++) fs.open(`${dir}/other${i}`, { create: true }).close();
  const target = new Uint8Array(10);
  assertEquals(file.read(0, target, 0, 10), 10);
  assertEquals(text(target), "still here");
  file.write(10, bytes("!"));
  assertEquals([file.size(), other.size()], [11, 6]);
  await file.flush();
  assertThrows(() => file.rename(`${dir}/b`), LogDirError, "ENOENT");
  // A new file of that name is another one.
  fs.makeDirectory(`${dir}/p`);
  put(fs, `${dir}/p/a`, "new");
  assertEquals(file.size(), 11);
  file.close();
  other.close();
});

contract("removing takes a directory with all in it; what is not there is fine", (fs, dir) => {
  fs.makeDirectory(`${dir}/p/q`);
  put(fs, `${dir}/p/q/a`, "a");
  fs.remove(`${dir}/p`);
  fs.remove(`${dir}/p`);
  fs.remove(`${dir}/none/a`);
  fs.makeDirectory(`${dir}/empty`);
  fs.remove(`${dir}/empty`);
  assertEquals(fs.list(dir), []);
});

contract("a directory lists its names in order", (fs, dir) => {
  for (const name of ["b", "a", "10", "9"]) put(fs, `${dir}/${name}`, "");
  fs.makeDirectory(`${dir}/c`);
  assertEquals(fs.list(dir), [
    { name: "10", isDirectory: false },
    { name: "9", isDirectory: false },
    { name: "a", isDirectory: false },
    { name: "b", isDirectory: false },
    { name: "c", isDirectory: true },
  ]);
  assertThrows(() => fs.list(`${dir}/none`), LogDirError, "ENOENT");
  assertThrows(() => fs.list(`${dir}/a`), LogDirError, "ENOTDIR");
});

contract("making a directory makes those above, and is fine twice", (fs, dir) => {
  fs.makeDirectory(`${dir}/p/q/r`);
  fs.makeDirectory(`${dir}/p/q/r`);
  assertEquals(fs.stat(`${dir}/p/q/r`)?.isDirectory, true);
  put(fs, `${dir}/a`, "");
  assertThrows(() => fs.makeDirectory(`${dir}/a`), LogDirError);
  assertThrows(() => fs.makeDirectory(`${dir}/a/b`), LogDirError);
});

contract("stat tells size, kind and the time of the last write", (fs, dir) => {
  const before = Date.now();
  put(fs, `${dir}/a`, "12345");
  const stat = fs.stat(`${dir}/a`);
  assertEquals([stat?.size, stat?.isDirectory], [5, false]);
  assert(Math.abs((stat?.modifiedMs ?? 0) - before) < 60_000, `modified ${stat?.modifiedMs}`);
  fs.setModified(`${dir}/a`, 1_600_000_000_123);
  assertEquals(fs.stat(`${dir}/a`)?.modifiedMs, 1_600_000_000_123);
  assertEquals(fs.stat(`${dir}/a/b`), undefined);
  assertThrows(() => fs.setModified(`${dir}/none`, 0), LogDirError, "ENOENT");
});

contract(
  "flushes return once done, also with writes, a rename and a close meanwhile",
  async (fs, dir) => {
    const file = fs.open(`${dir}/a`, { create: true });
    file.write(0, new Uint8Array(1 << 20));
    const flushed = [file.flush(), file.flush()];
    file.write(10, bytes("meanwhile"));
    file.rename(`${dir}/b`);
    fs.open(`${dir}/other`, { create: true }).close();
    await Promise.all(flushed);
    const last = file.flush();
    file.close();
    await last;
    const sync = fs.open(`${dir}/b`);
    sync.flushSync();
    sync.close();
    fs.flushDirectory(dir);
    assertThrows(() => fs.flushDirectory(`${dir}/none`), LogDirError, "ENOENT");
    await Promise.all([fs.flushDirectoryAsync(dir), fs.flushDirectoryAsync(dir)]);
    await assertRejects(() => fs.flushDirectoryAsync(`${dir}/none`), LogDirError, "ENOENT");
    assertEquals(contentOf(fs, `${dir}/b`).slice(10, 19), "meanwhile");
  },
);

contract("a directory has one lock, however its path is written", (fs, dir) => {
  const lock = fs.lock(dir);
  const error = assertThrows(() => fs.lock(`${dir}/../${dir.split("/").at(-1)}/.`));
  assertInstanceOf(error, LogUnavailableError);
  assertStringIncludes(error.message, "in this process");
  assertEquals(fs.stat(`${dir}/.lock`)?.size, 0);
  lock.release();
  lock.release();
  const again = fs.lock(dir);
  lock.release();
  assertThrows(() => fs.lock(dir), LogUnavailableError);
  again.release();
  assertThrows(() => fs.lock(`${dir}/none`), LogDirError, "ENOENT");
});

contract("hundreds of files are open at once", (fs, dir) => {
  const files = Array.from({ length: 300 }, (_, i) => fs.open(`${dir}/${i}`, { create: true }));
  files.forEach((file, i) => file.write(0, bytes(`file ${i}`)));
  const target = new Uint8Array(20);
  files.forEach((file, i) => {
    assertEquals(text(target.subarray(0, file.read(0, target, 0, 20))), `file ${i}`);
    file.close();
  });
});
