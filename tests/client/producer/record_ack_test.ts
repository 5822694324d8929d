import { assertEquals, assertRejects } from "@std/assert";
import { RecordAck } from "../../../client/producer/record_ack.ts";
import type { RecordMetadata } from "../../../client/producer/record_metadata.ts";

Deno.test("a promise and a callback hear the same, the callback first", async () => {
  const heard: string[] = [];
  const { promise, resolve, reject } = Promise.withResolvers<RecordMetadata>();
  const kept = promise.then((metadata) => heard.push(`promise ${metadata}`));
  const ack = new RecordAck(resolve, reject, (metadata) => heard.push(`callback ${metadata}`));
  Object.assign(ack, { timestamp: 5, keySize: 1, valueSize: 2 });
  ack.succeed("orders", 1, 7, -1);
  await kept;
  assertEquals(heard, ["callback orders-1@7", "promise orders-1@7"]);
  const { timestamp, serializedKeySize, serializedValueSize } = await promise;
  assertEquals([timestamp, serializedKeySize, serializedValueSize], [5, 1, 2]);
});

Deno.test("the broker's time takes the place of the record's", () => {
  let told: RecordMetadata | null = null;
  const ack = new RecordAck(undefined, undefined, (metadata) => told = metadata);
  ack.timestamp = 5;
  ack.succeed("orders", 0, 0, 99);
  assertEquals(told!["timestamp"], 99);
});

Deno.test("a failure breaks the promise", async () => {
  const { promise, resolve, reject } = Promise.withResolvers<RecordMetadata>();
  new RecordAck(resolve, reject, undefined).fail(new Error("lost"));
  await assertRejects(() => promise, Error, "lost");
});
