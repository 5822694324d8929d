import { assert, assertEquals, assertMatch, assertRejects } from "@std/assert";
import { silentLogger } from "../../storage/env.ts";
import { DiskFileSystem } from "../../storage/file/disk_file_system.ts";
import { consoleLogger, systemClock, systemEnv, systemRandom } from "../../storage/system_env.ts";

Deno.test("the system's world is the disk, and silent unless told otherwise", () => {
  const env = systemEnv();
  assert(env.fileSystem instanceof DiskFileSystem);
  assertEquals(env.logger, silentLogger);
  assertEquals(systemEnv({ logger: consoleLogger }).logger, consoleLogger);
});

Deno.test("its clock tells the time and sleeps", async () => {
  assert(Math.abs(systemClock.now() - Date.now()) < 10_000);
  const before = systemClock.monotonic();
  await systemClock.sleep(5);
  assert(systemClock.monotonic() - before >= 4);
  await systemClock.sleep(0);
});

Deno.test("sockets have their turn while work goes on in slices that give way with a sleep of 0", async () => {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const echo = (async () => {
    const connection = await listener.accept();
    const buffer = new Uint8Array(1);
    await connection.read(buffer);
    await connection.write(buffer);
    connection.close();
  })();
  let isDone = false;
  let slices = 0;
  const working = (async () => {
    while (!isDone) {
      slices++;
      const start = systemClock.monotonic();
      while (systemClock.monotonic() - start < 7);
      await systemClock.sleep(0);
    }
  })();
  const { port } = listener.addr as Deno.NetAddr;
  const client = await Deno.connect({ hostname: "127.0.0.1", port });
  await client.write(new Uint8Array(1));
  assertEquals(await client.read(new Uint8Array(1)), 1);
  isDone = true;
  await Promise.all([echo, working]);
  client.close();
  listener.close();
  // A handful; a hundred when they are kept from it.
  assert(slices < 30, `slices: ${slices}`);
});

Deno.test("a sleep ends with the reason of its signal, and leaves no timer", async () => {
  const stop = new AbortController();
  const asleep = systemClock.sleep(2 ** 40, stop.signal);
  stop.abort(new Error("stopped"));
  await assertRejects(() => asleep, Error, "stopped");
  await assertRejects(() => systemClock.sleep(1, stop.signal), Error, "stopped");
});

Deno.test("its randomness gives as many bytes as asked for", () => {
  const bytes = systemRandom.bytes(200_000);
  assertEquals(bytes.length, 200_000);
  for (const part of [bytes.subarray(0, 100), bytes.subarray(199_900)]) {
    assert(part.some((byte) => byte !== 0));
  }
  const number = systemRandom.next();
  assert(number >= 0 && number < 1);
});

Deno.test("a line on the console has time, level, message and values", () => {
  const lines: string[] = [];
  const original = console.error;
  console.error = (line: string) => lines.push(line);
  try {
    consoleLogger.write("warn", "Cut the tail", {
      ...{ offset: 5, path: "/a b", error: new Error("no"), list: [1], none: undefined },
    });
  } finally {
    console.error = original;
  }
  assertMatch(
    lines[0]!,
    /^\d{4}-\S+Z WARN Cut the tail offset=5 path="\/a b" error="no" list=\[1\] none=undefined$/,
  );
});
