import { assertEquals, assertThrows } from "@std/assert";
import { string } from "../../../storage/serde/string.ts";
import { roundTrip } from "../../support/serde.ts";

Deno.test("string: every text comes back, and what is not UTF-8 is refused", () => {
  for (const text of ["", "a", "\uFEFFbom", "žluťoučký 🐎", "\0"]) {
    assertEquals(roundTrip(string(), text), text);
  }
  assertThrows(() => string().deserialize(new Uint8Array([0xff, 0xfe])), TypeError);
});
