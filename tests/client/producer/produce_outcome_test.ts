import { assertEquals } from "@std/assert";
import { NetworkError } from "../../../client/network/transport.ts";
import { type ErrorName, KafkaError, ProtocolError } from "../../../client/protocol/error_codes.ts";
import {
  batchError,
  batchOutcome,
  failureAnswer,
  meansStaleMetadata,
  plainAnswer,
  recordErrors,
} from "../../../client/producer/produce_outcome.ts";
import { silentLogger } from "../../../storage/env.ts";
import { batchOf } from "../../support/producer_parts.ts";

const context = { retries: 2, isOverdue: false, canRetry: undefined };
const outcome = (error: ErrorName, changes: Partial<typeof context> = {}, attempts = 0) => {
  const batch = batchOf(["a", "b"]);
  batch.attempts = attempts;
  return batchOutcome(batch, plainAnswer(error), { ...context, ...changes });
};

Deno.test("errors that pass are tried again, as often and as long as is allowed", () => {
  assertEquals(outcome("NONE"), "succeed");
  assertEquals(outcome("NOT_LEADER_OR_FOLLOWER"), "retry");
  assertEquals(outcome("NOT_LEADER_OR_FOLLOWER", {}, 2), "fail");
  assertEquals(outcome("NOT_LEADER_OR_FOLLOWER", { isOverdue: true }), "fail");
  assertEquals(outcome("INVALID_RECORD"), "fail");
});

Deno.test("sequence numbers have a say in what is tried again", () => {
  const canRetry = () => true;
  const batch = batchOf(["a"]);
  const answer = plainAnswer("OUT_OF_ORDER_SEQUENCE_NUMBER");
  assertEquals(batchOutcome(batch, answer, { ...context, canRetry }), "retry");
  assertEquals(batchOutcome(batch, answer, { ...context, canRetry: () => false }), "fail");
});

Deno.test("a batch that is too large is split, a single record fails", () => {
  assertEquals(outcome("MESSAGE_TOO_LARGE", {}, 5), "split");
  const single = batchOf(["a"]);
  assertEquals(batchOutcome(single, plainAnswer("MESSAGE_TOO_LARGE"), context), "fail");
});

Deno.test("what was written long ago is a success without an offset", () => {
  assertEquals(outcome("DUPLICATE_SEQUENCE_NUMBER"), "succeed");
});

Deno.test("a batch that has ended is not tried again", () => {
  const batch = batchOf(["a", "b"]);
  batch.fail("failed", () => new Error(), silentLogger);
  assertEquals(batchOutcome(batch, plainAnswer("NOT_LEADER_OR_FOLLOWER"), context), "fail");
  assertEquals(batchOutcome(batch, plainAnswer("MESSAGE_TOO_LARGE"), context), "fail");
});

Deno.test("some errors mean that metadata are old", () => {
  assertEquals(meansStaleMetadata("NOT_LEADER_OR_FOLLOWER"), true);
  assertEquals(meansStaleMetadata("UNKNOWN_TOPIC_ID"), true);
  assertEquals(meansStaleMetadata("REQUEST_TIMED_OUT"), false);
});

Deno.test("errors of a batch have Java's words", () => {
  const batch = batchOf(["a"]);
  assertEquals(
    batchError(batch, plainAnswer("TOPIC_AUTHORIZATION_FAILED")).message,
    "Not authorized to access topics: [orders]",
  );
  assertEquals(
    batchError(batch, plainAnswer("CLUSTER_AUTHORIZATION_FAILED")).message,
    "The producer is not authorized to do idempotent sends",
  );
  assertEquals(batchError(batch, plainAnswer("INVALID_RECORD", "said so")).message, "said so");
});

Deno.test("a record that the broker has named fails for its own reason, the others for being near", () => {
  const errorsOf = (
    ...recordErrors_: { batchIndex: number; batchIndexErrorMessage: string | null }[]
  ) => {
    const answer = { ...plainAnswer("INVALID_TIMESTAMP", "all"), recordErrors: recordErrors_ };
    return recordErrors(answer, new KafkaError("INVALID_TIMESTAMP", "all"));
  };
  const only = errorsOf({ batchIndex: 1, batchIndexErrorMessage: "too old" });
  const told = only(1) as KafkaError;
  assertEquals([told.code, told.message], ["INVALID_TIMESTAMP", "too old"]);
  assertEquals(
    only(0).message,
    "Failed to append record because it was part of a batch which had one more more invalid records",
  );
  const several = errorsOf(
    { batchIndex: 0, batchIndexErrorMessage: null },
    { batchIndex: 1, batchIndexErrorMessage: "too old" },
  );
  const first = several(0) as KafkaError;
  assertEquals([first.code, first.message], ["INVALID_RECORD", "all"]);
});

Deno.test("no answer is an answer, too", () => {
  const answered = (error: unknown) => {
    const { error: code, errorMessage } = failureAnswer(error, 3);
    return [code, errorMessage];
  };
  assertEquals(answered(new NetworkError("disconnected", "gone")), [
    "NETWORK_EXCEPTION",
    "Disconnected from node 3",
  ]);
  assertEquals(answered(new KafkaError("REQUEST_TIMED_OUT")), [
    "REQUEST_TIMED_OUT",
    "Disconnected from node 3 due to timeout",
  ]);
  assertEquals(answered(new ProtocolError("nonsense")), ["CORRUPT_MESSAGE", "nonsense"]);
  assertEquals(answered(new TypeError("bug")), ["UNKNOWN_SERVER_ERROR", "bug"]);
  assertEquals(answered(undefined)[0], "UNSUPPORTED_VERSION");
});
