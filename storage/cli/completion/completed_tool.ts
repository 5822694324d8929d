/**
 * A tool as shells complete it.
 *
 * @module
 */

import type { CommandLine } from "../command_line.ts";

/** What a shell completes of a tool. */
export interface CompletedTool {
  /** Name, as in `seglog NAME`. */
  readonly name: string;
  /** What it does, in a few words. */
  readonly summary: string;
  /** Its flags and sub-commands. */
  readonly commandLine: CommandLine;
}
