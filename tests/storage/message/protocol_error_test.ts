import { assert, assertEquals } from "@std/assert";
import { StorageError } from "../../../storage/errors.ts";
import { ProtocolError } from "../../../storage/message/protocol_error.ts";

Deno.test("a protocol error is known by its class and to clients as a corrupt message", () => {
  const error = new ProtocolError("Message ends too early: 5");
  assert(error instanceof StorageError);
  assertEquals([error.name, error.code], ["ProtocolError", "CORRUPT_MESSAGE"]);
});
