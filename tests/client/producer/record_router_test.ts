import { assertEquals, assertThrows } from "@std/assert";
import { RecordRouter } from "../../../client/producer/record_router.ts";
import { RoundRobinPartitioner } from "../../../client/producer/round_robin_partitioner.ts";
import { KafkaError } from "../../../client/protocol/error_codes.ts";
import { InvalidConfigError } from "../../../storage/errors.ts";
import { bytes, settingsOf, topicOf } from "../../support/producer_parts.ts";

const topic = topicOf("orders", [1, 1, 1, 1, 1]);
const router = (configs: Readonly<Record<string, unknown>> = {}) =>
  new RecordRouter(settingsOf(configs).config);

Deno.test("a partition is the record's own, else its key's, else any", () => {
  const choose = (record: object, key: string | null, configs = {}) =>
    router(configs).partition(
      { topic: "orders", ...record },
      key === null ? null : bytes(key),
      null,
      topic,
    );
  assertEquals(choose({ partition: 3 }, "abc"), 3);
  assertEquals(choose({}, "abc"), 479470107 % 5);
  assertEquals(choose({}, null), -1);
  assertEquals(choose({}, "abc", { partitionerIgnoreKeys: true }), -1);
});

Deno.test("partitioners come by the name of Kafka's class, or as they are", () => {
  const name = "org.apache.kafka.clients.producer.RoundRobinPartitioner";
  assertEquals(
    router({ partitionerClass: name }).partitioner instanceof RoundRobinPartitioner,
    true,
  );
  const own = { partition: () => 4 };
  assertEquals(
    router({ partitionerClass: own }).partition({ topic: "orders" }, null, null, topic),
    4,
  );
  assertThrows(
    () => router({ partitionerClass: "com.example.Mine" }),
    InvalidConfigError,
    "Class com.example.Mine could not be found.",
  );
  assertThrows(
    () => router({ partitionerClass: { choose: 1 } }),
    InvalidConfigError,
    "Not a partitioner",
  );
});

Deno.test("what no request has room for is refused, to the byte", () => {
  const value = new Uint8Array(100);
  const size = 61 + 21 + 1 + 102 + 1;
  const fits = router({ maxRequestSize: size });
  assertEquals(fits.sizeOf(null, value, undefined), size);
  fits.ensureSize(null, value, undefined);
  assertThrows(
    () => router({ maxRequestSize: size - 1 }).ensureSize(null, value, undefined),
    KafkaError,
  );
  assertThrows(
    () => router({ bufferMemory: size - 1 }).ensureSize(null, value, undefined),
    KafkaError,
    "total memory buffer",
  );
});
