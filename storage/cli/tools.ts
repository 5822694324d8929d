/**
 * The tools of the storage layer, by name.
 *
 * @module
 */

import { demoTool } from "./demo.ts";
import { dumpLogTool } from "./dump_log.ts";
import { logTool } from "./log_tool.ts";
import type { Tool } from "./tool.ts";

/** A tool as a list of tools shows it. */
export interface ToolEntry {
  /** Name, as in `seglog NAME`. */
  readonly name: string;
  /** What it does, in a few words. */
  readonly summary: string;
  readonly run: Tool;
}

/** The storage layer's tools. */
export const STORAGE_TOOLS: readonly ToolEntry[] = [
  {
    name: "dump-log",
    summary:
      "show what is in the files of a log (--help; --help-seglog for what Kafka's tool lacks)",
    run: dumpLogTool,
  },
  {
    name: "log",
    summary: "verify, repair, reindex log directories, or explain what deletion and cleaning do",
    run: logTool,
  },
  {
    name: "demo",
    summary: "append to a topic, read it back, compact it and dump it",
    run: demoTool,
  },
];
