import { assertEquals } from "@std/assert";
import {
  abortReason,
  isFatalForProducer,
  unacknowledged,
} from "../../../client/producer/transaction_errors.ts";
import { KafkaError } from "../../../client/protocol/error_codes.ts";

Deno.test("some errors are the end of the producer", () => {
  assertEquals(isFatalForProducer(new KafkaError("PRODUCER_FENCED")), true);
  assertEquals(isFatalForProducer(new KafkaError("INVALID_PRODUCER_EPOCH")), false);
  assertEquals(isFatalForProducer(new Error("PRODUCER_FENCED")), false);
});

Deno.test("what might have passed aborts the transaction, and stays to be seen as the cause", () => {
  const cause = new KafkaError("NOT_LEADER_OR_FOLLOWER");
  const reason = abortReason(cause) as KafkaError;
  assertEquals([reason.code, reason.message, reason.cause], [
    "TRANSACTION_ABORTABLE",
    "Transaction Request was aborted after exhausting retries.",
    cause,
  ]);
  const other = new KafkaError("INVALID_RECORD");
  assertEquals(abortReason(other), other);
});

Deno.test("records without an answer are told of in Java's words", () => {
  const text =
    "The client hasn't received acknowledgment for some previously sent messages and can no longer retry them. ";
  assertEquals(
    unacknowledged(true).message,
    `${text}It is safe to abort the transaction and continue.`,
  );
  assertEquals(unacknowledged(false).message, `${text}It isn't safe to continue.`);
});
