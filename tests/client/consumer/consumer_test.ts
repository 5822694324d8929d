import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Consumer } from "../../../client/consumer/consumer.ts";
import {
  IllegalConsumerStateError,
  NoOffsetForPartitionError,
} from "../../../client/consumer/consumer_errors.ts";
import { RecordDeserializationError } from "../../../client/consumer/record_deserialization_error.ts";
import { KafkaError } from "../../../client/protocol/error_codes.ts";
import { InvalidConfigError } from "../../../storage/errors.ts";
import { integer } from "../../../storage/serde/integer.ts";
import { ConsumerWorld, take, tp, values } from "../../support/consumer_world.ts";

const CLOSED = "This consumer has already been closed.";

Deno.test("a consumer reads the partitions that it was assigned, from where it seeks to", async () => {
  await using world = await ConsumerWorld.start();
  await world.topic("t", 2);
  await world.write(tp("t"), ["a", "b", "c"]);
  await world.write(tp("t", 1), ["x"]);
  const consumer = world.consumer();
  consumer.assign([tp("t")]);
  consumer.seek(tp("t"), 1);
  const records = await take(consumer, 2);
  assertEquals(values(records), ["b", "c"]);
  assertEquals(records.map(({ topic, partition, offset }) => [topic, partition, offset]), [
    ["t", 0, 1],
    ["t", 0, 2],
  ]);
  assertEquals(await consumer.position(tp("t")), 3);
});

Deno.test("keys, values, headers and timestamps are those that were written", async () => {
  await using world = await ConsumerWorld.start();
  await world.topic("t");
  const headers = [{ key: "h", value: new Uint8Array([1, 2]) }, { key: "n", value: null }];
  await world.write(tp("t"), [{ key: "k", value: "v", timestamp: 77, headers }, { value: null }]);
  const consumer = world.consumer();
  consumer.assign([tp("t")]);
  const [first, second] = await take(consumer, 2);
  assertEquals([first!.key, first!.value, first!.timestamp], ["k", "v", 77]);
  assertEquals(first!.headers, headers);
  assertEquals([first!.serializedKeySize, first!.serializedValueSize], [1, 1]);
  assertEquals([first!.timestampType, first!.leaderEpoch], ["CreateTime", 0]);
  assertEquals([second!.key, second!.value, second!.headers], [null, null, []]);
  assertEquals([second!.serializedKeySize, second!.serializedValueSize], [-1, -1]);
});

Deno.test("without deserializers keys and values are bytes", async () => {
  await using world = await ConsumerWorld.start();
  await world.topic("t");
  await world.write(tp("t"), ["a"]);
  await using consumer = new Consumer({
    bootstrapServers: world.broker.bootstrapServers,
    transport: world.transport,
    fetchMaxWaitMs: 10,
  });
  consumer.assign([tp("t")]);
  consumer.seekToBeginning();
  const [record] = await take(consumer, 1);
  assertEquals(record!.value, new TextEncoder().encode("a"));
});

Deno.test("deserializers may be named by Kafka's classes", async () => {
  await using world = await ConsumerWorld.start();
  await world.topic("t");
  await world.write(tp("t"), ["abcd"]);
  const consumer = world.consumer({
    valueDeserializer: "org.apache.kafka.common.serialization.IntegerDeserializer",
  });
  consumer.assign([tp("t")]);
  assertEquals((await take(consumer, 1))[0]!.value as unknown, 0x61626364);
});

Deno.test("a poll returns max.poll.records at most, and the next goes on behind them", async () => {
  await using world = await ConsumerWorld.start();
  await world.topic("t", 2);
  await world.write(tp("t"), ["a", "b", "c"]);
  await world.write(tp("t", 1), ["x", "y"]);
  const consumer = world.consumer({ maxPollRecords: 2 });
  consumer.assign([tp("t"), tp("t", 1)]);
  const polls: string[] = [];
  for (let left = 5; left > 0;) {
    const records = await consumer.poll(10_000);
    assert(records.count <= 2);
    left -= records.count;
    polls.push(
      ...[...records].map(({ partition, offset, value }) => `${partition}/${offset}${value}`),
    );
  }
  assertEquals(polls.filter((text) => text.startsWith("0")), ["0/0a", "0/1b", "0/2c"]);
  assertEquals(polls.filter((text) => text.startsWith("1")), ["1/0x", "1/1y"]);
});

Deno.test("a poll tells where the consumer goes on", async () => {
  await using world = await ConsumerWorld.start();
  await world.topic("t");
  await world.write(tp("t"), ["a", "b"]);
  const consumer = world.consumer();
  consumer.assign([tp("t")]);
  const records = await consumer.poll(10_000);
  assertEquals([...records.nextOffsets], [[tp("t"), { offset: 2, leaderEpoch: 0 }]]);
  assertEquals(records.partitions, [tp("t")]);
});

Deno.test("a poll without time returns what is there", async () => {
  await using world = await ConsumerWorld.start();
  await world.topic("t");
  await world.write(tp("t"), ["a"]);
  const consumer = world.consumer();
  consumer.assign([tp("t")]);
  let records = await consumer.poll(0);
  assertEquals(records.count, 0);
  while (records.isEmpty) records = await consumer.poll(0);
  assertEquals(values(records), ["a"]);
});

Deno.test("a poll ends when its time is over, without records", async () => {
  await using world = await ConsumerWorld.start();
  await world.topic("t");
  const consumer = world.consumer();
  consumer.assign([tp("t")]);
  assertEquals((await consumer.poll(20)).isEmpty, true);
});

Deno.test("a poll that is aborted throws the reason, and loses nothing", async () => {
  await using world = await ConsumerWorld.start();
  await world.topic("t");
  const consumer = world.consumer();
  consumer.assign([tp("t")]);
  const aborting = new AbortController();
  const polling = consumer.poll(60_000, { signal: aborting.signal });
  await world.broker.requests.waitFor({ api: "Fetch" });
  aborting.abort(new Error("enough"));
  await assertRejects(() => polling, Error, "enough");
  await world.write(tp("t"), ["a"]);
  assertEquals(values(await take(consumer, 1)), ["a"]);
  await assertRejects(() => consumer.poll(0, { signal: aborting.signal }), Error, "enough");
});

Deno.test("two polls at once, and polls of nothing, are refused", async () => {
  await using world = await ConsumerWorld.start();
  await world.topic("t");
  const consumer = world.consumer();
  await assertRejects(
    () => consumer.poll(0),
    IllegalConsumerStateError,
    "Consumer is not subscribed to any topics or assigned any partitions",
  );
  consumer.assign([tp("t")]);
  const polling = consumer.poll(30);
  await assertRejects(() => consumer.poll(0), IllegalConsumerStateError, "once at a time");
  await polling;
});

Deno.test("closing ends a poll that waits, and everything after it is refused", async () => {
  await using world = await ConsumerWorld.start();
  await world.topic("t");
  const consumer = world.consumer();
  consumer.assign([tp("t")]);
  const polling = consumer.poll(60_000);
  const refused = assertRejects(() => polling, IllegalConsumerStateError, CLOSED);
  await world.broker.requests.waitFor({ api: "Fetch" });
  await consumer.close();
  await refused;
  await consumer.close();
  await assertRejects(() => consumer.poll(0), IllegalConsumerStateError, CLOSED);
  assertThrows(() => consumer.assignment(), IllegalConsumerStateError, CLOSED);
  assertThrows(() => consumer.seek(tp("t"), 0), IllegalConsumerStateError, CLOSED);
});

Deno.test("paused partitions are not read, and what was fetched of them is returned when they are resumed", async () => {
  await using world = await ConsumerWorld.start();
  await world.topic("t", 2);
  await world.write(tp("t"), ["a", "b"]);
  await world.write(tp("t", 1), ["x"]);
  const consumer = world.consumer({ maxPollRecords: 1 });
  consumer.assign([tp("t")]);
  assertEquals(values(await take(consumer, 1)), ["a"]);
  consumer.assign([tp("t"), tp("t", 1)]);
  consumer.pause([tp("t")]);
  assertEquals(consumer.paused(), [tp("t")]);
  assertEquals(values(await take(consumer, 1)), ["x"]);
  assertEquals((await consumer.poll(30)).count, 0);
  consumer.resume([tp("t")]);
  const fetched = world.broker.requests.all.length;
  assertEquals(values(await consumer.poll(0)), ["b"]);
  assertEquals(consumer.paused(), []);
  assert(world.broker.requests.all.length - fetched <= 1);
});

Deno.test("resuming a partition wakes a poll that waits", async () => {
  await using world = await ConsumerWorld.start();
  await world.topic("t");
  await world.write(tp("t"), ["a"]);
  const consumer = world.consumer();
  consumer.assign([tp("t")]);
  consumer.seek(tp("t"), 0);
  consumer.pause([tp("t")]);
  const polling = consumer.poll(60_000);
  consumer.resume([tp("t")]);
  assertEquals(values(await polling), ["a"]);
});

Deno.test("seeking while a fetch is on its way throws away what it brings", async () => {
  await using world = await ConsumerWorld.start();
  await world.topic("t");
  await world.write(tp("t"), ["a", "b", "c"]);
  const consumer = world.consumer({ maxPollRecords: 1 });
  consumer.assign([tp("t")]);
  assertEquals(values(await take(consumer, 1)), ["a"]);
  consumer.seek(tp("t"), 2);
  assertEquals(values(await take(consumer, 1)), ["c"]);
  consumer.seek(tp("t"), { offset: 0, leaderEpoch: 0 });
  assertEquals(values(await take(consumer, 2)), ["a", "b"]);
  assertThrows(() => consumer.seek(tp("t"), -1), RangeError, "must not be a negative number");
  assertThrows(
    () => consumer.seek(tp("other"), 0),
    IllegalConsumerStateError,
    "No current assignment for partition other-0",
  );
});

Deno.test("seekToEnd and seekToBeginning are looked up when they are needed", async () => {
  await using world = await ConsumerWorld.start();
  await world.topic("t");
  await world.write(tp("t"), ["a", "b"]);
  const consumer = world.consumer();
  consumer.assign([tp("t")]);
  consumer.seekToEnd();
  assertEquals(await consumer.position(tp("t")), 2);
  consumer.seekToBeginning([tp("t")]);
  assertEquals(await consumer.position(tp("t")), 0);
  assertEquals(values(await take(consumer, 2)), ["a", "b"]);
});

Deno.test("assigning anew keeps the positions of partitions that stay, and drops what was fetched of others", async () => {
  await using world = await ConsumerWorld.start();
  await world.topic("t", 2);
  await world.write(tp("t"), ["a", "b"]);
  await world.write(tp("t", 1), ["x", "y"]);
  const consumer = world.consumer({ maxPollRecords: 1 });
  consumer.assign([tp("t")]);
  assertEquals(values(await take(consumer, 1)), ["a"]);
  consumer.assign([tp("t"), tp("t", 1)]);
  assertEquals(await consumer.position(tp("t")), 1);
  consumer.assign([tp("t", 1)]);
  assertEquals(values(await take(consumer, 2)), ["x", "y"]);
  assertEquals(consumer.assignment(), [tp("t", 1)]);
  assertThrows(() => consumer.assign([tp(" ")]), TypeError, "null or empty topic");
});

Deno.test("auto.offset.reset says where to begin: earliest, latest", async () => {
  await using world = await ConsumerWorld.start();
  await world.topic("t");
  await world.write(tp("t"), ["a", "b"]);
  await world.deleteRecordsBefore(tp("t"), 1);
  const earliest = world.consumer({ autoOffsetReset: "earliest" });
  earliest.assign([tp("t")]);
  assertEquals(values(await take(earliest, 1)), ["b"]);
  const latest = world.consumer({ autoOffsetReset: "latest" });
  latest.assign([tp("t")]);
  assertEquals(await latest.position(tp("t")), 2);
  await world.write(tp("t"), ["c"]);
  assertEquals(values(await take(latest, 1)), ["c"]);
});

Deno.test("auto.offset.reset=by_duration begins at records of that age, or at the end when there are none", async () => {
  await using world = await ConsumerWorld.start();
  await world.topic("t");
  const now = Date.now();
  await world.write(tp("t"), [{ value: "old", timestamp: now - 7_200_000 }]);
  await world.write(tp("t"), [{ value: "young", timestamp: now - 600_000 }]);
  const anHour = world.consumer({ autoOffsetReset: "by_duration:PT1H" });
  anHour.assign([tp("t")]);
  assertEquals(values(await take(anHour, 1)), ["young"]);
  const aMinute = world.consumer({ autoOffsetReset: "by_duration:PT1M" });
  aMinute.assign([tp("t")]);
  assertEquals(await aMinute.position(tp("t")), 2);
  const aDay = world.consumer({ autoOffsetReset: "by_duration:P1D" });
  aDay.assign([tp("t")]);
  assertEquals(await aDay.position(tp("t")), 0);
});

Deno.test("with auto.offset.reset=none a partition without an offset is an error, until somebody seeks", async () => {
  await using world = await ConsumerWorld.start();
  await world.topic("t");
  await world.write(tp("t"), ["a"]);
  const consumer = world.consumer({ autoOffsetReset: "none" });
  consumer.assign([tp("t")]);
  for (let i = 0; i < 2; i++) {
    const error = await assertRejects(() => consumer.poll(1000), NoOffsetForPartitionError);
    assertEquals(error.message, "Undefined offset with no reset policy for partitions: [t-0]");
  }
  consumer.seek(tp("t"), 0);
  assertEquals(values(await take(consumer, 1)), ["a"]);
});

Deno.test("a record that a deserializer does not take is told each time, behind the good ones, until it is passed over", async () => {
  await using world = await ConsumerWorld.start();
  await world.topic("t");
  await world.write(tp("t"), ["aaaa", "b", "cccc"]);
  const consumer = world.consumer({ valueDeserializer: integer() as never });
  consumer.assign([tp("t")]);
  assertEquals((await take(consumer, 1)).length, 1);
  for (let i = 0; i < 2; i++) {
    const error = await assertRejects(() => consumer.poll(1000), RecordDeserializationError);
    assertEquals(
      error.message,
      "Error deserializing VALUE for partition t-0 at offset 1. " +
        "If needed, please seek past the record to continue consumption.",
    );
    assertEquals([error.origin, error.offset, error.topicPartition], ["VALUE", 1, tp("t")]);
    assertEquals(error.record.value, new TextEncoder().encode("b"));
  }
  consumer.seek(tp("t"), 2);
  assertEquals((await take(consumer, 1))[0]!.offset, 2);
});

Deno.test("beginning and end offsets, and offsets of times, are told of any partition", async () => {
  await using world = await ConsumerWorld.start();
  await world.topic("t", 2);
  await world.write(tp("t"), [{ value: "a", timestamp: 100 }, { value: "b", timestamp: 200 }]);
  await world.deleteRecordsBefore(tp("t"), 1);
  const consumer = world.consumer();
  const both = [tp("t"), tp("t", 1)];
  assertEquals([...await consumer.beginningOffsets(both)], [[both[0]!, 1], [both[1]!, 0]]);
  assertEquals([...await consumer.endOffsets(both)], [[both[0]!, 2], [both[1]!, 0]]);
  const found = await consumer.offsetsForTimes([[both[0]!, 150], [both[1]!, 150]]);
  assertEquals(found.get(both[0]!), { offset: 1, timestamp: 200, leaderEpoch: 0 });
  assertEquals(found.get(both[1]!), null);
  await assertRejects(
    () => consumer.offsetsForTimes([[both[0]!, -1]]),
    RangeError,
    "The target time for partition t-0 is -1. The target time cannot be negative.",
  );
});

Deno.test("offsets of a partition that is not there are waited for no longer than is said", async () => {
  await using world = await ConsumerWorld.start({
    properties: { "auto.create.topics.enable": "false" },
  });
  const consumer = world.consumer();
  const error = await assertRejects(
    () => consumer.endOffsets([tp("nowhere")], { timeoutMs: 50 }),
    KafkaError,
  );
  assertEquals(error.code, "REQUEST_TIMED_OUT");
  assertEquals(error.message, "Failed to get offsets by times in 50ms");
  const reason = new Error("enough");
  await assertRejects(
    () => consumer.endOffsets([tp("nowhere")], { signal: AbortSignal.abort(reason) }),
    Error,
    "enough",
  );
  consumer.assign([tp("nowhere")]);
  await assertRejects(
    () => consumer.position(tp("nowhere"), { timeoutMs: 30 }),
    KafkaError,
    "Timeout of 30ms expired before the position for partition nowhere-0 could be determined",
  );
  await assertRejects(
    () => consumer.position(tp("else")),
    IllegalConsumerStateError,
    "You can only check the position for partitions assigned to this consumer.",
  );
});

Deno.test("the lag is known once the end of a partition is", async () => {
  await using world = await ConsumerWorld.start();
  await world.topic("t");
  await world.write(tp("t"), ["a", "b", "c"]);
  const consumer = world.consumer({ maxPollRecords: 1 });
  consumer.assign([tp("t")]);
  consumer.seek(tp("t"), 0);
  assertEquals(consumer.currentLag(tp("t")), undefined);
  await world.broker.requests.waitFor({ api: "ListOffsets" });
  while (consumer.currentLag(tp("t")) === undefined) await consumer.position(tp("t"));
  assertEquals(consumer.currentLag(tp("t")), 3);
  await take(consumer, 1);
  assertEquals(consumer.currentLag(tp("t")), 2);
});

Deno.test("partitions of topics, and all topics, can be asked for", async () => {
  await using world = await ConsumerWorld.start({
    properties: { "auto.create.topics.enable": "false" },
  });
  await world.topic("a", 2);
  await world.topic("b");
  const consumer = world.consumer();
  assertEquals((await consumer.partitionsFor("a")).map(({ partition }) => partition), [0, 1]);
  assertEquals(await consumer.partitionsFor("nowhere"), []);
  assertEquals([...(await consumer.listTopics()).keys()].sort(), ["a", "b"]);
  const error = await assertRejects(() => consumer.partitionsFor("a:b"), KafkaError);
  assertEquals([error.code, error.message], ["INVALID_TOPIC_EXCEPTION", "Invalid topics: [a:b]"]);
});

Deno.test("a topic with an impossible name is told by the poll", async () => {
  await using world = await ConsumerWorld.start();
  const consumer = world.consumer();
  consumer.assign([tp("a:b")]);
  const error = await assertRejects(() => consumer.poll(10_000), KafkaError);
  assertEquals(error.message, "Invalid topics: [a:b]");
});

Deno.test("interceptors see records before they are returned; one that fails is passed over", async () => {
  await using world = await ConsumerWorld.start();
  await world.topic("t");
  await world.write(tp("t"), ["a"]);
  const seen: unknown[] = [];
  const consumer = world.consumer({
    interceptorClasses: [
      {
        onConsume() {
          throw new Error("broken");
        },
      },
      {
        onConsume: (records) => (seen.push(...values(records)), records),
        close: () => seen.push(0),
      },
    ],
  });
  consumer.assign([tp("t")]);
  assertEquals(values(await take(consumer, 1)), ["a"]);
  await consumer.close();
  assertEquals(seen, ["a", 0]);
  assertEquals(world.logger.matching("An interceptor failed").length, 1);
});

Deno.test("configs are refused in Kafka's words", () => {
  const bootstrapServers = "localhost:1";
  assertThrows(
    () => new Consumer({ bootstrapServers, "max.poll.records": 0 }),
    InvalidConfigError,
    "Invalid value 0 for configuration max.poll.records: Value must be at least 1",
  );
  assertThrows(
    () => new Consumer({ bootstrapServers, valueDeserializer: "com.example.Mine" }),
    InvalidConfigError,
    "Class com.example.Mine could not be found.",
  );
  assertThrows(() => new Consumer({}), InvalidConfigError, "bootstrap.servers");
});
