/**
 * The name on the wire of whatever went wrong.
 *
 * @module
 */

import { type ErrorName, KafkaError } from "../../client/protocol/error_codes.ts";
import { StorageError } from "../../storage/errors.ts";

/** Kafka's name of an error; `UNKNOWN_SERVER_ERROR` for one that nobody foresaw. */
export function errorNameOf(error: unknown): ErrorName {
  if (error instanceof KafkaError || error instanceof StorageError) return error.code;
  return "UNKNOWN_SERVER_ERROR";
}
