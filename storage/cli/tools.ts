/**
 * The tools of the storage layer, by name.
 *
 * @module
 */

import { type CommandLine, commandLineOfOptions } from "./command_line.ts";
import type { Tool } from "./tool.ts";

/** A tool as a list of tools shows it. */
export interface ToolEntry {
  /** Name, as in `seglog NAME`. */
  readonly name: string;
  /** What it does, in a few words. */
  readonly summary: string;
  /** Its flags and sub-commands, which shells complete. */
  readonly commandLine: () => Promise<CommandLine>;
  /** Runs it. */
  readonly run: Tool;
}

/** A tool whose modules are loaded when it is run: no tool waits for those of the others, and a broker does not keep them in memory. */
export function loaded(load: () => Promise<Tool>): Tool {
  return async (args, io) => await (await load())(args, io);
}

/** The storage layer's tools. */
export const STORAGE_TOOLS: readonly ToolEntry[] = [
  {
    name: "dump-log",
    summary:
      "show what is in the files of a log (--help; --help-seglog for what Kafka's tool lacks)",
    commandLine: async () =>
      commandLineOfOptions((await import("./dump/dump_options.ts")).DUMP_OPTIONS),
    run: loaded(async () => (await import("./dump_log.ts")).dumpLogTool),
  },
  {
    name: "log",
    summary: "verify, repair, reindex log directories, or explain what deletion and cleaning do",
    commandLine: async () => {
      const { LOG_COMMANDS, LOG_OPTIONS } = await import("./log_tool.ts");
      return commandLineOfOptions(LOG_OPTIONS, LOG_COMMANDS);
    },
    run: loaded(async () => (await import("./log_tool.ts")).logTool),
  },
  {
    name: "demo",
    summary: "append to a topic, read it back, compact it and dump it",
    commandLine: async () => commandLineOfOptions((await import("./demo.ts")).DEMO_OPTIONS),
    run: loaded(async () => (await import("./demo.ts")).demoTool),
  },
];
