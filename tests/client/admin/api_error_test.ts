import { assertEquals, assertThrows } from "@std/assert";
import {
  apiError,
  apiKeyName,
  apiOutcome,
  asError,
  throwApiError,
  unexpectedAnswer,
} from "../../../client/admin/api_error.ts";
import { KafkaError } from "../../../client/protocol/error_codes.ts";
import { findCoordinator } from "../../../client/protocol/messages/find_coordinator.ts";
import { offsetForLeaderEpoch } from "../../../client/protocol/messages/offset_for_leader_epoch.ts";

Deno.test("the broker's text wins over that of the table", () => {
  assertEquals(apiError(0), undefined);
  assertEquals(apiError(3, "not here")?.message, "not here");
  assertEquals(apiError(3, null)?.message, "This server does not host this topic-partition.");
  assertThrows(() => throwApiError(3, "gone"), KafkaError, "gone");
  throwApiError(0);
});

Deno.test("an outcome is the value only without an error", () => {
  assertEquals(apiOutcome(0, null, () => 5), { value: 5 });
  assertEquals(apiOutcome(3, "gone", () => 5).error?.message, "gone");
});

Deno.test("what is no error becomes one", () => {
  const error = new RangeError("x");
  assertEquals(asError(error) === error, true);
  assertEquals(asError("text").message, "text");
  assertEquals(unexpectedAnswer("odd").code, "UNKNOWN_SERVER_ERROR");
});

Deno.test("APIs have the names that Kafka's tools print", () => {
  assertEquals(apiKeyName(findCoordinator), "FIND_COORDINATOR");
  assertEquals(apiKeyName(offsetForLeaderEpoch), "OFFSET_FOR_LEADER_EPOCH");
});
