import { assert, assertEquals } from "@std/assert";
import { ConsumerError } from "../../../client/consumer/consumer_errors.ts";
import { RecordDeserializationError } from "../../../client/consumer/record_deserialization_error.ts";
import { tp } from "../../support/consumer_world.ts";

Deno.test("the error has the record, and says where it is", () => {
  const cause = new Error("x");
  const error = new RecordDeserializationError("KEY", tp("t", 3), {
    offset: 9,
    timestamp: 1,
    timestampType: "CreateTime",
    key: null,
    value: null,
    headers: [],
  }, cause);
  assert(error instanceof ConsumerError);
  assertEquals([error.name, error.cause, error.offset], ["RecordDeserializationError", cause, 9]);
  assertEquals(
    error.message,
    "Error deserializing KEY for partition t-3 at offset 9. " +
      "If needed, please seek past the record to continue consumption.",
  );
});
