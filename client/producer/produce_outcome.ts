/**
 * What becomes of a batch when its request has been answered, or has not (Kafka's `Sender.completeBatch`).
 *
 * @module
 */

import { NetworkError } from "../network/transport.ts";
import {
  errorInfo,
  type ErrorName,
  isRetriable,
  KafkaError,
  ProtocolError,
} from "../protocol/error_codes.ts";
import type { BatchIndexAndErrorMessage } from "../protocol/messages/produce.ts";
import type { ProducerBatch } from "./producer_batch.ts";
import { ProducerError } from "./producer_errors.ts";

/** What was answered for one batch. */
export interface BatchAnswer {
  /** `NONE` for success. */
  readonly error: ErrorName;
  /** Text for the error. */
  readonly errorMessage: string | null;
  /** Offset of its first record; -1 when it is not known. */
  readonly baseOffset: number;
  /** The broker's time; -1 when records keep their own. */
  readonly logAppendTimeMs: number;
  /** First offset of the log; -1 when it is not known. */
  readonly logStartOffset: number;
  /** Records for which the batch was refused. */
  readonly recordErrors: readonly BatchIndexAndErrorMessage[];
}

/** An answer that is only an error, or success without an offset. */
export function plainAnswer(error: ErrorName, errorMessage: string | null = null): BatchAnswer {
  return {
    error,
    errorMessage,
    baseOffset: -1,
    logAppendTimeMs: -1,
    logStartOffset: -1,
    recordErrors: [],
  };
}

/** What is to be done with a batch. */
export type BatchOutcome = "succeed" | "split" | "retry" | "fail";

/** What the decision depends on, beside the answer. */
export interface OutcomeContext {
  /** `retries`. */
  readonly retries: number;
  /** Whether the time for delivery is over. */
  readonly isOverdue: boolean;
  /** Whether sequence numbers allow it to be sent again; `undefined` without them. */
  readonly canRetry: ((answer: BatchAnswer) => boolean) | undefined;
}

/** Decides. */
export function batchOutcome(
  batch: ProducerBatch,
  answer: BatchAnswer,
  { retries, isOverdue, canRetry }: OutcomeContext,
): BatchOutcome {
  const { error } = answer;
  if (error === "NONE") return "succeed";
  const hasEnded = batch.end !== undefined;
  if (error === "MESSAGE_TOO_LARGE" && batch.count > 1 && !hasEnded) return "split";
  if (
    !isOverdue && batch.attempts < retries && !hasEnded &&
    (canRetry === undefined ? isRetriable(error) : canRetry(answer))
  ) return "retry";
  // It was written earlier, so long ago that the broker has forgotten where.
  return error === "DUPLICATE_SEQUENCE_NUMBER" ? "succeed" : "fail";
}

/** Errors that mean that metadata are out of date (Kafka's `InvalidMetadataException`). */
const STALE_METADATA: ReadonlySet<ErrorName> = new Set<ErrorName>([
  "ELECTION_NOT_NEEDED",
  "ELIGIBLE_LEADERS_NOT_AVAILABLE",
  "FENCED_LEADER_EPOCH",
  "INCONSISTENT_TOPIC_ID",
  "KAFKA_STORAGE_ERROR",
  "LEADER_NOT_AVAILABLE",
  "LISTENER_NOT_FOUND",
  "NETWORK_EXCEPTION",
  "NOT_LEADER_OR_FOLLOWER",
  "PREFERRED_LEADER_NOT_AVAILABLE",
  "REPLICA_NOT_AVAILABLE",
  "UNKNOWN_TOPIC_ID",
  "UNKNOWN_TOPIC_OR_PARTITION",
]);

/** Whether an error means that metadata are out of date. */
export function meansStaleMetadata(error: ErrorName): boolean {
  return STALE_METADATA.has(error);
}

/** The error of a batch as users get it. */
export function batchError({ queue: { topic } }: ProducerBatch, answer: BatchAnswer): KafkaError {
  const { error, errorMessage } = answer;
  if (error === "TOPIC_AUTHORIZATION_FAILED") {
    return new KafkaError(error, `Not authorized to access topics: [${topic}]`);
  }
  if (error === "CLUSTER_AUTHORIZATION_FAILED") {
    return new KafkaError(error, "The producer is not authorized to do idempotent sends");
  }
  return new KafkaError(error, errorMessage ?? undefined);
}

/** The errors of a batch's records: the broker may have said which of them it did not like. */
export function recordErrors(answer: BatchAnswer, error: KafkaError): (index: number) => Error {
  if (answer.recordErrors.length === 0) return () => error;
  const isOnly = answer.recordErrors.length === 1;
  const texts = new Map(
    answer.recordErrors.map(({ batchIndex, batchIndexErrorMessage }) =>
      [batchIndex, batchIndexErrorMessage] as const
    ),
  );
  const others = new ProducerError(
    "Failed to append record because it was part of a batch which had one more more invalid records",
    { cause: error },
  );
  return (index) => {
    if (!texts.has(index)) return others;
    const text = texts.get(index) ?? answer.errorMessage ?? errorInfo(answer.error).message;
    // Several may have failed for several reasons, of which there is one code.
    return new KafkaError(isOnly ? answer.error : "INVALID_RECORD", text);
  };
}

/** The answer in place of one that did not come. Without an error: the broker lacks the request. */
export function failureAnswer(error: unknown, nodeId: number): BatchAnswer {
  if (error === undefined) return plainAnswer("UNSUPPORTED_VERSION");
  if (error instanceof NetworkError) {
    return plainAnswer("NETWORK_EXCEPTION", `Disconnected from node ${nodeId}`);
  }
  if (error instanceof KafkaError) {
    const isLate = error.code === "REQUEST_TIMED_OUT";
    const text = isLate ? `Disconnected from node ${nodeId} due to timeout` : error.message;
    return plainAnswer(error.code, text);
  }
  const text = error instanceof Error ? error.message : String(error);
  // An answer that makes no sense is as good as none.
  if (error instanceof ProtocolError) return plainAnswer("CORRUPT_MESSAGE", text);
  return plainAnswer("UNKNOWN_SERVER_ERROR", text);
}
