import { assertThrows } from "@std/assert";
import { nothing } from "../../../storage/serde/void.ts";

Deno.test("nothing but null goes in or out", () => {
  assertThrows(() => nothing().deserialize(new Uint8Array(0)), TypeError, "Bytes are not null");
  assertThrows(
    () => nothing().serialize("x" as unknown as null),
    TypeError,
    "Value is not null: x",
  );
});
