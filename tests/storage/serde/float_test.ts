import { assertEquals, assertThrows } from "@std/assert";
import { double, float } from "../../../storage/serde/float.ts";
import { roundTrip } from "../../support/serde.ts";

Deno.test("float and double are IEEE 754, big-endian", () => {
  for (const value of [0, -0, 1.5, -Infinity, NaN]) {
    assertEquals(roundTrip(float(), value), value);
    assertEquals(roundTrip(double(), value), value);
  }
  assertEquals(roundTrip(double(), 0.1), 0.1);
  assertEquals(roundTrip(float(), 0.1), Math.fround(0.1));
  assertEquals(float().serialize(1), new Uint8Array([0x3f, 0x80, 0, 0]));
  assertEquals(double().serialize(-2), new Uint8Array([0xc0, 0, 0, 0, 0, 0, 0, 0]));
  assertThrows(() => float().deserialize(new Uint8Array(8)), RangeError);
  assertThrows(() => double().deserialize(new Uint8Array(4)), RangeError);
});
