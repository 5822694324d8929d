/**
 * Kafka's errors by name and by code.
 *
 * @module
 */

import { ERROR_ROWS } from "./error_table.ts";

export { ProtocolError } from "../../storage/message/protocol_error.ts";

/** Kafka's name of an error; `NONE` is success. */
export type ErrorName = (typeof ERROR_ROWS)[number][0];

/** One error of the protocol. */
export interface ErrorInfo {
  /** Kafka's name. */
  readonly name: ErrorName;
  /** What a response carries. */
  readonly code: number;
  /** Whether a client may send the same request again. */
  readonly retriable: boolean;
  /** What is told to the user when the server said nothing else; empty for `NONE`. */
  readonly message: string;
}

const BY_CODE: readonly ErrorInfo[] = ERROR_ROWS.map(([name, code, retriable, message]) => ({
  name,
  code,
  retriable,
  message,
}));

const BY_NAME: ReadonlyMap<string, ErrorInfo> = new Map(BY_CODE.map((info) => [info.name, info]));

/** All errors, by code. */
export const ERRORS: readonly ErrorInfo[] = BY_CODE;

/** What is known of an error. */
export function errorInfo(name: ErrorName): ErrorInfo {
  return BY_NAME.get(name)!;
}

/** The code of an error. */
export function errorCode(name: ErrorName): number {
  return BY_NAME.get(name)!.code;
}

/** The name of a code; one from the future is `UNKNOWN_SERVER_ERROR`, as for Kafka's clients. */
export function errorName(code: number): ErrorName {
  return BY_CODE[code + 1]?.name ?? "UNKNOWN_SERVER_ERROR";
}

/** The message that goes with an error when there is no better one; `null` for `NONE`. */
export function errorMessage(name: ErrorName): string | null {
  return name === "NONE" ? null : errorInfo(name).message;
}

/** Whether a client may send the same request again. */
export function isRetriable(name: ErrorName): boolean {
  return errorInfo(name).retriable;
}

/** Whether a text is the name of an error, as those of the engine's `StorageError.code` are. */
export function isErrorName(text: string): text is ErrorName {
  return BY_NAME.has(text);
}

/** A condition that a response can carry. */
export class KafkaError extends Error {
  /** Kafka's name of it. */
  readonly code: ErrorName;

  /**
   * Makes an error.
   *
   * @param code Kafka's name of the condition
   * @param message what the user is told; without one, the text of the error table
   * @param options `cause`, when another error is behind this one
   */
  constructor(code: ErrorName, message?: string, options?: ErrorOptions) {
    super(message ?? errorInfo(code).message, options);
    this.name = "KafkaError";
    this.code = code;
  }

  /** Whether a client may send the same request again. */
  get retriable(): boolean {
    return errorInfo(this.code).retriable;
  }
}
