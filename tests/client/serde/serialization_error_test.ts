import { assertEquals } from "@std/assert";
import { SerializationError } from "../../../client/serde/serialization_error.ts";

Deno.test("an error of a serializer has a name and a cause", () => {
  const cause = new RangeError("too short");
  const error = new SerializationError("Size is not 4", { cause });
  assertEquals([error.name, `${error}`, error.cause], [
    "SerializationError",
    "SerializationError: Size is not 4",
    cause,
  ]);
});
