/**
 * What errors mean for a transaction.
 *
 * @module
 */

import { KafkaError } from "../protocol/error_codes.ts";
import { ProducerError } from "./producer_errors.ts";

const FATAL: ReadonlySet<string> = new Set([
  "CLUSTER_AUTHORIZATION_FAILED",
  "TRANSACTIONAL_ID_AUTHORIZATION_FAILED",
  "PRODUCER_FENCED",
  "UNSUPPORTED_VERSION",
  "INVALID_PRODUCER_ID_MAPPING",
]);

/** Whether the failure of a record is the end of its producer. */
export function isFatalForProducer(error: Error): boolean {
  return error instanceof KafkaError && FATAL.has(error.code);
}

/** Why a transaction must be aborted, when a record failed: errors that might have passed have been waited for long enough. */
export function abortReason(error: Error): Error {
  const mightHavePassed = error instanceof KafkaError &&
    (error.retriable || error.code === "INVALID_TXN_STATE");
  if (!mightHavePassed) return error;
  const text = "Transaction Request was aborted after exhausting retries.";
  return new KafkaError("TRANSACTION_ABORTABLE", text, { cause: error });
}

/** Some records were given up of which nobody knows whether they are written. */
export function unacknowledged(isRecoverable: boolean): Error {
  return new ProducerError(
    "The client hasn't received acknowledgment for some previously sent messages and can no longer " +
      (isRecoverable
        ? "retry them. It is safe to abort the transaction and continue."
        : "retry them. It isn't safe to continue."),
  );
}
