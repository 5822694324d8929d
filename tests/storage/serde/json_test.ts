import { assertEquals, assertThrows } from "@std/assert";
import { json } from "../../../storage/serde/json.ts";
import { roundTrip } from "../../support/serde.ts";

Deno.test("json: values come back, and a value without a JSON form is refused", () => {
  assertEquals(roundTrip(json<unknown>(), { a: [1, null, "x"] }), { a: [1, null, "x"] });
  assertThrows(() => json<unknown>().serialize(undefined), TypeError, "no JSON form");
  assertThrows(() => json<unknown>().deserialize(new TextEncoder().encode("{")), SyntaxError);
});
