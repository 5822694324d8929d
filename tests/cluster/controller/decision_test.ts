import { assertEquals, assertThrows } from "@std/assert";
import { KafkaError } from "../../../client/protocol/error_codes.ts";
import { checkRecordCount, failure, failureOf } from "../../../cluster/controller/decision.ts";
import { InvalidConfigError } from "../../../storage/errors.ts";

Deno.test("an error of a user's is an answer, a bug is thrown on", () => {
  assertEquals(failureOf(new KafkaError("INVALID_REQUEST", "no")), {
    error: "INVALID_REQUEST",
    message: "no",
  });
  assertEquals(failureOf(new InvalidConfigError("bad")), {
    error: "INVALID_CONFIG",
    message: "bad",
  });
  assertThrows(() => failureOf(new TypeError("bug")), TypeError);
});

Deno.test("an error without words has those of the table", () => {
  assertEquals(failure("UNKNOWN_TOPIC_ID").message, "This server does not host this topic ID.");
});

Deno.test("what a config cannot be is told as the caller says", () => {
  assertEquals(
    failureOf(new InvalidConfigError("bad"), "INVALID_REQUEST").error,
    "INVALID_REQUEST",
  );
});

Deno.test("ten thousand records are written for one request, and not one more", () => {
  const records = Array.from(
    { length: 10_001 },
    () => ({ type: "NoOpRecord", version: 0, data: {} }) as const,
  );
  checkRecordCount(records.slice(1));
  assertThrows(
    () => checkRecordCount(records),
    KafkaError,
    "Unable to perform excessively large batch operation.",
  );
});
