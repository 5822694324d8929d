import { assert, assertEquals, assertThrows } from "@std/assert";
import {
  errorCode,
  errorInfo,
  errorMessage,
  errorName,
  ERRORS,
  isErrorName,
  isRetriable,
  KafkaError,
  ProtocolError,
} from "../../../client/protocol/error_codes.ts";

Deno.test("codes go from -1 to 133 without a gap, each with its name", () => {
  assertEquals(ERRORS.map((error) => error.code), Array.from({ length: 135 }, (_, i) => i - 1));
  for (const { name, code } of ERRORS) {
    assertEquals([errorCode(name), errorName(code)], [code, name]);
    assert(isErrorName(name));
  }
  assertEquals(new Set(ERRORS.map((error) => error.name)).size, ERRORS.length);
});

Deno.test("well-known errors have Kafka's codes", () => {
  assertEquals(errorCode("NONE"), 0);
  assertEquals(errorCode("UNKNOWN_SERVER_ERROR"), -1);
  assertEquals(errorCode("UNSUPPORTED_VERSION"), 35);
  assertEquals(errorCode("KAFKA_STORAGE_ERROR"), 56);
});

Deno.test("a code from the future is an unknown server error", () => {
  for (const code of [134, -2, 32_767]) assertEquals(errorName(code), "UNKNOWN_SERVER_ERROR");
});

Deno.test("an error tells whether trying again may help", () => {
  assert(isRetriable("NOT_LEADER_OR_FOLLOWER") && isRetriable("KAFKA_STORAGE_ERROR"));
  assert(!isRetriable("INVALID_CONFIG") && !isRetriable("NONE"));
});

Deno.test("success has no message, every error has one", () => {
  assertEquals(errorMessage("NONE"), null);
  for (const { name } of ERRORS.slice(2)) assert(errorMessage(name)!.length > 5, name);
});

Deno.test("an error that is thrown carries its name, and the table's message when there is no other", () => {
  const error = new KafkaError("NOT_CONTROLLER");
  assertEquals([error.code, error.message], [
    "NOT_CONTROLLER",
    errorInfo("NOT_CONTROLLER").message,
  ]);
  assert(error.retriable);
  assertEquals(new KafkaError("INVALID_REQUEST", "why").message, "why");
  assertEquals(String(error).slice(0, 11), "KafkaError:");
});

Deno.test("names of other things are none of errors", () => {
  assert(!isErrorName("Error") && !isErrorName("toString"));
  assertThrows(() => {
    throw new ProtocolError("x");
  }, ProtocolError);
});
