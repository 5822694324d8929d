import { assertEquals, assertThrows } from "@std/assert";
import { uuid } from "../../../storage/serde/uuid.ts";
import { roundTrip } from "../../support/serde.ts";

const ID = "01234567-89ab-cdef-0123-456789abcdef";

Deno.test("a UUID is its 36 characters in lower case", () => {
  assertEquals(roundTrip(uuid(), ID), ID);
  assertEquals(uuid().serialize(ID.toUpperCase()), new TextEncoder().encode(ID));
});

Deno.test("groups are filled up and cut as Java does", () => {
  assertEquals(roundTrip(uuid(), "1-2-3-4-5"), "00000001-0002-0003-0004-000000000005");
  assertEquals(roundTrip(uuid(), "1-12345-3-4-5"), "00000001-2345-0003-0004-000000000005");
});

Deno.test("what is no UUID is refused", () => {
  for (
    const text of ["", "1-2-3-4", "1-2-3-4-", "x1234567-89ab-cdef-0123-456789abcdef", `${ID}0`]
  ) {
    assertThrows(() => uuid().serialize(text), TypeError, "Not a UUID");
    assertThrows(() => uuid().deserialize(new TextEncoder().encode(text)), TypeError);
  }
});
