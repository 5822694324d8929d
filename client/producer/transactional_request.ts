/**
 * Requests of the transactional kind: to whom they go, in which order, and what their answers mean.
 *
 * @module
 */

import type { Draft } from "../../storage/message/message_codec.ts";
import type { CoordinatorType } from "../coordinator_finder.ts";
import type { Api } from "../protocol/api.ts";
import { errorMessage, type ErrorName, isRetriable, KafkaError } from "../protocol/error_codes.ts";
import { ProducerError } from "./producer_errors.ts";
import type { TransactionalResult } from "./transactional_result.ts";

/** Requests with a lower number go first. */
export const REQUEST_PRIORITY = {
  initProducerId: 1,
  addPartitionsOrOffsets: 2,
  endTxn: 3,
  epochBump: 4,
} as const;

/** Sends a request in the highest version that both sides know, or a lower one. */
export type Exchange = <Req, Res>(
  api: Api<Req, Res>,
  draft: Draft<Req>,
  maxVersion?: number,
) => Promise<Res>;

/** What an answer means. */
export type RequestOutcome =
  /** It went well; `apply` changes the state, and the result is done unless `continues`. */
  | { readonly kind: "success"; readonly apply: () => void; readonly continues?: boolean }
  /** It is sent again, after the coordinator was looked up when `forget` says so. */
  | { readonly kind: "retry"; readonly forget?: boolean; readonly backoffMs?: number }
  /** The transaction must be aborted; `ifPossible`: unless the coordinator is too old to go on after that. */
  | { readonly kind: "abortable"; readonly error: Error; readonly ifPossible?: boolean }
  /** The producer is of no use any more. */
  | { readonly kind: "fatal"; readonly error: Error };

/** One request. */
export interface TransactionalRequest {
  /** Kafka's name of it. */
  readonly name: string;
  /** Its place among others. */
  readonly priority: number;
  /** Who takes it; any broker when left out. */
  readonly coordinator?: { readonly type: CoordinatorType; readonly key: string };
  /** Told in the end. */
  readonly result: TransactionalResult;
  /** Sends it and says what the answer means. */
  exchange(send: Exchange): Promise<RequestOutcome>;
}

/** What errors mean that mean the same in every answer of a coordinator; `undefined` for the others. */
export function commonOutcome(error: ErrorName): RequestOutcome | undefined {
  switch (error) {
    case "COORDINATOR_NOT_AVAILABLE":
    case "NOT_COORDINATOR":
      return { kind: "retry", forget: true };
    case "INVALID_PRODUCER_EPOCH":
    case "PRODUCER_FENCED":
      // Old coordinators have the first name for the second.
      return { kind: "fatal", error: new KafkaError("PRODUCER_FENCED") };
    case "TRANSACTION_ABORTABLE":
      return { kind: "abortable", error: new KafkaError(error) };
    default:
      return isRetriable(error) ? { kind: "retry" } : undefined;
  }
}

/** What errors mean in answers about a transaction that is under way. */
export function transactionOutcome(error: ErrorName): RequestOutcome | undefined {
  switch (error) {
    case "TRANSACTIONAL_ID_AUTHORIZATION_FAILED":
    case "INVALID_TXN_STATE":
    case "INVALID_PRODUCER_ID_MAPPING":
      return { kind: "fatal", error: new KafkaError(error) };
    case "UNKNOWN_PRODUCER_ID":
      return { kind: "abortable", error: new KafkaError(error), ifPossible: true };
    default:
      return commonOutcome(error);
  }
}

/** An error that a broker should not answer with. */
export function unexpected(text: string, error: ErrorName): RequestOutcome {
  return { kind: "fatal", error: new ProducerError(`${text}: ${errorMessage(error)}`) };
}

/** A group that must not be read. */
export function groupNotAuthorized(groupId: string): KafkaError {
  return new KafkaError("GROUP_AUTHORIZATION_FAILED", `Not authorized to access group: ${groupId}`);
}
