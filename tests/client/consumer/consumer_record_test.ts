import { assertEquals, assertStrictEquals } from "@std/assert";
import { ConsumerRecord } from "../../../client/consumer/consumer_record.ts";
import { RecordBatch } from "../../../storage/record/record_batch.ts";
import { batchOfRecords } from "../../support/consumer_world.ts";

Deno.test("headers are read when they are asked for, once", () => {
  const headers = [{ key: "h", value: new Uint8Array([1]) }];
  const cursor = new RecordBatch(batchOfRecords([{ value: "v", headers }])).cursor();
  cursor.advance();
  const { bytes, headersAt, headerCount } = cursor;
  const record = new ConsumerRecord<string, string>(
    "t",
    1,
    2,
    3,
    "CreateTime",
    4,
    5,
    6,
    "k",
    "v",
    bytes,
    headersAt,
    headerCount,
  );
  assertEquals(record.headers, headers);
  assertStrictEquals(record.headers, record.headers);
  assertEquals({ ...record }, {
    topic: "t",
    partition: 1,
    offset: 2,
    timestamp: 3,
    timestampType: "CreateTime",
    leaderEpoch: 4,
    serializedKeySize: 5,
    serializedValueSize: 6,
    key: "k",
    value: "v",
  } as never);
});
