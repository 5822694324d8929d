/**
 * Patterns that transactional ids are matched against. Tools write them as Java has them.
 *
 * @module
 */

import { KafkaError } from "../../../client/protocol/error_codes.ts";
import { javaPattern } from "../../../storage/bytes/java_pattern.ts";

/**
 * Reads a pattern.
 *
 * @returns whether a whole transactional id matches it
 * @throws {KafkaError} `INVALID_REGULAR_EXPRESSION`
 */
export function compilePattern(pattern: string): (transactionalId: string) => boolean {
  try {
    return javaPattern(pattern);
  } catch (error) {
    throw new KafkaError(
      "INVALID_REGULAR_EXPRESSION",
      `Transaction ID pattern \`${pattern}\` is not a valid regular expression: ${
        (error as Error).message
      }.`,
    );
  }
}
