import { assertEquals } from "@std/assert";
import { RecordMetadata } from "../../../client/producer/record_metadata.ts";

Deno.test("metadata tell what they know, and their text is Java's", () => {
  const known = new RecordMetadata("orders", 2, 7, 1000, 3, 4);
  assertEquals([`${known}`, known.hasOffset, known.hasTimestamp], ["orders-2@7", true, true]);
  const unknown = new RecordMetadata("orders", 2, -1, -1, -1, -1);
  assertEquals([`${unknown}`, unknown.hasOffset, unknown.hasTimestamp], [
    "orders-2@-1",
    false,
    false,
  ]);
});

Deno.test("the checksum covers timestamp and sizes", () => {
  const checksum = (timestamp: number, key: number, value: number) =>
    new RecordMetadata("orders", 0, 0, timestamp, key, value).checksum;
  // CRC32C of 00 00 01 8b cf e5 68 00, 00 00 00 03, 00 00 00 05.
  assertEquals(checksum(1_700_000_000_000, 3, 5), 2671155520);
  assertEquals(new Set([checksum(1, 3, 5), checksum(0, 4, 5), checksum(0, 3, 6)]).size, 3);
});
