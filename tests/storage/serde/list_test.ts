import { assertEquals, assertThrows } from "@std/assert";
import { integer } from "../../../storage/serde/integer.ts";
import { list } from "../../../storage/serde/list.ts";
import { string } from "../../../storage/serde/string.ts";
import { roundTrip } from "../../support/serde.ts";

Deno.test("entries of a constant size come without sizes, with the numbers of those that are null", () => {
  assertEquals(
    list(integer()).serialize([7, null]),
    new Uint8Array([0, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 0, 7]),
  );
  for (const values of [[], [1], [null, null, 3], [null]]) {
    assertEquals(roundTrip(list(integer()), values), values);
  }
});

Deno.test("other entries come with their sizes, -1 for null", () => {
  assertEquals(
    list(string()).serialize(["a", null]),
    new Uint8Array([1, 0, 0, 0, 2, 0, 0, 0, 1, 97, 255, 255, 255, 255]),
  );
  for (const values of [[], ["", "žluť", null], [null]]) {
    assertEquals(roundTrip(list(string()), values), values);
  }
  const nested = [["a"], null, []];
  assertEquals(roundTrip(list(list(string())), nested), nested);
});

Deno.test("a list that is cut off or lies about its size is refused, whatever the byte", () => {
  for (const bytes of [list(integer()).serialize([1, null]), list(string()).serialize(["ab"])]) {
    const serde = bytes[0] === 0 ? list(integer()) : list(string());
    for (let end = 0; end < bytes.length; end++) {
      assertThrows(() => (serde as ReturnType<typeof list>).deserialize(bytes.subarray(0, end)));
    }
    const huge = bytes.slice();
    huge.fill(0x7f, 1, 5);
    assertThrows(() => (serde as ReturnType<typeof list>).deserialize(huge), RangeError);
  }
  assertThrows(() => list(string()).deserialize(new Uint8Array([2, 0, 0, 0, 0])), RangeError);
  const constant = list(integer()).serialize([1]);
  assertThrows(() => list(string()).deserialize(constant), TypeError, "have no sizes");
});
