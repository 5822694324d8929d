import { assertEquals, assertThrows } from "@std/assert";
import { boolean } from "../../../storage/serde/boolean.ts";
import { roundTrip } from "../../support/serde.ts";

Deno.test("a boolean is the byte 0 or 1, and no other", () => {
  for (const value of [true, false]) assertEquals(roundTrip(boolean(), value), value);
  assertEquals(boolean().serialize(false), new Uint8Array([0]));
  assertThrows(() => boolean().deserialize(new Uint8Array([2])), RangeError);
  assertThrows(() => boolean().deserialize(new Uint8Array(0)), RangeError);
});
