/**
 * How `seglog transactions` ends when something goes wrong.
 *
 * @module
 */

import { KafkaError } from "../protocol/error_codes.ts";
import { ToolExit } from "./client_tool.ts";

/**
 * Runs a step of the tool.
 *
 * @param message what is told when a broker refuses
 * @throws {ToolExit} with the message, and what the broker said
 */
export type Fail = <T>(message: string, step: () => Promise<T>) => Promise<T>;

/** Ends the tool with a line on standard error. */
export function transactionsExit(message: string): ToolExit {
  return new ToolExit(1, { stderr: message });
}

/** As {@linkcode Fail} says. */
export const failing: Fail = async (message, step) => {
  try {
    return await step();
  } catch (error) {
    if (!(error instanceof KafkaError)) throw error;
    throw transactionsExit(
      `${message}: ${error.message}. Enable debug logging for additional detail.`,
    );
  }
};
