import { assertEquals } from "@std/assert";
import type { ErrorName } from "../../../client/protocol/error_codes.ts";
import {
  commonOutcome,
  groupNotAuthorized,
  transactionOutcome,
  unexpected,
} from "../../../client/producer/transactional_request.ts";
import { outcomeText } from "../../support/transactional_requests.ts";

const text = (outcome: ReturnType<typeof commonOutcome>) =>
  outcome === undefined ? undefined : outcomeText(outcome);

Deno.test("errors of coordinators mean what they mean to Java's producer", () => {
  const expected: readonly [ErrorName, string | undefined, string | undefined][] = [
    ["COORDINATOR_NOT_AVAILABLE", "retry elsewhere", "retry elsewhere"],
    ["NOT_COORDINATOR", "retry elsewhere", "retry elsewhere"],
    ["COORDINATOR_LOAD_IN_PROGRESS", "retry", "retry"],
    ["CONCURRENT_TRANSACTIONS", "retry", "retry"],
    ["INVALID_PRODUCER_EPOCH", "fatal: PRODUCER_FENCED", "fatal: PRODUCER_FENCED"],
    ["PRODUCER_FENCED", "fatal: PRODUCER_FENCED", "fatal: PRODUCER_FENCED"],
    [
      "TRANSACTION_ABORTABLE",
      "abortable: TRANSACTION_ABORTABLE",
      "abortable: TRANSACTION_ABORTABLE",
    ],
    ["INVALID_TXN_STATE", undefined, "fatal: INVALID_TXN_STATE"],
    ["INVALID_PRODUCER_ID_MAPPING", undefined, "fatal: INVALID_PRODUCER_ID_MAPPING"],
    [
      "TRANSACTIONAL_ID_AUTHORIZATION_FAILED",
      undefined,
      "fatal: TRANSACTIONAL_ID_AUTHORIZATION_FAILED",
    ],
    ["UNKNOWN_PRODUCER_ID", undefined, "abortable if possible: UNKNOWN_PRODUCER_ID"],
    ["INVALID_REQUEST", undefined, undefined],
  ];
  for (const [error, common, transaction] of expected) {
    assertEquals([text(commonOutcome(error)), text(transactionOutcome(error))], [
      common,
      transaction,
    ], error);
  }
});

Deno.test("what a broker should not answer is told with what it answered", () => {
  assertEquals(
    text(unexpected("Unexpected error in X", "INVALID_GROUP_ID")),
    "fatal: Unexpected error in X: The group id is invalid.",
  );
  assertEquals(groupNotAuthorized("g").message, "Not authorized to access group: g");
});
