/**
 * What is wrong with the bytes of a message, or with what should become one.
 *
 * @module
 */

import { StorageError } from "../errors.ts";

/** Bytes that are no message of their schema, or a value that a version of it has no room for. */
export class ProtocolError extends StorageError {
  /** Tells what is wrong, and behind a colon the value at fault. */
  constructor(message: string, options?: ErrorOptions) {
    super("CORRUPT_MESSAGE", message, options);
  }
}
