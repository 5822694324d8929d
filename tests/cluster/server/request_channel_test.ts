import { assertEquals } from "@std/assert";
import { RequestChannel } from "../../../cluster/server/request_channel.ts";
import { manualEnv } from "../../support/manual_env.ts";

function channelWith(config: { queuedMaxRequests?: number; queuedMaxRequestBytes?: number } = {}) {
  const env = manualEnv();
  // The event loop comes round when the test says so.
  const rounds: (() => void)[] = [];
  const clock = {
    now: () => env.clock.now(),
    monotonic: () => env.clock.monotonic(),
    sleep: () => new Promise<void>((resolve) => rounds.push(resolve)),
  };
  const channel = new RequestChannel(clock, {
    queuedMaxRequests: 500,
    queuedMaxRequestBytes: -1,
    ...config,
  });
  return {
    channel,
    work: (ms: number) => env.clock.advance(ms),
    async comeRound() {
      for (const round of rounds.splice(0)) round();
      for (let i = 0; i < 100; i++) await Promise.resolve();
    },
  };
}

Deno.test("requests that come one by one have their turn at once, however long that goes on", async () => {
  const { channel, work, comeRound } = channelWith();
  for (let i = 0; i < 100; i++) {
    assertEquals(channel.turn(), undefined);
    await work(1);
    await comeRound();
  }
});

Deno.test("after long work in which the event loop did not come round requests wait until it has, in order", async () => {
  const { channel, work, comeRound } = channelWith();
  assertEquals(channel.turn(), undefined);
  await work(6);
  const order: number[] = [];
  const turns = [1, 2, 3].map((number) => channel.turn()!.then(() => order.push(number)));
  await work(10);
  assertEquals([order, channel.size], [[], 3]);
  await comeRound();
  await Promise.all(turns);
  assertEquals(order, [1, 2, 3]);
  assertEquals(channel.size, 0);
});

Deno.test("no more requests wait than queued.max.requests", async () => {
  const { channel, work, comeRound } = channelWith({ queuedMaxRequests: 2 });
  channel.turn();
  await work(6);
  const turns = Array.from({ length: 5 }, () => channel.turn());
  assertEquals(channel.size, 2);
  await comeRound();
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
