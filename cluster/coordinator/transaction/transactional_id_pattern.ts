/**
 * Patterns that transactional ids are matched against.
 *
 * @module
 */

import { KafkaError } from "../../../client/protocol/error_codes.ts";

/**
 * Reads a pattern.
 *
 * @returns whether a whole transactional id matches it
 * @throws {KafkaError} `INVALID_REGULAR_EXPRESSION`
 */
export function compilePattern(pattern: string): (transactionalId: string) => boolean {
  try {
    const compiled = new RegExp(`^(?:${pattern})$`, "u");
    return (transactionalId) => compiled.test(transactionalId);
  } catch (error) {
    throw new KafkaError(
      "INVALID_REGULAR_EXPRESSION",
      `Transaction ID pattern \`${pattern}\` is not a valid regular expression: ${
        (error as Error).message
      }.`,
    );
  }
}
