import { assertEquals, assertStrictEquals } from "@std/assert";
import type { Record, RecordHeader } from "../../../storage/record/record.ts";
import { buildBatch, type NewRecord } from "../../../storage/record/record_batch_builder.ts";
import { RecordBatch } from "../../../storage/record/record_batch.ts";

const utf8 = new TextEncoder();

function roundTrip(record: NewRecord): Record {
  const [read] = [...new RecordBatch(buildBatch([record])).records()];
  return read!;
}

Deno.test("null, empty and full keys and values are told apart", () => {
  for (const key of [null, new Uint8Array(0), utf8.encode("key"), new Uint8Array(9000)]) {
    for (const value of [null, new Uint8Array(0), utf8.encode("value"), new Uint8Array(70_000)]) {
      const record = roundTrip({ key, value, timestamp: 5 });
      assertEquals(record.key, key);
      assertEquals(record.value, value);
      assertEquals(record.keySize, key?.length ?? -1);
      assertEquals(record.valueSize, value?.length ?? -1);
      assertEquals(record.hasKey, key !== null);
      assertEquals(record.hasValue, value !== null);
    }
  }
});

Deno.test("headers keep order, repeated names, null and empty values, and UTF-8", () => {
  const headers: RecordHeader[] = [
    { key: "a", value: utf8.encode("1") },
    { key: "a", value: null },
    { key: "", value: new Uint8Array(0) },
    { key: "größe €𝄞", value: utf8.encode("x") },
    { key: "\ufeffbom", value: null },
    { key: "long".repeat(50), value: new Uint8Array(500) },
  ];
  assertEquals(roundTrip({ value: null, headers }).headers, headers);
});

Deno.test("a record without headers has none, and no array of its own", () => {
  assertEquals(roundTrip({}).headers, []);
  assertStrictEquals(roundTrip({}).headers, roundTrip({}).headers);
});

Deno.test("key and value are views on the batch", () => {
  const bytes = buildBatch([{ key: Uint8Array.of(1), value: Uint8Array.of(2) }]);
  const [record] = [...new RecordBatch(bytes).records()];
  const value = record!.value!;
  value[0] = 77;
  assertEquals(bytes.includes(77), true);
  assertStrictEquals(record!.key!.buffer, bytes.buffer);
});

Deno.test("the size of a record counts its length prefix", () => {
  assertEquals(roundTrip({}).sizeInBytes, 7);
  const batch = new RecordBatch(
    buildBatch([{ value: new Uint8Array(300) }, { timestamp: 2 ** 40 }]),
  );
  const sizes = [...batch.records()].map((record) => record.sizeInBytes);
  assertEquals(61 + sizes[0]! + sizes[1]!, batch.sizeInBytes);
});
