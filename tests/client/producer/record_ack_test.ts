import { assertEquals, assertRejects } from "@std/assert";
import { promiseAck } from "../../../client/producer/record_ack.ts";
import { RecordMetadata } from "../../../client/producer/record_metadata.ts";

Deno.test("a promise is kept with the metadata, and broken with the error", async () => {
  const metadata = new RecordMetadata("orders", 1, 7, 5, 1, 2);
  const kept = Promise.withResolvers<RecordMetadata>();
  promiseAck(kept.resolve, kept.reject)(metadata, null);
  assertEquals(await kept.promise, metadata);
  const broken = Promise.withResolvers<RecordMetadata>();
  promiseAck(broken.resolve, broken.reject)(null, new Error("lost"));
  await assertRejects(() => broken.promise, Error, "lost");
});
