/**
 * The errors in a response.
 *
 * @module
 */

import { errorCode, type ErrorName } from "../../client/protocol/error_codes.ts";

/** Whether a response tells an error, of the whole request or of a part of it (Kafka's `AbstractResponse.errorCounts`). */
export function hasError(response: unknown, error: ErrorName): boolean {
  return mentions(response, errorCode(error));
}

function mentions(value: unknown, code: number): boolean {
  if (typeof value !== "object" || value === null || ArrayBuffer.isView(value)) return false;
  if (Array.isArray(value)) return value.some((element) => mentions(element, code));
  return (value as { errorCode?: number }).errorCode === code ||
    Object.values(value).some((field) => mentions(field, code));
}
