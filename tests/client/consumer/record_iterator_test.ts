import { assertEquals, assertRejects } from "@std/assert";
import { RecordIterator } from "../../../client/consumer/record_iterator.ts";
import { ConsumerRecords } from "../../../client/consumer/consumer_records.ts";
import type { ConsumerRecord } from "../../../client/consumer/consumer_record.ts";
import { TopicPartitionMap } from "../../../storage/file/topic_partition_map.ts";
import { ConsumerWorld, take, tp, values } from "../../support/consumer_world.ts";

async function setUp() {
  const world = await ConsumerWorld.start();
  await world.topic("t", 2);
  await world.write(tp("t"), ["a", "b", "c", "d"]);
  const consumer = world.consumer();
  consumer.assign([tp("t"), tp("t", 1)]);
  consumer.seek(tp("t"), 0);
  consumer.seek(tp("t", 1), 0);
  return { world, consumer };
}

Deno.test("a loop over a consumer sees each record, and ends when the consumer is closed", async () => {
  const { world, consumer } = await setUp();
  await using _ = world;
  const seen: (string | null)[] = [];
  let closed: Promise<void> | undefined;
  for await (const { value } of consumer) {
    seen.push(value);
    if (value === "d") closed = consumer.close();
  }
  await closed;
  assertEquals(seen, ["a", "b", "c", "d"]);
  for await (const _ of consumer) throw new Error("closed");
});

Deno.test("who leaves the loop gives back what he has not seen", async () => {
  const { world, consumer } = await setUp();
  await using _ = world;
  for await (const { value } of consumer) {
    if (value === "b") break;
  }
  assertEquals(await consumer.position(tp("t")), 2);
  assertEquals(values(await take(consumer, 2)), ["c", "d"]);
});

Deno.test("nothing is given back where somebody has gone elsewhere", async () => {
  const { world, consumer } = await setUp();
  await using _ = world;
  for await (const { value } of consumer) {
    if (value !== "b") continue;
    consumer.seek(tp("t"), 1);
    break;
  }
  assertEquals(await consumer.position(tp("t")), 1);
});

Deno.test("a signal ends the loop with its reason", async () => {
  const { world, consumer } = await setUp();
  await using _ = world;
  const aborting = new AbortController();
  const seen: (string | null)[] = [];
  await assertRejects(
    async () => {
      for await (const { value } of consumer.records({ signal: aborting.signal })) {
        seen.push(value);
        if (value === "d") aborting.abort(new Error("enough"));
      }
    },
    Error,
    "enough",
  );
  assertEquals(seen.length, 4);
});

Deno.test("polls can be looped over as a whole", async () => {
  const { world, consumer } = await setUp();
  await using _ = world;
  for await (const records of consumer.batches()) {
    assertEquals(values(records), ["a", "b", "c", "d"]);
    break;
  }
});

Deno.test("a stream reads no further than it is asked, and cancelling it gives the rest back", async () => {
  const { world, consumer } = await setUp();
  await using _ = world;
  const reader = consumer.stream().getReader();
  assertEquals((await reader.read()).value!.value, "a");
  assertEquals((await reader.read()).value!.value, "b");
  await reader.cancel();
  assertEquals(await consumer.position(tp("t")), 2);
});

Deno.test("a stream that waits for records can be cancelled", async () => {
  const { world, consumer } = await setUp();
  await using _ = world;
  consumer.seekToEnd();
  await consumer.position(tp("t"));
  const reader = consumer.stream().getReader();
  const reading = reader.read();
  await reader.cancel();
  assertEquals((await reading).done, true);
  assertEquals((await consumer.poll(0)).count, 0);
});

Deno.test("a stream ends when the consumer is closed", async () => {
  const { world, consumer } = await setUp();
  await using _ = world;
  const seen: (string | null)[] = [];
  for await (const { value } of consumer.stream()) {
    seen.push(value);
    if (value === "d") void consumer.close();
  }
  assertEquals(seen, ["a", "b", "c", "d"]);
});

Deno.test("records that come when nobody wants them any more are given back", async () => {
  const polled = Promise.withResolvers<ConsumerRecords<string, string>>();
  const givenBack: unknown[] = [];
  const iterator = new RecordIterator<string, string>({
    poll: () => polled.promise,
    giveBack: (records) => givenBack.push(...records),
    stop() {},
  });
  const reading = iterator.next();
  await iterator.return();
  const record = {} as ConsumerRecord<string, string>;
  polled.resolve(new ConsumerRecords(new TopicPartitionMap([[tp("t"), [record]]])));
  assertEquals(await reading, { done: true, value: undefined });
  assertEquals(givenBack, [record]);
});
