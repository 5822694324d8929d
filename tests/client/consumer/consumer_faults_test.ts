import { assert, assertEquals } from "@std/assert";
import { MemoryTransport } from "../../../client/network/memory_transport.ts";
import { Consumer } from "../../../client/consumer/consumer.ts";
import { TestBroker } from "../../../cluster/testing/mod.ts";
import { string } from "../../../storage/serde/string.ts";
import { systemEnv } from "../../../storage/system_env.ts";
import { brokerEnv } from "../../support/broker.ts";
import { ConsumerWorld, take, tp, values } from "../../support/consumer_world.ts";
import { manualEnv } from "../../support/manual_env.ts";

Deno.test("a broker that stops and comes back is read on, where the consumer was", async () => {
  const options = { env: brokerEnv(), transport: new MemoryTransport(), port: 19_092 };
  const consumerOptions = {
    bootstrapServers: "127.0.0.1:19092",
    transport: options.transport,
    valueDeserializer: string(),
    autoOffsetReset: "none",
    fetchMaxWaitMs: 10,
    reconnectBackoffMs: 2,
    reconnectBackoffMaxMs: 5,
    env: systemEnv(),
  } as const;
  await using consumer = new Consumer<Uint8Array, string>(consumerOptions);
  {
    await using world = await ConsumerWorld.start(options);
    await world.topic("t");
    await world.write(tp("t"), ["a", "b"]);
    consumer.assign([tp("t")]);
    consumer.seek(tp("t"), 0);
    assertEquals(values(await take(consumer, 2)), ["a", "b"]);
  }
  assertEquals((await consumer.poll(30)).count, 0);
  await using world = await ConsumerWorld.start(options);
  await world.write(tp("t"), ["c"]);
  assertEquals(values(await take(consumer, 1)), ["c"]);
});

Deno.test("a broker that is not there yet is waited for", async () => {
  const transport = new MemoryTransport();
  await using consumer = new Consumer<Uint8Array, string>({
    bootstrapServers: "127.0.0.1:19092",
    transport,
    valueDeserializer: string(),
    autoOffsetReset: "earliest",
    reconnectBackoffMs: 2,
    reconnectBackoffMaxMs: 5,
    retryBackoffMs: 2,
    retryBackoffMaxMs: 5,
    fetchMaxWaitMs: 10,
  });
  consumer.assign([tp("t")]);
  assertEquals((await consumer.poll(20)).count, 0);
  await using world = await ConsumerWorld.start({ transport, port: 19_092 });
  await world.topic("t");
  await world.write(tp("t"), ["a"]);
  assertEquals(values(await take(consumer, 1)), ["a"]);
});

Deno.test("closing ends in time when the broker does not answer", async () => {
  const never = Promise.withResolvers<void>();
  await using world = await ConsumerWorld.start();
  await world.topic("t");
  const consumer = world.consumer();
  consumer.assign([tp("t")]);
  await consumer.poll(20);
  world.broker.faults.delay(never.promise, { api: "Fetch", times: Infinity });
  await consumer.poll(20);
  const begun = performance.now();
  await consumer.close({ timeoutMs: 30 });
  assert(performance.now() - begun < 5000);
  never.resolve();
});

Deno.test("the last fetch ends the session at the broker", async () => {
  await using world = await ConsumerWorld.start();
  await world.topic("t");
  const consumer = world.consumer();
  consumer.assign([tp("t")]);
  await consumer.poll(30);
  await consumer.close();
  const fetches = world.broker.requests.matching({ api: "Fetch" })
    .map(({ request }) => request as { sessionId: number; sessionEpoch: number });
  assertEquals(fetches.at(-1)!.sessionEpoch, -1);
  assertEquals(fetches.at(-1)!.sessionId, fetches.at(-2)!.sessionId);
});

Deno.test("all waits are by the clock that the consumer is given", async () => {
  await using broker = await TestBroker.start({ transport: new MemoryTransport() });
  const env = manualEnv();
  const transport = new MemoryTransport();
  const consumer = new Consumer({ bootstrapServers: broker.bootstrapServers, transport, env });
  consumer.assign([tp("t")]);
  let count: number | undefined;
  const polling = consumer.poll(60_000).then((records) => count = records.count);
  await env.clock.advance(59_999);
  assertEquals(count, undefined);
  await env.clock.advance(1);
  await polling;
  assertEquals(count, 0);
  const closing = consumer.close();
  await env.clock.advance(30_000);
  await closing;
});
