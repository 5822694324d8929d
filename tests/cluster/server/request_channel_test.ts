import { assert, assertEquals } from "@std/assert";
import { RequestChannel } from "../../../cluster/server/request_channel.ts";
import { manualEnv } from "../../support/manual_env.ts";

function channelWith(config: { queuedMaxRequests?: number; queuedMaxRequestBytes?: number } = {}) {
  const env = manualEnv();
  const channel = new RequestChannel(env.clock, {
    queuedMaxRequests: 500,
    queuedMaxRequestBytes: -1,
    ...config,
  });
  return { clock: env.clock, channel };
}

Deno.test("without load a request has its turn at once", () => {
  const { clock, channel } = channelWith();
  for (let i = 0; i < 100; i++) {
    assertEquals(channel.turn(), undefined);
    clock.set(clock.now());
  }
});

Deno.test("after long work without a pause requests wait, in order", async () => {
  const { clock, channel } = channelWith();
  assertEquals(channel.turn(), undefined);
  await clock.advance(6);
  const order: number[] = [];
  const turns = [1, 2, 3].map((number) => channel.turn()!.then(() => order.push(number)));
  assertEquals(turns.filter((turn) => turn === undefined), []);
  await Promise.all(turns);
  assertEquals(order, [1, 2, 3]);
  assertEquals(channel.size, 0);
});

Deno.test("no more requests wait than queued.max.requests", async () => {
  const { clock, channel } = channelWith({ queuedMaxRequests: 2 });
  channel.turn();
  await clock.advance(6);
  const turns = Array.from({ length: 5 }, () => channel.turn());
  assert(channel.size <= 2, String(channel.size));
  await Promise.all(turns);
  assertEquals(channel.size, 0);
});

Deno.test("memory is given while there is any left, in order, and always to somebody", async () => {
  const { channel } = channelWith({ queuedMaxRequestBytes: 100 });
  assertEquals(channel.take(60), undefined);
  assertEquals(channel.take(1000), undefined, "one that is larger than what is left");
  const order: number[] = [];
  const third = channel.take(10)!.then(() => order.push(3));
  const fourth = channel.take(1)!.then(() => order.push(4));
  channel.release(60);
  await Promise.resolve();
  assertEquals(order, []);
  channel.release(1000);
  await Promise.all([third, fourth]);
  assertEquals([order, channel.bytes], [[3, 4], 11]);
});

Deno.test("without a limit, memory is always given", () => {
  for (const queuedMaxRequestBytes of [-1, 0]) {
    const { channel } = channelWith({ queuedMaxRequestBytes });
    for (let i = 0; i < 10; i++) assertEquals(channel.take(1 << 30), undefined);
  }
});
