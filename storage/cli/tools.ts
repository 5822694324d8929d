/**
 * The tools of the storage layer, by name.
 *
 * @module
 */

import { type CommandLine, commandLineOfOptions } from "./command_line.ts";
import { DEMO_OPTIONS, demoTool } from "./demo.ts";
import { DUMP_OPTIONS } from "./dump/dump_options.ts";
import { dumpLogTool } from "./dump_log.ts";
import { LOG_COMMANDS, LOG_OPTIONS, logTool } from "./log_tool.ts";
import type { Tool } from "./tool.ts";

/** A tool as a list of tools shows it. */
export interface ToolEntry {
  /** Name, as in `seglog NAME`. */
  readonly name: string;
  /** What it does, in a few words. */
  readonly summary: string;
  /** Its flags and sub-commands, which shells complete. */
  readonly commandLine: CommandLine;
  /** Runs it. */
  readonly run: Tool;
}

/** The storage layer's tools. */
export const STORAGE_TOOLS: readonly ToolEntry[] = [
  {
    name: "dump-log",
    summary:
      "show what is in the files of a log (--help; --help-seglog for what Kafka's tool lacks)",
    commandLine: commandLineOfOptions(DUMP_OPTIONS),
    run: dumpLogTool,
  },
  {
    name: "log",
    summary: "verify, repair, reindex log directories, or explain what deletion and cleaning do",
    commandLine: commandLineOfOptions(LOG_OPTIONS, LOG_COMMANDS),
    run: logTool,
  },
  {
    name: "demo",
    summary: "append to a topic, read it back, compact it and dump it",
    commandLine: commandLineOfOptions(DEMO_OPTIONS),
    run: demoTool,
  },
];
