import { assertEquals } from "@std/assert";
import { KafkaError } from "../../../client/protocol/error_codes.ts";
import { errorNameOf } from "../../../cluster/replication/error_name.ts";
import { LogDirError, OffsetOutOfRangeError } from "../../../storage/errors.ts";

Deno.test("errors of the engine and of the protocol keep their names, any other is the server's", () => {
  assertEquals(errorNameOf(new KafkaError("POLICY_VIOLATION")), "POLICY_VIOLATION");
  assertEquals(errorNameOf(new OffsetOutOfRangeError("no")), "OFFSET_OUT_OF_RANGE");
  assertEquals(errorNameOf(new LogDirError("/d", "no")), "KAFKA_STORAGE_ERROR");
  assertEquals(errorNameOf(new TypeError("bug")), "UNKNOWN_SERVER_ERROR");
});
