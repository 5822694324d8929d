import { assert, assertEquals, assertRejects, assertStrictEquals } from "@std/assert";
import { type Connection, NetworkError } from "../../../client/network/transport.ts";
import { MemoryPool } from "../../../client/network/memory_pool.ts";
import { ResponseWriter } from "../../../cluster/server/response_writer.ts";

const address = { host: "a", port: 1 };

function writerTo(write: (bytes: Uint8Array) => Promise<void>) {
  const pool = new MemoryPool();
  let signsOfLife = 0;
  const connection: Connection = {
    localAddress: address,
    remoteAddress: address,
    read: () => Promise.resolve(0),
    write,
    close: () => {},
  };
  const writer = new ResponseWriter(connection, pool, () => signsOfLife++);
  return { pool, writer, signsOfLife: () => signsOfLife };
}

Deno.test("small responses go as one, in order, and large ones as they are", async () => {
  const written: Uint8Array[] = [];
  const { pool, writer } = writerTo((bytes) => {
    written.push(bytes.slice());
    return Promise.resolve();
  });
  const sizes = [10, 20, 30_000, 5, 6, 7];
  const responses = sizes.map((size, i) => pool.take(size).subarray(0, size).fill(i));
  for (const response of responses) writer.add(response, 0);
  assertEquals(writer.size, 30_048);
  await writer.write();
  assertEquals(written.map(({ length }) => length), [30, 30_000, 18]);
  assertEquals([...written[0]!.subarray(8, 12), ...written[2]!], [
    ...[0, 0, 1, 1],
    ...[3, 3, 3, 3, 3, 4, 4, 4, 4, 4, 4, 5, 5, 5, 5, 5, 5, 5],
  ]);
  assertEquals([writer.size, pool.lent], [0, 0]);
});

Deno.test("a response alone is not copied", async () => {
  let written: Uint8Array | undefined;
  const { writer } = writerTo((bytes) => {
    written = bytes;
    return Promise.resolve();
  });
  const response = new Uint8Array(10);
  writer.add(response, 0);
  await writer.write();
  assertStrictEquals(written, response);
});

Deno.test("what waits is due when it is much, or waits for long", () => {
  const { writer } = writerTo(() => Promise.resolve());
  assertEquals(writer.isDue(100), false);
  writer.add(new Uint8Array(10), 100);
  assertEquals([writer.isDue(100.5), writer.isDue(102)], [false, true]);
  writer.drop();
  assertEquals(writer.isDue(200), false);
  writer.add(new Uint8Array(70_000), 200);
  assert(writer.isDue(200));
});

Deno.test("a client that takes a very large response piece by piece is seen to be alive", async () => {
  const { writer, signsOfLife } = writerTo(() => Promise.resolve());
  writer.add(new Uint8Array(10_000_000), 0);
  await writer.write();
  assertEquals(signsOfLife(), 3);
});

Deno.test("memory comes back when the client is gone", async () => {
  const { pool, writer } = writerTo(() => Promise.reject(new NetworkError("disconnected", "gone")));
  for (const size of [30_000, 20_000]) writer.add(pool.take(size).subarray(0, size), 0);
  await assertRejects(() => writer.write(), NetworkError);
  writer.drop();
  assertEquals([writer.size, pool.lent], [0, 0]);
});
