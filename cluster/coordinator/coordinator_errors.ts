/**
 * What the client of a coordinator is told about errors of the partition behind it.
 *
 * @module
 */

import { type ErrorName, KafkaError } from "../../client/protocol/error_codes.ts";
import { errorNameOf } from "../replication/error_name.ts";

/** Errors of appends, and what they are for a client, which knows nothing of the partition. */
const TRANSLATED: ReadonlyMap<ErrorName, ErrorName> = new Map<ErrorName, ErrorName>([
  // Of the verification of a transaction: the client is to try again with the same coordinator.
  ["NETWORK_EXCEPTION", "COORDINATOR_LOAD_IN_PROGRESS"],
  ["UNKNOWN_TOPIC_OR_PARTITION", "COORDINATOR_NOT_AVAILABLE"],
  ["NOT_ENOUGH_REPLICAS", "COORDINATOR_NOT_AVAILABLE"],
  ["NOT_ENOUGH_REPLICAS_AFTER_APPEND", "COORDINATOR_NOT_AVAILABLE"],
  ["REQUEST_TIMED_OUT", "COORDINATOR_NOT_AVAILABLE"],
  ["NOT_LEADER_OR_FOLLOWER", "NOT_COORDINATOR"],
  ["KAFKA_STORAGE_ERROR", "NOT_COORDINATOR"],
  ["MESSAGE_TOO_LARGE", "UNKNOWN_SERVER_ERROR"],
  ["RECORD_LIST_TOO_LARGE", "UNKNOWN_SERVER_ERROR"],
  ["INVALID_FETCH_SIZE", "UNKNOWN_SERVER_ERROR"],
]);

/** The error that a client of the coordinator is told, as Kafka's `CoordinatorOperationExceptionHelper` translates it. */
export function coordinatorError(error: unknown): ErrorName {
  const name = errorNameOf(error);
  return TRANSLATED.get(name) ?? name;
}

/** What is thrown for an error of a coordinator. */
export function coordinatorFailure(error: ErrorName, message?: string): KafkaError {
  return new KafkaError(error, message ?? `The coordinator refuses: ${error}`);
}
