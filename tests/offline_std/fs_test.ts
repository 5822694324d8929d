import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import {
  copy,
  copySync,
  emptyDir,
  emptyDirSync,
  ensureDir,
  ensureDirSync,
  exists,
  existsSync,
  walk,
  walkSync,
} from "@std/fs";

/** Holds for the real `@std/fs` too. */

function inTempDirectory(fact: string, check: (directory: string) => void | Promise<void>): void {
  Deno.test(fact, async () => {
    const directory = Deno.makeTempDirSync();
    try {
      await check(directory);
    } finally {
      Deno.removeSync(directory, { recursive: true });
    }
  });
}

inTempDirectory("exists tells whether there is something, and what", async (dir) => {
  Deno.writeTextFileSync(`${dir}/f`, "");
  assertEquals([await exists(dir), existsSync(`${dir}/f`)], [true, true]);
  assertEquals([await exists(`${dir}/x`), existsSync(`${dir}/x`)], [false, false]);
  assertEquals(await exists(dir, { isFile: true }), false);
  assertEquals(existsSync(`${dir}/f`, { isFile: true, isReadable: true }), true);
  assertEquals(existsSync(`${dir}/f`, { isDirectory: true }), false);
});

inTempDirectory("directories are made with those above, and emptied", async (dir) => {
  await ensureDir(`${dir}/a/b`);
  ensureDirSync(`${dir}/a/b`);
  Deno.writeTextFileSync(`${dir}/a/b/f`, "x");
  await assertRejects(() => ensureDir(`${dir}/a/b/f`), Error);
  assertThrows(() => ensureDirSync(`${dir}/a/b/f`), Error);
  await emptyDir(`${dir}/a`);
  assertEquals([...Deno.readDirSync(`${dir}/a`)], []);
  emptyDirSync(`${dir}/new`);
  assertEquals(existsSync(`${dir}/new`, { isDirectory: true }), true);
});

inTempDirectory("walk visits what it is told to", async (dir) => {
  ensureDirSync(`${dir}/a/b`);
  for (const file of ["x.log", "a/y.index", "a/b/z.log"]) {
    Deno.writeTextFileSync(`${dir}/${file}`, "");
  }
  const seen = (options?: Parameters<typeof walkSync>[1]) =>
    [...walkSync(dir, options)].map((entry) => entry.path.slice(dir.length)).sort();
  assertEquals(seen(), ["", "/a", "/a/b", "/a/b/z.log", "/a/y.index", "/x.log"]);
  assertEquals(seen({ includeDirs: false, exts: [".log"] }), ["/a/b/z.log", "/x.log"]);
  assertEquals(seen({ maxDepth: 1 }), ["", "/a", "/x.log"]);
  assertEquals(seen({ includeFiles: false, skip: [/\/a\/b$/] }), ["", "/a"]);
  assertEquals(seen({ includeDirs: false, match: [/\/y\.index$/] }), ["/a/y.index"]);
  const names: string[] = [];
  for await (const entry of walk(dir, { includeDirs: false })) names.push(entry.name);
  assertEquals(names.sort(), ["x.log", "y.index", "z.log"]);
});

inTempDirectory("a tree is copied; what is there is replaced only if asked", async (dir) => {
  ensureDirSync(`${dir}/a/b`);
  Deno.writeTextFileSync(`${dir}/a/b/f`, "1");
  await copy(`${dir}/a`, `${dir}/c`);
  assertEquals(Deno.readTextFileSync(`${dir}/c/b/f`), "1");
  assertThrows(() => copySync(`${dir}/a`, `${dir}/c`));
  Deno.writeTextFileSync(`${dir}/a/b/f`, "2");
  copySync(`${dir}/a`, `${dir}/c`, { overwrite: true });
  assertEquals(Deno.readTextFileSync(`${dir}/c/b/f`), "2");
  await assertRejects(() => copy(`${dir}/a`, `${dir}/a/b/c`), Error);
});
