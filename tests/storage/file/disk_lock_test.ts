import { assert, assertEquals, assertStringIncludes, assertThrows } from "@std/assert";
import { LogUnavailableError } from "../../../storage/errors.ts";
import { DiskFileSystem } from "../../../storage/file/disk_file_system.ts";

/** The lock against other processes, ours and Apache Kafka's (which itself is in tests/interop). */

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

/** Runs a program in another process, and ends it once `check` is done. */
async function withProcess(
  program: string,
  check: (pid: number) => void | Promise<void>,
): Promise<void> {
  const child = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-config", program],
    stdin: "piped",
    stdout: "piped",
    stderr: "inherit",
  }).spawn();
  const reader = child.stdout.getReader();
  try {
    const { value } = await reader.read();
    assertEquals(new TextDecoder().decode(value).trim(), "ready");
    await check(child.pid);
  } finally {
    child.kill("SIGKILL");
    await child.stdin.close().catch(() => {});
    await reader.cancel();
    await child.status;
  }
}

const holdOn = `console.log("ready"); await new Promise((done) => setTimeout(done, 60_000));`;

inTempDirectory(
  "a directory that another process has locked is refused until that ends",
  async (dir) => {
    const fileSystem = new DiskFileSystem();
    const program = `
    const { DiskFileSystem } = await import(${JSON.stringify(source)});
    new DiskFileSystem().lock(${JSON.stringify(dir)});
    ${holdOn}`;
    await withProcess(program, () => {
      const error = assertThrows(
        () => fileSystem.lock(dir),
        LogUnavailableError,
        "another process",
      );
      assertStringIncludes(error.message, dir);
      assertEquals(error.code, "KAFKA_STORAGE_ERROR");
    });
    // Killed: the system has let go of the lock, the file stays.
    fileSystem.lock(dir).release();
    assert(fileSystem.stat(`${dir}/.lock`));
  },
);

inTempDirectory(
  "a directory with a POSIX lock, such as Apache Kafka's, is refused with the pid",
  async (dir) => {
    const fileSystem = new DiskFileSystem();
    // SQLite locks its file with fcntl, as Java does.
    const program = `
    const { DatabaseSync } = await import("node:sqlite");
    const database = new DatabaseSync(${JSON.stringify(`${dir}/.lock`)});
    database.exec("CREATE TABLE t(x); BEGIN EXCLUSIVE; INSERT INTO t VALUES (1)");
    ${holdOn}`;
    await withProcess(program, (pid) => {
      assertThrows(
        () => fileSystem.lock(dir),
        LogUnavailableError,
        `the process with pid ${pid} has it`,
      );
      // The refusal left nothing behind that would refuse the next in the wrong words.
      assertThrows(() => fileSystem.lock(dir), LogUnavailableError, `pid ${pid}`);
    });
    fileSystem.lock(dir).release();
  },
  !linux,
);

inTempDirectory(
  "a lock is found through a link to its directory, and by another file system object",
  (dir) => {
    Deno.mkdirSync(`${dir}/logs`);
    Deno.symlinkSync(`${dir}/logs`, `${dir}/link`);
    const lock = new DiskFileSystem().lock(`${dir}/link`);
    assertThrows(
      () => new DiskFileSystem().lock(`${dir}/logs`),
      LogUnavailableError,
      "in this process",
    );
    lock.release();
    new DiskFileSystem().lock(`${dir}/logs`).release();
  },
  Deno.build.os === "windows",
);

/** Runs a program in another process to its end. */
function outputOf(program: string): string {
  const { stdout, stderr } = new Deno.Command(Deno.execPath(), {
    args: ["eval", "--no-config", program],
  }).outputSync();
  return new TextDecoder().decode(stdout) + new TextDecoder().decode(stderr);
}

inTempDirectory("what takes POSIX locks, as Apache Kafka does, meets ours", (dir) => {
  const program = `
    const { DatabaseSync } = await import("node:sqlite");
    const database = new DatabaseSync(${JSON.stringify(`${dir}/.lock`)});
    try { database.exec("BEGIN EXCLUSIVE"); console.log("free"); } catch (error) { console.log(error.message); }`;
  const fileSystem = new DiskFileSystem();
  const lock = fileSystem.lock(dir);
  assertStringIncludes(outputOf(program), "database is locked");
  // Another attempt in this process must not end the lock, as closing the file in between would.
  assertThrows(() => fileSystem.lock(dir), LogUnavailableError, "in this process");
  assertStringIncludes(outputOf(program), "database is locked");
  assertEquals([...Deno.readDirSync(dir)].map((entry) => entry.name), [".lock"]);
  lock.release();
  assertEquals(outputOf(program), "free\n");
  assertEquals(Deno.statSync(`${dir}/.lock`).size, 0);
}, Deno.build.os === "windows");

inTempDirectory("a lock file with something in it locks all the same", (dir) => {
  Deno.writeTextFileSync(`${dir}/.lock`, "put here by hand");
  const fileSystem = new DiskFileSystem();
  const lock = fileSystem.lock(dir);
  assertThrows(() => fileSystem.lock(dir), LogUnavailableError);
  lock.release();
  assertEquals(Deno.readTextFileSync(`${dir}/.lock`), "put here by hand");
});

inTempDirectory("releasing twice does not release the next lock", (dir) => {
  const fileSystem = new DiskFileSystem();
  const first = fileSystem.lock(dir);
  first.release();
  const second = fileSystem.lock(dir);
  first.release();
  assertThrows(() => fileSystem.lock(dir), LogUnavailableError);
  second.release();
});
