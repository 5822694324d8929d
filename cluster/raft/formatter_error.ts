/**
 * What keeps a log directory from being formatted.
 *
 * @module
 */

import { StorageError } from "../../storage/errors.ts";

/** The directory cannot be formatted as was asked; the message is for whoever asked. */
export class FormatterError extends StorageError {
  /** Says what is wrong. */
  constructor(message: string, options?: ErrorOptions) {
    super("INVALID_CONFIG", message, options);
  }
}
