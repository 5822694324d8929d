import { assertEquals } from "@std/assert";
import { precedes } from "../../../client/producer/sequence_order.ts";

Deno.test("sequence numbers go on at 0 after the last", () => {
  assertEquals([precedes(1, 2), precedes(2, 1), precedes(2, 2)], [true, false, false]);
  assertEquals([precedes(0x7fff_ffff, 0), precedes(0, 0x7fff_ffff)], [true, false]);
  assertEquals(precedes(0x7fff_fff0, 5), true);
});
