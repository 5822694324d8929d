/**
 * Errors that answers carry.
 *
 * @module
 */

import { errorName, KafkaError } from "../protocol/error_codes.ts";
import type { Outcome } from "./admin_results.ts";

/** The error of an answer, with the broker's text for it if there is one; `undefined` for success. */
export function apiError(code: number, message?: string | null): KafkaError | undefined {
  const name = errorName(code);
  return name === "NONE" ? undefined : new KafkaError(name, message ?? undefined);
}

/** @throws {KafkaError} when an answer carries an error */
export function throwApiError(code: number, message?: string | null): void {
  const error = apiError(code, message);
  if (error !== undefined) throw error;
}

/** The outcome that an answer tells: its error, or the value when it has none. */
export function apiOutcome<V>(
  code: number,
  message: string | null | undefined,
  value: () => V,
): Outcome<V> {
  const error = apiError(code, message);
  return error === undefined ? { value: value() } : { error };
}

/** What is thrown, as an error. */
export function asError(thrown: unknown): Error {
  return thrown instanceof Error ? thrown : new Error(String(thrown), { cause: thrown });
}

/** An answer lacks what was asked for, or is another than it may be. */
export function unexpectedAnswer(message: string): KafkaError {
  return new KafkaError("UNKNOWN_SERVER_ERROR", message);
}

/** The name that Kafka's tools print for an API: `LIST_OFFSETS` for `ListOffsets`. */
export function apiKeyName(api: { readonly name: string }): string {
  return api.name.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase();
}
