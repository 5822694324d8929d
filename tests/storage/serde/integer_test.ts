import { assertEquals, assertThrows } from "@std/assert";
import { integer, long } from "../../../storage/serde/integer.ts";
import { roundTrip } from "../../support/serde.ts";

Deno.test("integer and long are Kafka's big-endian bytes with a range", () => {
  for (const value of [0, 1, -1, 2 ** 31 - 1, -(2 ** 31)]) {
    assertEquals(roundTrip(integer(), value), value);
  }
  for (const value of [0, -1, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]) {
    assertEquals(roundTrip(long(), value), value);
  }
  assertEquals(long().serialize(1), new Uint8Array([0, 0, 0, 0, 0, 0, 0, 1]));
  assertThrows(() => integer().serialize(2 ** 31), RangeError);
  assertThrows(() => integer().serialize(0.5), RangeError);
  assertThrows(() => integer().deserialize(new Uint8Array(3)), RangeError);
  assertThrows(() => long().serialize(2 ** 53), RangeError);
  assertThrows(() => long().deserialize(new Uint8Array(4)), RangeError);
  assertThrows(
    () => long().deserialize(new Uint8Array([127, 255, 255, 255, 255, 255, 255, 255])),
    RangeError,
  );
});
