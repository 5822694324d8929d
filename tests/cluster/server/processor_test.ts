import { assert, assertEquals } from "@std/assert";
import { MemoryTransport } from "../../../client/network/memory_transport.ts";
import type { Connection } from "../../../client/network/transport.ts";
import { MemoryPool } from "../../../client/network/memory_pool.ts";
import { type FrameHandler, Processor } from "../../../cluster/server/processor.ts";
import { RequestChannel } from "../../../cluster/server/request_channel.ts";
import { ProtocolError } from "../../../storage/message/protocol_error.ts";
import { manualEnv } from "../../support/manual_env.ts";

/** A frame of one byte, with its size. */
function frame(byte: number): Uint8Array {
  return new Uint8Array([0, 0, 0, 1, byte]);
}

async function serve(handle: FrameHandler, maxRequestSize = 1000, queuedMaxRequestBytes = -1) {
  const env = manualEnv();
  const transport = new MemoryTransport();
  const listener = await transport.listen({ host: "broker", port: 1 });
  const client = await transport.connect(listener.address);
  const channel = new RequestChannel(env.clock, {
    queuedMaxRequests: 500,
    queuedMaxRequestBytes,
  });
  const pool = new MemoryPool();
  let signsOfLife = 0;
  const processor = new Processor({
    connection: (await listener.accept())!,
    connectionId: "c",
    channel,
    pool,
    handle,
    maxRequestSize: () => maxRequestSize,
    onActivity: () => signsOfLife++,
    logger: env.logger,
  });
  const running = processor.run();
  return { env, client, channel, pool, processor, running, signsOfLife: () => signsOfLife };
}

async function read(connection: Connection, size: number): Promise<number[]> {
  const bytes = new Uint8Array(size);
  let at = 0;
  while (at < size) {
    const length = await connection.read(bytes.subarray(at));
    if (length === 0) break;
    at += length;
  }
  return [...bytes.subarray(0, at)];
}

Deno.test("responses come in the order of the requests, also when the first one takes longer", async () => {
  const { client, running, channel } = await serve((bytes) =>
    bytes[0] === 1
      ? Promise.resolve().then(() => Promise.resolve()).then(() => frame(11))
      : frame(bytes[0]! + 10)
  );
  await client.write(new Uint8Array([...frame(1), ...frame(2), ...frame(3)]));
  assertEquals(await read(client, 15), [...frame(11), ...frame(12), ...frame(13)]);
  client.close();
  await running;
  assertEquals(channel.bytes, 0);
});

Deno.test("one request is in handling at a time", async () => {
  let handling = 0;
  let most = 0;
  const { client, running } = await serve(async (bytes) => {
    most = Math.max(most, ++handling);
    await Promise.resolve();
    handling--;
    return frame(bytes[0]!);
  });
  await client.write(new Uint8Array([1, 2, 3, 4, 5].flatMap((byte) => [...frame(byte)])));
  await read(client, 25);
  assertEquals(most, 1);
  client.close();
  await running;
});

Deno.test("a request that wants no answer gets none, and the next one is answered", async () => {
  const { client, running } = await serve((bytes) => bytes[0] === 1 ? undefined : frame(9));
  await client.write(new Uint8Array([...frame(1), ...frame(2)]));
  assertEquals(await read(client, 5), [...frame(9)]);
  client.close();
  await running;
});

Deno.test("the connection ends when a handler says so, after what was answered before", async () => {
  const { client, running } = await serve((bytes) => bytes[0] === 2 ? "close" : frame(9));
  await client.write(new Uint8Array([...frame(1), ...frame(2), ...frame(3)]));
  assertEquals(await read(client, 100), [...frame(9)]);
  await running;
});

Deno.test("bytes that are no request end the connection, with a line that says why", async () => {
  for (const sent of [[0x7f, 0xff, 0xff, 0xff], [0xff, 0xff, 0xff, 0xff], [...frame(1)]]) {
    const { env, client, running, channel } = await serve(() => {
      throw new ProtocolError("Unknown API key");
    });
    await client.write(new Uint8Array(sent));
    assertEquals(await read(client, 1), []);
    await running;
    const [line] = env.logger.lines;
    assertEquals(line?.level, "warn");
    assert(/Unknown API key|Invalid receive/.test(String(line?.fields["reason"])));
    assertEquals(channel.bytes, 0);
  }
});

Deno.test("an unexpected error ends this connection and nothing else", async () => {
  const { env, client, running } = await serve(() => {
    throw new TypeError("a bug");
  });
  await client.write(frame(1));
  assertEquals(await read(client, 1), []);
  await running;
  assertEquals(env.logger.lines.map(({ level }) => level), ["error"]);
});

Deno.test("stopping lets the request in handling be answered, and takes no other", async () => {
  let answer: (bytes: Uint8Array) => void = () => {};
  let handled = 0;
  const { client, running, processor } = await serve(() => {
    handled++;
    return new Promise<Uint8Array>((resolve) => answer = resolve);
  });
  await client.write(new Uint8Array([...frame(1), ...frame(2)]));
  while (handled === 0) await new Promise((resolve) => setTimeout(resolve, 0));
  assert(processor.isHandling);
  const stopped = processor.stop();
  answer(frame(7));
  assertEquals(await read(client, 100), [...frame(7)]);
  await Promise.all([stopped, running]);
  assertEquals(handled, 1);
});

Deno.test("a client that does not read is not read from", async () => {
  const large = new Uint8Array(300_000);
  new DataView(large.buffer).setInt32(0, large.length - 4);
  let handled = 0;
  const { client, running } = await serve(() => {
    handled++;
    return large;
  });
  await client.write(new Uint8Array([1, 2, 3, 4].flatMap((byte) => [...frame(byte)])));
  for (let i = 0; i < 20; i++) await Promise.resolve();
  assertEquals(handled, 1);
  client.close();
  await running;
});

/** Waits until something holds. */
async function until(holds: () => boolean): Promise<void> {
  for (let i = 0; i < 1000 && !holds(); i++) await new Promise((resolve) => setTimeout(resolve, 0));
  assert(holds());
}

Deno.test("responses that are ready need not wait for one that is not", async () => {
  let answer: (bytes: Uint8Array) => void = () => {};
  const { client, running } = await serve((bytes) =>
    bytes[0] === 2 ? new Promise<Uint8Array>((resolve) => answer = resolve) : frame(bytes[0]!)
  );
  await client.write(new Uint8Array([...frame(1), ...frame(2)]));
  assertEquals(await read(client, 5), [...frame(1)]);
  answer(frame(9));
  assertEquals(await read(client, 5), [...frame(9)]);
  client.close();
  await running;
});

Deno.test("a frame stays as it is until its answer is there, whatever comes in meanwhile", async () => {
  const seen: number[][] = [];
  const { client, running, pool } = await serve(async (bytes) => {
    const before = [...bytes];
    for (let i = 0; i < 10; i++) await Promise.resolve();
    seen.push(before, [...bytes]);
    return frame(0);
  });
  const large = (byte: number) => {
    const bytes = new Uint8Array(504).fill(byte);
    new DataView(bytes.buffer).setInt32(0, 500);
    return bytes;
  };
  for (let i = 0; i < 30; i++) await client.write(large(i));
  await read(client, 150);
  for (let i = 0; i < 60; i += 2) assertEquals(seen[i], seen[i + 1]);
  assertEquals(seen.length, 60);
  client.close();
  await running;
  assertEquals(pool.lent, 0);
});

Deno.test("memory of a frame is not used again while a handler that the client did not wait for has it", async () => {
  let answer: (bytes: Uint8Array) => void = () => {};
  let handling: Uint8Array | undefined;
  const { client, running, pool } = await serve((bytes, pool) => {
    if (bytes[0] === 0) return undefined;
    if (bytes[0] === 1) return pool.take(60_000).subarray(0, 60_000).fill(0);
    handling = bytes;
    return new Promise<Uint8Array>((resolve) => answer = resolve);
  }, 10_000);
  const large = new Uint8Array(9004);
  new DataView(large.buffer).setInt32(0, 9000);
  await client.write(new Uint8Array([...large, ...large]));
  // Nobody reads the responses: the last one cannot be sent when the request after it is in handling.
  await client.write(new Uint8Array([1, 1, 1, 1, 1, 2].flatMap((byte) => [...frame(byte)])));
  await until(() => handling !== undefined);
  client.close();
  await running;
  assert(pool.lent > 0);
  const taken = [1, 2, 3].map(() => pool.take(16_000).fill(9));
  assertEquals([...handling!], [2]);
  answer(pool.take(40_000));
  for (const bytes of taken) pool.give(bytes);
  await until(() => pool.lent === 0);
});

Deno.test("while there is no memory for its next request, a connection is not read from", async () => {
  let handled = 0;
  const { client, running, channel, processor } = await serve(
    () => {
      handled++;
      return frame(1);
    },
    1000,
    100,
  );
  const other = channel.take(100);
  assertEquals(other, undefined);
  await client.write(frame(1));
  for (let i = 0; i < 50; i++) await Promise.resolve();
  assertEquals([handled, processor.isHandling], [0, true]);
  channel.release(100);
  await read(client, 5);
  assertEquals(handled, 1);
  client.close();
  await running;
  assertEquals(channel.bytes, 0);
});

Deno.test("a connection that waits for its client is not at work, so it can be found idle", async () => {
  const large = new Uint8Array(1_000_000);
  new DataView(large.buffer).setInt32(0, large.length - 4);
  const { client, running, processor } = await serve(() => large);
  await until(() => !processor.isHandling);
  await client.write(frame(1));
  // It writes what nobody reads.
  await until(() => !processor.isHandling);
  client.close();
  await running;
});

Deno.test("a response that is being written when the server stops is written", async () => {
  const large = new Uint8Array(1_000_000);
  new DataView(large.buffer).setInt32(0, large.length - 4);
  let handled = 0;
  const { client, processor } = await serve(() => {
    handled++;
    return large;
  });
  await client.write(new Uint8Array([...frame(1), ...frame(2)]));
  await until(() => handled > 0 && !processor.isHandling);
  const stopped = processor.stop();
  let got = 0;
  const bytes = new Uint8Array(1 << 16);
  for (let length; (length = await client.read(bytes)) > 0;) got += length;
  await stopped;
  assertEquals(got, large.length);
});

Deno.test("a busy connection gives way to the event loop", async () => {
  let now = 0;
  const { client, running, env } = await serve((bytes) => {
    now++;
    return frame(bytes[0]!);
  });
  env.clock.monotonic = () => now;
  let turns = 0;
  const { sleep } = env.clock;
  env.clock.sleep = (ms, signal) => {
    if (ms === 0) turns++;
    return sleep.call(env.clock, ms, signal);
  };
  await client.write(new Uint8Array(Array.from({ length: 100 }, () => [...frame(1)]).flat()));
  await read(client, 500);
  assert(turns >= 10, String(turns));
  client.close();
  await running;
});
