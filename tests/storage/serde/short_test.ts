import { assertEquals, assertThrows } from "@std/assert";
import { short } from "../../../storage/serde/short.ts";
import { roundTrip } from "../../support/serde.ts";

Deno.test("a short is two big-endian bytes with a range", () => {
  for (const value of [0, 1, -1, 0x7fff, -0x8000]) assertEquals(roundTrip(short(), value), value);
  assertEquals(short().serialize(0x0102), new Uint8Array([1, 2]));
  assertThrows(() => short().serialize(0x8000), RangeError);
  assertThrows(() => short().serialize(1.5), RangeError);
  assertThrows(() => short().deserialize(new Uint8Array(3)), RangeError);
});
