/**
 * A requirement on several configs.
 *
 * @module
 */

import { InvalidConfigError } from "../../storage/errors.ts";

/**
 * Fails as Scala's `require` does, whose words Kafka's users see.
 *
 * @throws {InvalidConfigError} unless it holds
 */
export function require(holds: boolean, message: string): void {
  if (!holds) throw new InvalidConfigError(`requirement failed: ${message}`);
}
