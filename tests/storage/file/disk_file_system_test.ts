import { assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { LogDirError } from "../../../storage/errors.ts";
import { DiskFileSystem } from "../../../storage/file/disk_file_system.ts";

/** What tests/contract/file_system_test.ts leaves: descriptors, and the system's errors. */

const linux = Deno.build.os === "linux";
const source = new URL("../../../storage/file/disk_file_system.ts", import.meta.url).href;

function inTempDirectory(
  fact: string,
  check: (directory: string) => void | Promise<void>,
  ignore = false,
): void {
  Deno.test({
    name: fact,
    ignore,
    async fn() {
      const directory = Deno.makeTempDirSync();
      try {
        await check(directory);
      } finally {
        Deno.removeSync(directory, { recursive: true });
      }
    },
  });
}

inTempDirectory("no more descriptors are held than allowed, however many files are open", (dir) => {
  const fileSystem = new DiskFileSystem({ maxOpenFiles: 3 });
  const files = Array.from(
    { length: 10 },
    (_, i) => fileSystem.open(`${dir}/${i}`, { create: true }),
  );
  assertEquals(fileSystem.openDescriptors, 3);
  const one = new Uint8Array(1);
  for (const file of files) file.write(0, one.fill(7));
  for (const file of files) assertEquals([file.read(0, one.fill(0), 0, 1), one[0]], [1, 7]);
  assertEquals(fileSystem.openDescriptors, 3);
  for (const file of files) file.close();
  assertEquals(fileSystem.openDescriptors, 0);
});

inTempDirectory("a descriptor is not taken away while it is being flushed", async (dir) => {
  const fileSystem = new DiskFileSystem({ maxOpenFiles: 1 });
  const file = fileSystem.open(`${dir}/a`, { create: true });
  file.write(0, new Uint8Array(1 << 20));
  const flushed = file.flush();
  const others = [1, 2, 3].map((i) => fileSystem.open(`${dir}/${i}`, { create: true }));
  assertEquals(fileSystem.openDescriptors, 2);
  file.close();
  assertEquals(fileSystem.openDescriptors, 2);
  await flushed;
  assertEquals(fileSystem.openDescriptors, 1);
  for (const other of others) other.close();
});

inTempDirectory("a removed file that is open keeps a descriptor beyond the limit", (dir) => {
  const fileSystem = new DiskFileSystem({ maxOpenFiles: 1 });
  const files = [1, 2, 3].map((i) => fileSystem.open(`${dir}/${i}`, { create: true }));
  for (const i of [1, 2, 3]) fileSystem.remove(`${dir}/${i}`);
  assertEquals(fileSystem.openDescriptors, 3);
  for (const file of files) file.write(0, new Uint8Array([1]));
  for (const file of files) file.close();
  assertEquals(fileSystem.openDescriptors, 0);
});

inTempDirectory("a file that someone else removed fails once its descriptor is gone", (dir) => {
  const fileSystem = new DiskFileSystem({ maxOpenFiles: 1 });
  const file = fileSystem.open(`${dir}/a`, { create: true });
  const other = fileSystem.open(`${dir}/b`, { create: true });
  Deno.removeSync(`${dir}/a`);
  const error = assertThrows(() => file.write(0, new Uint8Array(1)), LogDirError, "ENOENT");
  assertEquals(error.path, file.path);
  file.close();
  other.close();
});

inTempDirectory("a path is taken from where the process was when the file was opened", (dir) => {
  const fileSystem = new DiskFileSystem({ maxOpenFiles: 1 });
  const before = Deno.cwd();
  Deno.chdir(dir);
  try {
    const file = fileSystem.open("./sub/../a", { create: true });
    fileSystem.open("b", { create: true }).close();
    Deno.chdir(before);
    assertEquals(file.path, `${Deno.realPathSync(dir)}/a`);
    file.write(0, new Uint8Array(1));
    file.close();
  } finally {
    Deno.chdir(before);
  }
});

inTempDirectory("a directory behind a link is listed as one", (dir) => {
  const fileSystem = new DiskFileSystem();
  fileSystem.makeDirectory(`${dir}/real`);
  Deno.symlinkSync(`${dir}/real`, `${dir}/link`);
  Deno.symlinkSync(`${dir}/none`, `${dir}/broken`);
  assertEquals(fileSystem.list(dir), [
    { name: "broken", isDirectory: false },
    { name: "link", isDirectory: true },
    { name: "real", isDirectory: true },
  ]);
}, Deno.build.os === "windows");

Deno.test({
  name: "a full disk is an error that names the file and ENOSPC",
  ignore: !linux,
  fn() {
    const file = new DiskFileSystem().open("/dev/full");
    const error = assertThrows(() => file.write(0, new Uint8Array(10)), LogDirError, "ENOSPC");
    assertStringIncludes(error.message, "/dev/full");
    assertEquals((error.cause as { code?: string }).code, "ENOSPC");
    file.close();
  },
});

inTempDirectory(
  "a system with fewer descriptors than the cache may hold is got along with",
  async (dir) => {
    const program = `
    const { DiskFileSystem } = await import(${JSON.stringify(source)});
    const fileSystem = new DiskFileSystem({ maxOpenFiles: 100_000 });
    const files = [];
    for (let i = 0; i < 200; i++) files.push(fileSystem.open("${dir}/" + i, { create: true }));
    for (const file of files) file.write(0, new Uint8Array(3));
    const held = [];
    let told = "";
    for (let i = 0; i < 200; i++) fileSystem.remove("${dir}/" + i); // kept: nothing is left to evict
    console.log(files.length, fileSystem.openDescriptors < 100);
    const kept = [];
    try {
      for (let i = 0; i < 200; i++) {
        kept.push(fileSystem.open("${dir}/more" + i, { create: true }));
        fileSystem.remove("${dir}/more" + i);
        kept.at(-1).write(0, new Uint8Array(1));
      }
    } catch (error) { told = error.message; }
    console.log(told.includes("EMFILE"));
  `;
    const { code, stdout, stderr } = await new Deno.Command("sh", {
      args: ["-c", `ulimit -n 100; exec "$0" eval --no-config "$1"`, Deno.execPath(), program],
    }).output();
    assertEquals(code, 0, new TextDecoder().decode(stderr));
    assertEquals(new TextDecoder().decode(stdout), "200 true\ntrue\n");
  },
  !linux,
);
